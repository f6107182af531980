package io.edgeai.optimize.weightonly;

/** How the levels of a block are chosen. */
public enum BlockMethod {
    /** Nearest level, the range of the block as it is. */
    ROUND,
    /**
     * Scale and zero point by half-quadratic splitting, so that few large errors are borne for many small ones (Badri
     * and Shaji, "Half-Quadratic Quantization", 2023). Needs no data.
     */
    HALF_QUADRATIC,
    /**
     * Column by column, each rounding error undone by the columns to come, weighted by the correlation of the inputs
     * (Frantar et al., "GPTQ", 2022). Needs {@link InputSamples}.
     */
    GPTQ
}
