package io.edgeai.benchmarks;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Builds a graph layer by layer; weights are seeded, uniform in ±1/√fanIn. Not thread-safe. */
final class Layers {
    private final SplittableRandom random = new SplittableRandom(21);
    private final OnnxGraph graph;
    private String at = "x";
    private int made;

    /** @param sample dimensions of one sample, without the batch */
    Layers(String name, long... sample) {
        this.graph = OnnxGraph.create(name, 17);
        Dim[] dims = new Dim[sample.length + 1];
        dims[0] = Dim.symbolic("N");
        for (int i = 0; i < sample.length; i++) {
            dims[i + 1] = Dim.of(sample[i]);
        }
        graph.inputs().add(value("x", dims));
    }

    String at() {
        return at;
    }

    /** Goes on from an earlier value. */
    Layers from(String name) {
        this.at = name;
        return this;
    }

    /** A node on the present value and further inputs. */
    Layers op(String op, String... more) {
        node(op, more);
        return this;
    }

    OnnxNode node(String op, String... more) {
        String[] inputs = new String[more.length + 1];
        inputs[0] = at;
        System.arraycopy(more, 0, inputs, 1, more.length);
        String name = op.toLowerCase(java.util.Locale.ROOT) + ++made;
        at = name + ".out";
        return graph.add(op, name, List.of(inputs), List.of(at));
    }

    String weights(int fanIn, long... dims) {
        int count = (int) Arrays.stream(dims).reduce(1, (a, b) -> a * b);
        float[] values = new float[count];
        double scale = 1 / Math.sqrt(fanIn);
        for (int i = 0; i < count; i++) {
            values[i] = (float) ((2 * random.nextDouble() - 1) * scale);
        }
        return kept(OnnxTensor.ofFloats(values, dims));
    }

    String longs(long... values) {
        return kept(OnnxTensor.ofLongs(values, values.length));
    }

    private String kept(OnnxTensor tensor) {
        String name = "w" + ++made;
        graph.initializers().put(name, tensor);
        return name;
    }

    /** Dense layers with Relu between them. */
    Layers dense(int... widths) {
        for (int i = 1; i < widths.length; i++) {
            op("Gemm", weights(widths[i - 1], widths[i - 1], widths[i]), weights(4, widths[i]));
            if (i < widths.length - 1) {
                op("Relu");
            }
        }
        return this;
    }

    /** A convolution of odd kernel size that keeps height and width, then Relu. */
    Layers conv(int channelsIn, int channelsOut, int group, int... kernel) {
        long[] dims = new long[2 + kernel.length];
        dims[0] = channelsOut;
        dims[1] = channelsIn / group;
        long[] pads = new long[2 * kernel.length];
        int fanIn = channelsIn / group;
        for (int i = 0; i < kernel.length; i++) {
            dims[2 + i] = kernel[i];
            pads[i] = kernel[i] / 2;
            pads[kernel.length + i] = kernel[i] / 2;
            fanIn *= kernel[i];
        }
        node("Conv", weights(fanIn, dims)).attribute("pads", pads).attribute("group", group);
        return op("Relu");
    }

    Layers pooled() {
        return op("GlobalAveragePool").op("Flatten");
    }

    /** The last state of a recurrent layer over [N, steps, features]; gates is 4 for LSTM, 3 for GRU. */
    Layers recurrent(String op, int gates, int features, int hidden) {
        node("Transpose").attribute("perm", new long[] {1, 0, 2});
        String w = weights(features, 1, (long) gates * hidden, features);
        String r = weights(hidden, 1, (long) gates * hidden, hidden);
        OnnxNode node = node(op, w, r).attribute("hidden_size", hidden);
        String last = at + ".last";
        node.outputs().set(0, "");
        node.outputs().add(last);
        return from(last).op("Squeeze", longs(0));
    }

    /** Self-attention of several heads and a feed-forward layer, each added to what came in and normalised. */
    Layers transformer(int steps, int width, int heads) {
        String in = at;
        String[] parts = new String[3];
        for (int i = 0; i < 3; i++) {
            from(in).op("MatMul", weights(width, width, width)).op("Reshape", longs(0, steps, heads, width / heads));
            node("Transpose").attribute("perm", i == 1 ? new long[] {0, 2, 3, 1} : new long[] {0, 2, 1, 3});
            parts[i] = at;
        }
        from(parts[0]).op("MatMul", parts[1]);
        node("Softmax").attribute("axis", -1);
        op("MatMul", parts[2]);
        node("Transpose").attribute("perm", new long[] {0, 2, 1, 3});
        op("Reshape", longs(0, steps, width)).op("MatMul", weights(width, width, width));
        op("Add", in).op("LayerNormalization", weights(1, width), weights(1, width));
        String middle = at;
        op("MatMul", weights(width, width, 2L * width)).op("Relu").op("MatMul", weights(2 * width, 2L * width, width));
        return op("Add", middle).op("LayerNormalization", weights(1, width), weights(1, width));
    }

    /** The model: its last value as [N, width]. */
    byte[] bytes(int width) {
        graph.add("Identity", "end", List.of(at), List.of("y"));
        graph.outputs().add(value("y", Dim.symbolic("N"), Dim.of(width)));
        return OnnxWriter.toBytes(graph);
    }

    private static OnnxValue value(String name, Dim... dims) {
        return new OnnxValue(name, new OnnxType.OfTensor(ElementType.FLOAT, List.of(dims)));
    }
}
