/**
 * How OpenVINO's operations (sets 1 to 15) become ONNX nodes, one method or small class for each. Whole numbers that
 * only depend on known sizes are computed while importing.
 */
@NullMarked
package io.edgeai.formats.openvino.ops;

import org.jspecify.annotations.NullMarked;
