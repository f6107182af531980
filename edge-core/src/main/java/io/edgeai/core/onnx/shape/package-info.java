/**
 * Shape inference: element type and dimensions of every value of a graph, with small integer tensors followed through so
 * that computed reshape targets resolve. One table of rules by operator; what no rule knows stays unknown.
 */
@NullMarked
package io.edgeai.core.onnx.shape;

import org.jspecify.annotations.NullMarked;
