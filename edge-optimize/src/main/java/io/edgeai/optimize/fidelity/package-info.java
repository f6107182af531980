/**
 * Measures how far the answers of a derived model agree with the original's. Distances need no labels; accuracy comes with its interval of confidence.
 */
@NullMarked
package io.edgeai.optimize.fidelity;

import org.jspecify.annotations.NullMarked;
