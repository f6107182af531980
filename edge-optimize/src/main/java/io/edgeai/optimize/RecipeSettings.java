package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.optimize.accelerator.Accelerator;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.correct.Equalization;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.prune.PruneBudget;
import io.edgeai.optimize.quantize.HalfFormat;
import io.edgeai.optimize.search.Constraints;
import io.edgeai.optimize.search.Preference;
import io.edgeai.optimize.weightonly.BlockMethod;
import io.edgeai.optimize.weightonly.BlockSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a recipe consists of, with the defaults, while it is collected; says in words what it is. Not thread-safe. */
final class RecipeSettings {
    static final Set<OptimizationKind> AUTOMATIC = Collections.unmodifiableSet(EnumSet.of(
            OptimizationKind.INT8_STATIC,
            OptimizationKind.INT8_DYNAMIC,
            OptimizationKind.INT8_WEIGHTS,
            OptimizationKind.INT4_WEIGHTS,
            OptimizationKind.FP16_WEIGHTS,
            OptimizationKind.SIMPLIFICATION));

    final List<OptimizationKind> methods = new ArrayList<>();

    @Nullable
    CalibrationData calibration;

    @Nullable
    CalibrationData samples;

    @Nullable
    LabelledData labelled;

    boolean automatic;
    List<PruneBudget> pruning = List.of();
    Retraining retraining = Retraining.NONE;

    @Nullable
    Accelerator accelerator;

    @Nullable
    BlockSettings blocks;

    HalfFormat halfFormat = HalfFormat.FLOAT16;

    Equalization.@Nullable Clips equalization;

    boolean freeBatch;
    List<Recipe.LayerSplit> splits = List.of();
    boolean tuned;
    double accuracyFloor;
    double agreementFloor;
    long maxBytes = Long.MAX_VALUE;

    @Nullable
    Duration maxLatency;

    long maxMemoryBytes = Long.MAX_VALUE;
    long maxMemory = Long.MAX_VALUE;
    Preference preference = Preference.BALANCED;

    @Nullable
    Duration timeBudget;

    @Nullable
    Path folder;

    CalibrationMethod calibrationMethod = CalibrationMethod.MIN_MAX;
    Recipe.WeightRange weightRange = Recipe.WeightRange.AUTO;
    Set<String> keepFloat = Set.of();
    int latencyRounds = 15;
    long seed = 1;
    Progress progress = Progress.NONE;

    RecipeSettings copy() {
        RecipeSettings copy = new RecipeSettings();
        copy.methods.addAll(methods);
        copy.calibration = calibration;
        copy.samples = samples;
        copy.labelled = labelled;
        copy.automatic = automatic;
        copy.pruning = pruning;
        copy.retraining = retraining;
        copy.accelerator = accelerator;
        copy.blocks = blocks;
        copy.halfFormat = halfFormat;
        copy.equalization = equalization;
        copy.freeBatch = freeBatch;
        copy.splits = splits;
        copy.tuned = tuned;
        copy.accuracyFloor = accuracyFloor;
        copy.agreementFloor = agreementFloor;
        copy.maxBytes = maxBytes;
        copy.maxLatency = maxLatency;
        copy.maxMemoryBytes = maxMemoryBytes;
        copy.maxMemory = maxMemory;
        copy.preference = preference;
        copy.timeBudget = timeBudget;
        copy.folder = folder;
        copy.calibrationMethod = calibrationMethod;
        copy.weightRange = weightRange;
        copy.keepFloat = keepFloat;
        copy.latencyRounds = latencyRounds;
        copy.seed = seed;
        copy.progress = progress;
        return copy;
    }

    /** What the result must satisfy. */
    Constraints constraints() {
        return new Constraints(
                accuracyFloor,
                agreementFloor,
                Double.NEGATIVE_INFINITY,
                automatic ? 1 / Constraints.NOISE : 0,
                maxBytes,
                maxLatency == null ? Double.POSITIVE_INFINITY : maxLatency.toNanos() / 1e3,
                maxMemoryBytes);
    }

    /**
     * Whether a search also prunes: where it has samples or examples and was told how long it may take, and the recipe
     * neither prunes nor takes a student by itself.
     */
    boolean searchesPruning() {
        return automatic
                && timeBudget != null
                && pruning.isEmpty()
                && retraining.student() == null
                && (calibration != null || retraining.examplesGiven());
    }

