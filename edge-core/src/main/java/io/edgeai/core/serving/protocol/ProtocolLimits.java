package io.edgeai.core.serving.protocol;

import io.edgeai.core.error.InvalidInputException;

/**
 * What a request may at most hold. The size of the whole body is bounded by whoever receives it; a tensor in JSON never
 * has more elements than its text has room for, so that a shape alone allocates nothing.
 *
 * @param tensors inputs, or requested outputs, of one request, at least 1; default 1024
 * @param rank dimensions of a tensor, at least 1; default 32
 * @param textLength characters of one text, at least 1; default 20,000,000
 * @param parameters parameters of one request, input or output, at least 1; default 256
 */
public record ProtocolLimits(int tensors, int rank, int textLength, int parameters) {
    /** Levels of JSON that lie around a tensor's data: request, inputs, input, and one spare. */
    private static final int AROUND = 4;

    public ProtocolLimits {
        if (tensors < 1 || rank < 1 || textLength < 1 || parameters < 1) {
            throw new InvalidInputException(
                    "Limits (tensors " + tensors + ", rank " + rank + ", textLength " + textLength + ", parameters "
                            + parameters + ") must be at least 1. Maybe use ProtocolLimits.ofDefaults().");
        }
    }

    public static ProtocolLimits ofDefaults() {
        return new ProtocolLimits(1024, 32, 20_000_000, 256);
    }

    int depth() {
        return rank + AROUND;
    }
}
