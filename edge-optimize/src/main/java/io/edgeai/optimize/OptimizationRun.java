package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.TrainingDivergedException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.ProfilingRuntime;
import io.edgeai.optimize.Measurement.Measured;
import io.edgeai.optimize.accelerator.Accelerator;
import io.edgeai.optimize.audit.FusedShare;
import io.edgeai.optimize.audit.FusionAudit;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.quantize.FloatNode;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.runtime.RuntimeTuner;
import io.edgeai.optimize.runtime.TuningReport;
import io.edgeai.optimize.search.Constraints;
import io.edgeai.optimize.search.Figures;
import io.edgeai.optimize.search.Trial;
import io.edgeai.optimize.search.Trial.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One optimization from the check of its samples to the report. */
final class OptimizationRun {
    private static final String UNCHANGED = "nothing in the model can be quantized this way";
    private static final int FIDELITY_SAMPLES = 64;
    private static final int PROOF_ROUNDS = 31;
    private static final double UNLABELLED_SQNR = 10;
    /** Answers on generated inputs say little, so they must be closer. */
    private static final double GENERATED_SQNR = 20;
    /** A smaller file is no gain in itself below this. */
    private static final long LEAST_BYTES_SAVED = 64 << 10;

    private final InferenceRuntime runtime;
    private final Ticker ticker;
    private final Ticker latencies;
    private final OnnxGraph original;
    private final Recipe recipe;
    private final Progress progress;
    private final long start;
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, Trial> trials = new LinkedHashMap<>();
    private final Map<Digest, String> built = new HashMap<>();
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
        this.start = ticker.nanos();
        this.limits = recipe.constraints();
        this.provenance = Provenance.of(recipe, original, runtime);
        this.finished = FinishedCandidates.of(recipe, provenance);
        this.training = new RecipeTraining(runtime, recipe, progress, original, finished.folder());
    }

    OptimizationResult run() {
        CalibrationData calibration = recipe.calibration();
        List<Map<String, Tensor>> ranges = calibration == null ? List.of() : calibration.feeds(original);
        try (Measurement measurement = new Measurement(runtime, latencies, original, recipe, progress)) {
            List<Map<String, Tensor>> samples = samples(ranges, measurement.original());
            Accuracy before = measurement.accuracy();
            OnnxGraph base = base(samples);
            trainedFirst(measurement);
            Predicate<Quantized> rightEnough = candidate -> {
                Measured answers = measurement.answers(candidate, before, samples);
                return answers.fidelity().finite() && limits.rightEnough(answers.figures());
            };
            Candidates candidates =
                    new Candidates(runtime, recipe, progress, original, base, ranges, rightEnough, training);
            if (candidates.reducedRange()) {
                warnings.add(
                        "Weights have 7 bits, since 8-bit products saturate on this processor or were not wanted.");
            }
            Report report = new Report(recipe, original, provenance, measurement.bytesBefore(), before);
            List<Measured> passed = new ArrayList<>();
            for (List<Candidate> family : candidates.families()) {
                for (Candidate candidate : family) {
                    Measured measured = attempt(candidate, measurement, before, samples);
                    if (measured != null) {
                        passed.add(measured);
                    }
                    if (measured != null || gentlerIsPointless(candidate)) {
                        break;
                    }
                }
            }
            Measured best = recipe.automatic() ? proven(passed, measurement, samples.get(0)) : first(passed);
            TuningReport tuning =
                    tuning(best == null ? original : best.candidate().graph(), samples.get(0));
            if (best == null) {
                return report.unchanged(reason(), ending(tuning));
            }
            warn(best.figures());
            accelerator(best.candidate().graph());
            return report.kept(
                    best,
                    passed,
                    LayerErrors.measure(runtime, base, best.candidate(), samples),
                    fused(best.candidate().graph()),
                    ending(tuning));
        }
    }

    private Report.Ending ending(@Nullable TuningReport tuning) {
        return new Report.Ending(List.copyOf(trials.values()), tuning, List.copyOf(warnings), elapsed());
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

    /**
     * In a search a candidate that was right enough but too slow or large is not helped by a gentler one, nor is one that
     * found nothing to change.
     */
    private boolean gentlerIsPointless(Candidate candidate) {
        Trial trial = trials.get(candidate.name());
        return recipe.automatic()
                && trial != null
                && (trial.figures() == null
                        ? trial.verdict().startsWith(UNCHANGED)
                        : limits.rightEnough(trial.figures()));
    }

    private long elapsed() {
        return ticker.nanos() - start;
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

    /** Builds and measures one candidate; null where it misses a limit. */
    private @Nullable Measured attempt(
            Candidate candidate,
            Measurement measurement,
            @Nullable Accuracy before,
            List<Map<String, Tensor>> samples) {
        if (progress.cancelled()) {
            throw new OperationCancelledException("Optimization was cancelled before (" + candidate.name() + ").");
        }
        if (recipe.automatic() && elapsed() > recipe.timeBudget().toNanos()) {
            return refuse(candidate, "the time budget was spent before it", null);
        }
        try {
            Measured measured = finished.find(candidate.name()).orElse(null);
            if (measured == null) {
                Quantized quantized = candidate.build().get();
                if (!quantized.changed()) {
                    return refuse(
                            candidate,
                            candidate.kind() == OptimizationKind.SIMPLIFICATION
                                    ? "the graph has nothing to join or to pack"
                                    : UNCHANGED + reasons(quantized.left()),
                            null);
                }
                String twin = built.putIfAbsent(Digest.of(OnnxWriter.toBytes(quantized.graph())), candidate.name());
                if (twin != null) {
                    return refuse(candidate, "it is the same model as " + twin, null);
                }
                measured = measurement.of(candidate.name(), quantized, before, samples);
                finished.add(measured);
            }
            Optional<String> verdict = verdict(measured);
            if (verdict.isPresent()) {
                return refuse(candidate, verdict.get(), measured.figures());
            }
            trials.put(
                    candidate.name(),
                    new Trial(
                            candidate.name(),
                            candidate.kind(),
                            Outcome.PASSED,
                            "within all limits, another is better",
                            measured.figures()));
            return measured;
        } catch (UnsupportedOperatorException e) {
            return refuse(candidate, String.valueOf(e.getMessage()), null);
        } catch (TrainingDivergedException e) {
            return refuse(candidate, "training it failed: " + e.getMessage(), null);
        } catch (ModelFormatException | InferenceException e) {
            return refuse(candidate, "the engine refuses it: " + e.getMessage(), null);
        }
    }

    private Optional<String> verdict(Measured measured) {
        Figures figures = measured.figures();
        if (!measured.fidelity().finite()) {
            return Optional.of("its answers are NaN or infinite where the original's are not");
        }
        Optional<String> missed = limits.missed(figures);
        if (missed.isPresent()) {
            return missed;
        }
        if (recipe.automatic()) {
            return Constraints.tooLittle(
                    figures,
                    recipe.constraints().maxBytes() < measured.figures().bytesBefore() ? 0 : LEAST_BYTES_SAVED);
        }
        return figures.bytes() < figures.bytesBefore() || Double.isNaN(figures.speedup())
                ? Optional.empty()
                : Constraints.tooLittle(figures, 0);
    }

    /** What was asked for by name is taken as it is. */
    private @Nullable Measured first(List<Measured> passed) {
        if (passed.isEmpty()) {
            return null;
        }
        Trial trial = trial(passed.get(0));
        trials.put(trial.name(), trial.ended(Outcome.KEPT, "kept"));
        return passed.get(0);
    }

    /** The best by the recipe's preference whose speed holds when it is measured once more. */
    private @Nullable Measured proven(List<Measured> passed, Measurement measurement, Map<String, Tensor> sample) {
        List<Measured> order = new ArrayList<>(passed);
        order.sort(Comparator.comparing(Measured::figures, recipe.preference().order()));
        for (Measured measured : order) {
            Trial trial = trial(measured);
            double speedup = recipe.latencyRounds() == 0
                    ? 1
                    : measurement
                            .again(measured.candidate(), sample, Math.max(PROOF_ROUNDS, recipe.latencyRounds()))
                            .speedup();
            if (speedup >= recipe.constraints().slowest()) {
                trials.put(trial.name(), trial.ended(Outcome.KEPT, format("kept; measured once more: %.2f×", speedup)));
                return measured;
            }
            passed.remove(measured);
            trials.put(
                    trial.name(),
                    trial.ended(Outcome.REFUSED, format("measured once more it is slower: %.2f×", speedup)));
        }
        return null;
    }

    private Trial trial(Measured measured) {
        return Objects.requireNonNull(trials.get(measured.name()), measured.name());
    }

    private @Nullable Measured refuse(Candidate candidate, String verdict, @Nullable Figures figures) {
        trials.put(candidate.name(), new Trial(candidate.name(), candidate.kind(), Outcome.REFUSED, verdict, figures));
        return null;
    }

    /** Why nothing was kept: the last verdict, or in a search that of the candidate that came closest. */
    private String reason() {
        List<Trial> all = List.copyOf(trials.values());
        if (!recipe.automatic()) {
            return all.get(all.size() - 1).verdict();
        }
        return String.join(
                "; ", all.stream().map(t -> t.name() + ": " + t.verdict()).toList());
    }

    private static String reasons(List<FloatNode> left) {
        return left.isEmpty()
                ? ""
                : left.stream()
                        .map(node -> node.op() + ": " + node.reason())
                        .distinct()
                        .limit(5)
                        .toList()
                        .toString();
    }

    private void warn(Figures figures) {
        if (recipe.accelerator() == null && figures.speedup() < 1 / Constraints.NOISE) {
            warnings.add(format(
                    "The result is slower than the original here (%.2f×). Maybe keep the original, or use fp16 if size"
                            + " is what matters.",
                    figures.speedup()));
        }
        if (figures.bytes() >= figures.bytesBefore()) {
            warnings.add("The result is larger than the original (" + figures.bytes() + " bytes instead of "
                    + figures.bytesBefore()
                    + "), whose file generates its weights instead of storing them, or is tiny.");
        }
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
