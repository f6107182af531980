package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TfliteTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Branches, loops and calls: subgraphs become nested graphs of If and Loop, or are written in place. */
final class Control {
    private Control() {}

    static void register(Map<Builtin, Mapping> all, SubgraphWriter writer) {
        all.put(Builtin.IF, op -> branch(op, writer));
        all.put(Builtin.WHILE, op -> loop(op, writer));
        all.put(Builtin.CALL, op -> call(op, writer));
    }

    private static List<String> inputs(Op op, int from) {
        List<String> names = new ArrayList<>();
        for (int i = from; i < op.inputs(); i++) {
            names.add(op.raw(i));
        }
        return names;
    }

    private static OnnxValue value(String name, TfliteTensor like) {
        return new OnnxValue(name, new OnnxType.OfTensor(Scope.element(like), null));
    }

    private static void call(Op op, SubgraphWriter writer) {
        List<String> results = writer.inline(op.node.option(0, -1), inputs(op, 0), op.emit);
        for (int i = 0; i < op.outputs(); i++) {
            op.outRaw(i, results.get(i));
        }
    }

    private static void branch(Op op, SubgraphWriter writer) {
        List<String> inputs = inputs(op, 1);
        String condition = op.in(0).rank() == 0 ? op.raw(0) : op.emit.op("Squeeze", op.raw(0));
        OnnxNode node = op.emit.add("If", op.outputs(), condition);
        node.attribute("then_branch", new OnnxAttribute.OfGraph(body(op, writer, op.node.option(0, -1), inputs)))
                .attribute("else_branch", new OnnxAttribute.OfGraph(body(op, writer, op.node.option(1, -1), inputs)));
        for (int i = 0; i < op.outputs(); i++) {
            op.outRaw(i, node.output(i));
        }
    }

    private static io.edgeai.core.onnx.OnnxGraph body(Op op, SubgraphWriter writer, int subgraph, List<String> inputs) {
        Emitter emit = op.emit.nested("branch");
        List<String> results = writer.inline(subgraph, inputs, emit);
        for (int i = 0; i < op.outputs(); i++) {
            String result = emit.op("Identity", results.get(i));
            emit.graph().outputs().add(value(result, op.outTensor(i)));
        }
        return emit.graph();
    }

    private static void loop(Op op, SubgraphWriter writer) {
        int condition = op.node.option(0, -1);
        int step = op.node.option(1, -1);
        List<String> first = inputs(op, 0);
        String go = truth(op.emit, writer.inline(condition, first, op.emit).get(0));
        Emitter body = op.emit.nested("loop");
        String turn = body.fresh("turn");
        String before = body.fresh("go");
        body.graph().inputs().add(new OnnxValue(turn, OnnxType.OfTensor.of(ElementType.INT64)));
        body.graph().inputs().add(new OnnxValue(before, OnnxType.OfTensor.of(ElementType.BOOL)));
        List<String> states = new ArrayList<>();
        for (int i = 0; i < op.inputs(); i++) {
            String state = body.fresh("state");
            states.add(state);
            body.graph().inputs().add(value(state, op.in(i)));
        }
        List<String> next = writer.inline(step, states, body);
        String again = truth(body, writer.inline(condition, next, body).get(0));
        body.graph().outputs().add(new OnnxValue(again, OnnxType.OfTensor.of(ElementType.BOOL)));
        for (int i = 0; i < op.inputs(); i++) {
            String result = body.op("Identity", next.get(i));
            body.graph().outputs().add(value(result, op.in(i)));
        }
        List<String> all = new ArrayList<>(List.of("", go));
        all.addAll(first);
        OnnxNode node = op.emit.add("Loop", op.outputs(), all.toArray(String[]::new));
        node.attribute("body", new OnnxAttribute.OfGraph(body.graph()));
        for (int i = 0; i < op.outputs(); i++) {
            op.outRaw(i, node.output(i));
        }
    }

    private static String truth(Emitter emit, String condition) {
        return emit.op("Squeeze", condition);
    }
}
