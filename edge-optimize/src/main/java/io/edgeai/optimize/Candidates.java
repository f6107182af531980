package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.opset.OpsetUpgrade;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.fidelity.LayerError;
import io.edgeai.optimize.fuse.Compaction;
import io.edgeai.optimize.quantize.DynamicQuantizer;
import io.edgeai.optimize.quantize.HalfWeights;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.quantize.SaturationProbe;
import io.edgeai.optimize.quantize.StaticQuantizer;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.search.Preference;
import io.edgeai.optimize.transformer.TransformerFusion;
import io.edgeai.optimize.weightonly.BlockMethod;
import io.edgeai.optimize.weightonly.BlockQuantizer;
import io.edgeai.optimize.weightonly.BlockSettings;
import io.edgeai.optimize.weightonly.InputSamples;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
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
    private final RecipeTraining training;
    private final Map<String, ValueRange> ranges = new HashMap<>();
    private @Nullable Quantized firstStatic;

    Candidates(
            InferenceRuntime runtime,
            Recipe recipe,
            Progress progress,
            OnnxGraph base,
            List<Map<String, Tensor>> calibration,
            RecipeTraining training) {
        this.training = training;
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
    record Candidate(String name, OptimizationKind kind, Supplier<Quantized> build) {}

    /**
     * Candidates of one kind from the boldest to the gentlest; of each family the first that satisfies all limits counts.
     * What was asked for by name is one family that ends with other kinds.
     */
    List<List<Candidate>> families() {
        if (recipe.automatic()) {
            List<List<Candidate>> families = new ArrayList<>();
            if (!calibration.isEmpty()) {
                trainedStatic().ifPresent(trained -> families.add(List.of(trained)));
                families.add(staticFamily());
            }
            families.add(List.of(dynamic()));
            families.add(List.of(half()));
            if (recipe.preference() == Preference.SIZE) {
                families.add(List.of(blocks()));
            }
            return families;
        }
        List<Candidate> family = new ArrayList<>();
        switch (recipe.methods().iterator().next()) {
            case INT8_STATIC -> {
                trainedStatic().ifPresent(family::add);
                family.addAll(staticFamily());
                family.add(dynamic());
                family.add(half());
            }
            case INT8_DYNAMIC -> {
                family.add(dynamic());
                family.add(half());
            }
            case INT4_WEIGHTS -> {
                family.add(blocks());
                family.add(dynamic());
                family.add(half());
            }
            case STRUCTURED_PRUNING ->
                family.add(new Candidate(
                        "pruned",
                        OptimizationKind.STRUCTURED_PRUNING,
                        () -> new Quantized(base, Map.of("pruned channels", 1), List.of(), List.of())));
            case DISTILLATION ->
                family.add(new Candidate(
                        "student",
                        OptimizationKind.DISTILLATION,
                        () -> new Quantized(base, Map.of("taught student", 1), List.of(), List.of())));
            case FP16_WEIGHTS -> family.add(half());
            default -> throw new IllegalStateException("No candidate for " + recipe.methods());
        }
        return List.of(recipe.accuracyFloor() > 0 ? family : family.subList(0, 1));
    }

    private List<Candidate> staticFamily() {
        OptimizationKind kind = OptimizationKind.INT8_STATIC;
        return List.of(
                new Candidate("static INT8", kind, () -> statically(Set.of())),
                new Candidate("static INT8, first and last layer float", kind, () -> statically(endLayers())),
                new Candidate(
                        "static INT8, first, last and most sensitive layers float",
                        kind,
                        () -> statically(sensitiveLayers())));
    }

    private Optional<Candidate> trainedStatic() {
        TrainSettings how = recipe.retraining().quantizationAware();
        return Optional.ofNullable(how)
                .map(given -> new Candidate(
                        "static INT8, quantization-aware training",
                        OptimizationKind.INT8_STATIC,
                        () -> trained(given)));
    }

    private Quantized trained(TrainSettings how) {
        QuantizeSettings wanted = staticSettings(Set.of());
        return training.quantized(base, how, wanted, ranges(new StaticQuantizer(base, wanted).values()));
    }

    private Candidate dynamic() {
        return new Candidate(
                "dynamic INT8",
                OptimizationKind.INT8_DYNAMIC,
                () -> compact(DynamicQuantizer.apply(fused(), settings)));
    }

    /** Names and texts that only readers need go out of the file; the graph is the candidate's own. */
    private static Quantized compact(Quantized quantized) {
        new Compaction(quantized.layers()).apply(quantized.graph());
        return quantized;
    }

    private OnnxGraph fused() {
        return TransformerFusion.apply(base, runtime).graph();
    }

    private Candidate blocks() {
        BlockSettings blocks = BlockSettings.defaults().keepFloat(recipe.keepFloat());
        return new Candidate(
                "INT4 blocks",
                OptimizationKind.INT4_WEIGHTS,
                () -> compact(
                        calibration.isEmpty()
                                ? BlockQuantizer.apply(fused(), blocks.method(BlockMethod.HALF_QUADRATIC))
                                : BlockQuantizer.apply(
                                        fused(),
                                        blocks.method(BlockMethod.GPTQ),
                                        new InputSamples(runtime, calibration, progress))));
    }

    private Candidate half() {
        return new Candidate("FP16 weights", OptimizationKind.FP16_WEIGHTS, () -> compact(HalfWeights.apply(base)));
    }

    private Quantized statically(Set<String> alsoFloat) {
        StaticQuantizer quantizer = new StaticQuantizer(base, staticSettings(alsoFloat));
        Quantized quantized = quantizer.quantize(ranges(quantizer.values()));
        if (firstStatic == null) {
            firstStatic = quantized;
        }
        return quantized;
    }

    private QuantizeSettings staticSettings(Set<String> alsoFloat) {
        if (base.info().opset() < OpsetUpgrade.TARGET) {
            throw new UnsupportedOperatorException("Static INT8 needs operator set " + OpsetUpgrade.TARGET
                    + ", and the model cannot be raised to it: "
                    + OpsetUpgrade.obstacle(base).orElse("unknown reason")
                    + ". Maybe use int8Dynamic, or export the model anew.");
        }
        Set<String> keep = new HashSet<>(recipe.keepFloat());
        keep.addAll(alsoFloat);
        return settings.keepFloat(keep);
    }

    private Map<String, ValueRange> ranges(Set<String> values) {
        Set<String> missing = new TreeSet<>(values);
        missing.removeAll(ranges.keySet());
        if (!missing.isEmpty()) {
            ranges.putAll(
                    new Calibrator(runtime).ranges(base, calibration, missing, recipe.calibrationMethod(), progress));
        }
        return ranges;
    }

    private Set<String> endLayers() {
        List<String> layers = plainStatic().layers();
        return layers.isEmpty() ? Set.of() : new HashSet<>(List.of(layers.get(0), layers.get(layers.size() - 1)));
    }

    private Set<String> sensitiveLayers() {
        Set<String> sensitive = new HashSet<>(endLayers());
        List<LayerError> errors = LayerErrors.measure(runtime, base, plainStatic(), calibration);
        LayerErrors.losses(errors).entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit((long) Math.ceil(errors.size() * SENSITIVE_SHARE))
                .forEach(entry -> sensitive.add(entry.getKey()));
        return sensitive;
    }

    /** The boldest static candidate, built now where a resumed run did not have to. */
    private Quantized plainStatic() {
        Quantized plain = firstStatic == null ? statically(Set.of()) : firstStatic;
        firstStatic = plain;
        return plain;
    }
}
