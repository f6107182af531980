package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.Optimized;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.OptimizationReport;
import io.edgeai.samples.convnet.ConvNetTraining;
import io.edgeai.samples.convnet.SmallConvNet;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** Half of a network's channels go, the rest learns to do without them and then to count in bytes. */
public final class S08_Retraining {
    private S08_Retraining() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s08"), Terminal.system());
    }

    static Optimized run(Path home, Terminal terminal) {
        float[][] train = DrawnSet.images(800, 1);
        int[] labels = DrawnSet.labels(800, 1);
        SmallConvNet net = new SmallConvNet(20, DrawnSet.CLASSES, 7);
        ConvNetTraining.fit(net, train, labels, 6, 0.05, 1, Progress.NONE);

        try (EdgeAI edge = EdgeAI.builder().home(home).build()) {
            ModelVersion original = edge.registry().register("digits", OnnxWriter.toBytes(net.toOnnx()), r -> {});

            Optimized optimized = edge.optimize(original)
                    .prune(0.5)
                    .trainOn(train, labels) // without labels the original's answers are enough
                    .fineTune()
                    .int8(Arrays.copyOf(train, 64))
                    .quantizationAware()
                    .keepAccuracy(0.98, DrawnSet.images(500, 2), DrawnSet.labels(500, 2))
                    .recipe(recipe -> recipe.latencyRounds(5))
                    .run();

            OptimizationReport report = optimized.report();
            terminal.line(report.outcome());
            report.warnings().forEach(terminal::line);
            terminal.line(String.format(Locale.ROOT, "%d bytes became %d", report.bytesBefore(), report.bytesAfter()));
            terminal.line("accuracy before " + report.accuracyBefore());
            terminal.line("accuracy after  " + report.accuracyAfter());
            terminal.line(optimized.version().ref() + " is made by "
                    + optimized.version().derivation());
            return optimized;
        }
    }
}
