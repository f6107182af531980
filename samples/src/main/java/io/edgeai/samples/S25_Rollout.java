package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.rollout.Canary;
import io.edgeai.core.rollout.CanaryStatus;
import io.edgeai.core.rollout.ShadowReport;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Lets a new version answer unseen, then leads it from 10 % of the requests to all of them. */
public final class S25_Rollout {
    private S25_Rollout() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s25"), Terminal.system());
    }

    /** @return how the canary ended */
    static Canary.Report run(Path home, Terminal terminal) {
        float[][] images = DrawnSet.images(500, 16);
        try (EdgeAI edge =
                EdgeAI.builder().home(home).serving(s -> s.noDeadline()).build()) {
            ModelVersion now = edge.registry().register("digits", DrawnSet.onnx(3, 4), r -> {});
            ModelVersion next = edge.registry().register("digits", DrawnSet.onnx(48, 4), r -> {});
            edge.registry().promote(now.ref(), "first release");

            try (ModelEndpoint endpoint = edge.serve("digits", s -> s.shadow(next, 1))) {
                for (float[] image : images) {
                    endpoint.predict(image);
                }
                ShadowReport shadow = endpoint.shadowReport().orElseThrow();
                terminal.line(shadow.toString());
            }

            // Answers take microseconds and a busy machine may hold one up: only 50 times slower is slow here.
            try (ModelEndpoint endpoint = edge.serve(
                    "digits",
                    s -> s.canary(next, p -> p.steps(0.1, 0.5)
                            .requests(200)
                            .time(Duration.ofSeconds(1))
                            .slower(50)))) {
                double share = 0;
                while (edge.canary("digits").report().status() == CanaryStatus.RUNNING) {
                    for (float[] image : images) {
                        endpoint.predict(image);
                    }
                    Canary.Report report = edge.canary("digits").report();
                    if (report.share() != share) {
                        share = report.share();
                        terminal.line(next.ref() + " answers " + Math.round(100 * share) + " % after "
                                + report.requests() + " requests");
                    }
                }
                Canary.Report report = edge.canary("digits").report();
                terminal.line(next.ref() + ": " + report.status() + ", the active version is "
                        + edge.registry().active("digits").ref());
                return report;
            }
        }
    }
}
