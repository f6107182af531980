package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TfliteTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Recurrent layers: RNN, LSTM, and SVDF with its window of past features. Sequences become ONNX Scan over a body that
 * computes one step the way TFLite's kernel does. States begin at zero in each call: an ONNX graph keeps none.
 */
final class Recurrent {
    private Recurrent() {}

    static void register(Map<Builtin, Mapping> all) {
        all.put(Builtin.RNN, Recurrent::rnn);
        all.put(Builtin.UNIDIRECTIONAL_SEQUENCE_RNN, Recurrent::sequenceRnn);
        all.put(Builtin.BIDIRECTIONAL_SEQUENCE_RNN, Recurrent::bidirectionalRnn);
        all.put(Builtin.LSTM, Recurrent::lstm);
        all.put(Builtin.UNIDIRECTIONAL_SEQUENCE_LSTM, Recurrent::sequenceLstm);
        all.put(Builtin.BIDIRECTIONAL_SEQUENCE_LSTM, Recurrent::bidirectionalLstm);
        all.put(Builtin.SVDF, Recurrent::svdf);
    }

    /** One step: from the input and the states before to the states after; the first of them is also the output. */
    interface Step {
        List<String> write(Emitter emit, String x, List<String> states);
    }

    private static String activate(Emitter emit, String x, int activation) {
        return switch (activation) {
            case 0 -> x;
            case 1 -> emit.op("Relu", x);
            case 2 -> emit.op("Clip", x, emit.scalar(-1f), emit.scalar(1f));
            case 3 -> emit.op("Clip", x, emit.scalar(0f), emit.scalar(6f));
            case 4 -> emit.op("Tanh", x);
            default -> throw new Unmapped("has the activation " + activation);
        };
    }

    private static void rnn(Op op) {
        Step step = rnnStep(op, 1, op.node.byteOption(0, 0), op.node.flag(1, false));
        op.out(
                0,
                step.write(op.emit, op.real(0), List.of(state(op, 4, op.dim(0, 0))))
                        .get(0));
    }

    private static void sequenceRnn(Op op) {
        Step step = rnnStep(op, 1, op.node.byteOption(1, 0), op.node.flag(2, false));
        int time = op.node.flag(0, false) ? 0 : 1;
        op.out(0, scan(op, step, time, false, 4));
    }

    private static void bidirectionalRnn(Op op) {
        if (op.has(9)) {
            throw new Unmapped("has an auxiliary input");
        }
        int activation = op.node.byteOption(1, 0);
        boolean asymmetric = op.node.flag(3, false);
        int time = op.node.flag(0, false) ? 0 : 1;
        String forward = scan(op, rnnStep(op, 1, activation, asymmetric), time, false, 4);
        String backward = scan(op, rnnStep(op, 5, activation, asymmetric), time, true, 8);
        both(op, forward, backward, op.node.flag(2, false));
    }

    private static void both(Op op, String forward, String backward, boolean merge) {
        if (merge) {
            op.out(
                    0,
                    op.emit
                            .add("Concat", forward, backward)
                            .attribute("axis", -1)
                            .output(0));
        } else {
            op.out(0, forward);
            op.out(1, backward);
        }
    }

    private static Step rnnStep(Op op, int first, int activation, boolean asymmetric) {
        String w = op.emit.transpose(op.weights(first, 0), 1, 0);
        String r = op.emit.transpose(op.weights(first + 1, 0), 1, 0);
        String bias = op.real(first + 2);
        boolean hybrid = Hybrid.is(op, 0, first);
        return (emit, x, states) -> {
            String input = hybrid ? Hybrid.rounded(emit, x, Hybrid.Rounding.of(asymmetric), -1) : x;
            String before =
                    hybrid ? Hybrid.rounded(emit, states.get(0), Hybrid.Rounding.of(asymmetric), -1) : states.get(0);
            String sum = emit.op("Add", emit.op("MatMul", input, w), emit.op("MatMul", before, r));
            return List.of(activate(emit, emit.op("Add", sum, bias), activation));
        };
    }

