package io.edgeai.optimize.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Options that are faster win only where answers of every kind stay the same. */
class TunerAnswersTest {
    private static final byte[] MODEL = OnnxWriter.toBytes(GraphBuilder.residualNet(13, 1));
    private static final Map<String, Tensor> FEED = Map.of("x", Ort.tensor(new Random(1), 1, 3, 8, 8));

    /** More threads are faster and answer {@code many}; one answers {@code one}. */
    private static TuningReport tuned(Tensor one, Tensor many) {
        Function<SessionOptions, Tensor> answer = options -> options.intraOpThreads() > 1 ? many : one;
        ScriptedEngine engine =
                ScriptedEngine.answering(options -> 1_000_000 / Math.max(1, options.intraOpThreads()), answer);
        return RuntimeTuner.builder()
                .runtime(engine)
                .ticker(engine.ticker())
                .start(SessionOptions.defaults().intraOpThreads(1))
                .mostThreads(4)
                .build()
                .tune(MODEL, FEED);
    }

    static Stream<Arguments> same() {
        return Stream.of(
                Arguments.of(Tensor.of(new float[] {1, 2}, 2), Tensor.of(new float[] {1, 2.0001f}, 2)),
                Arguments.of(Tensor.of(new float[] {Float.NaN, 2}, 2), Tensor.of(new float[] {Float.NaN, 2}, 2)),
                Arguments.of(Tensor.of(new double[] {1, 2}, 2), Tensor.of(new double[] {1, 2.0001}, 2)),
                Arguments.of(Tensor.of(new long[] {7, -1}, 2), Tensor.of(new long[] {7, -1}, 2)),
                Arguments.of(Tensor.of(new String[] {"cat"}, 1), Tensor.of(new String[] {"cat"}, 1)));
    }

    @ParameterizedTest
    @MethodSource("same")
    void equalAnswersWin(Tensor one, Tensor many) {
        TuningReport report = tuned(one, many);
        assertThat(report.changed()).isTrue();
        assertThat(report.best().intraOpThreads()).isEqualTo(4);
        assertThat(report.speedup()).isEqualTo(4);
    }

    static Stream<Arguments> different() {
        return Stream.of(
                Arguments.of(Tensor.of(new float[] {1, 2}, 2), Tensor.of(new float[] {1, 2.001f}, 2)),
                Arguments.of(Tensor.of(new float[] {1, 2}, 2), Tensor.of(new float[] {1, Float.NaN}, 2)),
                Arguments.of(Tensor.of(new float[] {1, 2}, 2), Tensor.of(new float[] {1, 2}, 1, 2)),
                Arguments.of(Tensor.of(new long[] {7, -1}, 2), Tensor.of(new long[] {7, 1}, 2)),
                Arguments.of(Tensor.of(new double[] {1, 2}, 2), Tensor.of(new double[] {1, 2.001}, 2)),
                Arguments.of(Tensor.of(new int[] {7}, 1), Tensor.of(new int[] {8}, 1)),
                Arguments.of(Tensor.of(new String[] {"cat"}, 1), Tensor.of(new String[] {"dog"}, 1)),
                Arguments.of(Tensor.of(new float[] {1}, 1), Tensor.of(new long[] {1}, 1)));
    }

    @ParameterizedTest
    @MethodSource("different")
    void otherAnswersAreRefused(Tensor one, Tensor many) {
        TuningReport report = tuned(one, many);
        assertThat(report.best().intraOpThreads()).isEqualTo(1);
        assertThat(report.trials())
                .filteredOn(trial -> trial.options().intraOpThreads() > 1)
                .isNotEmpty()
                .allSatisfy(trial -> assertThat(trial.outcome()).startsWith("answers differ"));
    }

    @Test
    void aReportThatCannotBeReadIsMadeAnew(@TempDir Path folder) throws Exception {
        ScriptedEngine engine = new ScriptedEngine(options -> 1000, options -> 5);
        RuntimeTuner tuner = RuntimeTuner.builder()
                .runtime(engine)
                .ticker(engine.ticker())
                .mostThreads(2)
                .build();
        Path file = folder.resolve(TuningKey.of(MODEL, engine).fileName() + ".tuning.json");
        for (String damaged : new String[] {"", "{", "[]", "{\"version\": 99}", "{\"version\": 1}"}) {
            Files.writeString(file, damaged);
            TuningReport report = tuner.tuneOrReuse(MODEL, FEED, folder);
            assertThat(TuningReport.fromJson(Files.readString(file)))
                    .as(damaged)
                    .isEqualTo(report);
        }
        int opened = engine.opened;
        tuner.tuneOrReuse(MODEL, FEED, folder);
        assertThat(engine.opened).as("nothing is measured again").isEqualTo(opened);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void anotherModelOrEngineHasAnotherKey() {
        ScriptedEngine engine = new ScriptedEngine(options -> 1000, options -> 5);
        TuningKey key = TuningKey.of(MODEL, engine);
        assertThat(TuningKey.of(MODEL, engine)).isEqualTo(key);
        assertThat(key.fileName()).matches("[0-9a-f]{64}");
        byte[] other = OnnxWriter.toBytes(GraphBuilder.residualNet(13, 2));
        assertThat(TuningKey.of(other, engine).fileName()).isNotEqualTo(key.fileName());
        assertThat(TuningKey.of(MODEL, Ort.runtime()).fileName()).isNotEqualTo(key.fileName());
        assertThat(new TuningKey(key.model(), key.engine(), key.processor() + "+").fileName())
                .isNotEqualTo(key.fileName());
    }
}
