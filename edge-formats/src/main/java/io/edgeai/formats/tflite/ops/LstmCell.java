package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.tflite.file.TfliteTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One LSTM cell as TFLite's kernels compute it: with or without an own input gate, peepholes, layer normalization,
 * clipping and projection; in real numbers, with 8-bit weights under real inputs, or in integers. The integer kernel
 * (8-bit inputs and weights, 16-bit cell) is followed by rounding where it rounds: gate sums to steps of 2^-12, gates to
 * 2^-15, the cell to its own scale.
 */
final class LstmCell {
    private static final float SUM_STEP = 1f / 4096;
    private static final float GATE_STEP = 1f / 32768;
    private static final int[] ONNX_ORDER = {0, 3, 1, 2}; // input, output, forget, cell

    /**
     * Where a cell's parts are among the operator's inputs.
     *
     * @param x the input
     * @param weights the first of 17: four of the input, four recurrent, three peepholes, four biases, projection and
     *     its bias
     * @param output the last output
     * @param cell the cell's state
     * @param norms the first of four, or -1
     */
    record Places(int x, int weights, int output, int cell, int norms) {}

    private final Op op;
    private final Places at;
    private final boolean asymmetric;
    private final float cellClip;
    private final float projectionClip;
    private final int activation;
    private final boolean integers;
    private final boolean hybrid;
    private final boolean coupled;

    private LstmCell(Op op, Places at, int asymmetricField) {
        this.op = op;
        this.at = at;
        this.activation = op.node.byteOption(0, 0);
        this.cellClip = op.node.realOption(1, 0);
        this.projectionClip = op.node.realOption(2, 0);
        this.asymmetric = op.node.flag(asymmetricField, false);
        this.coupled = !op.has(at.weights);
        this.hybrid = Hybrid.is(op, at.x, at.weights + 1);
        this.integers = op.in(at.x).quantized();
    }

    static LstmCell of(Op op, Places at, int asymmetricField) {
        return new LstmCell(op, at, asymmetricField);
    }

    int[] stateInputs() {
        return new int[] {at.output, at.cell};
    }

    List<String> states() {
        return List.of(Recurrent.state(op, at.output, op.dim(0, 0)), Recurrent.state(op, at.cell, op.dim(0, 0)));
    }

    private boolean hasNorm(int gate) {
        return at.norms >= 0 && op.has(at.norms + gate);
    }

    private boolean anyNorm() {
        return hasNorm(1) || hasNorm(2) || hasNorm(3);
    }

    /** Whether ONNX's own LSTM computes the same. */
    boolean plain() {
        boolean constants = true;
        for (int i = 0; i < 15; i++) {
            constants &= !op.has(at.weights + i)
                    || (op.in(at.weights + i).constant() && Scope.element(op.in(at.weights + i)) == ElementType.FLOAT);
        }
        return constants
                && !integers
                && !hybrid
                && !coupled
                && !anyNorm()
                && !op.has(at.weights + 15)
                && cellClip == 0
                && activation == 4;
    }

    String onnx(Op op, int time, boolean backward) {
        Emitter emit = op.emit;
        long units = op.in(at.weights + 1).dims()[0];
        String x = time == 0 ? op.real(0) : emit.transpose(op.real(0), 1, 0, 2);
        String w = emit.constant("weights", stacked(at.weights, 2));
        String r = emit.constant("recurrent", stacked(at.weights + 4, 2));
        OnnxTensor biases = stacked(at.weights + 11, 1);
        ByteBuffer both = ByteBuffer.allocate((int) (units * 32)).order(ByteOrder.LITTLE_ENDIAN);
        both.put(biases.data());
        String b = emit.constant("bias", OnnxTensor.ofRaw(ElementType.FLOAT, both.rewind(), 1, units * 8));
        long batch = op.dim(0, 1 - time);
        String h = emit.op("Unsqueeze", Recurrent.state(op, at.output, batch), emit.longs(0));
        String c = emit.op("Unsqueeze", Recurrent.state(op, at.cell, batch), emit.longs(0));
        OnnxNode node = op.has(at.weights + 9)
                ? emit.add("LSTM", 1, x, w, r, b, "", h, c, emit.constant("peepholes", peepholes(units)))
                : emit.add("LSTM", 1, x, w, r, b, "", h, c);
        node.attribute("hidden_size", units);
        if (backward) {
            node.attribute("direction", "reverse");
        }
        String y = emit.op("Squeeze", node.output(0), emit.longs(1));
        return time == 0 ? y : emit.transpose(y, 1, 0, 2);
    }

