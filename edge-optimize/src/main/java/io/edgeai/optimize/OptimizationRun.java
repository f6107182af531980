package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.opset.OpsetUpgrade;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.OptimizationReport.Attempt;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.fidelity.Fidelity;
import io.edgeai.optimize.fidelity.LayerError;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.latency.LatencyComparison;
import io.edgeai.optimize.quantize.FloatNode;
import io.edgeai.optimize.quantize.Quantized;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One optimization from the check of its samples to the report. */
final class OptimizationRun {
    private static final int FIDELITY_SAMPLES = 64;
    private static final double FASTER = 1.03;
    private static final double SLOWER = 1 / FASTER;

    private final InferenceRuntime runtime;
    private final Ticker ticker;
    private final OnnxGraph original;
    private final Recipe recipe;
    private final Progress progress;
    private final long start;
    private final SessionOptions options = SessionOptions.defaults().slots(1);
    private final List<String> warnings = new ArrayList<>();
    private final List<Attempt> attempts = new ArrayList<>();

    OptimizationRun(InferenceRuntime runtime, Ticker ticker, OnnxGraph original, Recipe recipe) {
        this.runtime = runtime;
        this.ticker = ticker;
        this.original = original;
        this.recipe = recipe;
        this.progress = new ThrottledProgress(recipe.progress(), ticker);
        this.start = ticker.nanos();
    }