    private static void lstm(Op op) {
        if (op.node.byteOption(3, 0) == 1) {
            basicLstm(op);
            return;
        }
        LstmCell cell = LstmCell.of(op, new LstmCell.Places(0, 1, 18, 19, 20), 4);
        op.out(
                op.outputs() - 1,
                cell.step().write(op.emit, op.real(0), cell.states()).get(0));
    }

    /** BasicLSTMCell: one matrix for all gates over the input joined with the last output. */
    private static void basicLstm(Op op) {
        String joined = op.emit
                .add("Concat", op.real(0), op.real(1))
                .attribute("axis", -1)
                .output(0);
        TfliteTensor weights = op.in(2);
        String w = op.emit.transpose(weights.quantized() ? op.scope.plain(op.raw(2), weights, 0) : op.real(2), 1, 0);
        String bias = Convolutions.bias(op, 0, 2, 3);
        String sums = op.emit.op("Add", op.emit.op("MatMul", joined, w), bias);
        OnnxNode gates = op.emit.add("Split", 4, sums).attribute("axis", -1).attribute("num_outputs", 4);
        String input = op.emit.op("Sigmoid", gates.output(0));
        String fresh = op.emit.op("Tanh", gates.output(1));
        String forget = op.emit.op("Sigmoid", gates.output(2));
        String output = op.emit.op("Sigmoid", gates.output(3));
        String cell = op.emit.op("Add", op.emit.op("Mul", input, fresh), op.emit.op("Mul", forget, op.real(4)));
        op.out(1, cell);
        op.out(0, op.emit.op("Mul", output, op.emit.op("Tanh", cell)));
    }

    private static void sequenceLstm(Op op) {
        if (op.node.flag(5, false)) {
            throw new Unmapped("has diagonal recurrent weights");
        }
        LstmCell cell = LstmCell.of(op, new LstmCell.Places(0, 1, 18, 19, 20), 4);
        int time = op.node.flag(3, false) ? 0 : 1;
        op.out(0, sequence(op, cell, time, false));
    }

    private static void bidirectionalLstm(Op op) {
        for (int i = 39; i < op.inputs(); i++) {
            if (op.has(i)) {
                throw new Unmapped("has an auxiliary input");
            }
        }
        LstmCell forward = LstmCell.of(op, new LstmCell.Places(0, 1, 35, 36, -1), 5);
        LstmCell backward = LstmCell.of(op, new LstmCell.Places(0, 18, 37, 38, -1), 5);
        int time = op.node.flag(4, true) ? 0 : 1;
        both(op, sequence(op, forward, time, false), sequence(op, backward, time, true), op.node.flag(3, false));
    }

    private static String sequence(Op op, LstmCell cell, int time, boolean backward) {
        return cell.plain() ? cell.onnx(op, time, backward) : scan(op, cell.step(), time, backward, cell.stateInputs());
    }

    /** A state as real numbers, one row for each of the batch. */
    static String state(Op op, int input, long batch) {
        TfliteTensor tensor = op.in(input);
        if (!tensor.variable() || (batch >= 0 && tensor.fixed())) {
            return op.real(input);
        }
        if (op.dim(input, 1) < 0) {
            throw new Unmapped("keeps a state of unknown size");
        }
        String rows = op.emit.op(
                "Slice",
                op.emit.op("Shape", op.raw(0)),
                op.emit.longs(op.rank(0) == 3 && timeMajor(op) ? 1 : 0),
                op.emit.longs(op.rank(0) == 3 && timeMajor(op) ? 2 : 1));
        String dims = op.emit
                .add("Concat", rows, op.emit.longs(tensor.dims()[1]))
                .attribute("axis", 0)
                .output(0);
        return op.emit.op("Expand", op.emit.scalar(0f), dims);
    }

    private static boolean timeMajor(Op op) {
        return switch (Builtin.of(op.node.code())) {
            case UNIDIRECTIONAL_SEQUENCE_LSTM -> op.node.flag(3, false);
            case BIDIRECTIONAL_SEQUENCE_LSTM -> op.node.flag(4, true);
            default -> op.node.flag(0, false);
        };
    }

