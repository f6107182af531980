package io.edgeai.core.train.optimizer;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;

/**
 * All that happens between a gradient and the new parameters, in this order: the gradient is clipped; the control
 * variate is added; the pull to the anchor is added; weight decay is added (or shrinks the parameters, where the
 * optimizer decouples it); the optimizer steps. Immutable.
 *
 * <pre>{@code
 * UpdateRule rule = UpdateRule.builder(Optimizer.momentum(0.9)).weightDecay(1e-4).clipNorm(1).build();
 * }</pre>
 */
public final class UpdateRule {
    private final Optimizer optimizer;
    private final double weightDecay;
    private final BiPredicate<String, List<Long>> decays;
    private final double clipNorm;
    private final double proximal;
    private final boolean hasAnchor;
    private final boolean hasControl;

    private UpdateRule(Builder builder) {
        this.optimizer = builder.optimizer;
        this.weightDecay = builder.weightDecay;
        this.decays = builder.decays;
        this.clipNorm = builder.clipNorm;
        this.proximal = builder.proximal;
        this.hasAnchor = builder.hasAnchor;
        this.hasControl = builder.hasControl;
    }

    public static Builder builder(Optimizer optimizer) {
        return new Builder(optimizer);
    }

    /** The optimizer with no further terms. */
    public static UpdateRule of(Optimizer optimizer) {
        return builder(optimizer).build();
    }

    public Builder toBuilder() {
        Builder builder = new Builder(optimizer);
        builder.weightDecay = weightDecay;
        builder.decays = decays;
        builder.clipNorm = clipNorm;
        builder.proximal = proximal;
        builder.hasAnchor = hasAnchor;
        builder.hasControl = hasControl;
        return builder;
    }

    public Optimizer optimizer() {
        return optimizer;
    }

    /** 0 for none. */
    public double weightDecay() {
        return weightDecay;
    }

    /** Whether weight decay acts on the parameter of that name and dimensions. */
    public boolean decays(String parameter, List<Long> dims) {
        return decays.test(parameter, dims);
    }

    /** Longest gradient let through unscaled; 0 for no limit. */
    public double clipNorm() {
        return clipNorm;
    }

    /** Strength of the pull to the anchor. */
    public double proximal() {
        return proximal;
    }

    /** Whether the graph takes an anchor that the parameters are pulled to. */
    public boolean hasAnchor() {
        return hasAnchor;
    }

    /** Whether the graph takes a control variate that is added to each gradient. */
    public boolean hasControl() {
        return hasControl;
    }

    /** Numbers that a graph of this rule takes at each step. */
    public List<String> scalarNames() {
        List<String> names = new ArrayList<>(optimizer.scalarNames());
        if (weightDecay > 0) {
            names.add(optimizer.decoupledDecay() ? "shrink" : "weight_decay");
        }
        if (clipNorm > 0) {
            names.add("clip_norm");
        }
        if (hasAnchor) {
            names.add("proximal");
        }
        return List.copyOf(names);
    }

    /**
     * Values of {@link #scalarNames()} for one step.
     *
     * @param step counts from 1
     * @param learningRate of this step
     */
    public float[] scalars(long step, double learningRate) {
        float[] own = optimizer.scalars(step, learningRate);
        float[] all = Arrays.copyOf(own, scalarNames().size());
        int next = own.length;
        if (weightDecay > 0) {
            all[next++] = (float) (optimizer.decoupledDecay() ? learningRate * weightDecay : weightDecay);
        }
        if (clipNorm > 0) {
            all[next++] = (float) clipNorm;
        }
        if (hasAnchor) {
            all[next] = (float) proximal;
        }
        return all;
    }

    /** Builds an {@link UpdateRule}. Defaults: no decay, no clipping, no anchor, no control variate. */
    public static final class Builder {
        private final Optimizer optimizer;
        private double weightDecay;
        private BiPredicate<String, List<Long>> decays = (name, dims) -> dims.size() > 1;
        private double clipNorm;
        private double proximal;
        private boolean hasAnchor;
        private boolean hasControl;

        private Builder(Optimizer optimizer) {
            this.optimizer = optimizer;
        }

        /** Decay per step, e.g. 1e-4; for an optimizer that decouples it, times the learning rate. */
        public Builder weightDecay(double decay) {
            this.weightDecay = notNegative(decay, "Weight decay", "1e-4");
            return this;
        }

        /**
         * Which parameters decay, by name and dimensions. Default: those of two or more dimensions, that is, neither
         * biases nor the scales of normalization.
         */
        public Builder decayOnly(BiPredicate<String, List<Long>> which) {
            this.decays = which;
            return this;
        }

        /**
         * Scales a gradient that is longer than this (Euclidean norm over all parameters) down to it, before any other
         * term; 0 for no limit.
         */
        public Builder clipNorm(double norm) {
            this.clipNorm = notNegative(norm, "Clipping norm", "1");
            return this;
        }

        /** Adds {@code strength · (theta − anchor)} to the gradient, as FedProx does (Li et al. 2020). */
        public Builder proximal(double strength) {
            this.proximal = notNegative(strength, "Proximal strength", "0.01");
            this.hasAnchor = true;
            return this;
        }

        /** Adds a given vector to each gradient: the control variate {@code c − cᵢ} of SCAFFOLD (Karimireddy 2020). */
        public Builder control() {
            this.hasControl = true;
            return this;
        }

        public UpdateRule build() {
            return new UpdateRule(this);
        }

        private static double notNegative(double value, String what, String repair) {
            if (!(value >= 0 && value <= Float.MAX_VALUE)) {
                throw new InvalidInputException(
                        what + " (" + value + ") must be a number of 0 or more. Maybe " + repair + ".");
            }
            return value;
        }
    }
}
