/**
 * Pruning: models with fewer channels, found, cut and repaired on the ONNX graph itself. Structured pruning makes models
 * faster; zeroed weights, which this package offers too, only make files smaller.
 */
@NullMarked
package io.edgeai.optimize.prune;

import org.jspecify.annotations.NullMarked;
