/**
 * Where the nodes of a model run: execution providers of ONNX Runtime and their settings. What one does not take falls
 * back to the CPU, node by node.
 */
@NullMarked
package io.edgeai.core.runtime.provider;

import org.jspecify.annotations.NullMarked;
