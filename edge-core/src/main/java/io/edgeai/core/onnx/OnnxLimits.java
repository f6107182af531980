package io.edgeai.core.onnx;

import io.edgeai.core.error.InvalidInputException;

/**
 * How large a model a reader accepts; checked before anything of that size is allocated.
 *
 * @param maxFileBytes largest model file, external data not counted; at most 2^31-1, protobuf's own bound
 * @param maxNodes most nodes, nested graphs and functions included
 * @param maxDepth deepest nesting of protobuf messages; a nested graph adds 3
 * @param maxTensorBytes most bytes of all constants together, external data included
 */
public record OnnxLimits(long maxFileBytes, long maxNodes, int maxDepth, long maxTensorBytes) {
    /** Files to 2 GiB, 5,000,000 nodes, 100 levels, 64 GiB of constants. */
    public static final OnnxLimits DEFAULT = new OnnxLimits(Integer.MAX_VALUE, 5_000_000, 100, 64L << 30);

    public OnnxLimits {
        if (maxFileBytes < 1 || maxFileBytes > Integer.MAX_VALUE) {
            throw new InvalidInputException("maxFileBytes (" + maxFileBytes + ") must be between 1 and 2147483647.");
        }
        if (maxNodes < 1 || maxDepth < 1 || maxTensorBytes < 0) {
            throw new InvalidInputException("Limits must be positive: maxNodes (" + maxNodes + "), maxDepth ("
                    + maxDepth + "), maxTensorBytes (" + maxTensorBytes + ").");
        }
    }
}
