package io.edgeai.optimize.quantize;

/** Formats of 16 bits for stored weights. */
public enum HalfFormat {
    /** IEEE binary16: relative error at most 1/2048, values to 65504. */
    FLOAT16,
    /** bfloat16: relative error at most 1/256, the range of 32-bit floats. Needs operator set 13. */
    BFLOAT16
}
