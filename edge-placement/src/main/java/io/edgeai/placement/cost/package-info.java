/**
 * Predicts what one replica on one node would mean: latency, headroom, memory, money, accuracy, energy and carbon. Every formula is stated with its units and its source.
 */
@NullMarked
package io.edgeai.placement.cost;

import org.jspecify.annotations.NullMarked;
