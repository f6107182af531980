package io.edgeai.core.train.gradient;

/** How one operator passes a gradient from its outputs to its inputs. */
@FunctionalInterface
interface GradientRule {
    /** Emits the gradient of every input that {@link NodeGradient#wants}. */
    void emit(NodeGradient g);
}
