/**
 * How TFLite's operators become ONNX nodes, one method or small class for each. Values are fetched in the layout an
 * operator wants, channels last as TFLite stores them or channels first as ONNX convolves, and as real numbers or the
 * integers that stand for them.
 */
@NullMarked
package io.edgeai.formats.tflite.ops;

import org.jspecify.annotations.NullMarked;
