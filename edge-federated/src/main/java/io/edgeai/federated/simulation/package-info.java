/**
 * A whole federation described by one JSON document: data, model, strategy and rounds. It runs in this process and reports one JSON line for each round.
 */
@NullMarked
package io.edgeai.federated.simulation;

import org.jspecify.annotations.NullMarked;
