package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.core.experiment.Direction;
import io.edgeai.core.experiment.ExperimentReport;
import io.edgeai.core.experiment.Outcome;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Gives half of the users a wider network and looks after every 100 whether it reads more pictures rightly. */
public final class S16_Experiment {
    private S16_Experiment() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s16"), Terminal.system());
    }

    /** @return what was known when the experiment ended */
    static ExperimentReport run(Path home, Terminal terminal) {
        float[][] images = DrawnSet.images(2000, 16);
        int[] labels = DrawnSet.labels(2000, 16);
        try (EdgeAI edge =
                EdgeAI.builder().home(home).serving(s -> s.noDeadline()).build()) {
            ModelVersion narrow = edge.registry().register("digits", DrawnSet.onnx(3, 4), r -> {});
            ModelVersion wide = edge.registry().register("digits", DrawnSet.onnx(48, 4), r -> {});
            try (ModelEndpoint endpoint = edge.serve("digits", s -> s.split(narrow, 1)
                    .split(wide, 1)
                    .experiment(
                            e -> e.metric("right", Direction.HIGHER_IS_BETTER).sharpestAt(500))
                    .guardErrors(0.01))) {
                ExperimentReport report = edge.experiment("digits").report();
                for (int user = 0; user < images.length; user++) {
                    float[] scores = endpoint.predict("user-" + user, images[user]);
                    boolean right = DrawnSet.largest(scores) == labels[user];
                    edge.experiment("digits").outcome("user-" + user, "right", right ? 1 : 0);
                    if (user % 100 == 99) {
                        report = edge.experiment("digits").report();
                        if (report.of(wide.ref().toString(), "right").outcome() != Outcome.UNDECIDED) {
                            break; // looking often and stopping early is allowed
                        }
                    }
                }
                terminal.line(report.toString());
                edge.registry()
                        .promote(
                                wide.ref(),
                                report.of(wide.ref().toString(), "right").toString());
                return report;
            }
        }
    }
}
