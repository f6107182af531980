package io.edgeai.core.onnx.shape;

/**
 * A place where a graph contradicts itself.
 *
 * @param node the node, as operator and name
 * @param message what does not fit, with the values
 */
public record ShapeProblem(String node, String message) {
    @Override
    public String toString() {
        return node + ": " + message;
    }
}
