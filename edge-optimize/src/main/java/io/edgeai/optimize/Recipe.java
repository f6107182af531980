package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.optimize.accelerator.Accelerator;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.correct.Equalization;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.partition.ShardAxis;
import io.edgeai.optimize.prune.PruneBudget;
import io.edgeai.optimize.quantize.HalfFormat;
import io.edgeai.optimize.search.Constraints;
import io.edgeai.optimize.search.Preference;
import io.edgeai.optimize.weightonly.BlockMethod;
import io.edgeai.optimize.weightonly.BlockSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What to do to a model and what must hold afterwards. At most one of {@code auto}, {@code int8}, {@code int8Dynamic},
 * {@code int4}, {@code blocks}, {@code fp16}, {@code bf16} and {@code simplify} is asked for,
 * {@code prune}, a {@code student}, {@code freeBatch} or {@code splitLayer} before it or alone. Immutable and thread-safe, save for the progress listener, which is called on the working
 * thread.
 */
public final class Recipe {
    /** A copy of one's own, changed no more. */
    private final RecipeSettings settings;

    private final Set<OptimizationKind> methods;
    private final Constraints constraints;

    private Recipe(RecipeSettings settings) {
        this.settings = settings;
        this.methods = Collections.unmodifiableSet(EnumSet.copyOf(settings.methods));
        this.constraints = settings.constraints();
    }

    public static Builder builder() {
        return new Builder(new RecipeSettings());
    }

    /** A builder that starts with these settings. */
    public Builder toBuilder() {
        return new Builder(settings.copy());
    }

    /** What may be tried; a single one unless {@link #automatic()}. */
    public Set<OptimizationKind> methods() {
        return methods;
    }

    /** Whether all methods are tried and the best is taken, rather than the one asked for. */
    public boolean automatic() {
        return settings.automatic;
    }

    /** What is removed before anything else, one budget after the other; empty for nothing. */
    public List<PruneBudget> pruning() {
        return settings.pruning;
    }

    /** What is trained, and on which examples. */
    public Retraining retraining() {
        return settings.retraining;
    }

    /** The engine to make a graph for; null for ONNX Runtime on this machine's processor. */
    public @Nullable Accelerator accelerator() {
        return settings.accelerator;
    }

    /** Whether the engine's options are searched for the model that comes out. */
    public boolean tuned() {
        return settings.tuned;
    }

    /** Samples for activation ranges; null where none were given. */
    public @Nullable CalibrationData calibration() {
        return settings.calibration;
    }

    /** Samples to compare answers on; null where the calibration or labelled samples serve. */
    public @Nullable CalibrationData samples() {
        return settings.samples;
    }

    /** Samples with labels; null where no accuracy is asked for. */
    public @Nullable LabelledData labelled() {
        return settings.labelled;
    }

    /** Smallest accepted accuracy as a share of the original's; 0 for none. */
    public double accuracyFloor() {
        return constraints.accuracyFloor();
    }

    /** What the result must satisfy. */
    public Constraints constraints() {
        return constraints;
    }

    /** The most bytes that a process of its own may hold with the result; {@link Long#MAX_VALUE} for any. */
    public long maxMemory() {
        return settings.maxMemory;
    }

    /** What makes one result better than another. */
    public Preference preference() {
        return settings.preference;
    }

    /** Time after which no further candidate is begun. */
    public Duration timeBudget() {
        return settings.timeBudget == null ? Duration.ofHours(1) : settings.timeBudget;
    }

    /**
     * Whether the search also prunes, trains what it prunes, and quantizes that: where it was told how long it may take,
     * has samples or examples, and the recipe neither prunes nor takes a student by itself.
     */
    public boolean searchesPruning() {
        return settings.searchesPruning();
    }

    /** Where finished candidates are kept, so that an interrupted run goes on; null for nowhere. */
    public @Nullable Path folder() {
        return settings.folder;
    }

    /** How weights are held in blocks where that was asked for in one way; null for the usual ways. */
    public @Nullable BlockSettings blocks() {
        return settings.blocks;
    }

    /** The format of weights of half size. */
    public HalfFormat halfFormat() {
        return settings.halfFormat;
    }

