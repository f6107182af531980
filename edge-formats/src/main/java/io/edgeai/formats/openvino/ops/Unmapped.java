package io.edgeai.formats.openvino.ops;

/** Why an operation has no exact equivalent; caught for each layer so that one error can list them all. */
final class Unmapped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unmapped(String reason) {
        super(reason);
    }
}