    private List<String> waysOfTheirOwn() {
        List<String> problems = new ArrayList<>();
        if (automatic && (freeBatch || !splits.isEmpty())) {
            problems.add(
                    "freeBatch and splitLayer change what a model is for, so they stand alone or beside a named way");
        }
        if (equalization != null
                && (automatic || accelerator != null || !methods.contains(OptimizationKind.INT8_STATIC))) {
            problems.add("perTensor is for int8(samples) by name");
        }
        if (blocks != null && blocks.method() == BlockMethod.GPTQ && calibration == null) {
            problems.add("blocks by GPTQ need samples: write blocks(settings, samples)");
        }
        return problems;
    }

    /**
     * Makes pruning or a student alone a method of its own, and looks for what does not fit together.
     *
     * @throws InvalidInputException listing all of it
     */
    void check() {
        if (methods.isEmpty() && !pruning.isEmpty()) {
            methods.add(OptimizationKind.STRUCTURED_PRUNING);
        } else if (methods.isEmpty() && retraining.student() != null) {
            methods.add(OptimizationKind.DISTILLATION);
        } else if (methods.isEmpty() && !splits.isEmpty()) {
            methods.add(OptimizationKind.PARTITIONING);
        } else if (methods.isEmpty() && freeBatch) {
            methods.add(OptimizationKind.DYNAMIC_BATCHING);
        }
        List<String> problems = new ArrayList<>();
        if (methods.size() != (automatic ? AUTOMATIC.size() : 1)) {
            problems.add("it takes one of auto, int8, int8Dynamic, int4 and fp16, or simplify, not (" + methods + ")");
        }
        problems.addAll(waysOfTheirOwn());
        boolean staticInt8 =
                calibration != null && accelerator == null && methods.contains(OptimizationKind.INT8_STATIC);
        problems.addAll(retraining.problems(!pruning.isEmpty() || searchesPruning(), searchesPruning(), staticInt8));
        if (!problems.isEmpty()) {
            throw new InvalidInputException("The recipe cannot be built: " + String.join("; ", problems)
                    + ". Maybe write auto, which tries each way and takes the best.");
        }
        if (accelerator != null && (!keepFloat.isEmpty() || calibrationMethod != CalibrationMethod.MIN_MAX)) {
            throw new InvalidInputException("keepFloat " + keepFloat + " and calibrationMethod ("
                    + calibrationMethod + ") do not reach target (" + accelerator.name()
                    + "). Maybe set them on the target's builder.");
        }
        if (accelerator != null && tuned) {
            throw new InvalidInputException("tuneRuntime searches options of this processor, not of target ("
                    + accelerator.name() + "). Maybe leave one of them out.");
        }
    }

    @Override
    public String toString() {
        return (automatic ? "the best of " : "")
                + methods.stream().map(RecipeSettings::words).collect(Collectors.joining(", "))
                + (searchesPruning() ? ", structured pruning alone and with int8" : "")
                + (accelerator == null ? "" : " for " + accelerator.name())
                + (blocks == null ? "" : ", " + blocks.inWords())
                + (halfFormat == HalfFormat.FLOAT16 ? "" : ", " + words(halfFormat))
                + (equalization == null ? "" : ", one scale a weight, clips " + words(equalization))
                + (freeBatch ? ", batch opened" : "")
                + splits.stream()
                        .map(split ->
                                ", (" + split.output() + ") in " + split.shards() + " shards by " + words(split.axis()))
                        .collect(Collectors.joining())
                + pruning.stream().map(budget -> ", " + budget).collect(Collectors.joining())
                + (retraining.any() ? ", " + retraining : "")
                + (calibration == null
                        ? ""
                        : ", " + calibration.size() + " calibration samples, " + words(calibrationMethod))
                + (accuracyFloor == 0 ? "" : ", keep " + accuracyFloor + " of the accuracy")
                + (agreementFloor == 0 ? "" : ", same best class for " + agreementFloor + " of the samples")
                + (maxBytes == Long.MAX_VALUE ? "" : ", at most " + maxBytes + " bytes")
                + (maxLatency == null ? "" : ", at most " + maxLatency.toNanos() / 1e3 + " µs")
                + (maxMemoryBytes == Long.MAX_VALUE ? "" : ", at most " + maxMemoryBytes + " bytes of memory")
                + (maxMemory == Long.MAX_VALUE ? "" : ", a process of at most " + maxMemory + " bytes")
                + (automatic ? ", prefer " + words(preference) : "")
                + (tuned ? ", engine options tuned" : "")
                + (keepFloat.isEmpty() ? "" : ", float: " + keepFloat)
                + ", weight range " + words(weightRange) + ", seed " + seed;
    }

    private static String words(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