    /** What equalization does about clamps, where weights have one scale each; null for one scale a channel. */
    public Equalization.@Nullable Clips equalization() {
        return settings.equalization;
    }

    /** Whether the batch dimension is opened first. */
    public boolean freesBatch() {
        return settings.freeBatch;
    }

    /** Layers that are dealt out to shards, in order. */
    public List<LayerSplit> splits() {
        return settings.splits;
    }

    /**
     * A layer to deal out.
     *
     * @param output what it computes
     * @param shards how many parts
     * @param axis along which dimension
     */
    public record LayerSplit(String output, int shards, ShardAxis axis) {}

    public CalibrationMethod calibrationMethod() {
        return settings.calibrationMethod;
    }

    public WeightRange weightRange() {
        return settings.weightRange;
    }

    public Set<String> keepFloat() {
        return settings.keepFloat;
    }

    public int latencyRounds() {
        return settings.latencyRounds;
    }

    public long seed() {
        return settings.seed;
    }

    public Progress progress() {
        return settings.progress;
    }

    @Override
    public String toString() {
        return settings.toString();
    }

    /** Bits of signed weights. */
    public enum WeightRange {
        /** 7 bits where a test on this processor shows that 8-bit products saturate, else 8. The default. */
        AUTO,
        /** 8 bits. */
        FULL,
        /** 7 bits: for a target processor without VNNI. */
        REDUCED
    }