    private OnnxTensor peepholes(long units) {
        ByteBuffer all = ByteBuffer.allocate((int) (units * 12)).order(ByteOrder.LITTLE_ENDIAN);
        for (int gate : new int[] {0, 2, 1}) { // input, output, forget
            all.put(Constants.tensor(op.in(at.weights + 8 + gate)).data());
        }
        return OnnxTensor.ofRaw(ElementType.FLOAT, all.flip(), 1, units * 3);
    }

    /** Four constants in ONNX's order of gates, one behind the other. */
    private OnnxTensor stacked(int first, int rank) {
        long bytes = 0;
        for (int gate = 0; gate < 4; gate++) {
            bytes += Constants.tensor(op.in(first + gate)).sizeBytes();
        }
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        for (int gate : ONNX_ORDER) {
            all.put(Constants.tensor(op.in(first + gate)).data());
        }
        long[] dims = op.in(first + 1).dims();
        all.flip();
        return rank == 1
                ? OnnxTensor.ofRaw(ElementType.FLOAT, all, 1, 4 * dims[0])
                : OnnxTensor.ofRaw(ElementType.FLOAT, all, 1, 4 * dims[0], dims[1]);
    }

    /** A gate's parts, fetched outside the step's body. */
    private record Gate(
            String w, String r, @Nullable String peephole, String bias, @Nullable String norm, float sumStep) {}

    private Gate gate(int number) {
        int peephole = at.weights + 8 + (number == 3 ? 2 : number);
        boolean peeps = number != 2 && op.has(peephole);
        int bias = at.weights + 11 + number;
        float step = SUM_STEP;
        if (integers && hasNorm(number)) {
            TfliteTensor sum = op.scope.tensor(op.node.intermediates()[number]);
            step = sum.quantization().present() ? sum.quantization().scale() : SUM_STEP;
        }
        return new Gate(
                op.emit.transpose(op.weights(at.weights + number, at.x), 1, 0),
                op.emit.transpose(op.weights(at.weights + 4 + number, at.x), 1, 0),
                peeps ? op.weights(peephole, at.x) : null,
                bias(bias, at.weights + number, hasNorm(number) ? at.norms + number : -1),
                hasNorm(number) ? op.real(at.norms + number) : null,
                step);
    }

    private String bias(int bias, int weights, int norm) {
        TfliteTensor tensor = op.in(bias);
        if (Scope.element(tensor) == ElementType.FLOAT) {
            return op.real(bias);
        }
        float scale = norm >= 0
                ? op.in(norm).quantization().scale() / 1024 // the integer kernel keeps normalized sums at 2^-10
                : op.in(at.x).quantization().scale()
                        * op.in(weights).quantization().scale();
        return op.emit.op("DequantizeLinear", op.raw(bias), op.emit.scalar(scale));
    }

    Recurrent.Step step() {
        Gate input = coupled ? null : gate(0);
        Gate forget = gate(1);
        Gate fresh = gate(2);
        Gate output = gate(3);
        boolean projects = op.has(at.weights + 15);
        String projection = projects ? op.emit.transpose(op.weights(at.weights + 15, at.x), 1, 0) : "";
        String projectionBias = projects && op.has(at.weights + 16) ? projectionBias() : "";
        TfliteTensor hidden = integers && op.node.intermediates().length > 4
                ? op.scope.tensor(op.node.intermediates()[4])
                : op.in(at.output);
        return (emit, x, states) -> {
            String in = hybrid ? Hybrid.rounded(emit, x, Hybrid.Rounding.of(asymmetric), -1) : x;
            String before =
                    hybrid ? Hybrid.rounded(emit, states.get(0), Hybrid.Rounding.of(asymmetric), -1) : states.get(0);
            String cell = states.get(1);
            String f = squash(emit, "Sigmoid", sum(emit, forget, in, before, cell));
            String i = input == null
                    ? emit.op("Sub", emit.scalar(1f), f)
                    : squash(emit, "Sigmoid", sum(emit, input, in, before, cell));
            String g = sum(emit, fresh, in, before, "");
            g = integers || activation == 4 ? squash(emit, "Tanh", g) : plainActivation(emit, g);
            String kept = cellStep(emit, emit.op("Mul", f, cell));
            String added = cellStep(emit, emit.op("Mul", i, g));
            String next = emit.op("Add", kept, added);
            next = integers ? limited(emit, next) : next;
            if (cellClip > 0) {
                next = emit.op("Clip", next, emit.scalar(-cellClip), emit.scalar(cellClip));
            }
            String o = squash(emit, "Sigmoid", sum(emit, output, in, before, next));
            String shown = integers || activation == 4 ? squash(emit, "Tanh", next) : plainActivation(emit, next);
            String y = emit.op("Mul", o, shown);
            if (integers) {
                y = rounded(emit, y, projects ? hidden : op.in(at.output));
            }
            if (projects) {
                String h = hybrid ? Hybrid.rounded(emit, y, Hybrid.Rounding.of(asymmetric), -1) : y;
                y = emit.op("MatMul", h, projection);
                y = projectionBias.isEmpty() ? y : emit.op("Add", y, projectionBias);
                y = integers ? rounded(emit, y, op.in(at.output)) : y;
                if (projectionClip > 0) {
                    y = emit.op("Clip", y, emit.scalar(-projectionClip), emit.scalar(projectionClip));
                }
            }
            return List.of(y, next);
        };
    }

