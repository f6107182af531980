package io.edgeai.optimize.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeTunerTest {
    private static final byte[] MODEL = OnnxWriter.toBytes(GraphBuilder.residualNet(13, 1));
    private static final Map<String, Tensor> FEED = Map.of("x", Ort.tensor(new Random(1), 1, 3, 8, 8));
    private static final long BASE = 1_000_000;

    private static RuntimeTuner.Builder tuner(ScriptedEngine engine) {
        return RuntimeTuner.builder().runtime(engine).ticker(engine.ticker()).mostThreads(8);
    }

    private static TuningReport tuned(ToLongFunction<SessionOptions> nanos) {
        ScriptedEngine engine = new ScriptedEngine(nanos, options -> 5);
        TuningReport report = tuner(engine).build().tune(MODEL, FEED);
        assertThat(engine.open).as("sessions left open").hasValue(0);
        return report;
    }

    private static String option(SessionOptions options, String key) {
        return options.engineOptions().getOrDefault(key, "");
    }

    @Test
    void findsTheFastestOfAllCombinations() {
        TuningReport report = tuned(options -> {
            double time = BASE / (1 + 0.5 * Math.log(options.intraOpThreads()));
            time *= option(options, Candidate.SPINNING).equals("1") ? 0.9 : 1;
            time *= option(options, "enable_cpu_mem_arena").equals("1") ? 0.8 : 1;
            time *= option(options, "graph_optimization_level").equals("extended") ? 1.3 : 1;
            return (long) time;
        });

        assertThat(report.best().intraOpThreads()).isEqualTo(8);
        assertThat(report.best().engineOptions())
                .containsEntry(Candidate.SPINNING, "1")
                .containsEntry("enable_cpu_mem_arena", "1")
                .doesNotContainKey("graph_optimization_level");
        assertThat(report.speedup())
                .isEqualTo((1 + 0.5 * Math.log(8)) / (0.9 * 0.8), org.assertj.core.api.Assertions.within(0.01));
        assertThat(report.changed()).isTrue();
        assertThat(report.complete()).isTrue();
        assertThat(report.trials().stream().filter(trial -> trial.outcome().equals("won")))
                .hasSize(1);
        assertThat(report.table()).contains("threads=8 spinning arena", ": won");
    }

    @Test
    void theDefaultStaysWhereNothingIsFaster() {
        TuningReport report = tuned(options -> options.equals(SessionOptions.defaults()) ? BASE : BASE + 1000);

        assertThat(report.best()).isEqualTo(SessionOptions.defaults());
        assertThat(report.changed()).isFalse();
        assertThat(report.speedup()).isEqualTo(1);
        assertThat(report.trials())
                .anyMatch(trial -> trial.label().equals("default")
                        && trial.outcome().equals("won")
                        && trial.p50Micros() > 0
                        && trial.rounds() > 0);
    }

    @Test
    void aLuckyCandidateThatFailsTheLastCheckDoesNotWin() {
        Duration budget = Duration.ofMillis(200);
        ScriptedEngine[] clock = new ScriptedEngine[1];
        ScriptedEngine engine = new ScriptedEngine(
                options ->
                        options.intraOpThreads() == 2 ? (clock[0].now < budget.toNanos() ? BASE / 2 : 2 * BASE) : BASE,
                options -> 5);
        clock[0] = engine;
        TuningReport report = tuner(engine).budget(budget).build().tune(MODEL, FEED);

        assertThat(report.best()).isEqualTo(SessionOptions.defaults());
        assertThat(report.trials()).anyMatch(trial -> trial.outcome().contains("not faster"));
    }

    @Test
    void optionsThatAnswerOtherwiseOrDoNotRunAreRefusedWithTheReason() {
        ScriptedEngine engine = new ScriptedEngine(
                options -> options.intraOpThreads() == 4 ? -1 : BASE / options.intraOpThreads(),
                options -> options.intraOpThreads() == 8 ? 6 : 5);

        TuningReport report = tuner(engine).build().tune(MODEL, FEED);

        assertThat(report.best().intraOpThreads()).isEqualTo(2);
        assertThat(report.trials()).anySatisfy(trial -> {
            assertThat(trial.label()).isEqualTo("threads=4");
            assertThat(trial.outcome()).contains("refused");
        });
        assertThat(report.trials()).anySatisfy(trial -> {
            assertThat(trial.label()).isEqualTo("threads=8");
            assertThat(trial.outcome()).contains("answers differ");
        });
        assertThat(engine.open).hasValue(0);
    }

    @Test
    void halvingSpendsFewerRoundsOnTheSlow() {
        TuningReport report = tuned(options -> BASE / options.intraOpThreads());

        int slowest = report.trials().stream()
                .filter(trial -> trial.label().equals("threads=1 level=extended"))
                .findFirst()
                .orElseThrow()
                .rounds();
        int won = report.trials().stream()
                .filter(trial -> trial.outcome().equals("won"))
                .findFirst()
                .orElseThrow()
                .rounds();
        assertThat(slowest).isEqualTo(3);
        assertThat(won).isEqualTo(15);
    }

    @Test
    void theBudgetEndsTheSearchButNotTheLastCheck() {
        ScriptedEngine engine = new ScriptedEngine(options -> BASE / options.intraOpThreads(), options -> 5);
        TuningReport report =
                tuner(engine).budget(Duration.ofMillis(30)).build().tune(MODEL, FEED);

        assertThat(report.complete()).isFalse();
        assertThat(engine.opened).isLessThan(12);
        assertThat(report.speedup()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void canBeCancelledAndClosesWhatItOpened() {
        ScriptedEngine engine = new ScriptedEngine(options -> BASE, options -> 5);
        List<String> seen = new ArrayList<>();
        Progress progress = new Progress() {
            @Override
            public void update(String phase, long done, long total) {
                seen.add(phase + " " + done + "/" + total);
            }

            @Override
            public boolean cancelled() {
                return seen.size() >= 3;
            }
        };
        assertThatThrownBy(() -> tuner(engine).progress(progress).build().tune(MODEL, FEED))
                .isInstanceOf(OperationCancelledException.class);
        assertThat(seen).hasSize(3).first().asString().startsWith("tune 1/");
        assertThat(engine.open).hasValue(0);
    }

    @Test
    void reportsSurviveJsonAndDamageIsNamed() {
        TuningReport report = tuned(options -> BASE / options.intraOpThreads());

        assertThat(TuningReport.fromJson(report.toJson())).isEqualTo(report);
        assertThatThrownBy(() -> TuningReport.fromJson("{}"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Maybe tune again");
        assertThatThrownBy(() -> TuningReport.fromJson("[1")).isInstanceOf(ModelFormatException.class);
        assertThatThrownBy(() -> TuningReport.fromJson(
                        report.toJson().replaceFirst("\"intraOpThreads\" : \\d+", "\"intraOpThreads\" : 0")))
                .isInstanceOf(ModelFormatException.class);
    }

    @Test
    void aKnownModelIsNotTunedAgain(@TempDir Path folder) throws Exception {
        ScriptedEngine engine = new ScriptedEngine(options -> BASE / options.intraOpThreads(), options -> 5);
        RuntimeTuner tuner = tuner(engine).build();

        TuningReport first = tuner.tuneOrReuse(MODEL, FEED, folder.resolve("new"));
        int opened = engine.opened;
        TuningReport second = tuner.tuneOrReuse(MODEL, FEED, folder.resolve("new"));
        assertThat(second).isEqualTo(first);
        assertThat(engine.opened).isEqualTo(opened);

        tuner.tuneOrReuse(OnnxWriter.toBytes(GraphBuilder.residualNet(13, 2)), FEED, folder.resolve("new"));
        assertThat(engine.opened).isGreaterThan(opened);
        try (var files = Files.list(folder.resolve("new"))) {
            assertThat(files).hasSize(2).allMatch(file -> file.toString().endsWith(".tuning.json"));
        }
    }

    @Test
    void everyCandidateRunsOnTheRealEngine() {
        TuningReport report = RuntimeTuner.builder()
                .mostThreads(2)
                .rounds(5)
                .denormals(false)
                .budget(Duration.ofHours(1))
                .build()
                .tune(MODEL, FEED);

        assertThat(report.trials())
                .allSatisfy(trial -> assertThat(trial.outcome()).matches("won|dropped.*|not faster.*"));
        assertThat(report.trials())
                .extracting(TuningTrial::label)
                .contains("threads=2 spinning", "threads=1 parallel branches=2");
        assertThat(report.key().engine()).startsWith("onnxruntime 1.29");
    }

    @Test
    void aModelThatDoesNotRunSaysSo() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 1);
        assertThatThrownBy(() -> RuntimeTuner.builder()
                        .build()
                        .tune(OnnxWriter.toBytes(graph), Map.of("x", Tensor.of(new float[3], 1, 3))))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        assertThatThrownBy(() -> RuntimeTuner.builder().mostThreads(0)).hasMessageContaining("mostThreads (0)");
        assertThatThrownBy(() -> RuntimeTuner.builder().budget(Duration.ZERO)).hasMessageContaining("budget (PT0S)");
        assertThatThrownBy(() -> RuntimeTuner.builder().rounds(4)).hasMessageContaining("rounds (4)");
        assertThatThrownBy(() -> RuntimeTuner.builder().worthwhile(0.9)).hasMessageContaining("worthwhile (0.9)");
    }
}
