/**
 * ONNX Runtime behind {@link io.edgeai.core.runtime.InferenceRuntime}. The only package that sees its types.
 */
@NullMarked
package io.edgeai.core.runtime.onnxruntime;

import org.jspecify.annotations.NullMarked;
