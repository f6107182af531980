/**
 * Makes weights that are hard to quantize easier, and repairs what rounding does to them. Scales move between neighbouring layers, levels are chosen by what they do to a layer's output, and biases take back the mean error.
 */
@NullMarked
package io.edgeai.optimize.correct;

import org.jspecify.annotations.NullMarked;
