/**
 * Differential privacy: mechanisms that limit and blur what one participant can change, accountants that say what a sequence of releases has cost, and a ledger that refuses when the budget is spent. Noise multipliers are standard deviations of noise divided by the clip norm; ε holds for adding or removing one participant unless a mechanism says otherwise.
 */
@NullMarked
package io.edgeai.federated.privacy;

import org.jspecify.annotations.NullMarked;
