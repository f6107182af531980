/**
 * Measures two models side by side. Runs alternate within one round, so that a busy machine slows both alike.
 */
@NullMarked
package io.edgeai.optimize.latency;

import org.jspecify.annotations.NullMarked;
