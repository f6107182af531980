/**
 * Splits one network over several workers: stages of a pipeline, shards of a layer, tiers between device and cloud. Every
 * split is a set of self-contained graphs; pipelines are measured and compared bit by bit with the whole network.
 */
@NullMarked
package io.edgeai.optimize.partition;

import org.jspecify.annotations.NullMarked;
