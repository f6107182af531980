/**
 * OpenVINO IR of versions 10 and 11 to ONNX. Numbers of 16 bits are computed in 32, as OpenVINO's CPU plugin does.
 */
@NullMarked
package io.edgeai.formats.openvino;

import org.jspecify.annotations.NullMarked;
