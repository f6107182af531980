package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.optimize.accelerator.Accelerator;
import io.edgeai.optimize.advice.Advisor;
import io.edgeai.optimize.advice.Recommendation;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.fuse.Compaction;
import io.edgeai.optimize.quantize.HalfFormat;
import io.edgeai.optimize.quantize.HalfWeights;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.quantize.SaturationProbe;
import io.edgeai.optimize.transformer.TransformerVariants;
import io.edgeai.optimize.weightonly.BlockSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Lists candidates: what was asked for first, then gentler ways. Not thread-safe. */
final class Candidates {
    private final Recipe recipe;
    private final OnnxGraph base;
    private final boolean sampled;
    private final QuantizeSettings settings;
    private final List<Candidate> statics;
    private final Optional<Candidate> trained;
    private final List<Candidate> weights;
    private final Candidate half;
    private final Candidate simplified;
    private final Optional<Candidate> blocks;

    /** @param rightEnough whether a candidate's answers satisfy the recipe, whatever its speed and size */
    Candidates(
            InferenceRuntime runtime,
            Recipe recipe,
            Progress progress,
            OnnxGraph original,
            OnnxGraph base,
            List<Map<String, Tensor>> calibration,
            Predicate<Quantized> rightEnough,
            RecipeTraining training) {
        this.recipe = recipe;
        this.base = base;
        this.sampled = !calibration.isEmpty();
        boolean reduced =
                switch (recipe.weightRange()) {
                    case AUTO -> SaturationProbe.saturates(runtime);
                    case FULL -> false;
                    case REDUCED -> true;
                };
        this.settings = new QuantizeSettings(reduced, recipe.keepFloat()).perChannel(recipe.equalization() == null);
        StaticCandidates bytes =
                new StaticCandidates(runtime, recipe, progress, base, calibration, settings, rightEnough);
        this.statics = bytes.family();
        this.trained = bytes.trained(training);
        this.weights = TransformerVariants.of(base, runtime, calibration, settings, progress).stream()
                .map(Candidates::candidate)
                .toList();
        this.half = candidate(TransformerVariants.halfOnSamples(base, runtime, calibration, progress));
        BlockSettings blocks = recipe.blocks();
        this.blocks = blocks == null
                ? Optional.empty()
                : Optional.of(candidate(TransformerVariants.inBlocks(
                        base,
                        runtime,
                        calibration,
                        blocks.keepFloat(union(blocks.keepFloat(), recipe.keepFloat())),
                        progress)));
        this.simplified = new Candidate(
                "simplified", OptimizationKind.SIMPLIFICATION, () -> compact(Simplified.of(original, base, runtime)));
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> both = new HashSet<>(one);
        both.addAll(other);
        return both;
    }

    private static Candidate candidate(TransformerVariants.Variant variant) {
        return new Candidate(
                variant.name(), variant.kind(), () -> compact(variant.build().get()));
    }

    boolean reducedRange() {
        return settings.reduceRange();
    }

    /**
     * Candidates of one kind from the boldest to the gentlest; of each family the first that satisfies all limits counts.
     * What was asked for by name is one family that ends with other kinds.
     */
    List<List<Candidate>> families() {
        return recipe.automatic() ? all() : List.of(asked());
    }

    private List<List<Candidate>> all() {
        List<List<Candidate>> families = new ArrayList<>();
        if (sampled) {
            trained.ifPresent(candidate -> families.add(List.of(candidate)));
            families.add(statics);
        }
        families.add(dynamicPromisesMore() ? 0 : families.size(), of(OptimizationKind.INT8_DYNAMIC));
        boolean blocks = TransformerVariants.blocksFit(base);
        of(OptimizationKind.INT8_WEIGHTS).stream()
                .filter(candidate -> blocks || !candidate.name().contains("blocks"))
                .forEach(candidate -> families.add(List.of(candidate)));
        if (blocks) {
            families.add(of(OptimizationKind.INT4_WEIGHTS));
        }
        of(OptimizationKind.FP16_WEIGHTS).forEach(candidate -> families.add(List.of(candidate)));
        if (recipe.pruning().isEmpty() && recipe.retraining().student() == null) {
            families.add(List.of(simplified));
        }
        return families;
    }

