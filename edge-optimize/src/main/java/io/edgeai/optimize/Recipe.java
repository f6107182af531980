package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.accelerator.Accelerator;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.prune.PruneBudget;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.search.Constraints;
import io.edgeai.optimize.search.Preference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to do to a model and what must hold afterwards. At most one of {@code auto}, {@code int8}, {@code int8Dynamic},
 * {@code int4}, {@code fp16} and {@code simplify} is asked for,
 * {@code prune} or a {@code student} before it or alone. Immutable and thread-safe, save for the progress listener, which is called on the working
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
    public static final class Builder {
        private final RecipeSettings settings;

        private Builder(RecipeSettings settings) {
            this.settings = settings;
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
         * Removes channels, heads and hidden units first, those that matter least, so that shapes shrink; layers are
         * solved anew on the samples where there are any. Alone or before one of the other methods.
         *
         * @param share share of all channels to remove, above 0 and below 1
         */
        public Builder prune(double share) {
            if (!(share > 0 && share < 1)) {
                throw new InvalidInputException(
                        "prune (" + share + ") must be above 0 and below 1. Maybe write 0.2 for 20 % of the channels.");
            }
            return prune(PruneBudget.channels(share));
        }

        /**
         * As {@link #prune(double)}, to other budgets, one after the other: {@code macs(2.1)} for speed, then
         * {@code parameters(1.4)} for size.
         */
        public Builder prune(PruneBudget... budgets) {
            settings.pruning = List.of(budgets);
            return this;
        }

        /**
         * What training steps learn from: examples with their classes, preprocessed as in production. Not those that
         * accuracy is measured on, or the figure says nothing.
         */
        public Builder trainOn(LabelledData examples) {
            settings.retraining = settings.retraining.on(examples);
            return this;
        }

        /** As {@link #trainOn(LabelledData)} without classes: only the original's answers are learned. */
        public Builder trainOn(CalibrationData examples) {
            settings.retraining = settings.retraining.on(examples);
            return this;
        }

        /**
         * Trains the original on the examples and their classes before anything else. What it becomes is pruned and
         * teaches in its place; accuracy is still compared with the model as given.
         */
        public Builder trainFirst(TrainSettings how) {
            settings.retraining = settings.retraining.first(how);
            return this;
        }

        /** Trains what {@link #prune(double)} leaves, on the examples and on the original's answers. */
        public Builder fineTune() {
            return fineTune(TrainSettings.taught());
        }

        /** As {@link #fineTune()}, in another way; a teacher's share of 0 leaves the original out. */
        public Builder fineTune(TrainSettings how) {
            settings.retraining = settings.retraining.tuned(how);
            return this;
        }

        /**
         * A smaller model of one's own that the original teaches before anything else; all that follows is done to it.
         * Inputs and outputs must have the original's names. Copies.
         */
        public Builder student(OnnxGraph smaller) {
            return student(smaller, TrainSettings.taught());
        }

        /** As {@link #student(OnnxGraph)}, in another way. */
        public Builder student(OnnxGraph smaller, TrainSettings how) {
            settings.retraining = settings.retraining.taught(smaller.copy(), how);
            return this;
        }

        /** Trains weights for the levels of static INT8; tried before the same without training. */
        public Builder quantizationAware() {
            return quantizationAware(TrainSettings.quantizationAware());
        }

        /** As {@link #quantizationAware()}, in another way. */
        public Builder quantizationAware(TrainSettings how) {
            settings.retraining = settings.retraining.aware(how);
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

        /**
         * Accepts only what keeps this share of the original's accuracy on the data; else tries gentler ways, and at
         * last returns the original.
         *
         * @param share above 0, at most 1; 0.99 is usual
         */
        public Builder keepAccuracy(double share, LabelledData data) {
            if (!(share > 0 && share <= 1)) {
                throw new InvalidInputException(
                        "keepAccuracy (" + share + ") must be above 0 and at most 1." + " Maybe write 0.99 for 99 %.");
            }
            settings.accuracyFloor = share;
            settings.labelled = data;
            return this;
        }

        /**
         * Accepts only what has the original's best class for this share of the samples; for data without labels.
         *
         * @param share above 0, at most 1; 0.96 is usual
         */
        public Builder keepAgreement(double share) {
            if (!(share > 0 && share <= 1)) {
                throw new InvalidInputException(
                        "keepAgreement (" + share + ") must be above 0 and at most 1." + " Maybe write 0.96 for 96 %.");
            }
            settings.agreementFloor = share;
            return this;
        }

        /** Accepts only files of at most so many bytes. */
        public Builder maxBytes(long bytes) {
            if (bytes < 1) {
                throw new InvalidInputException("maxBytes (" + bytes + ") must be at least 1.");
            }
            settings.maxBytes = bytes;
            return this;
        }

        /** Accepts only what answers in this time here, at the median, on one thread. */
        public Builder maxLatency(Duration median) {
            if (median.isNegative() || median.isZero()) {
                throw new InvalidInputException("maxLatency (" + median + ") must be positive.");
            }
            settings.maxLatency = median;
            return this;
        }

        /** Accepts only what needs at most so much memory by estimate: constants and intermediate values. */
        public Builder maxMemoryBytes(long bytes) {
            if (bytes < 1) {
                throw new InvalidInputException("maxMemoryBytes (" + bytes + ") must be at least 1.");
            }
            settings.maxMemoryBytes = bytes;
            return this;
        }

        /** What {@link #auto()} prefers among what it may take; default {@link Preference#BALANCED}. */
        public Builder prefer(Preference what) {
            settings.preference = what;
            return this;
        }

        /**
         * How long {@link #auto()} may take; default 1 hour. Where it is given, and there are samples or examples to train
         * on that the result is not judged by, the search also prunes, trains what it prunes, and quantizes that.
         */
        public Builder timeBudget(Duration time) {
            if (time.isNegative() || time.isZero()) {
                throw new InvalidInputException("timeBudget (" + time + ") must be positive.");
            }
            settings.timeBudget = time;
            return this;
        }

        /** Keeps finished candidates in a folder: the same run, begun again, goes on from there. Default: nowhere. */
        public Builder resume(Path workFolder) {
            settings.folder = workFolder;
            return this;
        }

        /** Reports accuracy on the data before and after, without a floor. */
        public Builder labelled(LabelledData data) {
            settings.labelled = data;
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

        /** Rounds of the side-by-side measurement; default 15, 0 measures none. */
        public Builder latencyRounds(int rounds) {
            if (rounds < 0 || rounds > 10_000) {
                throw new InvalidInputException("latencyRounds (" + rounds + ") must be 0 to 10000.");
            }
            settings.latencyRounds = rounds;
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
