package io.edgeai.optimize;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.Attempts.Answers;
import io.edgeai.optimize.Attempts.Attempt;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.prune.PruneBudget;
import io.edgeai.optimize.prune.PruneReport;
import io.edgeai.optimize.prune.PrunedModel;
import io.edgeai.optimize.prune.RankedModel;
import io.edgeai.optimize.prune.StructuredPruner;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.search.Trial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the fewest channels with which a model's answers are still right: first without training, from few
 * multiplications saved to many, until the answers are wrong; then bisecting what is left with a short training each, as
 * long as its share of the time allows; then the INT8 forms of the smallest that is right. Not thread-safe.
 */
final class PruneSearch {
    private static final OptimizationKind PRUNING = OptimizationKind.STRUCTURED_PRUNING;
    /** How many times fewer multiplications are tried. */
    private static final double[] TIMES = {1.25, 1.5, 2, 3, 4};
    /** How many pruned graphs INT8 is tried on. */
    private static final int MOST_BASES = 2;

    private static final String FINE_TUNE = "fine-tune";

    private final InferenceRuntime runtime;
    private final Recipe recipe;
    private final Deadline time;
    private final Attempts attempts;
    private final Function<Candidate, Attempt> judge;
    private final RecipeTraining training;
    private final Supplier<PruningExamples> usable;
    private final OnnxGraph base;
    private final List<Level> levels = new ArrayList<>();
    private final Map<Integer, PrunedModel> cut = new HashMap<>();
    private final Map<Integer, Attempt> right = new HashMap<>();
    private final Map<String, OnnxGraph> bases = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * For one run.
     *
     * @param judge builds, measures and judges a candidate
     * @param examples asked where the recipe searches
     * @param base the graph to prune, simplified
     */
    PruneSearch(
            InferenceRuntime runtime,
            Recipe recipe,
            Deadline time,
            Attempts attempts,
            Function<Candidate, Attempt> judge,
            RecipeTraining training,
            Supplier<PruningExamples> examples,
            OnnxGraph base) {
        this.runtime = runtime;
        this.recipe = recipe;
        this.time = time;
        this.attempts = attempts;
        this.judge = judge;
        this.training = training;
        this.usable = examples;
        this.base = base;
    }

    private record Level(PruneBudget budget, RankedModel ranked) {
        String name() {
            return budget.toString();
        }

        Candidate candidate(PruneSearch search, int index) {
            return new Candidate(
                    name(),
                    PRUNING,
                    () -> search.quantized(index, search.cut(index).graph()));
        }
    }

    /**
     * Searches, if the recipe wants it.
     *
     * @param smaller the INT8 candidates of a pruned graph, in families
     */
    void run(Function<OnnxGraph, List<List<Candidate>>> smaller) {
        if (!recipe.searchesPruning()) {
            return;
        }
        Candidate whole = new Candidate("pruned", PRUNING, () -> {
            throw new IllegalStateException("Only a name for what hinders all pruning.");
        });
        PruningExamples examples = usable.get();
        if (!examples.lacking().isEmpty()) {
            attempts.refuse(whole, examples.lacking(), null);
            return;
        }
        RankedModel ranked = attempts.guarded(whole, () -> ranked(examples));
        if (ranked == null) {
            return;
        }
        if (ranked.groups() == 0) {
            attempts.refuse(
                    whole, "no channel of it can go" + (ranked.pinned().isEmpty() ? "" : ": " + ranked.pinned()), null);
            return;
        }
        levels(ranked);
        long before = time.elapsed();
        trained(untrained(), examples.lessons(), before);
        quantized(smaller);
    }

    /** What a candidate was made of; null where that is the whole model. */
    @Nullable
    OnnxGraph base(String candidate) {
        return bases.get(candidate);
    }

    /** What the user should know about the making of one candidate. */
    List<String> notes() {
        return List.copyOf(notes);
    }

    private RankedModel ranked(PruningExamples examples) {
        return StructuredPruner.builder()
                .budget(PruneBudget.macs(2))
                .samples(CalibrationData.withMissing(examples.repair()))
                .runtime(runtime)
                .seed(recipe.seed())
                .progress(time)
                .build()
                .rank(base);
    }

