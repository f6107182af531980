package io.edgeai.placement.solver;

/**
 * What is left of one group, or of groups that share a site, when nodes have prices instead of capacities: the cheapest
 * of its ways, which is what counts, and how it would spread over all ways that are nearly as cheap, which tells where
 * prices should rise.
 */
interface Relaxation {
    /**
     * Chooses at the prices.
     *
     * @param heat what an option may be dearer by to be taken {@code 1/e} as often as the cheapest
     * @param load to which it adds what it takes of every resource, spread over its options
     * @return the least it can cost, prices included; infinite where it cannot stand anywhere
     */
    double choose(double[] price, double heat, double[] load);
}
