package io.edgeai.core.onnx.shape;

/** How one operator's outputs follow from its inputs. An output it does not set stays unknown. */
@FunctionalInterface
interface Rule {
    /** @throws Contradiction where the node cannot be */
    void apply(Op op);
}
