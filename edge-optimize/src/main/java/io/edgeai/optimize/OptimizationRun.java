package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.ProfilingRuntime;
import io.edgeai.optimize.Attempts.Attempt;
import io.edgeai.optimize.Measurement.Measured;
import io.edgeai.optimize.accelerator.Accelerator;
import io.edgeai.optimize.audit.FusedShare;
import io.edgeai.optimize.audit.FusionAudit;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.runtime.RuntimeTuner;
import io.edgeai.optimize.runtime.TuningReport;
import io.edgeai.optimize.search.Constraints;
import io.edgeai.optimize.search.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One optimization from the check of its samples to the report. */
final class OptimizationRun {
    private static final int FIDELITY_SAMPLES = 64;
    private static final double UNLABELLED_SQNR = 10;
    /** Answers on generated inputs say little, so they must be closer. */
    private static final double GENERATED_SQNR = 20;
    /** What is cut out of a model is no noise around its answers, so they must be closer. */
    private static final double PRUNED_SQNR = 20;

    private final InferenceRuntime runtime;
    private final Ticker ticker;
    private final Ticker latencies;
    private final OnnxGraph original;
    private final Recipe recipe;
    private final Progress progress;
    private final Deadline time;
    private final List<String> warnings = new ArrayList<>();
    private Constraints limits;
    private final FinishedCandidates finished;
    private final Provenance provenance;
    private final RecipeTraining training;

    OptimizationRun(InferenceRuntime runtime, Ticker ticker, Ticker latencies, OnnxGraph original, Recipe recipe) {
        this.runtime = runtime;
        this.ticker = ticker;
        this.latencies = latencies;
        this.original = original;
        this.recipe = recipe;
        this.progress = new ThrottledProgress(recipe.progress(), ticker);
        this.time = new Deadline(
                progress, ticker, recipe.automatic() ? recipe.timeBudget().toNanos() : Long.MAX_VALUE);
        this.limits = recipe.constraints();
        this.provenance = Provenance.of(recipe, original, runtime);
        this.finished = FinishedCandidates.of(recipe, provenance);
        this.training = new RecipeTraining(runtime, recipe, progress, original, finished.folder());
    }

    OptimizationResult run() {
        CalibrationData calibration = recipe.calibration();
        List<Map<String, Tensor>> ranges = calibration == null ? List.of() : calibration.feeds(original);
        try (Measurement measurement = new Measurement(runtime, latencies, original, recipe, progress, time)) {
            List<Map<String, Tensor>> samples = samples(ranges, measurement.original());
            Accuracy before = measurement.accuracy();
            OnnxGraph base = base(samples);
            trainedFirst(measurement);
            Constraints prunedLimits = limits.sqnrFloorDb() < UNLABELLED_SQNR ? limits : limits.sqnrFloor(PRUNED_SQNR);
            BiFunction<OnnxGraph, Constraints, Candidates> made = (graph, floor) -> new Candidates(
                    runtime,
                    recipe,
                    time,
                    original,
                    graph,
                    ranges,
                    rightEnough(measurement, before, samples, floor),
                    training);
            Candidates candidates = made.apply(base, limits);
            if (candidates.reducedRange()) {
                warnings.add(
                        "Weights have 7 bits, since 8-bit products saturate on this processor or were not wanted.");
            }
            Report report = new Report(recipe, original, provenance, measurement.bytesBefore(), before);
            Attempts attempts = new Attempts(recipe, time, finished, measurement, before, samples);
            for (List<Candidate> family : candidates.families()) {
                for (Candidate candidate : family) {
                    if (attempts.attempt(candidate, limits).pointless()) {
                        break;
                    }
                }
            }
            PruneSearch pruning =
                    pruning(candidate -> attempts.attempt(candidate, prunedLimits), attempts, base, samples);
            pruning.run(graph -> made.apply(graph, prunedLimits).bytes());
            warnings.addAll(pruning.notes());
            Measured best = attempts.chosen();
            TuningReport tuning =
                    tuning(best == null ? original : best.candidate().graph(), samples.get(0));
            if (best == null) {
                return report.unchanged(attempts.reason(), ending(attempts, tuning));
            }
            warn(best.figures());
            warn(attempts.memory(best.name()), samples.get(0));
            accelerator(best.candidate().graph());
            OnnxGraph madeOf = Objects.requireNonNullElse(pruning.base(best.name()), base);
            return report.kept(
                    best,
                    attempts.passed(),
                    LayerErrors.measure(runtime, madeOf, best.candidate(), samples),
                    fused(best.candidate().graph()),
                    ending(attempts, tuning));
        }
    }

    private static Predicate<Quantized> rightEnough(
            Measurement measurement, @Nullable Accuracy before, List<Map<String, Tensor>> samples, Constraints floor) {
        return candidate -> {
            Measured answers = measurement.answers(candidate, before, samples);
            return answers.fidelity().finite() && floor.rightEnough(answers.figures());
        };
    }

