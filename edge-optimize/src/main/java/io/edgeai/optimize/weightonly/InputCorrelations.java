package io.edgeai.optimize.weightonly;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * X'X of values of a graph over all samples, each computed by the engine inside the graph. Values are asked for in
 * order; a few are computed at a time and forgotten when the next are, so that memory stays bounded. Not thread-safe.
 */
final class InputCorrelations {
    /** Elements of all matrices computed at once: 256 MiB as FLOAT. */
    private static final long ELEMENTS_AT_ONCE = 64L << 20;

    private final OnnxGraph graph;
    private final InputSamples samples;
    private final List<Map.Entry<String, Integer>> wanted;
    private final Map<String, double[]> current = new HashMap<>();

    /** @param wanted the size of the last dimension of each value, in the order they will be asked for */
    InputCorrelations(OnnxGraph graph, InputSamples samples, Map<String, Integer> wanted) {
        this.graph = graph;
        this.samples = samples;
        this.wanted = new ArrayList<>(new LinkedHashMap<>(wanted).entrySet());
    }

    double[] of(String value) {
        double[] known = current.get(value);
        if (known != null) {
            return known;
        }
        int first = 0;
        while (!wanted.get(first).getKey().equals(value)) {
            first++;
        }
        long elements = 0;
        int end = first;
        while (end < wanted.size() && (end == first || elements + square(end) <= ELEMENTS_AT_ONCE)) {
            elements += square(end++);
        }
        current.clear();
        compute(wanted.subList(first, end), first);
        return java.util.Objects.requireNonNull(current.get(value), value);
    }

    private long square(int index) {
        long size = wanted.get(index).getValue();
        return size * size;
    }

    private void compute(List<Map.Entry<String, Integer>> part, int done) {
        OnnxGraph copy = graph.copy();
        FreshNames names = new FreshNames(copy);
        copy.outputs().clear();
        Map<String, String> outputs = new LinkedHashMap<>();
        for (Map.Entry<String, Integer> entry : part) {
            String value = entry.getKey();
            int size = entry.getValue();
            String target = names.of(value + "_rows_shape");
            String rows = names.of(value + "_rows");
            String product = names.of(value + "_products");
            copy.initializers().put(target, OnnxTensor.ofLongs(new long[] {-1, size}, 2));
            copy.nodes().add(new OnnxNode("Reshape", "", List.of(value, target), List.of(rows)));
            copy.nodes().add(new OnnxNode("Gemm", "", List.of(rows, rows), List.of(product)).attribute("transA", 1));
            copy.outputs().add(new OnnxValue(product, null));
            outputs.put(value, product);
            current.put(value, new double[size * size]);
        }
        Cleanup.deadCode(copy);
        try (InferenceSession session = samples.runtime()
                .open(OnnxWriter.toBytes(copy), SessionOptions.defaults().slots(1))) {
            for (int i = 0; i < samples.feeds().size(); i++) {
                if (samples.progress().cancelled()) {
                    throw new OperationCancelledException("Correlating inputs was cancelled after (" + i + ") of "
                            + samples.feeds().size() + " samples.");
                }
                Map<String, Tensor> products = session.run(samples.feeds().get(i));
                outputs.forEach((value, product) -> add(value, products.get(product)));
                samples.progress()
                        .update(
                                "correlate",
                                (long) done * samples.feeds().size() + (long) (i + 1) * part.size(),
                                (long) wanted.size() * samples.feeds().size());
            }
        }
    }

    private void add(String value, @org.jspecify.annotations.Nullable Tensor product) {
        double[] sum = java.util.Objects.requireNonNull(current.get(value), value);
        FloatBuffer more =
                java.util.Objects.requireNonNull(product, value).buffer().asFloatBuffer();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += more.get(i);
        }
        for (int i = 0; i < sum.length; i++) {
            if (!Double.isFinite(sum[i])) {
                throw new InvalidInputException(
                        "Value (" + value + ") becomes NaN or infinite on a sample. Maybe the sample is damaged.");
            }
        }
    }
}
