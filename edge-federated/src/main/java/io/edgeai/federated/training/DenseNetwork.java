package io.edgeai.federated.training;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.federated.data.Standardization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Softmax regression, or a perceptron with one to three hidden ReLU layers, under softmax cross-entropy. Layer k has
 * {@code dense<k>.weight} [in, out] and {@code dense<k>.bias} [out]. Immutable and thread-safe.
 */
public final class DenseNetwork implements LocalModel {
    private static final int OPSET = 17;
    private static final int MAX_WIDTH = 1 << 20;
    private static final int MAX_PARAMETERS = 1 << 28;

    private final int[] sizes;
    private final ParameterLayout layout;

    private DenseNetwork(int[] sizes) {
        this.sizes = sizes;
        List<ParameterLayout.Entry> tensors = new ArrayList<>();
        for (int k = 0; k + 1 < sizes.length; k++) {
            tensors.add(new ParameterLayout.Entry(weight(k), List.of(sizes[k], sizes[k + 1])));
            tensors.add(new ParameterLayout.Entry(bias(k), List.of(sizes[k + 1])));
        }
        this.layout = new ParameterLayout(tensors);
    }

    /** Multinomial logistic regression; starts from zeros. */
    public static DenseNetwork softmax(int features, int classes) {
        return mlp(features, classes);
    }

    /**
     * A multilayer perceptron; starts from Glorot-uniform weights and zero biases.
     *
     * @param hidden widths of zero to three hidden layers
     * @throws InvalidInputException for a width below 1, fewer than 2 classes, or more than 2^28 parameters
     */
    public static DenseNetwork mlp(int features, int classes, int... hidden) {
        if (hidden.length > 3) {
            throw new InvalidInputException("A network has (" + hidden.length + ") hidden layers, at most 3 here.");
        }
        int[] sizes = IntStream.concat(
                        IntStream.concat(IntStream.of(features), Arrays.stream(hidden)), IntStream.of(classes))
                .toArray();
        long parameters = 0;
        for (int k = 0; k < sizes.length; k++) {
            if (sizes[k] < 1 || sizes[k] > MAX_WIDTH) {
                throw new InvalidInputException(
                        "A layer is (" + sizes[k] + ") wide; it must be 1 to " + MAX_WIDTH + ".");
            }
            parameters += k == 0 ? 0 : (sizes[k - 1] + 1L) * sizes[k];
        }
        if (classes < 2 || parameters > MAX_PARAMETERS) {
            throw new InvalidInputException("A network needs at least 2 classes (" + classes + ") and at most "
                    + MAX_PARAMETERS + " parameters (" + parameters + ").");
        }
        return new DenseNetwork(sizes);
    }

    @Override
    public ParameterLayout layout() {
        return layout;
    }

    @Override
    public int features() {
        return sizes[0];
    }

    @Override
    public int classes() {
        return sizes[sizes.length - 1];
    }

    /** Widths from input to output. */
    public List<Integer> widths() {
        return Arrays.stream(sizes).boxed().toList();
    }

    @Override
    public float[] initialParameters(long seed) {
        float[] parameters = new float[layout.size()];
        if (sizes.length == 2) {
            return parameters;
        }
        SplittableRandom random = new SplittableRandom(seed);
        int at = 0;
        for (int k = 0; k + 1 < sizes.length; k++) {
            double limit = Math.sqrt(6.0 / (sizes[k] + sizes[k + 1]));
            int end = at + sizes[k] * sizes[k + 1];
            for (; at < end; at++) {
                parameters[at] = (float) ((2 * random.nextDouble() - 1) * limit);
            }
            at += sizes[k + 1];
        }
        return parameters;
    }

    @Override
    public GradientPass newPass() {
        return new DensePass(sizes);
    }

    @Override
    public OnnxGraph toOnnx(String name, float[] parameters, @Nullable Standardization standardization) {
        layout.check(parameters);
        OnnxGraph graph = OnnxGraph.create(name, OPSET);
        graph.inputs().add(batch("input", features()));
        String value = "input";
        if (standardization != null) {
            if (standardization.mean().length != features()) {
                throw new InvalidInputException("Standardization of " + standardization.mean().length
                        + " features does not fit a model of (" + features() + ").");
            }
            constant(graph, "standardize.mean", standardization.mean(), features());
            constant(graph, "standardize.scale", standardization.scale(), features());
            graph.add("Sub", "standardize.sub", List.of(value, "standardize.mean"), List.of("centred"));
            graph.add("Mul", "standardize.mul", List.of("centred", "standardize.scale"), List.of("standardized"));
            value = "standardized";
        }
        for (int k = 0; k + 1 < sizes.length; k++) {
            constant(graph, weight(k), layout.slice(parameters, weight(k)), sizes[k], sizes[k + 1]);
            constant(graph, bias(k), layout.slice(parameters, bias(k)), sizes[k + 1]);
            boolean last = k + 2 == sizes.length;
            String sum = last ? "logits" : "hidden" + k + ".sum";
            graph.add("Gemm", "dense" + k, List.of(value, weight(k), bias(k)), List.of(sum));
            value = last ? "probabilities" : "hidden" + k;
            graph.add(last ? "Softmax" : "Relu", last ? "softmax" : "relu" + k, List.of(sum), List.of(value));
        }
        graph.nodes().get(graph.nodes().size() - 1).attribute("axis", 1);
        graph.outputs().add(batch("probabilities", classes()));
        return graph;
    }

    private static void constant(OnnxGraph graph, String name, float[] values, long... dims) {
        graph.initializers().put(name, OnnxTensor.ofFloats(values, dims));
    }

    private static OnnxValue batch(String name, int width) {
        return new OnnxValue(
                name, new OnnxType.OfTensor(ElementType.FLOAT, List.of(Dim.symbolic("batch"), Dim.of(width))));
    }

    private static String weight(int layer) {
        return "dense" + layer + ".weight";
    }

    private static String bias(int layer) {
        return "dense" + layer + ".bias";
    }

    @Override
    public String toString() {
        return "DenseNetwork" + widths();
    }
}