    /** Collects a recipe. Not thread-safe. */
    public static final class Builder extends RecipeLessons {
        private Builder(RecipeSettings settings) {
            super(settings);
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * Tries everything that needs no samples and takes the best that is proven: not slower than the original by more
         * than 3 %, inside every limit, and at least 3 % faster or a tenth smaller; else the original comes back.
         */
        public Builder auto() {
            settings.automatic = true;
            settings.methods.addAll(RecipeSettings.AUTOMATIC);
            return this;
        }

        /** As {@link #auto()}, with what needs samples too: 64 typical ones are enough, without labels. */
        public Builder auto(CalibrationData data) {
            settings.calibration = data;
            return auto();
        }

        /** Static INT8: right for convolutional networks. 64 typical samples are enough. */
        public Builder int8(CalibrationData data) {
            settings.methods.add(OptimizationKind.INT8_STATIC);
            settings.calibration = data;
            return this;
        }

        /** Dynamic INT8, which needs no samples: right for transformers, embeddings and recurrent networks. */
        public Builder int8Dynamic() {
            settings.methods.add(OptimizationKind.INT8_DYNAMIC);
            return this;
        }

        /** Weights of matrix products and embeddings in blocks of 4 bits: the smallest, for transformers. */
        public Builder int4() {
            settings.methods.add(OptimizationKind.INT4_WEIGHTS);
            return this;
        }

        /** As {@link #int4()}, rounded so that the products of these samples change least (GPTQ). */
        public Builder int4(CalibrationData data) {
            settings.calibration = data;
            return int4();
        }

        /**
         * Weights of matrix products and embeddings in blocks with a scale each, as the settings say: 4 or 8 bits, how many
         * weights share a scale, and how levels are chosen. {@code BlockSettings.defaults().method(HALF_QUADRATIC)} needs
         * no samples.
         */
        public Builder blocks(BlockSettings how) {
            settings.methods.add(how.bits() == 4 ? OptimizationKind.INT4_WEIGHTS : OptimizationKind.INT8_WEIGHTS);
            settings.blocks = how;
            return this;
        }

        /** As {@link #blocks(BlockSettings)}, with samples for {@link BlockMethod#GPTQ}. */
        public Builder blocks(BlockSettings how, CalibrationData data) {
            settings.calibration = data;
            return blocks(how);
        }

        /** As {@link #fp16()} in bfloat16, which has the range of 32-bit floats and an eighth of the precision. */
        public Builder bf16() {
            settings.halfFormat = HalfFormat.BFLOAT16;
            return fp16();
        }

        /**
         * Static INT8 with one scale for a whole weight instead of one a channel, for engines that take no other. So that
         * one fits all channels, neighbouring convolutions are equalized first, and levels and biases are fitted to the
         * samples.
         */
        public Builder perTensor() {
            return perTensor(Equalization.Clips.STAY);
        }

        /** As {@link #perTensor()}; says what becomes of clamps with an upper limit (ReLU6), which let no factors pass. */
        public Builder perTensor(Equalization.Clips clips) {
            settings.equalization = clips;
            return this;
        }

        /**
         * Opens the batch dimension of a model exported for one sample first, proven on the samples; alone or before one
         * of the named ways. A model that mixes samples is an {@code UnsupportedOperatorException}.
         */
        public Builder freeBatch() {
            settings.freeBatch = true;
            return this;
        }

        /**
         * Deals a Gemm, MatMul or Conv out to shards side by side in the graph, so that branches can run in parallel; alone
         * or before one of the named ways.
         *
         * @param output what the layer computes
         * @param shards 2 or more
         */
        public Builder splitLayer(String output, int shards, ShardAxis axis) {
            settings.splits = Stream.concat(settings.splits.stream(), Stream.of(new LayerSplit(output, shards, axis)))
                    .toList();
            return this;
        }

        /**
         * Static INT8 as another engine wants it: {@code TensorRtTarget} or {@code OpenVinoTarget}. Rules are checked and
         * answers compared on this machine's processor; {@link OptimizationResult#options()} opens it with that engine.
         */
        public Builder target(Accelerator engine, CalibrationData data) {
            settings.accelerator = engine;
            return int8(data);
        }

        /**
         * Also searches threads, spinning, execution mode and further options of ONNX Runtime for the model that comes out,
         * on this machine: about 30 seconds more. Default: not.
         */
        public Builder tuneRuntime() {
            settings.tuned = true;
            return this;
        }

        /** Weights of half size, computed with as before: 16-bit floats, of doubles 32-bit ones. Same speed. */
        public Builder fp16() {
            settings.methods.add(OptimizationKind.FP16_WEIGHTS);
            return this;
        }

        /** As {@link #fp16()}, rounded so that the layers' outputs on these samples change least. */
        public Builder fp16(CalibrationData data) {
            settings.calibration = data;
            return fp16();
        }

        /**
         * Only what leaves every answer as it is, up to the rounding of sums in another order: constants computed ahead,
         * nodes joined, tree ensembles written in a third of the bytes.
         */
        public Builder simplify() {
            settings.methods.add(OptimizationKind.SIMPLIFICATION);
            return this;
        }

        /** Keeps finished candidates in a folder: the same run, begun again, goes on from there. Default: nowhere. */
        public Builder resume(Path workFolder) {
            settings.folder = workFolder;
            return this;
        }

        /** Samples to compare answers on; without them those for calibration serve, then the labelled ones. */
        public Builder samples(CalibrationData data) {
            settings.samples = data;
            return this;
        }

        /** How ranges follow from calibration samples; default {@link CalibrationMethod#MIN_MAX}. */
        public Builder calibrationMethod(CalibrationMethod method) {
            settings.calibrationMethod = method;
            return this;
        }

        /** Bits of weights; default {@link WeightRange#AUTO}. */
        public Builder weightRange(WeightRange range) {
            settings.weightRange = range;
            return this;
        }

        /** Nodes, by their first output, that must stay float. */
        public Builder keepFloat(Set<String> outputs) {
            settings.keepFloat = Set.copyOf(outputs);
            return this;
        }

        /** Seed of the generated inputs that are used where no samples are given; default 1. */
        public Builder seed(long value) {
            settings.seed = value;
            return this;
        }

        /** Told about progress and asked whether to stop. */
        public Builder progress(Progress listener) {
            settings.progress = listener;
            return this;
        }

        /**
         * Builds the recipe.
         *
         * @throws InvalidInputException listing all that does not fit together, where not one of auto, int8, int8Dynamic,
         *     int4, fp16 and simplify was asked for, or prune or a student alone
         */
        public Recipe build() {
            RecipeSettings complete = settings.copy();
            complete.check();
            return new Recipe(complete);
        }
    }
}
