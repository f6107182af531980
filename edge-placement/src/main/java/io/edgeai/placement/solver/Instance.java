package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.List;

/**
 * A placement problem as numbers. Items are replicas; the items of a group have consecutive indices. {@code near} and
 * {@code away} must be symmetric.
 *
 * @param groups the workloads
 * @param bins the nodes
 * @param regions index of the region of each site
 */
public record Instance(List<Group> groups, List<Bin> bins, List<Integer> regions) {
    public Instance {
        groups = List.copyOf(groups);
        bins = List.copyOf(bins);
        regions = List.copyOf(regions);
    }

    public int sites() {
        return regions.size();
    }

    public int items() {
        return groups.stream().mapToInt(Group::replicas).sum();
    }

    /** For each item the index of its group. */
    public List<Integer> groupOfItems() {
        List<Integer> owner = new ArrayList<>(items());
        for (int g = 0; g < groups.size(); g++) {
            for (int r = 0; r < groups.get(g).replicas(); r++) {
                owner.add(g);
            }
        }
        return owner;
    }
}
