package io.edgeai.optimize.correct;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.fidelity.AnswerNoise;
import io.edgeai.optimize.quantize.HalfWeights;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The few constants that are worth 32 bits where all others get 16: each is rounded alone, and those whose rounding
 * moves the model's answers most for their size are kept. Often a first layer's kernels, which are small and which every
 * later layer depends on. Stateless.
 */
public final class HalfSensitivity {
    private HalfSensitivity() {}

    /**
     * Constants to keep, those with most noise an element first, and the noise that rounding each alone makes: the root of
     * squared error by squared signal. One run of the samples for each constant that fits.
     *
     * @param feeds samples, at least one; four suffice
     * @param share of all elements that may be kept, 0 to 1; 0.01 makes a file a hundredth larger
     * @throws OperationCancelledException where the progress listener says so, between constants
     */
    public static Map<String, Double> kept(
            InferenceRuntime runtime,
            OnnxGraph graph,
            List<Map<String, Tensor>> feeds,
            double share,
            Progress progress) {
        if (feeds.isEmpty()) {
            throw new InvalidInputException(
                    "Sensitivity needs at least one sample, not (0). Maybe pass 4 typical inputs.");
        }
        if (!(share >= 0 && share <= 1)) {
            throw new InvalidInputException("share (" + share + ") must be 0 to 1. Maybe 0.01.");
        }
        long budget = (long) (share * elements(graph));
        Map<String, OnnxTensor> fitting = new LinkedHashMap<>();
        graph.initializers().forEach((name, tensor) -> {
            boolean halved = tensor.type() == ElementType.FLOAT && tensor.elements() >= HalfWeights.LEAST_ELEMENTS;
            if (halved && tensor.elements() <= budget) {
                fitting.put(name, tensor);
            }
        });
        return chosen(measured(runtime, graph, feeds, fitting, progress), budget);
    }

    private static long elements(OnnxGraph graph) {
        return graph.initializers().values().stream()
                .filter(tensor -> tensor.type() == ElementType.FLOAT)
                .mapToLong(OnnxTensor::elements)
                .sum();
    }

    private static List<Rounded> measured(
            InferenceRuntime runtime,
            OnnxGraph graph,
            List<Map<String, Tensor>> feeds,
            Map<String, OnnxTensor> fitting,
            Progress progress) {
        AnswerNoise answers = new AnswerNoise(runtime, graph, feeds);
        OnnxGraph alone = graph.copy();
        List<Rounded> measured = new ArrayList<>();
        fitting.forEach((name, tensor) -> {
            if (progress.cancelled()) {
                throw new OperationCancelledException(
                        "Ranking was cancelled after (" + measured.size() + ") of " + fitting.size() + " constants.");
            }
            alone.initializers().put(name, toNearest(tensor));
            measured.add(new Rounded(name, tensor.elements(), answers.of(alone)));
            alone.initializers().put(name, tensor);
            progress.update("rank constants", measured.size(), fitting.size());
        });
        return measured;
    }

    private static OnnxTensor toNearest(OnnxTensor tensor) {
        float[] values = tensor.floats();
        for (int i = 0; i < values.length; i++) {
            values[i] = OnnxFloats.half(HalfWeights.half(values[i]));
        }
        return OnnxTensor.ofFloats(values, tensor.dims());
    }

    private static Map<String, Double> chosen(List<Rounded> measured, long budget) {
        Map<String, Double> kept = new LinkedHashMap<>();
        long left = budget;
        measured.sort(Comparator.comparingDouble(one -> -one.noise / one.elements));
        for (Rounded one : measured) {
            if (one.noise > 0 && one.elements <= left) {
                kept.put(one.name, Math.sqrt(one.noise));
                left -= one.elements;
            }
        }
        return kept;
    }

    private record Rounded(String name, long elements, double noise) {}
}
