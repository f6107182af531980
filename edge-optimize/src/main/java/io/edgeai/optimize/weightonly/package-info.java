/**
 * Matrices of 4 or 8 bits in blocks with a scale each, multiplied by float activations ({@code com.microsoft.MatMulNBits}). Three ways to choose the levels: rounding, a half-quadratic search without data, and GPTQ with calibration samples.
 */
@NullMarked
package io.edgeai.optimize.weightonly;

import org.jspecify.annotations.NullMarked;