    /** Of a graph that was pruned, the ways that compute with or store bytes. */
    List<List<Candidate>> bytes() {
        Set<OptimizationKind> kinds =
                Set.of(OptimizationKind.INT8_STATIC, OptimizationKind.INT8_DYNAMIC, OptimizationKind.INT8_WEIGHTS);
        return all().stream()
                .filter(family ->
                        !family.isEmpty() && kinds.contains(family.get(0).kind()))
                .filter(family -> trained.filter(family::contains).isEmpty())
                .toList();
    }

    /** What promises most is tried first, since a budget of time may end before the rest. */
    private boolean dynamicPromisesMore() {
        return Advisor.of(base).stream()
                .map(Recommendation::kind)
                .filter(Set.of(OptimizationKind.INT8_STATIC, OptimizationKind.INT8_DYNAMIC)::contains)
                .findFirst()
                .filter(OptimizationKind.INT8_DYNAMIC::equals)
                .isPresent();
    }

    private List<Candidate> asked() {
        OptimizationKind kind = recipe.methods().iterator().next();
        if (kind == OptimizationKind.SIMPLIFICATION) {
            return List.of(simplified);
        }
        Candidate whole =
                switch (kind) {
                    case STRUCTURED_PRUNING -> prepared("pruned", kind, "pruned channels");
                    case DISTILLATION -> prepared("student", kind, "taught student");
                    case DYNAMIC_BATCHING -> prepared("batch opened", kind, "opened batch");
                    case PARTITIONING -> prepared("split", kind, "split layers");
                    default -> null;
                };
        if (whole != null) {
            return List.of(whole);
        }
        Accelerator accelerator = recipe.accelerator();
        CalibrationData data = recipe.calibration();
        if (accelerator != null && data != null) {
            return List.of(new Candidate("INT8 for " + accelerator.name(), kind, () -> accelerator
                    .emit(base, data)
                    .quantized()));
        }
        List<Candidate> family = new ArrayList<>();
        switch (kind) {
            case INT8_STATIC -> {
                trained.ifPresent(family::add);
                family.addAll(statics);
                family.addAll(of(OptimizationKind.INT8_DYNAMIC));
            }
            case INT8_DYNAMIC -> family.addAll(of(kind));
            case INT4_WEIGHTS, INT8_WEIGHTS -> {
                blocks.ifPresentOrElse(family::add, () -> family.addAll(of(kind)));
                family.addAll(of(OptimizationKind.INT8_DYNAMIC));
            }
            case FP16_WEIGHTS -> {
                if (recipe.halfFormat() == HalfFormat.BFLOAT16) {
                    family.add(new Candidate(
                            "BF16 weights", kind, () -> compact(HalfWeights.apply(base, HalfFormat.BFLOAT16))));
                } else if (sampled) {
                    family.add(half);
                }
            }
            default -> throw new IllegalStateException("No candidate for " + recipe.methods());
        }
        family.addAll(of(OptimizationKind.FP16_WEIGHTS));
        boolean floor = recipe.accuracyFloor() > 0 || recipe.constraints().agreementFloor() > 0;
        return floor ? family : family.subList(0, 1);
    }

    /** What was done to the base is all there is to it. */
    private Candidate prepared(String name, OptimizationKind kind, String what) {
        return new Candidate(name, kind, () -> new Quantized(base, Map.of(what, 1), List.of(), List.of()));
    }

    private List<Candidate> of(OptimizationKind kind) {
        return weights.stream().filter(candidate -> candidate.kind() == kind).toList();
    }

    /** Names and texts that only readers need go out of the file; the graph is the candidate's own. */
    private static Quantized compact(Quantized quantized) {
        new Compaction(quantized.layers()).apply(quantized.graph());
        return quantized;
    }
}
