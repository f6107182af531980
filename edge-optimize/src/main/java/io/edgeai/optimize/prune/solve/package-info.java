/**
 * Least squares on what layers read: which channels a layer can best do without, and the weights with which the others
 * make up for them. Needs samples but no labels.
 */
@NullMarked
package io.edgeai.optimize.prune.solve;

import org.jspecify.annotations.NullMarked;
