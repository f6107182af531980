package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.search.Preference;
import io.edgeai.optimize.search.Trial;
import io.edgeai.optimize.search.Trial.Outcome;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Speeds come from a clock that the test moves, so that what is taken depends on nothing but the figures. */
class AutoTest {
    private final AtomicLong clock = new AtomicLong();

    private InferenceOptimizer optimizer() {
        return InferenceOptimizer.builder()
                .ticker(clock::get)
                .latencyTicker(clock::get)
                .build();
    }

    private static OnnxGraph wide() {
        GraphBuilder b = new GraphBuilder(13, 40).input("x", -1, 256).weight("w1", 0.1, 256, 512);
        b.weight("w2", 0.1, 512, 256);
        b.node("MatMul", "h", "x", "w1");
        b.node("Relu", "r", "h");
        b.node("MatMul", "y", "r", "w2");
        return b.output("y", 2).graph();
    }

    private static CalibrationData samples(int count) {
        Random random = new Random(3);
        float[][] samples = new float[count][];
        for (int i = 0; i < count; i++) {
            samples[i] = Ort.normal(random, 256);
        }
        return CalibrationData.of(samples);
    }

    @Test
    void withoutSpeedMeasuredTheSmallestThatIsCloseWins() {
        OnnxGraph graph = wide();
        OptimizationResult result = optimizer()
                .optimize(
                        graph,
                        Recipe.builder().auto(samples(16)).latencyRounds(0).build());

        OptimizationReport report = result.report();
        assertThat(report.kept()).as("%s", report.trials()).isTrue();
        assertThat(report.trials()).filteredOn(Trial::accepted).hasSize(1);
        assertThat(report.sizeChange()).isLessThan(-0.7);
        assertThat(report.trials())
                .filteredOn(trial -> trial.outcome() == Outcome.PASSED)
                .extracting(Trial::kind)
                .contains(OptimizationKind.FP16_WEIGHTS);
        assertThat(result.front()).extracting(choice -> choice.trial().name()).contains("FP16 weights");
        assertThat(result.front()).allSatisfy(choice -> assertThat(OnnxWriter.toBytes(choice.graph()))
                .hasSize((int) choice.trial().figures().bytes()));
        Tensor x = Tensor.of(Ort.normal(new Random(4), 256), 1, 256);
        assertThat(Ort.run(result.graph(), Map.of("x", x))).containsKey("y");
    }

    @Test
    void fileThatMustBeSmallDecides() {
        OnnxGraph graph = wide();
        int half = OnnxWriter.toBytes(graph).length / 2;
        OptimizationReport report = optimizer()
                .optimize(
                        graph,
                        Recipe.builder()
                                .auto()
                                .maxBytes(half / 2 + half / 4)
                                .latencyRounds(0)
                                .build())
                .report();

        assertThat(report.bytesAfter()).isLessThanOrEqualTo(half / 2 + half / 4);
        assertThat(report.trials())
                .filteredOn(trial -> trial.name().equals("FP16 weights"))
                .singleElement()
                .satisfies(trial -> assertThat(trial.verdict()).contains("bytes are more than"));
    }

    @Test
    void withoutRealSamplesOnlyWhatIsVeryCloseIsTaken() {
        OptimizationReport report = optimizer()
                .optimize(wide(), Recipe.builder().auto().latencyRounds(0).build())
                .report();

        assertThat(report.warnings()).anyMatch(warning -> warning.contains("generated inputs"));
        assertThat(report.trials())
                .filteredOn(trial -> trial.outcome() != Outcome.REFUSED)
                .allSatisfy(trial -> assertThat(trial.figures().sqnrDb()).isGreaterThanOrEqualTo(20));
        assertThat(report.trials()).extracting(Trial::kind).doesNotContain(OptimizationKind.INT8_STATIC);
    }

