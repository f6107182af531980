/**
 * Raises the operator set of old models. Per-channel quantization needs version 13 and training 17, and most published models are older.
 */
@NullMarked
package io.edgeai.core.onnx.opset;

import org.jspecify.annotations.NullMarked;