    OptimizationResult run() {
        CalibrationData calibration = recipe.calibration();
        List<Map<String, Tensor>> ranges = calibration == null ? List.of() : calibration.feeds(original);
        byte[] before = OnnxWriter.toBytes(original);
        try (InferenceSession session = runtime.open(before, options)) {
            List<Map<String, Tensor>> samples = samples(ranges, session);
            Accuracy accuracy = accuracy(session);
            OnnxGraph base = base();
            Candidates candidates = new Candidates(runtime, recipe, progress, base, ranges);
            if (candidates.reducedRange()) {
                warnings.add(
                        "Weights have 7 bits, since 8-bit products saturate on this processor or were not wanted.");
            }
            for (Candidates.Candidate candidate : candidates.list()) {
                if (progress.cancelled()) {
                    throw new OperationCancelledException(
                            "Optimization was cancelled before (" + candidate.name() + ").");
                }
                OptimizationResult result = attempt(candidate, base, session, before.length, accuracy, samples);
                if (result != null) {
                    return result;
                }
            }
            String outcome = "The original is returned: "
                    + attempts.get(attempts.size() - 1).verdict();
            return new OptimizationResult(
                    original,
                    report(
                            false,
                            outcome,
                            before.length,
                            before.length,
                            null,
                            null,
                            accuracy,
                            accuracy,
                            Map.of(),
                            List.of(),
                            List.of()));
        }
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
            return GeneratedInputs.runnable(original, recipe.seed(), session);
        }
        return chosen.subList(0, Math.min(FIDELITY_SAMPLES, chosen.size()));
    }

    /** The graph that is quantized: raised where possible, simplified. */
    private OnnxGraph base() {
        progress.update("simplify", 0, 1);
        OnnxGraph cleaned = GraphPasses.simplified(original, runtime);
        Optional<String> obstacle = OpsetUpgrade.obstacle(cleaned);
        obstacle.ifPresent(reason ->
                warnings.add("The operator set was left at " + original.info().opset() + ": " + reason + "."));
        boolean done = obstacle.isPresent() || cleaned.info().opset() >= OpsetUpgrade.TARGET;
        OnnxGraph simplified = done ? cleaned : GraphPasses.simplified(OpsetUpgrade.raised(cleaned), runtime);
        progress.update("simplify", 1, 1);
        return simplified;
    }

    private @Nullable OptimizationResult attempt(
            Candidates.Candidate candidate,
            OnnxGraph base,
            InferenceSession session,
            int bytesBefore,
            @Nullable Accuracy before,
            List<Map<String, Tensor>> samples) {
        Quantized quantized;
        byte[] bytes;
        try {
            quantized = candidate.build().get();
            if (!quantized.changed()) {
                return refuse(candidate, "nothing in the model can be quantized this way" + reasons(quantized.left()));
            }
            bytes = OnnxWriter.toBytes(quantized.graph());
        } catch (UnsupportedOperatorException e) {
            return refuse(candidate, String.valueOf(e.getMessage()));
        }
        try (InferenceSession derived = runtime.open(bytes, options)) {
            Fidelity fidelity = Fidelity.measure(session, derived, samples, progress);
            if (!fidelity.finite()) {
                return refuse(candidate, "its answers are NaN or infinite where the original's are not");
            }
            Accuracy after = accuracy(derived);
            if (before != null && after != null && after.value() < recipe.accuracyFloor() * before.value()) {
                return refuse(
                        candidate,
                        format(
                                "accuracy %.4f is below %.4f, the floor of %.4f of the original's %.4f",
                                after.value(),
                                recipe.accuracyFloor() * before.value(),
                                recipe.accuracyFloor(),
                                before.value()));
            }
            LatencyComparison latency = recipe.latencyRounds() == 0
                    ? null
                    : LatencyComparison.measure(
                            session, derived, samples.get(0), recipe.latencyRounds(), ticker, progress);
            if (bytes.length >= bytesBefore && latency != null && latency.speedup() < FASTER) {
                return refuse(
                        candidate,
                        format(
                                "its file is larger (%d bytes instead of %d, since the original generates its weights or"
                                        + " is tiny) and it is not faster",
                                bytes.length, bytesBefore));
            }
            List<LayerError> errors = LayerErrors.measure(runtime, base, quantized, samples);
            warn(latency, bytesBefore, bytes.length);
            attempts.add(new Attempt(candidate.name(), true, "kept"));
            String outcome = "Kept: " + candidate.name() + summary(latency, bytesBefore, bytes.length);
            return new OptimizationResult(
                    quantized.graph(),
                    report(
                            true,
                            outcome,
                            bytesBefore,
                            bytes.length,
                            latency,
                            fidelity,
                            before,
                            after,
                            quantized.quantizedOps(),
                            quantized.left(),
                            errors));
        } catch (ModelFormatException | UnsupportedOperatorException | InferenceException e) {
            return refuse(candidate, "the engine refuses it: " + e.getMessage());
        }
    }

    private @Nullable OptimizationResult refuse(Candidates.Candidate candidate, String verdict) {
        attempts.add(new Attempt(candidate.name(), false, verdict));
        return null;
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

    private @Nullable Accuracy accuracy(InferenceSession session) {
        LabelledData labelled = recipe.labelled();
        return labelled == null ? null : Accuracy.measure(session, original, labelled, progress);
    }

    private void warn(@Nullable LatencyComparison latency, int before, int after) {
        if (latency != null && latency.speedup() < SLOWER) {
            warnings.add(format(
                    "The result is slower than the original here (%.2f×). Maybe keep the original, or use fp16 if size"
                            + " is what matters.",
                    latency.speedup()));
        }
        if (after >= before) {
            warnings.add("The result is larger than the original (" + after + " bytes instead of " + before
                    + "), whose file generates its weights instead of storing them, or is tiny.");
        }
    }

    private static String summary(@Nullable LatencyComparison latency, int before, int after) {
        return format(", size %+.1f %%", 100.0 * after / before - 100)
                + (latency == null ? "" : format(", speed %.2f×", latency.speedup()));
    }

    private OptimizationReport report(
            boolean kept,
            String outcome,
            long bytesBefore,
            long bytesAfter,
            @Nullable LatencyComparison latency,
            @Nullable Fidelity fidelity,
            @Nullable Accuracy before,
            @Nullable Accuracy after,
            Map<String, Integer> ops,
            List<FloatNode> left,
            List<LayerError> errors) {
        return new OptimizationReport(
                original.name(),
                kept,
                outcome,
                recipe.toString(),
                bytesBefore,
                bytesAfter,
                latency,
                fidelity,
                before,
                after,
                recipe.accuracyFloor(),
                ops,
                left,
                errors,
                attempts,
                warnings,
                Duration.ofNanos(ticker.nanos() - start),
                Hardware.describe(runtime));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