    @Test
    void tinyModelIsLeftAloneWithEveryReason() {
        GraphBuilder b = new GraphBuilder(13, 41).input("x", -1, 8).weight("w", 0.1, 8, 8);
        b.node("MatMul", "y", "x", "w");
        OnnxGraph graph = b.output("y", 2).graph();
        OptimizationResult result = optimizer()
                .optimize(graph, Recipe.builder().auto().latencyRounds(0).build());

        assertThat(result.graph()).isSameAs(graph);
        assertThat(result.front()).isEmpty();
        assertThat(result.report().outcome())
                .startsWith("The original is returned: dynamic INT8: ")
                .contains("FP16 weights: ");
    }

    @Test
    void fourBitsAreTriedWhereSizeIsWhatMatters() {
        OptimizationReport small = optimizer()
                .optimize(
                        wide(),
                        Recipe.builder()
                                .auto(samples(16))
                                .prefer(Preference.SIZE)
                                .keepAgreement(0.5)
                                .latencyRounds(0)
                                .build())
                .report();
        OptimizationReport named = optimizer()
                .optimize(wide(), Recipe.builder().int4().latencyRounds(0).build())
                .report();

        assertThat(small.trials()).extracting(Trial::kind).contains(OptimizationKind.INT4_WEIGHTS);
        assertThat(small.sizeChange()).isLessThan(-0.8);
        assertThat(named.sizeChange()).isLessThan(-0.8);
        assertThat(named.quantizedOps()).isNotEmpty();
    }

