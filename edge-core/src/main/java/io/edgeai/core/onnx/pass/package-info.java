/**
 * Rewrites of a graph that keep its answers and need no engine: constant nodes, nodes that pass their input on, dead
 * parts. All that edits graphs takes fresh names from here.
 */
@NullMarked
package io.edgeai.core.onnx.pass;

import org.jspecify.annotations.NullMarked;
