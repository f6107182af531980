/**
 * Graphs for engines that are not here: TensorRT on NVIDIA GPUs and OpenVINO on Intel hardware. A target emits a quantized
 * graph, checks it against the engine's published rules, and gives the session options with which ONNX Runtime runs it there;
 * accuracy is kept and measured on the CPU, which computes the same numbers.
 */
@NullMarked
package io.edgeai.optimize.accelerator;

import org.jspecify.annotations.NullMarked;
