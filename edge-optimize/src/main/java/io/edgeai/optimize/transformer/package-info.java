/**
 * Rewrites of transformers that answer the same and run faster, or quantize better. Attention and normalization become
 * single operators of ONNX Runtime, outliers of activations move into weights.
 */
@NullMarked
package io.edgeai.optimize.transformer;

import org.jspecify.annotations.NullMarked;
