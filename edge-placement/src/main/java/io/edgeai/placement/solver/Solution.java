package io.edgeai.placement.solver;

/**
 * What the solver found.
 *
 * @param occupancy where every item stands; items may be missing
 * @param cost sum of the costs of placed items
 * @param lowerBound no placement of all items is cheaper; equal to {@code cost} where that is proven optimal
 * @param complete whether every item is placed
 * @param proven where complete: that it is optimal; else: that no placement of all items exists
 */
public record Solution(Occupancy occupancy, double cost, double lowerBound, boolean complete, boolean proven) {}