    @Test
    void pruningComesBeforeTheMethodOrAlone() {
        OnnxGraph graph = wide();
        OptimizationReport alone = optimizer()
                .optimize(
                        graph,
                        Recipe.builder()
                                .prune(0.5)
                                .samples(samples(32))
                                .latencyRounds(0)
                                .build())
                .report();
        OptimizationReport both = optimizer()
                .optimize(
                        graph,
                        Recipe.builder()
                                .prune(0.5)
                                .int8Dynamic()
                                .samples(samples(32))
                                .latencyRounds(0)
                                .build())
                .report();

        assertThat(alone.sizeChange())
                .as("half of the hidden units: half of both matrices")
                .isBetween(-0.52, -0.45);
        assertThat(both.sizeChange()).isLessThan(-0.85);
        assertThat(both.warnings()).anyMatch(warning -> warning.contains("256 of 512 channels were pruned"));
        assertThatThrownBy(() -> Recipe.builder().prune(0)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void whatPromisesMostIsTriedFirst() {
        GraphBuilder b = new GraphBuilder(13, 40).input("x", -1, 64, 256).weight("w", 0.1, 256, 512);
        b.node("MatMul", "y", "x", "w");
        OnnxGraph matrices = b.output("y", 3).graph();
        GraphBuilder images = new GraphBuilder(13, 41).input("x", -1, 3, 32, 32);
        images.conv("c", "x", 3, 32);
        images.conv("y", "c", 32, 32);
        OnnxGraph convolutions = images.output("y", 4).graph();
        assertThat(tried(matrices, 1, 64, 256)).first().isEqualTo("dynamic INT8");
        assertThat(tried(convolutions, 1, 3, 32, 32)).first().isEqualTo("static INT8");
    }

    private List<String> tried(OnnxGraph graph, long... shape) {
        List<Map<String, Tensor>> samples = Stream.of(1, 2, 3, 4)
                .map(seed -> Map.of("x", Ort.tensor(new Random(seed), shape)))
                .toList();
        Recipe recipe = Recipe.builder()
                .auto(CalibrationData.of(samples))
                .latencyRounds(0)
                .build();
        return optimizer().optimize(graph, recipe).report().trials().stream()
                .map(Trial::name)
                .toList();
    }

    @Test
    void spentBudgetBeginsNothingMore() {
        Progress spending =
                (phase, done, total) -> clock.addAndGet(Duration.ofMinutes(2).toNanos());
        OptimizationReport report = optimizer()
                .optimize(
                        wide(),
                        Recipe.builder()
                                .auto()
                                .latencyRounds(0)
                                .timeBudget(Duration.ofMinutes(1))
                                .progress(spending)
                                .build())
                .report();

        assertThat(report.kept()).isFalse();
        assertThat(report.trials())
                .allSatisfy(trial -> assertThat(trial.verdict()).contains("time budget"));
    }

    @Test
    void recipeSaysWhatItPrefersAndItsLimits() {
        Recipe recipe = Recipe.builder()
                .auto()
                .prefer(Preference.SIZE)
                .maxBytes(1000)
                .maxLatency(Duration.ofMillis(2))
                .maxMemoryBytes(5000)
                .keepAgreement(0.96)
                .build();

        for (Recipe each : List.of(recipe, recipe.toBuilder().build())) {
            assertThat(each.toString())
                    .contains("the best of", "prefer size", "1000 bytes", "2000.0 µs", "5000 bytes of memory", "0.96");
            assertThat(each.automatic()).isTrue();
        }
    }

    @Test
    void badLimitsFailWhereTheyAreSet() {
        Recipe.Builder builder = Recipe.builder();
        assertThatThrownBy(() -> builder.keepAgreement(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> builder.maxBytes(0)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> builder.maxLatency(Duration.ZERO)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> builder.maxMemoryBytes(-1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> builder.timeBudget(Duration.ofSeconds(-1))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Recipe.builder().auto().fp16().build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe write auto");
    }

    @Test
    void interruptedRunGoesOnWithWhatItHadMeasured(@TempDir Path folder) throws IOException {
        OnnxGraph graph = wide();
        boolean[] stop = {false};
        int[] compared = {0};
        Recipe recipe = Recipe.builder()
                .auto(samples(16))
                .latencyRounds(0)
                .resume(folder)
                .progress(new Progress() {
                    @Override
                    public void update(String phase, long done, long total) {
                        if (phase.equals("fidelity") && done == total) {
                            compared[0]++;
                            stop[0] |= compared[0] == 1;
                        }
                    }

                    @Override
                    public boolean cancelled() {
                        return stop[0];
                    }
                })
                .build();
        assertThatThrownBy(() -> optimizer().optimize(graph, recipe)).isInstanceOf(OperationCancelledException.class);

        stop[0] = false;
        compared[0] = 100;
        OptimizationReport resumed = optimizer().optimize(graph, recipe).report();
        int left = compared[0] - 100;
        OptimizationReport whole = optimizer()
                .optimize(
                        graph,
                        Recipe.builder().auto(samples(16)).latencyRounds(0).build())
                .report();
        int measured = (int)
                whole.trials().stream().filter(trial -> trial.figures() != null).count();
        assertThat(left).as("all but the first were left to compare").isEqualTo(measured - 1);
        assertThat(resumed.trials()).isEqualTo(whole.trials());
        assertThat(resumed.fidelity()).isEqualTo(whole.fidelity());
        assertThat(resumed.layerErrors()).isEqualTo(whole.layerErrors());

        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.writeString(file, "{damaged");
            }
        }
        compared[0] = 200;
        assertThat(optimizer().optimize(graph, recipe).report().trials()).isEqualTo(whole.trials());
        assertThat(compared[0]).as("damaged files are measured anew").isEqualTo(200 + measured);
    }

    @Test
    void otherDataDoNotFindTheseCandidates(@TempDir Path folder) throws IOException {
        OnnxGraph graph = wide();
        for (int count : new int[] {4, 5}) {
            optimizer()
                    .optimize(
                            graph,
                            Recipe.builder()
                                    .auto(samples(count))
                                    .latencyRounds(0)
                                    .resume(folder)
                                    .build());
        }
        try (Stream<Path> folders = Files.list(folder)) {
            assertThat(folders).hasSize(2);
        }
    }

    /** A small convolutional net: dynamic INT8 and stored INT8 both only store its weights in bytes. */
    @ExactByteProducts
    @Test
    void waysThatMakeTheSameModelAreMeasuredOnce() {
        OptimizationReport report = optimizer()
                .optimize(
                        GraphBuilder.residualNet(13, 3),
                        Recipe.builder().auto().latencyRounds(0).build())
                .report();

        assertThat(report.trials())
                .extracting(Trial::kind)
                .as("no matrix is worth blocks")
                .doesNotContain(OptimizationKind.INT4_WEIGHTS);
        assertThat(report.trials().stream()
                        .filter(trial -> trial.figures() != null)
                        .map(trial -> trial.figures().bytes()))
                .doesNotHaveDuplicates();
    }
}
