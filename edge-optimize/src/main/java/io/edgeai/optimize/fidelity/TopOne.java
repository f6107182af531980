package io.edgeai.optimize.fidelity;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads outputs as answers of a classifier. */
final class TopOne {
    private static final Set<ElementType> REAL = Set.of(ElementType.FLOAT, ElementType.DOUBLE);
    private static final Set<ElementType> WHOLE = Set.of(ElementType.INT64, ElementType.INT32);

    private TopOne() {}

    /**
     * The class one sample was given, and how many there are.
     *
     * @param classes 2 of a single probability; {@link Integer#MAX_VALUE} where the model tells only the class
     */
    record Chosen(long label, int classes) {}

    /**
     * The largest of the first output of at least two real numbers; else the first output that is one whole number; else a
     * single output of a Sigmoid, which means class 1 from one half on. Null where there is none of these.
     */
    static @Nullable Chosen chosen(Map<String, Tensor> outputs, OnnxGraph graph) {
        for (Tensor tensor : outputs.values()) {
            if (REAL.contains(tensor.type()) && tensor.elements() >= 2) {
                double[] scores = Numbers.of(tensor);
                return new Chosen(of(scores, 0, scores.length), scores.length);
            }
        }
        for (Tensor tensor : outputs.values()) {
            if (WHOLE.contains(tensor.type()) && tensor.elements() == 1) {
                return new Chosen(
                        tensor.type() == ElementType.INT64 ? tensor.longs()[0] : tensor.ints()[0], Integer.MAX_VALUE);
            }
        }
        Set<String> sigmoids = graph.nodes().stream()
                .filter(node -> node.op().equals("Sigmoid"))
                .map(node -> node.output(0))
                .collect(Collectors.toSet());
        for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
            Tensor tensor = output.getValue();
            if (sigmoids.contains(output.getKey()) && REAL.contains(tensor.type()) && tensor.elements() == 1) {
                return new Chosen(Numbers.of(tensor)[0] >= 0.5 ? 1 : 0, 2);
            }
        }
        return null;
    }

    /** Index of the largest of {@code count} values from {@code from}; the first of equals. NaN is never largest. */
    static int of(double[] values, int from, int count) {
        int best = 0;
        double highest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            if (values[from + i] > highest) {
                highest = values[from + i];
                best = i;
            }
        }
        return best;
    }
}
