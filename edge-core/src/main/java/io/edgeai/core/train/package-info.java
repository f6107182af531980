/**
 * Training on the inference runtime: the gradient of an ONNX graph, written as another ONNX graph of standard operators.
 * One plain engine thus trains, fine-tunes and distils; no training engine and no Python is involved.
 */
@NullMarked
package io.edgeai.core.train;

import org.jspecify.annotations.NullMarked;
