package io.edgeai.formats.tflite.ops;

/** Why an operator has no exact equivalent; caught for each operator so that one error can list them all. */
final class Unmapped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unmapped(String reason) {
        super(reason);
    }
}
