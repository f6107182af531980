/**
 * What a federation does in a round, along three axes that combine freely: client algorithm, aggregator with its weights, and server optimizer. Each axis is an interface with ready members; state of a run lives in objects that the interface hands out, never in the strategy itself.
 */
@NullMarked
package io.edgeai.federated.strategy;

import org.jspecify.annotations.NullMarked;
