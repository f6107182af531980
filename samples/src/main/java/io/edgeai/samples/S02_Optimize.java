package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.Optimized;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.optimize.OptimizationReport;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Makes a model a quarter of its size, but only if it keeps 99 % of its accuracy on pictures it never saw. */
public final class S02_Optimize {
    private S02_Optimize() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s02"), Terminal.system());
    }

    static Optimized run(Path home, Terminal terminal) {
        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            ModelVersion original = edge.registry().register("digits", DrawnSet.onnx(128, 2), r -> {});

            Optimized optimized = edge.optimize(original)
                    .int8Dynamic() // .int8(typicalImages) for convolutional networks
                    .keepAccuracy(0.99, DrawnSet.images(500, 2), DrawnSet.labels(500, 2))
                    .recipe(recipe -> recipe.latencyRounds(5))
                    .run();

            OptimizationReport report = optimized.report();
            terminal.line(report.outcome());
            terminal.line(String.format(Locale.ROOT, "%d bytes became %d", report.bytesBefore(), report.bytesAfter()));
            terminal.line("accuracy before " + report.accuracyBefore());
            terminal.line("accuracy after  " + report.accuracyAfter());
            report.warnings().forEach(terminal::line);

            // The result is a version of its own that knows where it came from.
            terminal.line(
                    "lineage: " + edge.registry().lineage(optimized.version().ref()));
            return optimized;
        }
    }
}
