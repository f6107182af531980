package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Groups that share one site because each of them is near another: if A is near B and B near C, all three stand
 * together. What is said of two only is completed here, so that no part of the search sends A and C apart first and then
 * finds no place for B.
 */
final class Companies {
    private Companies() {}

    /** The same problem, where every group is near all others of its company. */
    static Instance closed(Instance instance) {
        List<Group> groups = new ArrayList<>(instance.groups());
        for (int g = 0; g < groups.size(); g++) {
            Group group = groups.get(g);
            if (!group.near().isEmpty()) {
                List<Integer> others = new ArrayList<>(companyOf(instance, g));
                others.remove(Integer.valueOf(g));
                groups.set(g, group.near(others));
            }
        }
        return new Instance(groups, instance.bins(), instance.regions());
    }

    /** Whether some company has no site that has an option for each of its replicas, so that no plan exists. */
    static boolean anyHomeless(Instance closed) {
        for (int g = 0; g < closed.groups().size(); g++) {
            Group group = closed.groups().get(g);
            boolean scattered = group.apart() != Group.Apart.NONE && group.replicas() > 1;
            if (!group.near().isEmpty() && (scattered || commonSites(closed, g).isEmpty())) {
                return true;
            }
        }
        return false;
    }

    /** Sites that have an option for the group and for everyone in its company. */
    static BitSet commonSites(Instance closed, int group) {
        BitSet common = sites(closed.groups().get(group));
        for (int other : closed.groups().get(group).near()) {
            common.and(sites(closed.groups().get(other)));
        }
        return common;
    }

    private static BitSet sites(Group group) {
        BitSet sites = new BitSet();
        group.options().forEach(option -> sites.set(option.site()));
        return sites;
    }

    private static List<Integer> companyOf(Instance instance, int group) {
        Set<Integer> company = new TreeSet<>();
        List<Integer> open = new ArrayList<>(List.of(group));
        while (!open.isEmpty()) {
            int next = open.remove(open.size() - 1);
            if (company.add(next)) {
                open.addAll(instance.groups().get(next).near());
            }
        }
        return List.copyOf(company);
    }
}
