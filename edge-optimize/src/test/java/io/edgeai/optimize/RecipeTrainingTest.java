package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.TrainingDivergedException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.train.Checkpoint;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.search.Trial;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recipes that train: what is trained on noise images is to answer as the original does, whatever that says. */
class RecipeTrainingTest {
    private static final InferenceOptimizer OPTIMIZER = InferenceOptimizer.ofDefaults();
    private static final int COUNT = 192;
    private static final TrainSettings SHORT = TrainSettings.defaults().epochs(4);

    private final OnnxGraph original = GraphBuilder.residualNet(13, 1);
    private final float[][] images = images(COUNT, 3);
    private final LabelledData labelled = LabelledData.of(images, labels(original, images));
    private final CalibrationData unlabelled = CalibrationData.of(images);
    private final CalibrationData samples = CalibrationData.of(images(32, 5));

    private static float[][] images(int count, long seed) {
        Random random = new Random(seed);
        return Stream.generate(() -> Ort.normal(random, 192)).limit(count).toArray(float[][]::new);
    }

    private static float[] answers(OnnxGraph graph, float[][] images) {
        float[] all = new float[images.length * 192];
        for (int i = 0; i < images.length; i++) {
            System.arraycopy(images[i], 0, all, i * 192, 192);
        }
        return Ort.run(graph, Map.of("x", Tensor.of(all, images.length, 3, 8, 8)))
                .get("y")
                .floats();
    }

    private static int[] labels(OnnxGraph graph, float[][] images) {
        float[] scores = answers(graph, images);
        int[] labels = new int[images.length];
        for (int i = 0; i < labels.length; i++) {
            for (int c = 1; c < 5; c++) {
                labels[i] = scores[5 * i + c] > scores[5 * i + labels[i]] ? c : labels[i];
            }
        }
        return labels;
    }

