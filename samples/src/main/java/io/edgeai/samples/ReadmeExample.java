package io.edgeai.samples;

import static io.edgeai.core.model.SignalKind.ERRORS;
import static io.edgeai.core.model.SignalKind.LATENCY;
import static io.edgeai.core.model.WorkloadType.COMPUTER_VISION;

import io.edgeai.EdgeAI;
import io.edgeai.Optimized;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.monitor.health.Health;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.model.Site;
import java.nio.file.Path;
import java.util.List;

/** The first code of the README, kept compiling and running by a test that compares the two. */
final class ReadmeExample {
    private ReadmeExample() {}

    /** What the example computes, for the test. */
    record Outcome(Optimized small, PlacementPlan plan, int scores, Health health) {}

    static Outcome run(
            Path folder,
            Path model,
            float[][] typicalImages,
            float[][] testImages,
            int[] testLabels,
            List<Site> sites,
            float[] image) {
        // spotless:off
        // readme
try (EdgeAI edge = EdgeAI.builder().home(folder).build()) {
    ModelVersion v1 = edge.importModel("defects", model, r -> r.workload(COMPUTER_VISION));

    Optimized small = edge.optimize(v1)
            .int8(typicalImages)                                  // static INT8, per-channel
            .keepAccuracy(0.99, testImages, testLabels)           // or the original, with the reason
            .run();

    PlacementPlan plan = edge.place(edge.workload(v1, small.version()).rate(200)).across(sites);
    plan.explain();                                               // each rejected site: which limit, by how much

    ModelEndpoint endpoint = edge.serve("defects",
            s -> s.split(v1, 90).split(small.version(), 10).rollbackOn(LATENCY, ERRORS));
    float[] scores = endpoint.predict(image);                     // 3 µs for a small model

    Health health = edge.monitor().health("defects");             // 0 to 100, and what it is made of
        // end
    return new Outcome(small, plan, scores.length, health);
}
        // spotless:on
    }
}
