/**
 * What is placed and where: sites with nodes, the network, workloads with their variants. Immutable values only; nothing here computes a placement.
 */
@NullMarked
package io.edgeai.placement.model;

import org.jspecify.annotations.NullMarked;