    /** Mean divergence of the classes' probabilities from the original's, on images that nothing was trained on. */
    private double distance(OnnxGraph graph) {
        float[][] unseen = images(256, 77);
        float[] a = answers(original, unseen);
        float[] b = answers(graph, unseen);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double p = Math.exp(a[i]) / total(a, i / 5 * 5);
            sum += p * Math.log(p * total(b, i / 5 * 5) / Math.exp(b[i]));
        }
        return sum / unseen.length;
    }

    private static double total(float[] scores, int from) {
        double total = 0;
        for (int c = from; c < from + 5; c++) {
            total += Math.exp(scores[c]);
        }
        return total;
    }

    private OptimizationResult run(Recipe.Builder recipe) {
        return OPTIMIZER.optimize(original, recipe.latencyRounds(0).build());
    }

    private Recipe.Builder pruned() {
        return Recipe.builder().prune(0.5).samples(samples);
    }

    @Test
    void fineTuningBringsThePrunedModelBack() {
        byte[] before = OnnxWriter.toBytes(original);
        OptimizationResult cut = run(Recipe.builder().prune(0.5));
        OptimizationResult tuned = run(Recipe.builder()
                .prune(0.5)
                .trainOn(unlabelled)
                .fineTune(SHORT.epochs(20).temperature(1)));
        assertThat(distance(tuned.graph())).isLessThan(0.7 * distance(cut.graph()));
        assertThat(CostModel.of(tuned.graph()).macs())
                .isEqualTo(CostModel.of(cut.graph()).macs());
        assertThat(tuned.report().trials()).extracting(Trial::kind).contains(OptimizationKind.STRUCTURED_PRUNING);
        assertThat(tuned.report().recipe())
                .contains("0.5 of the channels pruned, fine-tuned: 20 epochs, batches of 32, rate 0.02")
                .contains("trained on 192 examples without labels");
        assertThat(OnnxWriter.toBytes(original)).isEqualTo(before);
    }

    @Test
    void labelsAloneLeaveTheOriginalOut() {
        Set<String> phases = new LinkedHashSet<>();
        OptimizationResult tuned = run(pruned().trainOn(labelled)
                .fineTune(SHORT.teacherShare(0))
                .progress((phase, done, total) -> phases.add(phase)));
        assertThat(tuned.report().kept()).isTrue();
        assertThat(phases).contains("fine-tune").doesNotContain("teacher", "train");
    }

    private static OnnxGraph small(String input, String output) {
        GraphBuilder b = new GraphBuilder(13, 9).input(input, -1, 3, 8, 8);
        b.conv("c", input, 3, 12);
        b.node("Relu", "r", "c");
        b.node("GlobalAveragePool", "pool", "r");
        b.node("Flatten", "flat", "pool");
        b.weight("fc_w", 0.2, 12, 5).weight("fc_b", 0.1, 5);
        b.node("Gemm", output, "flat", "fc_w", "fc_b");
        return b.output(output, 2).graph();
    }

    @Test
    void theStudentIsTaughtAndTakesTheOriginalsPlace() {
        OnnxGraph student = small("x", "y");
        byte[] before = OnnxWriter.toBytes(student);
        List<String> phases = new ArrayList<>();
        OptimizationResult taught = run(Recipe.builder()
                .student(student, SHORT)
                .trainOn(unlabelled)
                .samples(samples)
                .progress((phase, done, total) -> phases.add(phase)));
        assertThat(taught.report().kept()).as(taught.report().outcome()).isTrue();
        assertThat(taught.report().trials()).extracting(Trial::kind).containsExactly(OptimizationKind.DISTILLATION);
        assertThat(distance(taught.graph())).isLessThan(0.7 * distance(student));
        assertThat(phases).containsSubsequence("teacher", "teach", "simplify", "fidelity");
        assertThat(OnnxWriter.toBytes(student)).isEqualTo(before);

        OptimizationResult bytes =
                run(Recipe.builder().student(student, SHORT).trainOn(labelled).int8(samples));
        assertThat(bytes.report().quantizedOps()).containsEntry("Conv", 1);
    }

    @Test
    void aStudentOfOtherNamesIsRefusedBeforeAnyWork() {
        Progress none = (phase, done, total) -> {
            throw new AssertionError("work was done: " + phase);
        };
        Recipe.Builder reads =
                Recipe.builder().student(small("pixels", "y")).trainOn(labelled).progress(none);
        Recipe.Builder answers = Recipe.builder()
                .student(small("x", "classes"))
                .trainOn(labelled)
                .progress(none);
        Recipe.Builder fits = pruned().fineTune()
                .trainOn(CalibrationData.of(new float[][] {{1}}))
                .progress(none);
        assertThatThrownBy(() -> run(reads))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("student reads ([pixels]), the original [x]");
        assertThatThrownBy(() -> run(answers))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("student answers ([classes]), the original [y]");
        assertThatThrownBy(() -> run(fits))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Sample (0) has (1) values");
    }

    @Test
    void quantizationAwareTrainingIsTriedFirst() {
        OptimizationResult trained = run(Recipe.builder()
                .int8(samples)
                .trainOn(unlabelled)
                .quantizationAware(TrainSettings.quantizationAware().epochs(1)));
        assertThat(trained.report().outcome()).contains("static INT8, quantization-aware training");
        assertThat(trained.report().quantizedOps()).containsEntry("Conv", 3);
        assertThat(trained.graph().nodes()).extracting(OnnxNode::op).contains("QuantizeLinear");
        assertThat(trained.report().recipe()).contains("quantization-aware: 1 epochs");
    }

    @Test
    void theSearchTriesBothWaysOfStaticInt8() {
        OptimizationReport report = run(Recipe.builder()
                        .auto(samples)
                        .trainOn(labelled)
                        .quantizationAware(TrainSettings.quantizationAware().epochs(1)))
                .report();
        assertThat(report.trials())
                .extracting(Trial::name)
                .contains("static INT8, quantization-aware training", "static INT8", "dynamic INT8");
    }

    @Test
    void divergedTrainingIsATrialThatFailed() {
        TrainSettings wild =
                TrainSettings.quantizationAware().learningRate(1e38).warmUpSteps(0);
        OptimizationReport report = run(Recipe.builder()
                        .int8(samples)
                        .trainOn(labelled)
                        .quantizationAware(wild)
                        .keepAccuracy(0.5, labelled))
                .report();
        assertThat(report.trials().get(0).verdict()).startsWith("training it failed: The loss at step");
        assertThat(report.outcome()).startsWith("Kept: static INT8,");
        assertThatThrownBy(() -> run(pruned().trainOn(labelled).fineTune(wild)))
                .isInstanceOf(TrainingDivergedException.class);
    }

    @Test
    void provenanceNamesExamplesAndStudent() throws IOException {
        OnnxGraph student = small("x", "y");
        OptimizationReport report = run(Recipe.builder()
                        .student(student, SHORT.epochs(1))
                        .trainOn(labelled))
                .report();
        JsonNode provenance = new ObjectMapper().readTree(report.toJson()).get("provenance");
        String digest = Digest.of(OnnxWriter.toBytes(student)).hex();
        assertThat(provenance.get("training").asText())
                .isEqualTo(labelled.digest().hex());
        assertThat(provenance.get("student").asText()).isEqualTo(digest);
        assertThat(report.toHtml()).contains(digest, labelled.digest().hex());
        JsonNode without =
                new ObjectMapper().readTree(run(pruned()).report().toJson()).get("provenance");
        assertThat(without.get("training").isNull()).isTrue();
        assertThat(without.get("student").isNull()).isTrue();
    }

    /** Cancels in the middle of a phase. */
    private static final class Cut implements Progress {
        private final String where;
        private final Set<String> phases = new LinkedHashSet<>();
        private boolean cancelled;

        Cut(String where) {
            this.where = where;
        }

        @Override
        public void update(String phase, long done, long total) {
            phases.add(phase);
            cancelled |= phase.equals(where);
        }

        @Override
        public boolean cancelled() {
            return cancelled;
        }
    }

    @Test
    void anInterruptedRunGoesOnWithWhatItHasTrained(@TempDir Path folder) throws IOException {
        Recipe.Builder recipe = Recipe.builder()
                .prune(0.5)
                .int8(samples)
                .trainOn(labelled)
                .fineTune(SHORT.epochs(2))
                .quantizationAware(TrainSettings.quantizationAware().epochs(2));
        OnnxGraph whole = run(recipe).graph();
        recipe.resume(folder);
        assertThatThrownBy(() -> run(recipe.progress(new Cut("fine-tune"))))
                .isInstanceOf(OperationCancelledException.class);
        Checkpoint half = Checkpoint.read(find(folder, "fine-tune.checkpoint"));
        assertThat(half.position().step()).isBetween(1L, 11L);
        assertThatThrownBy(() -> run(recipe.progress(new Cut("quantization-aware"))))
                .isInstanceOf(OperationCancelledException.class);
        Cut listener = new Cut("nothing");
        OptimizationResult resumed = run(recipe.progress(listener));
        assertThat(listener.phases).contains("quantization-aware").doesNotContain("prune", "fine-tune");
        assertThat(OnnxWriter.toBytes(resumed.graph())).isEqualTo(OnnxWriter.toBytes(whole));
        assertThat(resumed.report().warnings()).anyMatch(warning -> warning.contains("channels were pruned"));
        assertThat(resumed.report().warnings())
                .anyMatch(warning ->
                        warning.startsWith("Training (fine-tune) took") && warning.contains("since it was resumed"));

        Cut again = new Cut("nothing");
        assertThat(OnnxWriter.toBytes(run(recipe.progress(again)).graph())).isEqualTo(OnnxWriter.toBytes(whole));
        assertThat(again.phases).doesNotContain("quantization-aware", "fidelity");

        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.writeString(file, "{damaged");
            }
        }
        assertThat(OnnxWriter.toBytes(run(recipe).graph()))
                .as("damaged files are made anew")
                .isEqualTo(OnnxWriter.toBytes(whole));
    }

    private static Path find(Path folder, String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
        }
    }

    @Test
    void otherTrainingHasAnotherFolder(@TempDir Path folder) throws IOException {
        TrainSettings one = SHORT.epochs(1);
        run(pruned().trainOn(labelled).fineTune(one).resume(folder));
        run(pruned().trainOn(labelled).fineTune(one.learningRate(0.01)).resume(folder));
        run(pruned().trainOn(unlabelled).fineTune(one).resume(folder));
        run(Recipe.builder().student(small("x", "y"), one).trainOn(labelled).resume(folder));
        OnnxGraph other = small("x", "y");
        other.initializers().get("fc_b").floats();
        other.initializers().put("fc_b", io.edgeai.core.onnx.OnnxTensor.ofFloats(new float[] {1, 2, 3, 4, 5}, 5));
        run(Recipe.builder().student(other, one).trainOn(labelled).resume(folder));
        try (Stream<Path> folders = Files.list(folder)) {
            assertThat(folders).hasSize(5);
        }
    }
}
