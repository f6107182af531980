package io.edgeai.core.train;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.train.data.TensorData;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Models with gradients derived on paper. */
public final class HandMade {
    private HandMade() {}

    /** Dense layers with Relu between them: initializers W1, b1, W2, …; input x [N, widths[0]], output y. */
    public static OnnxGraph model(long seed, int... widths) {
        SplittableRandom random = new SplittableRandom(seed);
        OnnxGraph graph = OnnxGraph.create("dense", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, -1, widths[0]));
        String at = "x";
        for (int i = 1; i < widths.length; i++) {
            float[] weights = new float[widths[i - 1] * widths[i]];
            for (int k = 0; k < weights.length; k++) {
                weights[k] = (float) ((2 * random.nextDouble() - 1) * Math.sqrt(3.0 / widths[i - 1]));
            }
            graph.initializers().put("W" + i, OnnxTensor.ofFloats(weights, widths[i - 1], widths[i]));
            graph.initializers().put("b" + i, OnnxTensor.ofFloats(new float[widths[i]], widths[i]));
            boolean last = i == widths.length - 1;
            String out = last ? "y" : "g" + i;
            graph.add("Gemm", "gemm" + i, List.of(at, "W" + i, "b" + i), List.of(out));
            if (!last) {
                graph.add("Relu", "relu" + i, List.of(out), List.of("h" + i));
                at = "h" + i;
            }
        }
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, -1, widths[widths.length - 1]));
        return graph;
    }

    /** Mean cross entropy of {@link #model} and its gradient; data x and label (INT64 [N]). */
    public static GradientGraph crossEntropy(OnnxGraph model, int... widths) {
        int layers = widths.length - 1;
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= layers; i++) {
            names.add("W" + i);
            names.add("b" + i);
        }
        ParameterLayout layout = ParameterLayout.of(model, names);
        OnnxGraph g = OnnxGraph.create("crossEntropy", 17);
        List<OnnxValue> data = List.of(
                OnnxValue.tensor("x", ElementType.FLOAT, -1, widths[0]),
                OnnxValue.tensor("label", ElementType.INT64, -1));
        g.inputs().addAll(data);
        g.inputs().add(OnnxValue.tensor("theta", ElementType.FLOAT, layout.size()));
        g.initializers()
                .put(
                        "sizes",
                        OnnxTensor.ofLongs(
                                layout.slots().stream().mapToLong(s -> s.size()).toArray(), names.size()));
        g.add(
                "Split",
                "split",
                List.of("theta", "sizes"),
                names.stream().map(n -> n + ".flat").toList());
        for (ParameterLayout.Slot slot : layout.slots()) {
            g.initializers().put(slot.name() + ".dims", OnnxTensor.ofLongs(slot.shape(), slot.shape().length));
            g.add(
                    "Reshape",
                    slot.name() + ".r",
                    List.of(slot.name() + ".flat", slot.name() + ".dims"),
                    List.of(slot.name()));
        }
        String at = "x";
        for (int i = 1; i <= layers; i++) {
            g.add("Gemm", "gemm" + i, List.of(at, "W" + i, "b" + i), List.of("g" + i));
            if (i < layers) {
                g.add("Relu", "relu" + i, List.of("g" + i), List.of("h" + i));
                at = "h" + i;
            }
        }
        loss(g, "g" + layers, widths[layers]);
        String dy = "d" + layers;
        List<String> parts = new ArrayList<>();
        for (int i = layers; i >= 1; i--) {
            String input = i == 1 ? "x" : "h" + (i - 1);
            g.add("Gemm", "dW" + i, List.of(input, dy), List.of("dW" + i)).attribute("transA", 1);
            g.add("ReduceSum", "db" + i, List.of(dy, "axis0"), List.of("db" + i))
                    .attribute("keepdims", 0);
            g.add("Reshape", "dWf" + i, List.of("dW" + i, "flat"), List.of("dWf" + i));
            parts.add(0, "db" + i);
            parts.add(0, "dWf" + i);
            if (i > 1) {
                g.add("Gemm", "dh" + i, List.of(dy, "W" + i), List.of("dh" + i)).attribute("transB", 1);
                g.add("Greater", "gt" + i, List.of(input, "zero"), List.of("gt" + i));
                g.add("Cast", "mask" + i, List.of("gt" + i), List.of("mask" + i))
                        .attribute("to", ElementType.FLOAT.onnxCode());
                dy = "d" + (i - 1);
                g.add("Mul", dy, List.of("dh" + i, "mask" + i), List.of(dy));
            }
        }
        g.initializers().put("axis0", OnnxTensor.ofLongs(new long[] {0}, 1));
        g.initializers().put("flat", OnnxTensor.ofLongs(new long[] {-1}, 1));
        if (layers > 1) {
            g.initializers().put("zero", OnnxTensor.scalar(0f));
        }
        g.add("Concat", "gradient", parts, List.of("gradient")).attribute("axis", 0);
        g.outputs().add(OnnxValue.tensor("loss", ElementType.FLOAT));
        g.outputs().add(OnnxValue.tensor("gradient", ElementType.FLOAT, layout.size()));
        return new GradientGraph(g, layout, new ParameterLayout(List.of()), data);
    }

    private static void loss(OnnxGraph g, String logits, int classes) {
        g.initializers().put("depth", OnnxTensor.scalar((long) classes));
        g.initializers().put("offOn", OnnxTensor.ofFloats(new float[] {0, 1}, 2));
        g.initializers().put("axis1", OnnxTensor.ofLongs(new long[] {1}, 1));
        g.initializers().put("place0", OnnxTensor.scalar(0L));
        g.add("LogSoftmax", "logp", List.of(logits), List.of("logp")).attribute("axis", 1);
        g.add("OneHot", "onehot", List.of("label", "depth", "offOn"), List.of("onehot"));
        g.add("Mul", "picked", List.of("logp", "onehot"), List.of("picked"));
        g.add("ReduceSum", "each", List.of("picked", "axis1"), List.of("each")).attribute("keepdims", 0);
        g.add("ReduceMean", "mean", List.of("each"), List.of("mean")).attribute("keepdims", 0);
        g.add("Neg", "loss", List.of("mean"), List.of("loss"));
        g.add("Shape", "shape", List.of("label"), List.of("shape"));
        g.add("Gather", "n", List.of("shape", "place0"), List.of("n"));
        g.add("Cast", "nf", List.of("n"), List.of("nf")).attribute("to", ElementType.FLOAT.onnxCode());
        g.add("Exp", "p", List.of("logp"), List.of("p"));
        g.add("Sub", "diff", List.of("p", "onehot"), List.of("diff"));
        int layer = Integer.parseInt(logits.substring(1));
        g.add("Div", "d" + layer, List.of("diff", "nf"), List.of("d" + layer));
    }

    /**
     * loss = Σ scale·(theta − mean of x)² / 2, gradient = scale·(theta − mean of x), x [N, P]; statistics: a running mean
     * .9·s + .1·mean of x. Parameters "a" [rows, P / rows] and "bias" [rest].
     */
    public static GradientGraph bowl(OnnxGraph model, float[] scale) {
        int size = scale.length;
        ParameterLayout layout = ParameterLayout.of(model, List.of("a", "bias"));
        ParameterLayout statistics = ParameterLayout.of(model, List.of("running"));
        OnnxGraph g = OnnxGraph.create("bowl", 17);
        List<OnnxValue> data = List.of(OnnxValue.tensor("x", ElementType.FLOAT, -1, size));
        g.inputs().addAll(data);
        g.inputs().add(OnnxValue.tensor("theta", ElementType.FLOAT, size));
        g.inputs().add(OnnxValue.tensor("statistics", ElementType.FLOAT, size));
        g.initializers().put("scale", OnnxTensor.ofFloats(scale, size));
        g.initializers().put("half", OnnxTensor.scalar(0.5f));
        g.initializers().put("keep", OnnxTensor.scalar(0.9f));
        g.initializers().put("take", OnnxTensor.scalar(0.1f));
        g.add("ReduceMean", "mean", List.of("x"), List.of("mean"))
                .attribute("axes", new long[] {0})
                .attribute("keepdims", 0);
        g.add("Sub", "diff", List.of("theta", "mean"), List.of("diff"));
        g.add("Mul", "gradient", List.of("diff", "scale"), List.of("gradient"));
        g.add("Mul", "energy", List.of("gradient", "diff"), List.of("energy"));
        g.add("ReduceSum", "sum", List.of("energy"), List.of("sum")).attribute("keepdims", 0);
        g.add("Mul", "loss", List.of("sum", "half"), List.of("loss"));
        g.add("Mul", "kept", List.of("statistics", "keep"), List.of("kept"));
        g.add("Mul", "taken", List.of("mean", "take"), List.of("taken"));
        g.add("Add", "next", List.of("kept", "taken"), List.of("statistics_next"));
        g.outputs().add(OnnxValue.tensor("loss", ElementType.FLOAT));
        g.outputs().add(OnnxValue.tensor("gradient", ElementType.FLOAT, size));
        g.outputs().add(OnnxValue.tensor("statistics_next", ElementType.FLOAT, size));
        return new GradientGraph(g, layout, statistics, data);
    }

    /** y = a + 0: a model for {@link #bowl} with half of its values in a and half in bias. */
    public static OnnxGraph bowlModel(float[] theta) {
        int half = theta.length / 2;
        OnnxGraph graph = OnnxGraph.create("bowl", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, -1, theta.length));
        graph.initializers().put("a", OnnxTensor.ofFloats(java.util.Arrays.copyOf(theta, half), 1, half));
        graph.initializers()
                .put("bias", OnnxTensor.ofFloats(java.util.Arrays.copyOfRange(theta, half, theta.length), half));
        graph.initializers().put("running", OnnxTensor.ofFloats(new float[theta.length], theta.length));
        graph.add("Identity", "id", List.of("x"), List.of("y"));
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, -1, theta.length));
        return graph;
    }

    /** Points around one centre for each class, labelled; learnable to almost 100 %. */
    public static TensorData clusters(long seed, int count, int width, int classes) {
        SplittableRandom random = new SplittableRandom(seed);
        SplittableRandom centres = new SplittableRandom(99);
        float[] centre = new float[classes * width];
        for (int i = 0; i < centre.length; i++) {
            centre[i] = (float) centres.nextDouble(-2, 2);
        }
        float[] values = new float[count * width];
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
            labels[i] = random.nextInt(classes);
            for (int k = 0; k < width; k++) {
                values[i * width + k] = centre[(int) labels[i] * width + k] + (float) random.nextDouble(-0.35, 0.35);
            }
        }
        return TensorData.labelled("x", values, "label", labels, width);
    }

    public static float[] random(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }
}
