package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.opset.OpsetUpgrade;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.correct.BiasCorrection;
import io.edgeai.optimize.correct.InputMoments;
import io.edgeai.optimize.correct.LearnedRounding;
import io.edgeai.optimize.fuse.UpsamplingAsConv;
import io.edgeai.optimize.quantize.ChannelWeights;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.quantize.SensitivityRanking;
import io.edgeai.optimize.quantize.StaticQuantizer;
import io.edgeai.optimize.retrain.TrainSettings;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Static INT8 from the boldest to the gentlest: everything in bytes; the same with ranges and roundings fitted to the
 * samples; as few layers in float as it takes. With one scale a weight it begins with the second. Ranges are found once. Not thread-safe.
 */
final class StaticCandidates {
    private static final int RANKED_ON = 8;

    private final InferenceRuntime runtime;
    private final Recipe recipe;
    private final Progress progress;
    private final OnnxGraph base;
    private final List<Map<String, Tensor>> calibration;
    private final QuantizeSettings settings;
    private final Predicate<Quantized> rightEnough;
    private final Map<String, ValueRange> ranges = new HashMap<>();

    StaticCandidates(
            InferenceRuntime runtime,
            Recipe recipe,
            Progress progress,
            OnnxGraph base,
            List<Map<String, Tensor>> calibration,
            QuantizeSettings settings,
            Predicate<Quantized> rightEnough) {
        this.runtime = runtime;
        this.recipe = recipe;
        this.progress = progress;
        this.base = base.copy();
        new UpsamplingAsConv(recipe.keepFloat()).apply(this.base);
        this.calibration = calibration;
        this.settings = settings;
        this.rightEnough = rightEnough;
    }

    List<Candidate> family() {
        OptimizationKind kind = OptimizationKind.INT8_STATIC;
        Candidate plain = new Candidate("static INT8", kind, () -> quantized(recipe.keepFloat()));
        Candidate fitted = new Candidate("static INT8, ranges and roundings fitted", kind, this::fitted);
        Candidate mixed = new Candidate("static INT8, most sensitive layers float", kind, this::mixed);
        return settings.perChannel() ? List.of(plain, fitted, mixed) : List.of(fitted, mixed);
    }

    /** The boldest, with weights trained for it where the recipe says so. */
    Optional<Candidate> trained(RecipeTraining training) {
        TrainSettings how = recipe.retraining().quantizationAware();
        return Optional.ofNullable(how)
                .map(given -> new Candidate(
                        "static INT8, quantization-aware training",
                        OptimizationKind.INT8_STATIC,
                        () -> training.quantized(
                                base, given, settings, known(new StaticQuantizer(raised(), settings).values()))));
    }

    private Quantized quantized(Set<String> keepFloat) {
        StaticQuantizer quantizer = new StaticQuantizer(raised(), settings.keepFloat(keepFloat));
        return quantizer.quantize(known(quantizer.values()));
    }

    /** The ranges of these values and of those asked for before. */
    private Map<String, ValueRange> known(Set<String> values) {
        Set<String> missing = new TreeSet<>(values);
        missing.removeAll(ranges.keySet());
        if (!missing.isEmpty()) {
            ranges.putAll(ranges(base, missing, recipe.calibrationMethod()));
        }
        return ranges;
    }

    /** The range of each activation by whichever method loses least, roundings that spare each layer's output. */
    private Quantized fitted() {
        InputMoments moments = InputMoments.measure(runtime, raised(), calibration, true, recipe.seed(), progress);
        Map<String, ChannelWeights> levels = LearnedRounding.of(base, moments, settings, progress);
        OnnxGraph corrected = BiasCorrection.apply(base, moments, levels);
        StaticQuantizer quantizer = new StaticQuantizer(corrected, settings).weights(levels);
        return quantizer.quantize(ranges(corrected, quantizer.values(), CalibrationMethod.BEST));
    }

    private Quantized mixed() {
        Quantized bold = quantized(recipe.keepFloat());
        if (!bold.changed()) {
            return bold;
        }
        SensitivityRanking ranking = SensitivityRanking.measure(
                runtime,
                base,
                ranges,
                settings,
                calibration.subList(0, Math.min(RANKED_ON, calibration.size())),
                progress);
        Set<String> keep = ranking.fewestFloat(layers -> rightEnough.test(quantized(with(layers))))
                .orElseThrow(() -> new UnsupportedOperatorException(
                        "No choice of layers in float gives answers that are right enough."));
        return quantized(with(keep));
    }

    private Set<String> with(Set<String> layers) {
        Set<String> keep = new HashSet<>(recipe.keepFloat());
        keep.addAll(layers);
        return keep;
    }

    private Map<String, ValueRange> ranges(OnnxGraph graph, Set<String> values, CalibrationMethod method) {
        return new Calibrator(runtime).ranges(graph, calibration, values, method, progress);
    }

    private OnnxGraph raised() {
        if (base.info().opset() < OpsetUpgrade.TARGET) {
            throw new UnsupportedOperatorException("Static INT8 needs operator set " + OpsetUpgrade.TARGET
                    + ", and the model cannot be raised to it: "
                    + OpsetUpgrade.obstacle(base).orElse("unknown reason")
                    + ". Maybe use int8Dynamic, or export the model anew.");
        }
        return base;
    }
}
