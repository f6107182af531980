/**
 * Several samples in one run: frees the batch dimension of models that were exported for one sample, proves it by running
 * them, and measures which batch sizes pay. Models that mix their samples are refused.
 */
@NullMarked
package io.edgeai.optimize.batching;

import org.jspecify.annotations.NullMarked;
