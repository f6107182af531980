/**
 * How a gradient changes parameters: optimizers, learning-rate schedules and terms such as weight decay. All of it works
 * on one flat vector and is written into a training graph or, as {@link io.edgeai.core.train.optimizer.FlatOptimizer}, done in Java.
 */
@NullMarked
package io.edgeai.core.train.optimizer;

import org.jspecify.annotations.NullMarked;
