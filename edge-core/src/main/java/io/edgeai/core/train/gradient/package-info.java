/**
 * Derivatives of ONNX operators as ONNX operators: one rule for each, and the tape that applies them from a loss back to
 * the parameters. Rules see shapes and nodes, never values.
 */
@NullMarked
package io.edgeai.core.train.gradient;

import org.jspecify.annotations.NullMarked;
