package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.search.Preference;
import io.edgeai.optimize.search.Trial;
import io.edgeai.optimize.search.Trial.Outcome;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.RedundantNets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A search that may prune, on networks of which half the channels are superfluous by construction and on one of which
 * none is. The clock stands still unless a test moves it, so that no time is ever short by chance.
 */
class AutoPruningTest {
    private static final int WIDTH = 16;
    private static final Duration BUDGET = Duration.ofMinutes(10);
    private static final TrainSettings SHORT = TrainSettings.taught().epochs(2);

    private final AtomicLong clock = new AtomicLong();
    private final NoiseImages judging = NoiseImages.of(64, 21);
    private final CalibrationData typical =
            CalibrationData.of(NoiseImages.of(128, 5).values());
    private final CalibrationData lessons =
            CalibrationData.of(NoiseImages.of(256, 7).values());

    private OptimizationResult run(OnnxGraph graph, Recipe.Builder recipe) {
        return InferenceOptimizer.builder()
                .ticker(clock::get)
                .latencyTicker(clock::get)
                .build()
                .optimize(graph, recipe.latencyRounds(0).build());
    }

    private static List<Trial> pruned(OptimizationResult result) {
        return result.report().trials().stream()
                .filter(trial -> trial.name().startsWith("pruned"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"doubled", "padded"})
    void superfluousChannelsGoAndTheRestIsQuantized(String how) {
        OnnxGraph wide = how.equals("doubled") ? RedundantNets.doubled(WIDTH, 3) : RedundantNets.padded(WIDTH, 3);
        assertThat(judging.answers(wide))
                .as("the construction")
                .containsExactly(judging.answers(RedundantNets.narrow(WIDTH, 3)), within(1e-4f));

        OptimizationResult result = run(
                wide,
                Recipe.builder()
                        .auto(typical)
                        .timeBudget(BUDGET)
                        .maxBytes(70_000)
                        .prefer(Preference.SIZE));
        OptimizationResult without =
                run(wide, Recipe.builder().auto(typical).maxBytes(70_000).prefer(Preference.SIZE));

        String boldest = "pruned to 2.0 times fewer multiplications";
        Trial alone = pruned(result).stream()
                .filter(trial -> trial.name().equals(boldest))
                .findFirst()
                .orElseThrow();
        assertThat(alone.outcome()).as("%s", alone).isEqualTo(Outcome.PASSED);
        assertThat(alone.figures().sqnrDb()).as("nothing is lost").isGreaterThan(60);
        assertThat(alone.steps()).containsExactly("structured-pruning");
        Trial kept = result.report().trials().stream()
                .filter(Trial::accepted)
                .findFirst()
                .orElseThrow();
        assertThat(kept.name()).startsWith("pruned to ").contains("INT8");
        assertThat(kept.steps())
                .startsWith("structured-pruning")
                .last()
                .asString()
                .startsWith("int8");
        assertThat(result.report().bytesAfter())
                .as("both gains together")
                .isLessThan(without.report().bytesAfter() / 2);
        assertThat(without.report().trials()).as("no time was given").noneMatch(trial -> trial.name()
                .startsWith("pruned"));
        assertThat(result.report().layerErrors())
                .as("compared with the pruned network, whose layers have the same shapes")
                .allSatisfy(error -> assertThat(error.sqnrDb()).isGreaterThan(10));
    }

    @Test
    void whereNothingIsSuperfluousTheMildestCutEndsIt() {
        OnnxGraph graph = RedundantNets.narrow(32, 4);
        OptimizationResult result = run(graph, Recipe.builder().auto(typical).timeBudget(BUDGET));
        assertThat(pruned(result))
                .filteredOn(trial -> trial.figures() != null)
                .singleElement()
                .satisfies(trial -> assertThat(trial.verdict()).contains("less than 20.0 dB"));
        assertThat(result.report().trials())
                .filteredOn(trial -> !trial.name().startsWith("pruned"))
                .as("all else is as without pruning")
                .isEqualTo(run(graph, Recipe.builder().auto(typical)).report().trials());
    }

    /** Of a network that has seen few examples, so that more of them make even a third of it better. */
    private OptimizationReport taught(OnnxGraph graph, Recipe.Builder recipe) {
        return run(
                        graph,
                        recipe.auto(CalibrationData.of(TemplateImages.of(64, 4).values()))
                                .trainOn(TemplateImages.of(600, 3).labelled())
                                .fineTune(SHORT)
                                .keepAccuracy(1, TemplateImages.of(400, 2).labelled())
                                .maxBytes(70_000))
                .report();
    }

    @Test
    void whatCuttingTookTrainingBringsBack(@TempDir Path folder) {
        OnnxGraph graph = TemplateImages.learned(RedundantNets.narrow(32, 5), 200, 8);
        Supplier<Recipe.Builder> recipe =
                () -> Recipe.builder().timeBudget(BUDGET).resume(folder);
        Set<String> phases = new LinkedHashSet<>();
        Progress stopping = new Progress() {
            @Override
            public void update(String phase, long done, long total) {
                phases.add(phase);
            }

            @Override
            public boolean cancelled() {
                return phases.contains("fine-tune");
            }
        };
        assertThatThrownBy(() -> taught(graph, recipe.get().progress(stopping)))
                .as("a user's own wish ends the whole run")
                .isInstanceOf(OperationCancelledException.class);

        OptimizationReport report = taught(graph, recipe.get().progress(Progress.NONE));
        Trial cut = named(report, "pruned to 1.25 times fewer multiplications");
        Trial trained = named(report, "pruned to 3.0 times fewer multiplications, trained");
        assertThat(cut.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(cut.verdict()).contains("the floor of 1.0000");
        assertThat(trained.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(trained.steps()).containsExactly("structured-pruning", "fine-tuning");
        assertThat(trained.kind()).isEqualTo(OptimizationKind.STRUCTURED_PRUNING);
        assertThat(trained.figures().accuracy()).isGreaterThan(cut.figures().accuracy() + 0.1);
        Trial kept =
                report.trials().stream().filter(Trial::accepted).findFirst().orElseThrow();
        assertThat(kept.steps()).startsWith("structured-pruning", "fine-tuning").hasSize(3);
        assertThat(report.warnings())
                .filteredOn(line -> line.startsWith("Training (pruned to"))
                .as("one for each training")
                .hasSize((int) report.trials().stream()
                        .filter(trial -> trial.name().endsWith(", trained"))
                        .count());

        phases.clear();
        OptimizationReport again = taught(graph, recipe.get().progress((phase, done, total) -> phases.add(phase)));
        assertThat(again.trials()).as("nothing is measured anew").isEqualTo(report.trials());
        assertThat(phases).doesNotContain("fine-tune", "reconstruct");
    }

    private static Trial named(OptimizationReport report, String name) {
        return report.trials().stream()
                .filter(trial -> trial.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(report.trials()));
    }

    @Test
    void timeThatEndsInATrainingEndsThatAndTheRestIsNamed() {
        OnnxGraph graph = TemplateImages.learned(RedundantNets.narrow(32, 5), 200, 1);
        Progress slow = (phase, done, total) -> clock.addAndGet(phase.equals("fine-tune") ? BUDGET.toNanos() + 1 : 0);
        OptimizationReport report =
                taught(graph, Recipe.builder().timeBudget(BUDGET).progress(slow));
        assertThat(report.trials())
                .filteredOn(trial -> trial.name().endsWith(", trained"))
                .singleElement()
                .satisfies(trial -> assertThat(trial.verdict()).contains("the time budget ended while it was made"));
        assertThat(report.trials())
                .as("what was measured before is still judged")
                .filteredOn(Trial::accepted)
                .hasSize(1);
    }

    @Test
    void whatThereWasNoTimeForIsNamed() {
        OnnxGraph graph = RedundantNets.narrow(32, 5);
        Progress slow = (phase, done, total) ->
                clock.addAndGet(phase.equals("rank channels") && done == total ? BUDGET.toNanos() + 1 : 0);
        List<Trial> pruned = pruned(run(
                graph,
                Recipe.builder()
                        .auto(typical)
                        .timeBudget(BUDGET)
                        .trainOn(lessons)
                        .progress(slow)));
        assertThat(pruned)
                .filteredOn(trial -> !trial.verdict().startsWith("The model does not get"))
                .hasSizeGreaterThan(2)
                .allSatisfy(trial -> assertThat(trial.verdict()).contains("time budget"));
        assertThat(pruned)
                .filteredOn(trial -> trial.name().endsWith(", trained"))
                .hasSize(1);
    }

    @Test
    void withNothingElseToJudgeByPruningIsNotTried() {
        OnnxGraph graph = RedundantNets.narrow(16, 4);
        CalibrationData few = CalibrationData.of(NoiseImages.of(64, 5).values());
        List<Trial> same = pruned(run(graph, Recipe.builder().auto(few).timeBudget(BUDGET)));
        List<Trial> free = pruned(run(
                graph,
                Recipe.builder()
                        .auto(few)
                        .labelled(LabelledData.of(judging.values(), judging.nextClasses(graph)))
                        .timeBudget(BUDGET)));
        assertThat(same).singleElement().satisfies(trial -> assertThat(trial.verdict())
                .contains("examples other than those that answers are judged by", "Maybe give trainOn"));
        assertThat(free).singleElement().satisfies(trial -> assertThat(trial.verdict())
                .contains("how much may be lost", "Maybe give keepAccuracy"));
        assertThat(pruned(run(graph, Recipe.builder().auto().timeBudget(BUDGET))))
                .as("without data")
                .isEmpty();
    }

    @Test
    void aModelWithoutChannelsToLoseSaysSo() {
        OnnxGraph dense = new GraphBuilder(13, 2)
                .input("x", -1, 192)
                .weight("w", 0.1, 192, 5)
                .output("y", 2)
                .graph();
        dense.add("MatMul", "y", List.of("x", "w"), List.of("y"));
        assertThat(pruned(run(dense, Recipe.builder().auto(typical).timeBudget(BUDGET))))
                .singleElement()
                .satisfies(trial -> assertThat(trial.verdict()).startsWith("no channel of it can go"));
    }

    @Test
    void examplesWithoutATrainingNeedASearchThatMayTakeTime() {
        assertThatThrownBy(() -> Recipe.builder().auto(typical).trainOn(lessons).build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("or auto with a timeBudget");
        Recipe recipe = Recipe.builder()
                .auto(typical)
                .trainOn(lessons)
                .timeBudget(BUDGET)
                .build();
        assertThat(recipe.searchesPruning()).isTrue();
        assertThat(recipe.toString()).contains("structured pruning alone and with int8");
        assertThat(recipe.toBuilder().prune(0.2).fineTune().build().searchesPruning())
                .as("pruned as it says")
                .isFalse();
        assertThat(Recipe.builder().auto(typical).build().timeBudget()).isEqualTo(Duration.ofHours(1));
    }
}
