package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.train.Evaluation;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.latency.LatencyComparison;
import io.edgeai.optimize.prune.PruneBudget;
import io.edgeai.optimize.prune.StructuredPruner;
import io.edgeai.optimize.retrain.FineTuning;
import io.edgeai.optimize.retrain.ImageAugmentation;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.testing.Ort;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * Networks of CIFAR-10 trained further on 6,000 images and judged on 4,000 others, with {@code -Dedgeai.full=true} only.
 * Times are CPU time of the one thread that works, so that a busy machine shows less in them. Figures go to
 * {@code target/optimize/retraining.txt}.
 */
final class CifarRetraining {
    static final int EXAMPLES = 6000;
    /** Mirrored images; all else as by default. */
    static final TrainSettings SETTINGS = TrainSettings.defaults().images(new ImageAugmentation(true, 0));

    private static final Path OUT = Path.of("target/optimize/retraining.txt");
    private static final int PIXELS = 3 * 32 * 32;

    private final Path root;
    private final float[][] images;
    private final int[] labels;
    private final LabelledData judged;
    private final Evaluation test;

    private CifarRetraining(Path root) {
        this.root = root;
        this.images = images("cifar10/train-images.idx4.gz", EXAMPLES);
        this.labels = IdxFile.read(root.resolve("cifar10/train-labels.idx1.gz"), EXAMPLES)
                .labels();
        float[][] unseen = images("cifar10/test-images.idx4.gz", 4000);
        float[] all = new float[unseen.length * PIXELS];
        for (int i = 0; i < unseen.length; i++) {
            System.arraycopy(unseen[i], 0, all, i * PIXELS, PIXELS);
        }
        int[] classes = IdxFile.read(root.resolve("cifar10/test-labels.idx1.gz"), unseen.length)
                .labels();
        this.judged = LabelledData.of(unseen, classes);
        this.test = Evaluation.accuracy(
                "input",
                Tensor.of(all, unseen.length, 3, 32, 32),
                Arrays.stream(classes).asLongStream().toArray());
    }

    /** Reads the data, or skips the test where it was not asked for or they are not here. */
    static CifarRetraining open() throws IOException {
        Path root =
                Path.of(System.getProperty("edgeai.testdata", "../shared/data")).resolve("optimize");
        Assumptions.assumeTrue(RealData.FULL, "skipped: training takes minutes; -Dedgeai.full=true runs it");
        Assumptions.assumeTrue(Files.isDirectory(root), "skipped: no folder " + root + " (edgeai.testdata)");
        Files.createDirectories(OUT.getParent());
        return new CifarRetraining(root);
    }

    private float[][] images(String file, int most) {
        return IdxFile.read(root.resolve(file), most)
                .normalized(255, new float[] {.485f, .456f, .406f}, new float[] {.229f, .224f, .225f});
    }

    OnnxGraph model(String name) {
        return GraphPasses.simplified(OnnxReader.read(root.resolve("cifar10/" + name)), Ort.runtime());
    }

    CalibrationData unlabelled(int count) {
        return CalibrationData.of(Arrays.copyOf(images, count));
    }

    LabelledData labelled(int count) {
        return LabelledData.of(Arrays.copyOf(images, count), Arrays.copyOf(labels, count));
    }

    /** The images by which models are judged, which none is trained on. */
    LabelledData judged() {
        return judged;
    }

    /** The inner channels of every residual block halved, repaired on images. */
    OnnxGraph halved(OnnxGraph graph, int samples) {
        return StructuredPruner.builder()
                .budget(PruneBudget.everyGroup(0.5))
                .residuals(false)
                .branches(false)
                .samples(unlabelled(samples))
                .build()
                .prune(graph)
                .graph();
    }

    /** As much less, taken where the pruner likes, repaired on images. */
    OnnxGraph pruned(OnnxGraph graph, PruneBudget budget, int samples) {
        return StructuredPruner.builder()
                .budget(budget)
                .samples(unlabelled(samples))
                .build()
                .prune(graph)
                .graph();
    }

    /** Trains, and writes what that cost and gave. */
    OnnxGraph tuned(String name, FineTuning.Builder tuning, OnnxGraph start) throws IOException {
        double before = cpuSeconds();
        OnnxGraph trained = tuning.build().tune(start).model();
        write("%s: %.4f -> %.4f in %.0f s", name, accuracy(start), accuracy(trained), cpuSeconds() - before);
        return trained;
    }

    double accuracy(OnnxGraph graph) {
        try (InferenceSession session = Ort.open(graph)) {
            return test.score(session);
        }
    }

    /** How many times as fast the second graph is; both in turns, one image, CPU time of the thread. */
    double speedup(OnnxGraph before, OnnxGraph after) {
        Map<String, Tensor> image = Map.of("input", Tensor.of(images[0], 1, 3, 32, 32));
        try (InferenceSession one = Ort.open(before);
                InferenceSession two = Ort.open(after)) {
            return LatencyComparison.measure(one, two, image, 61, CifarRetraining::cpuNanos, Progress.NONE)
                    .speedup();
        }
    }

    static int bytes(OnnxGraph graph) {
        return OnnxWriter.toBytes(graph).length;
    }

    static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    static double cpuSeconds() {
        return cpuNanos() / 1e9;
    }

    void write(String pattern, Object... values) throws IOException {
        Files.writeString(
                OUT,
                String.format(Locale.ROOT, pattern, values) + System.lineSeparator(),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
