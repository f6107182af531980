package io.edgeai.optimize.prune;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Map;

/** By what channels are ranked. Values are immutable. */
public sealed interface Importance {
    /** Whether samples are needed. */
    default boolean needsSamples() {
        return false;
    }

    /** Sum of magnitudes of the weights that make a channel (Li et al., 2017). */
    static Importance l1() {
        return new Magnitude(1);
    }

    /** Sum of squares of the weights that make a channel. The default where no samples are given. */
    static Importance l2() {
        return new Magnitude(2);
    }

    /** Magnitude of the batch normalization's factor (Liu et al., <i>Network slimming</i>, 2017); l2 where there is none. */
    static Importance batchNorm() {
        return new BatchNormScale();
    }

    /** Variance of a channel's activations times the squared weights that read it, on samples. */
    static Importance activation() {
        return new Activation();
    }

    /**
     * What the layers that read a channel lose without it, after least squares has made up for it on samples. The
     * default where samples are given.
     */
    static Importance reconstruction() {
        return new ReconstructionError();
    }

    /**
     * |weight · gradient| summed over a channel (Molchanov et al., 2019).
     *
     * @param gradients of a loss by the model's float constants, by name; constants without one count nothing
     */
    static Importance taylor(Map<String, OnnxTensor> gradients) {
        return new Taylor(gradients);
    }

    /** By chance: a control for the others. */
    static Importance random(long seed) {
        return new ByChance(seed);
    }

    /** @param norm 1 or 2 */
    record Magnitude(int norm) implements Importance {
        public Magnitude {
            if (norm != 1 && norm != 2) {
                throw new InvalidInputException("Norm (" + norm + ") must be 1 or 2.");
            }
        }
    }

    record BatchNormScale() implements Importance {}

    record Activation() implements Importance {
        @Override
        public boolean needsSamples() {
            return true;
        }
    }

    record ReconstructionError() implements Importance {
        @Override
        public boolean needsSamples() {
            return true;
        }
    }

    /** @param gradients by constant */
    record Taylor(Map<String, OnnxTensor> gradients) implements Importance {
        public Taylor {
            gradients = Map.copyOf(gradients);
        }
    }

    /** @param seed of the order */
    record ByChance(long seed) implements Importance {}
}
