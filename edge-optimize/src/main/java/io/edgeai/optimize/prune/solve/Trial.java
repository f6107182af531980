package io.edgeai.optimize.prune.solve;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How far a model's answers move when some of its constants are replaced. Not thread-safe. */
final class Trial {
    private final InferenceRuntime runtime;
    private final OnnxGraph graph;
    private final List<Map<String, Tensor>> feeds;
    private final List<Map<String, Tensor>> answers = new ArrayList<>();

    Trial(InferenceRuntime runtime, OnnxGraph graph, List<Map<String, Tensor>> feeds) {
        this.runtime = runtime;
        this.graph = graph;
        this.feeds = List.copyOf(feeds);
        try (InferenceSession session = open(graph)) {
            feeds.forEach(feed -> answers.add(session.run(feed)));
        }
    }

    private InferenceSession open(OnnxGraph model) {
        return runtime.open(OnnxWriter.toBytes(model), SessionOptions.defaults().slots(1));
    }

    /** Mean squared change of the float outputs as a share of their mean square, summed over outputs. */
    double harm(Map<String, OnnxTensor> constants) {
        OnnxGraph changed = graph.copy();
        changed.initializers().putAll(constants);
        double sum = 0;
        try (InferenceSession session = open(changed)) {
            Map<String, double[]> sums = new java.util.TreeMap<>();
            for (int i = 0; i < feeds.size(); i++) {
                Map<String, Tensor> before = answers.get(i);
                session.run(feeds.get(i)).forEach((name, after) -> {
                    Tensor old = before.get(name);
                    if (after.type() == ElementType.FLOAT && old != null) {
                        add(sums.computeIfAbsent(name, key -> new double[2]), old.floats(), after.floats());
                    }
                });
            }
            for (double[] each : sums.values()) {
                sum += each[1] > 0 ? each[0] / each[1] : 0;
            }
        }
        return sum;
    }

    private static void add(double[] sums, float[] before, float[] after) {
        for (int i = 0; i < Math.min(before.length, after.length); i++) {
            double change = (double) after[i] - before[i];
            sums[0] += change * change;
            sums[1] += (double) before[i] * before[i];
        }
    }
}
