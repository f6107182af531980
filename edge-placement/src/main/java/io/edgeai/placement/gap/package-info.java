/**
 * Generalized assignment: every item goes to one agent, agents have capacities, and costs and weights depend on both.
 * Finds assignments together with a bound that says how much cheaper any other could be.
 */
@NullMarked
package io.edgeai.placement.gap;

import org.jspecify.annotations.NullMarked;