    private String projectionBias() {
        TfliteTensor bias = op.in(at.weights + 16);
        if (Scope.element(bias) == ElementType.FLOAT) {
            return op.real(at.weights + 16);
        }
        float scale = op.in(at.weights + 15).quantization().scale()
                * op.scope.tensor(op.node.intermediates()[4]).quantization().scale();
        return op.emit.op("DequantizeLinear", op.raw(at.weights + 16), op.emit.scalar(scale));
    }

    private String plainActivation(Emitter emit, String x) {
        return switch (activation) {
            case 0 -> x;
            case 1 -> emit.op("Relu", x);
            case 3 -> emit.op("Clip", x, emit.scalar(0f), emit.scalar(6f));
            default -> throw new Unmapped("has the activation " + activation);
        };
    }

    private String sum(Emitter emit, Gate gate, String x, String before, String cell) {
        String ofInput = emit.op("MatMul", x, gate.w());
        String ofOutput = emit.op("MatMul", before, gate.r());
        boolean norm = gate.norm() != null;
        if (!norm) {
            ofInput = emit.op("Add", ofInput, gate.bias());
        }
        String sum = emit.op("Add", rounded(emit, ofInput, gate.sumStep()), rounded(emit, ofOutput, gate.sumStep()));
        if (gate.peephole() != null) {
            sum = emit.op("Add", sum, rounded(emit, emit.op("Mul", cell, gate.peephole()), gate.sumStep()));
        }
        if (gate.norm() == null) {
            return sum;
        }
        String mean = emit.op("ReduceMean", sum, emit.longs(-1));
        String centered = emit.op("Sub", sum, mean);
        String variance = emit.op("ReduceMean", emit.op("Mul", centered, centered), emit.longs(-1));
        String deviation = emit.op("Sqrt", emit.op("Add", variance, emit.scalar(1e-8f)));
        String scaled = emit.op("Mul", emit.op("Div", centered, deviation), gate.norm());
        return rounded(emit, emit.op("Add", scaled, gate.bias()), SUM_STEP);
    }

    /** A sigmoid or hyperbolic tangent, in integers with 15 bits behind the point. */
    private String squash(Emitter emit, String function, String sum) {
        String limited = sum;
        if (integers && function.equals("Sigmoid")) {
            limited = emit.op("Clip", sum, emit.scalar(-8f), emit.scalar(32767 * SUM_STEP));
        }
        return rounded(emit, emit.op(function, limited), GATE_STEP);
    }

    private String cellStep(Emitter emit, String value) {
        return integers ? rounded(emit, value, op.in(at.cell).quantization().scale()) : value;
    }

    private String limited(Emitter emit, String cell) {
        float scale = op.in(at.cell).quantization().scale();
        return emit.op("Clip", cell, emit.scalar(-32768 * scale), emit.scalar(32767 * scale));
    }

    private String rounded(Emitter emit, String value, float step) {
        if (!integers) {
            return value;
        }
        String scale = emit.scalar(step);
        return emit.op("Mul", emit.op("Round", emit.op("Div", value, scale)), scale);
    }

    /** Rounded and cut to what a quantized tensor can hold. */
    private static String rounded(Emitter emit, String value, TfliteTensor like) {
        float scale = like.quantization().scale();
        float low = (-128 - like.quantization().zeroPoint()) * scale;
        float high = (127 - like.quantization().zeroPoint()) * scale;
        String q = emit.op("Round", emit.op("Div", value, emit.scalar(scale)));
        return emit.op("Clip", emit.op("Mul", q, emit.scalar(scale)), emit.scalar(low), emit.scalar(high));
    }
}
