/**
 * Writes ONNX graphs node by node for importers. Names are fresh, constants become initializers, and nested graphs
 * share the names of the graph around them.
 */
@NullMarked
package io.edgeai.formats.emit;

import org.jspecify.annotations.NullMarked;
