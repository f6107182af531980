/**
 * Models as flat parameter vectors and their training by stochastic gradient descent in plain Java. The same trainer serves participants of a federation and central training, and what it trained leaves as an ONNX graph.
 */
@NullMarked
package io.edgeai.federated.training;

import org.jspecify.annotations.NullMarked;