    /** Budgets that leave different graphs, the mildest first; of those that leave the same the boldest counts. */
    private void levels(RankedModel ranked) {
        double last = 1;
        for (double times : TIMES) {
            Level level = new Level(PruneBudget.macs(times), ranked);
            double reduction;
            try {
                reduction = ranked.macReduction(level.budget());
            } catch (InvalidInputException tooMuch) {
                attempts.refuse(level.candidate(this, levels.size()), String.valueOf(tooMuch.getMessage()), null);
                return;
            }
            if (!levels.isEmpty() && reduction == last) {
                levels.remove(levels.size() - 1);
            }
            levels.add(level);
            last = reduction;
        }
    }

    private PrunedModel cut(int index) {
        return cut.computeIfAbsent(
                index, at -> levels.get(at).ranked().prune(levels.get(at).budget()));
    }

    private Quantized quantized(int index, OnnxGraph graph) {
        PruneReport report = cut(index).report();
        int gone = report.channelsBefore() - report.channelsAfter();
        return new Quantized(graph, Map.of("pruned channels", gone), List.of(), List.of());
    }

    /** Repaired without training; how many levels, from the mildest on, are known to be too mild for one. */
    private int untrained() {
        int bold = 0;
        for (int i = 0; i < levels.size(); i++) {
            Attempt attempt = judge.apply(levels.get(i).candidate(this, i));
            if (attempt.answers() == Answers.RIGHT) {
                right.put(i, attempt);
                bold = i + 1;
            } else if (attempt.answers() != Answers.UNKNOWN && !time.spent()) {
                break;
            }
        }
        return bold;
    }

    /** Bisects the levels from {@code low} on. */
    private void trained(int low, @Nullable Retraining lessons, long before) {
        int from = low;
        int to = levels.size();
        while (lessons != null && from < to) {
            int middle = (from + to - 1) / 2;
            int trainings = 32 - Integer.numberOfLeadingZeros(to - from);
            long kept = Math.min(time.left() / 2, before);
            Attempt attempt = judge.apply(taught(middle, lessons, (time.left() - kept) / trainings));
            if (attempt.answers() == Answers.NONE) {
                return;
            }
            if (attempt.answers() == Answers.WRONG) {
                to = middle;
            } else {
                from = middle + 1;
            }
            if (attempt.answers() == Answers.RIGHT) {
                right.put(middle, attempt);
            }
        }
    }

    private Candidate taught(int index, Retraining lessons, long nanos) {
        String name = levels.get(index).name() + ", trained";
        return new Candidate(
                name,
                PRUNING,
                List.of(Trial.step(PRUNING), "fine-tuning"),
                () -> quantized(index, taught(name, cut(index).graph(), lessons, nanos)));
    }

    /** A training that ends in its share of the time: timed, and begun anew with fewer epochs where it would not. */
    private OnnxGraph taught(String name, OnnxGraph pruned, Retraining lessons, long nanos) {
        TrainSettings asked = lessons.fineTuning();
        TrainSettings how = asked == null ? TrainSettings.taught() : asked;
        Pace pace = new Pace(time, FINE_TUNE, nanos);
        try {
            return training.fineTuned(pruned, lessons, how, pace, name, notes);
        } catch (OperationCancelledException e) {
            if (!pace.tooLong()) {
                throw e;
            }
        } catch (InvalidInputException e) {
            throw new UnsupportedOperatorException("It cannot be trained: " + e.getMessage(), e);
        }
        int epochs = pace.epochs(how.epochs());
        if (epochs == 0) {
            throw new UnsupportedOperatorException(String.format(
                    Locale.ROOT,
                    "The time budget leaves no time to train it: one epoch takes about %.0f s.",
                    pace.epochSeconds(how.epochs())));
        }
        return training.fineTuned(pruned, lessons, how.epochs(epochs), time, name, notes);
    }

    /** INT8 of the boldest that are right, until one of them has a form that is. */
    private void quantized(Function<OnnxGraph, List<List<Candidate>>> smaller) {
        List<Integer> order = right.keySet().stream()
                .sorted((a, b) -> Integer.compare(b, a))
                .limit(MOST_BASES)
                .toList();
        for (int index : order) {
            Attempt made = right.get(index);
            if (made == null || made.measured() == null) {
                continue;
            }
            OnnxGraph graph = made.measured().candidate().graph();
            boolean found = false;
            for (List<Candidate> family : smaller.apply(graph)) {
                for (Candidate candidate : family) {
                    Candidate named = candidate.after(made.candidate());
                    bases.put(named.name(), graph);
                    Attempt attempt = judge.apply(named);
                    found |= attempt.passed();
                    if (attempt.pointless()) {
                        break;
                    }
                }
            }
            if (found) {
                return;
            }
        }
    }
}
