/**
 * A small convolutional network with its own back-propagation in plain Java, which the demo trains and exports as ONNX.
 * It stands for the data scientist's side of the story; the library itself needs none of it.
 */
@NullMarked
package io.edgeai.samples.convnet;

import org.jspecify.annotations.NullMarked;
