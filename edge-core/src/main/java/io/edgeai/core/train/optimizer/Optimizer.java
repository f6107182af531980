package io.edgeai.core.train.optimizer;

import java.util.List;

/** The rule that turns a gradient into a step. Immutable. */
public sealed interface Optimizer permits Sgd, Adam {
    /** Short lower-case name, e.g. {@code "adam"}. */
    String name();

    /** Vectors it remembers from step to step, each as long as the parameters and zero at first. */
    List<String> slots();

    /**
     * Whether weight decay shrinks the parameters directly, apart from the gradient (Loshchilov and Hutter 2019), and
     * not by way of the gradient.
     */
    boolean decoupledDecay();

    /** Numbers that its step needs. */
    List<String> scalarNames();

    /**
     * The numbers for one step, in the order of {@link #scalarNames()}, computed in double precision.
     *
     * @param step counts from 1
     * @param learningRate of this step
     */
    float[] scalars(long step, double learningRate);

    /** Stochastic gradient descent: {@code theta -= rate * g}. */
    static Optimizer sgd() {
        return new Sgd(0, false);
    }

    /** {@code v = momentum * v + g; theta -= rate * v}; usual momentum 0.9. */
    static Optimizer momentum(double momentum) {
        return new Sgd(momentum, false);
    }

    /** As {@link #momentum}, with the step {@code rate * (g + momentum * v)}. */
    static Optimizer nesterov(double momentum) {
        return new Sgd(momentum, true);
    }

    /** Adam with β₁ 0.9, β₂ 0.999, ε 1e-8; weight decay is part of the gradient. */
    static Optimizer adam() {
        return new Adam(0.9, 0.999, 1e-8, false);
    }

    /** Adam as {@link #adam()}, with decoupled weight decay. */
    static Optimizer adamW() {
        return new Adam(0.9, 0.999, 1e-8, true);
    }
}
