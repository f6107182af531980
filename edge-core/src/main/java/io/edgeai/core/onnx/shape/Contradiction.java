package io.edgeai.core.onnx.shape;

/** Thrown by a rule where a node cannot be; becomes a {@link ShapeProblem}. */
final class Contradiction extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Contradiction(String message) {
        super(message, null, false, false);
    }
}
