/**
 * Turns a model into a smaller or faster one and proves what that cost. Start at {@link io.edgeai.optimize.InferenceOptimizer} with a {@link io.edgeai.optimize.Recipe}.
 */
@NullMarked
package io.edgeai.optimize;

import org.jspecify.annotations.NullMarked;
