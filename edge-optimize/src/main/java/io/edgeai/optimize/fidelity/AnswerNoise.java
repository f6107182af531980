package io.edgeai.optimize.fidelity;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model's answers on some samples, and how noisy those of a changed model are beside them. Immutable; it holds all
 * answers in memory, so samples should be few.
 */
public final class AnswerNoise {
    private final InferenceRuntime runtime;
    private final List<Map<String, Tensor>> feeds;
    private final List<Map<String, Tensor>> answers;

    /** Runs the model on each sample once. */
    public AnswerNoise(InferenceRuntime runtime, OnnxGraph model, List<Map<String, Tensor>> feeds) {
        this.runtime = runtime;
        this.feeds = List.copyOf(feeds);
        this.answers = answers(model);
    }

    /**
     * Squared error by squared signal, the mean over all FLOAT outputs: 0 for the same answers, infinite where an answer
     * is no number any more.
     *
     * @param changed a model with the same inputs and outputs
     */
    public double of(OnnxGraph changed) {
        List<Map<String, Tensor>> others = answers(changed);
        Map<String, OutputComparison> comparisons = new HashMap<>();
        for (int i = 0; i < answers.size(); i++) {
            Map<String, Tensor> other = others.get(i);
            answers.get(i).forEach((name, tensor) -> {
                Tensor derived = other.get(name);
                if (tensor.type() == ElementType.FLOAT && derived != null) {
                    comparisons.computeIfAbsent(name, OutputComparison::new).add(tensor, derived);
                }
            });
        }
        return comparisons.values().stream()
                .mapToDouble(comparison -> comparison.result().notFinite() > 0
                        ? Double.POSITIVE_INFINITY
                        : Math.pow(10, -comparison.result().sqnrDb() / 10))
                .average()
                .orElse(0);
    }

    private List<Map<String, Tensor>> answers(OnnxGraph graph) {
        SessionOptions options = SessionOptions.defaults().slots(1);
        try (InferenceSession session = runtime.open(OnnxWriter.toBytes(graph), options)) {
            return feeds.stream().map(session::run).toList();
        }
    }
}
