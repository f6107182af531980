package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.opset.OpsetUpgrade;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.fidelity.LayerError;
import io.edgeai.optimize.quantize.DynamicQuantizer;
import io.edgeai.optimize.quantize.HalfWeights;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.quantize.SaturationProbe;
import io.edgeai.optimize.quantize.StaticQuantizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds candidates: what was asked for first, then gentler ways. Ranges are found once. Not thread-safe. */
final class Candidates {
    private static final double SENSITIVE_SHARE = 0.1;

    private final InferenceRuntime runtime;
    private final Recipe recipe;
    private final Progress progress;
    private final OnnxGraph base;
    private final List<Map<String, Tensor>> calibration;
    private final QuantizeSettings settings;
    private final Map<String, ValueRange> ranges = new HashMap<>();
    private @Nullable Quantized firstStatic;

    Candidates(
            InferenceRuntime runtime,
            Recipe recipe,
            Progress progress,
            OnnxGraph base,
            List<Map<String, Tensor>> calibration) {
        this.runtime = runtime;
        this.recipe = recipe;
        this.progress = progress;
        this.base = base;
        this.calibration = calibration;
        boolean reduced =
                switch (recipe.weightRange()) {
                    case AUTO -> SaturationProbe.saturates(runtime);
                    case FULL -> false;
                    case REDUCED -> true;
                };
        this.settings = new QuantizeSettings(reduced, recipe.keepFloat());
    }

    boolean reducedRange() {
        return settings.reduceRange();
    }

    /** A way to build a candidate. */
    record Candidate(String name, java.util.function.Supplier<Quantized> build) {}

    /** The one asked for; with an accuracy floor also the ways to fall back to, in order. */
    List<Candidate> list() {
        List<Candidate> list = new ArrayList<>();
        switch (recipe.method()) {
            case INT8_STATIC -> {
                list.add(new Candidate("static INT8", () -> statically(Set.of())));
                list.add(new Candidate("static INT8, first and last layer float", () -> statically(endLayers())));
                list.add(new Candidate(
                        "static INT8, first, last and most sensitive layers float",
                        () -> statically(sensitiveLayers())));
                list.add(new Candidate("dynamic INT8", this::dynamically));
                list.add(new Candidate("FP16 weights", () -> HalfWeights.apply(base)));
            }
            case INT8_DYNAMIC -> {
                list.add(new Candidate("dynamic INT8", this::dynamically));
                list.add(new Candidate("FP16 weights", () -> HalfWeights.apply(base)));
            }
            case FP16_WEIGHTS -> list.add(new Candidate("FP16 weights", () -> HalfWeights.apply(base)));
            default -> throw new IllegalStateException("No candidate for " + recipe.method());
        }
        return recipe.accuracyFloor() > 0 ? list : list.subList(0, 1);
    }

    private Quantized dynamically() {
        return DynamicQuantizer.apply(base, settings);
    }

    private Quantized statically(Set<String> alsoFloat) {
        if (base.info().opset() < OpsetUpgrade.TARGET) {
            throw new UnsupportedOperatorException("Static INT8 needs operator set " + OpsetUpgrade.TARGET
                    + ", and the model cannot be raised to it: "
                    + OpsetUpgrade.obstacle(base).orElse("unknown reason")
                    + ". Maybe use int8Dynamic, or export the model anew.");
        }
        Set<String> keep = new HashSet<>(recipe.keepFloat());
        keep.addAll(alsoFloat);
        StaticQuantizer quantizer = new StaticQuantizer(base, settings.keepFloat(keep));
        Set<String> missing = new java.util.TreeSet<>(quantizer.values());
        missing.removeAll(ranges.keySet());
        if (!missing.isEmpty()) {
            ranges.putAll(
                    new Calibrator(runtime).ranges(base, calibration, missing, recipe.calibrationMethod(), progress));
        }
        Quantized quantized = quantizer.quantize(ranges);
        if (firstStatic == null) {
            firstStatic = quantized;
        }
        return quantized;
    }

    private Set<String> endLayers() {
        List<String> layers = firstStatic == null ? List.of() : firstStatic.layers();
        return layers.isEmpty() ? Set.of() : new HashSet<>(List.of(layers.get(0), layers.get(layers.size() - 1)));
    }

    private Set<String> sensitiveLayers() {
        Set<String> sensitive = new HashSet<>(endLayers());
        if (firstStatic != null) {
            List<LayerError> errors = LayerErrors.measure(runtime, base, firstStatic, calibration);
            LayerErrors.losses(errors).entrySet().stream()
                    .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                    .limit((long) Math.ceil(errors.size() * SENSITIVE_SHARE))
                    .forEach(entry -> sensitive.add(entry.getKey()));
        }
        return sensitive;
    }
}