    private PruneSearch pruning(
            Function<Candidate, Attempt> judge, Attempts attempts, OnnxGraph base, List<Map<String, Tensor>> samples) {
        boolean compares = recipe.labelled() == null || limits.agreementFloor() > 0;
        return new PruneSearch(
                runtime,
                recipe,
                time,
                attempts,
                judge,
                training,
                () -> PruningExamples.of(recipe, original, samples, compares),
                base);
    }

    private Report.Ending ending(Attempts attempts, @Nullable TuningReport tuning) {
        return new Report.Ending(attempts.trials(), tuning, List.copyOf(warnings), time.elapsed());
    }

    private @Nullable TuningReport tuning(OnnxGraph chosen, Map<String, Tensor> sample) {
        return recipe.tuned()
                ? RuntimeTuner.builder()
                        .runtime(runtime)
                        .ticker(ticker)
                        .progress(progress)
                        .build()
                        .tune(OnnxWriter.toBytes(chosen), sample)
                : null;
    }

    /** Which nodes the engine computes on bytes; null where no activation is quantized or the engine does not tell. */
    private @Nullable FusedShare fused(OnnxGraph chosen) {
        boolean quantized = chosen.nodes().stream().anyMatch(node -> node.op().equals("QuantizeLinear"));
        boolean here = recipe.accelerator() == null && runtime instanceof ProfilingRuntime;
        return quantized && here ? new FusionAudit(runtime).of(chosen) : null;
    }

    private void accelerator(OnnxGraph chosen) {
        Accelerator accelerator = recipe.accelerator();
        if (accelerator == null) {
            return;
        }
        accelerator
                .check(chosen)
                .forEach(finding -> warnings.add("Rule " + finding.rule() + " of " + accelerator.name() + " at ("
                        + finding.node() + "): " + finding.message()));
        InferenceRuntime.Availability there = accelerator.availability();
        warnings.add("Answers, size and speed are those of this processor"
                + (there.usable()
                        ? ". Maybe measure once more with the result's options on " + accelerator.name() + "."
                        : ", since " + accelerator.name() + " is not here: " + there.detail()));
    }

    private List<Map<String, Tensor>> samples(List<Map<String, Tensor>> ranges, InferenceSession session) {
        CalibrationData own = recipe.samples();
        LabelledData labelled = recipe.labelled();
        List<Map<String, Tensor>> labelledFeeds =
                labelled == null ? List.of() : labelled.feeds(original, FIDELITY_SAMPLES);
        List<Map<String, Tensor>> chosen =
                own != null ? own.feeds(original) : !ranges.isEmpty() ? ranges : labelledFeeds;
        if (chosen.isEmpty()) {
            warnings.add("No samples were given: answers were compared on " + GeneratedInputs.COUNT
                    + " generated inputs, which says little about real ones.");
            closeness(GENERATED_SQNR);
            return GeneratedInputs.runnable(original, recipe.seed(), session);
        }
        closeness(UNLABELLED_SQNR);
        return chosen.subList(0, Math.min(FIDELITY_SAMPLES, chosen.size()));
    }

    /** A search without labels or agreement asked for takes only what is this close to the original. */
    private void closeness(double db) {
        if (recipe.automatic() && recipe.labelled() == null && limits.agreementFloor() == 0) {
            limits = limits.sqnrFloor(db);
        }
    }

    private OnnxGraph base(List<Map<String, Tensor>> samples) {
        PreparedGraph made =
                new PreparedGraph.Maker(runtime, recipe, progress, training, finished.folder()).of(original, samples);
        warnings.addAll(made.warnings());
        return made.graph();
    }

    /** How good the original has become that everything was made of; the report compares with the one given. */
    private void trainedFirst(Measurement measurement) {
        Accuracy trained = recipe.retraining().first() == null ? null : measurement.accuracy(training.teacher());
        if (trained != null) {
            warnings.add(format(
                    "The original, trained first, has an accuracy of %.4f (%.4f to %.4f).",
                    trained.value(), trained.lower(), trained.upper()));
        }
    }

    private void warn(@Nullable ProcessMemory memory, Map<String, Tensor> sample) {
        if (memory != null) {
            warnings.add(format(
                    "A process of its own held at most %.1f MB with the result, and %.1f MB with the original.",
                    memory.megabytes(), ProcessMemory.of(original, sample).megabytes()));
        }
    }

    private void warn(Figures figures) {
        if (recipe.accelerator() == null && figures.speedup() < 1 / Constraints.NOISE) {
            warnings.add(format(
                    "The result is slower than the original here (%.2f×). Maybe keep the original, or use fp16 if size"
                            + " is what matters.",
                    figures.speedup()));
        }
        boolean forSize = !recipe.freesBatch() && recipe.splits().isEmpty();
        if (forSize && figures.bytes() >= figures.bytesBefore()) {
            warnings.add("The result is larger than the original (" + figures.bytes() + " bytes instead of "
                    + figures.bytesBefore()
                    + "), whose file generates its weights instead of storing them, or is tiny.");
        }
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
