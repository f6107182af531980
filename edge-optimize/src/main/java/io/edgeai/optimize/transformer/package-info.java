/**
 * Rewrites of transformers that answer the same and run faster, or quantize better. Residual sums join their
 * normalization in one operator of ONNX Runtime, outliers of activations move into weights.
 */
@NullMarked
package io.edgeai.optimize.transformer;

import org.jspecify.annotations.NullMarked;
