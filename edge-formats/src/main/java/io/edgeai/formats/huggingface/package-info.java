/**
 * Hugging Face model folders to ONNX: transformers whose {@code config.json} and safetensors weights are known well
 * enough to write the same computation as a graph. A family is one class; heads and pooling are shared.
 */
@NullMarked
package io.edgeai.formats.huggingface;

import org.jspecify.annotations.NullMarked;
