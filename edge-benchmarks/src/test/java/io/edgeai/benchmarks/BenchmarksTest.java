package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark runs for an instant, so that none rots; what the sides of a comparison answer is the same. */
class BenchmarksTest {
    private static ChainedOptionsBuilder instant(String benchmark) {
        return new OptionsBuilder()
                .include(benchmark.replace(".", "\\.") + "\\.")
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(5))
                .verbosity(VerboseMode.SILENT);
    }

    static Stream<String> names() {
        return BenchmarkReport.names().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void runsForAnInstant(String benchmark) throws Exception {
        ChainedOptionsBuilder options = instant(benchmark).forks(0);
        if (benchmark.endsWith("EndpointBenchmark")) {
            options.param(
                    "side", "ENDPOINT", "AUDITED_SPLIT", "PINNED", "PINNED_DEFAULTS", "NAIVE"); // DJL needs its own JVM
        }
        List<BenchmarkTable.Run> runs = BenchmarkReport.run(options, 1);

        assertThat(runs).isNotEmpty().allSatisfy(run -> assertThat(run.p50()).isPositive());
    }

    @Test
    void djlRunsInItsOwnJvm() throws Exception {
        List<BenchmarkTable.Run> runs = BenchmarkReport.run(
                instant(EndpointBenchmark.class.getName())
                        .forks(1)
                        .param("side", "DJL")
                        .param("model", "SMALL_MLP"),
                2);

        assertThat(runs).singleElement().satisfies(run -> {
            assertThat(run.threads()).isEqualTo(2);
            assertThat(run.p50()).isPositive();
        });
    }

    @ParameterizedTest
    @EnumSource(BenchModel.class)
    void allSidesGiveTheSameAnswer(BenchModel model) throws Exception {
        float[] input = model.input(3);
        float[] expected = answer(PredictSide.NAIVE, model, input);

        assertThat(expected).hasSize(10).doesNotContain(Float.NaN);
        assertThat(answer(PredictSide.PINNED, model, input)).containsExactly(expected);
        assertThat(answer(PredictSide.ENDPOINT, model, input)).containsExactly(expected);
        assertThat(answer(PredictSide.AUDITED_SPLIT, model, input)).containsExactly(expected);
        assertThat(answer(PredictSide.NAIVE, model, model.input(4))).isNotEqualTo(expected);
    }

    /** Trained by the peer, so that the trees are its own. */
    @Test
    void treesAnswerAlikeOnAllSides() throws Exception {
        Random random = new Random(9);
        float[][] rows = new float[50][TreesBenchmark.FEATURES];
        for (float[] row : rows) {
            for (int f = 0; f < row.length; f++) {
                row[f] = random.nextInt(10) == 0 ? Float.NaN : (float) random.nextGaussian();
            }
        }
        double[] theirs = treeAnswers(TreesBenchmark.Side.XGBOOST4J, rows);
        double[] java = treeAnswers(TreesBenchmark.Side.JAVA_TREES, rows);
        double[] onnx = treeAnswers(TreesBenchmark.Side.ONNX_RUNTIME, rows);
        for (int r = 0; r < rows.length; r++) {
            assertThat(java[r]).isCloseTo(theirs[r], within(1e-6 * Math.max(1, Math.abs(theirs[r]))));
            assertThat(onnx[r]).isCloseTo(theirs[r], within(1e-5));
        }
    }

    private static double[] treeAnswers(TreesBenchmark.Side side, float[][] rows) throws Exception {
        TreesBenchmark trees = new TreesBenchmark();
        trees.side = side;
        trees.train();
        double[] answers = new double[rows.length];
        for (int r = 0; r < rows.length; r++) {
            answers[r] = trees.answer(rows[r]);
        }
        trees.close();
        return answers;
    }

    private static float[] answer(PredictSide side, BenchModel model, float[] input) throws Exception {
        PredictSide.Served served = side.serve(model);
        try (AutoCloseable closing = served.closing()) {
            assertThat(closing).isNotNull();
            return served.calls().forThisThread().predict(input);
        }
    }

    @Test
    void theTableStatesMediansOverRoundsAndOurRatioToEachSide() {
        BenchmarkTable table = new BenchmarkTable(List.of(
                run("OURS", 10),
                run("OTHER", 40),
                run("OURS", 30),
                run("OTHER", 20),
                run("OURS", 20),
                run("OTHER", 40)));

        assertThat(table.markdown().lines().skip(2))
                .containsExactly(
                        "| B.m [x], threads 2 | OURS | 20.0 ns/op | 10.0–30.0 | 40.0 | 7.0 |  |",
                        "| B.m [x], threads 2 | OTHER | 40.0 ns/op | 20.0–40.0 | 80.0 | 7.0 | 0.50 |");
        assertThat(table.json().lines())
                .hasSize(8)
                .contains(
                        "{\"benchmark\":\"B.m\",\"model\":\"x\",\"side\":\"OURS\",\"threads\":2,\"p50\":10.0,\"p99\":20.0,\"bytesPerOp\":7.0,\"unit\":\"ns/op\"},");
    }

    private static BenchmarkTable.Run run(String side, double p50) {
        return new BenchmarkTable.Run("B.m", Map.of("model", "x", "side", side), 2, p50, 2 * p50, 7, "ns/op");
    }
}