    static String scan(Op op, Step step, int time, boolean backward, int... stateInputs) {
        Emitter body = op.emit.nested("step");
        List<String> inputs = new ArrayList<>();
        List<String> states = new ArrayList<>();
        for (int input : stateInputs) {
            inputs.add(state(op, input, op.dim(0, 1 - time)));
            states.add(body.fresh("state"));
        }
        inputs.add(op.real(0));
        String x = body.fresh("x");
        for (String name : states) {
            body.graph().inputs().add(value(name));
        }
        body.graph().inputs().add(value(x));
        List<String> results = new ArrayList<>(step.write(body, x, states));
        for (String result : results) {
            body.graph().outputs().add(value(result));
        }
        String y = body.op("Identity", results.get(0));
        body.graph().outputs().add(value(y));
        OnnxNode scan = op.emit.add("Scan", results.size() + 1, inputs.toArray(String[]::new));
        scan.attribute("body", new io.edgeai.core.onnx.OnnxAttribute.OfGraph(body.graph()))
                .attribute("num_scan_inputs", 1)
                .attribute("scan_input_axes", new long[] {time})
                .attribute("scan_output_axes", new long[] {time})
                .attribute("scan_input_directions", new long[] {backward ? 1 : 0})
                .attribute("scan_output_directions", new long[] {backward ? 1 : 0});
        return scan.output(results.size());
    }

    private static OnnxValue value(String name) {
        return new OnnxValue(name, new OnnxType.OfTensor(ElementType.FLOAT, null));
    }

    /**
     * SVDF: features of the input enter a window of the last ones; each filter weighs its window, and {@code rank}
     * filters make a unit.
     */
    private static void svdf(Op op) {
        Emitter emit = op.emit;
        int rank = op.node.option(0, 1);
        TfliteTensor window = op.in(2); // filters, steps
        TfliteTensor state = op.in(4);
        if (rank < 1 || !window.fixed() || window.rank() != 2) {
            throw new Unmapped("has filters of unknown shape");
        }
        long filters = window.dims()[0];
        long steps = window.dims()[1];
        String x = op.real(0);
        if (Hybrid.is(op, 0, 1)) {
            x = Hybrid.rounded(emit, x, Hybrid.Rounding.of(op.node.flag(2, false)), -1);
        }
        String feature = emit.op("MatMul", x, emit.transpose(op.weights(1, 0), 1, 0));
        if (state.quantized()) {
            feature = op.scope.dequantize(
                    op.scope.quantize(feature, state), state.quantization(), Scope.element(state), 0);
        }
        feature = emit.op("Unsqueeze", feature, emit.longs(2));
        String past = emit.reshape(state(op, 4, op.dim(0, 0)), -1, filters, steps);
        String kept = emit.op("Slice", past, emit.longs(1), emit.longs(steps), emit.longs(2));
        String now = steps == 1
                ? feature
                : emit.add("Concat", kept, feature).attribute("axis", 2).output(0);
        String weighed = emit.op("Mul", now, op.real(2));
        String sums = emit.add("ReduceSum", weighed, emit.longs(2))
                .attribute("keepdims", 0)
                .output(0);
        String units = emit.add("ReduceSum", emit.reshape(sums, -1, filters / rank, rank), emit.longs(2))
                .attribute("keepdims", 0)
                .output(0);
        if (op.has(3)) {
            units = emit.op("Add", units, svdfBias(op));
        }
        op.out(0, op.activate(units, op.node.byteOption(1, 0), 0));
    }

    private static String svdfBias(Op op) {
        TfliteTensor bias = op.in(3);
        if (Scope.element(bias) == ElementType.FLOAT) {
            return op.real(3);
        }
        float scale = op.in(2).quantization().scale() * op.in(4).quantization().scale();
        return op.emit.op("DequantizeLinear", op.raw(3), op.emit.scalar(scale));
    }
}
