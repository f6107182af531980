/**
 * Assigns replicas to nodes: regret greedy, ejection repair, local search, a Lagrangian bound and an exact search for small problems. Works on plain arrays and knows neither JSON nor explanations.
 */
@NullMarked
package io.edgeai.placement.solver;

import org.jspecify.annotations.NullMarked;
