/**
 * What a model costs to keep and to run, read off its graph: parameters, multiplications, memory traffic, and the most
 * memory that intermediate values take at once. Counts, not measurements: time depends on the machine.
 */
@NullMarked
package io.edgeai.core.onnx.cost;

import org.jspecify.annotations.NullMarked;
