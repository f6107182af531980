/**
 * Writes weights and activations in fewer bits. The patterns are those that ONNX Runtime fuses into integer kernels; what would not be fused stays float, with the reason.
 */
@NullMarked
package io.edgeai.optimize.quantize;

import org.jspecify.annotations.NullMarked;
