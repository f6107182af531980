/**
 * Finds the ranges of activations by running samples. Values stream through observers, so memory does not grow with the number of samples.
 */
@NullMarked
package io.edgeai.optimize.calibration;

import org.jspecify.annotations.NullMarked;
