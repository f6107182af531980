package io.edgeai.optimize;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to do to a model and what must hold afterwards. Exactly one of {@code int8}, {@code int8Dynamic} and {@code fp16}
 * is asked for. Immutable and thread-safe, save for the progress listener, which is called on the working thread.
 */
public final class Recipe {
    private final OptimizationKind method;
    private final @Nullable CalibrationData calibration;
    private final @Nullable CalibrationData samples;
    private final @Nullable LabelledData labelled;
    private final double accuracyFloor;
    private final CalibrationMethod calibrationMethod;
    private final WeightRange weightRange;
    private final Set<String> keepFloat;
    private final int latencyRounds;
    private final long seed;
    private final Progress progress;

    private Recipe(Builder builder, OptimizationKind method) {
        this.method = method;
        this.calibration = builder.calibration;
        this.samples = builder.samples;
        this.labelled = builder.labelled;
        this.accuracyFloor = builder.accuracyFloor;
        this.calibrationMethod = builder.calibrationMethod;
        this.weightRange = builder.weightRange;
        this.keepFloat = builder.keepFloat;
        this.latencyRounds = builder.latencyRounds;
        this.seed = builder.seed;
        this.progress = builder.progress;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts with these settings. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.methods.add(method);
        builder.calibration = calibration;
        builder.samples = samples;
        builder.labelled = labelled;
        builder.accuracyFloor = accuracyFloor;
        builder.calibrationMethod = calibrationMethod;
        builder.weightRange = weightRange;
        builder.keepFloat = keepFloat;
        builder.latencyRounds = latencyRounds;
        builder.seed = seed;
        builder.progress = progress;
        return builder;
    }

    public OptimizationKind method() {
        return method;
    }

    /** Samples for activation ranges; null unless the method is static INT8. */
    public @Nullable CalibrationData calibration() {
        return calibration;
    }

    /** Samples to compare answers on; null where the calibration or labelled samples serve. */
    public @Nullable CalibrationData samples() {
        return samples;
    }

    /** Samples with labels; null where no accuracy is asked for. */
    public @Nullable LabelledData labelled() {
        return labelled;
    }

    /** Smallest accepted accuracy as a share of the original's; 0 for none. */
    public double accuracyFloor() {
        return accuracyFloor;
    }

    public CalibrationMethod calibrationMethod() {
        return calibrationMethod;
    }

    public WeightRange weightRange() {
        return weightRange;
    }

    public Set<String> keepFloat() {
        return keepFloat;
    }

    public int latencyRounds() {
        return latencyRounds;
    }

    public long seed() {
        return seed;
    }

    public Progress progress() {
        return progress;
    }

    @Override
    public String toString() {
        return method
                + (calibration == null ? "" : ", " + calibration.size() + " calibration samples, " + calibrationMethod)
                + (accuracyFloor == 0 ? "" : ", keep " + accuracyFloor + " of the accuracy")
                + (keepFloat.isEmpty() ? "" : ", float: " + keepFloat)
                + ", weight range " + weightRange + ", seed " + seed;
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
        private final List<OptimizationKind> methods = new ArrayList<>();
        private @Nullable CalibrationData calibration;
        private @Nullable CalibrationData samples;
        private @Nullable LabelledData labelled;
        private double accuracyFloor;
        private CalibrationMethod calibrationMethod = CalibrationMethod.MIN_MAX;
        private WeightRange weightRange = WeightRange.AUTO;
        private Set<String> keepFloat = Set.of();
        private int latencyRounds = 15;
        private long seed = 1;
        private Progress progress = Progress.NONE;

        private Builder() {}

        /** Static INT8: right for convolutional networks. 64 typical samples are enough. */
        public Builder int8(CalibrationData data) {
            methods.add(OptimizationKind.INT8_STATIC);
            this.calibration = data;
            return this;
        }

        /** Dynamic INT8, which needs no samples: right for transformers, embeddings and recurrent networks. */
        public Builder int8Dynamic() {
            methods.add(OptimizationKind.INT8_DYNAMIC);
            return this;
        }

        /** Weights in 16-bit floats, computed in 32 bits: half the size at the same speed. */
        public Builder fp16() {
            methods.add(OptimizationKind.FP16_WEIGHTS);
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
            this.accuracyFloor = share;
            this.labelled = data;
            return this;
        }

        /** Reports accuracy on the data before and after, without a floor. */
        public Builder labelled(LabelledData data) {
            this.labelled = data;
            return this;
        }

        /** Samples to compare answers on; without them those for calibration serve, then the labelled ones. */
        public Builder samples(CalibrationData data) {
            this.samples = data;
            return this;
        }

        /** How ranges follow from calibration samples; default {@link CalibrationMethod#MIN_MAX}. */
        public Builder calibrationMethod(CalibrationMethod method) {
            this.calibrationMethod = method;
            return this;
        }

        /** Bits of weights; default {@link WeightRange#AUTO}. */
        public Builder weightRange(WeightRange range) {
            this.weightRange = range;
            return this;
        }

        /** Nodes, by their first output, that must stay float. */
        public Builder keepFloat(Set<String> outputs) {
            this.keepFloat = Set.copyOf(outputs);
            return this;
        }

        /** Rounds of the side-by-side measurement; default 15, 0 measures none. */
        public Builder latencyRounds(int rounds) {
            if (rounds < 0 || rounds > 10_000) {
                throw new InvalidInputException("latencyRounds (" + rounds + ") must be 0 to 10000.");
            }
            this.latencyRounds = rounds;
            return this;
        }

        /** Seed of the generated inputs that are used where no samples are given; default 1. */
        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        /** Told about progress and asked whether to stop. */
        public Builder progress(Progress listener) {
            this.progress = listener;
            return this;
        }

        /** @throws InvalidInputException unless exactly one method was asked for */
        public Recipe build() {
            if (methods.size() != 1) {
                throw new InvalidInputException("A recipe takes one of int8, int8Dynamic and fp16, not (" + methods
                        + "). Maybe optimize once for each and compare the reports.");
            }
            return new Recipe(this, methods.get(0));
        }
    }
}
