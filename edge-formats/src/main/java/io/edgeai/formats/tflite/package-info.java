/**
 * TensorFlow Lite to ONNX. Float and quantized models become graphs that ONNX Runtime runs, quantized ones with
 * QuantizeLinear and DequantizeLinear around each operator.
 */
@NullMarked
package io.edgeai.formats.tflite;

import org.jspecify.annotations.NullMarked;
