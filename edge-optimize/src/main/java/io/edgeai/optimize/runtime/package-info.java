/**
 * Finds how the engine runs one model fastest on this machine, by trying. Nothing about the model changes: what comes out
 * are session options with the measurements behind them, and a cache of what the engine made of the model.
 */
@NullMarked
package io.edgeai.optimize.runtime;

import org.jspecify.annotations.NullMarked;
