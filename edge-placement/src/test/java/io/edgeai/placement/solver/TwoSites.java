package io.edgeai.placement.solver;

import java.util.List;

/** Instances by hand: two sites with one node each, which has room for 10. */
final class TwoSites {
    private TwoSites() {}

    static Option option(int site, double cost, long cpu) {
        return new Option(site, site, 0, cost, cpu, 0, 0, -1, 0, 0);
    }

    static Group group(int priority, List<Integer> near, Option... options) {
        return new Group(1, priority, List.of(options), Group.Apart.NONE, near, List.of());
    }

    static Instance onTwoSites(Group... groups) {
        List<Bin> bins = List.of(new Bin(0, 10, 0, 0, List.of()), new Bin(1, 10, 0, 0, List.of()));
        return new Instance(List.of(groups), bins, List.of(0, 0));
    }
}
