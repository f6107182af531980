package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Leaves out options that nothing speaks for: another one of the same group on the same node costs no more and takes no
 * more of anything. Some optimum never uses them, and a third to a half of all options of several variants are such.
 */
final class Dominance {
    private Dominance() {}

    /** The same problem without dominated options; of those that cost the same the first stays, as it is preferred. */
    static Instance prune(Instance instance) {
        int nodes = instance.bins().size();
        return new Instance(
                instance.groups().stream().map(group -> prune(group, nodes)).toList(),
                instance.bins(),
                instance.regions());
    }

    /** Options come cheapest first, so only those kept so far can beat one; those of a node are chained from the last. */
    private static Group prune(Group group, int nodes) {
        List<Option> kept = new ArrayList<>(group.options().size());
        int[] lastOnNode = new int[nodes];
        Arrays.fill(lastOnNode, -1);
        int[] previous = new int[group.options().size()];
        for (Option option : group.options()) {
            int rival = lastOnNode[option.node()];
            while (rival >= 0 && !dominates(kept.get(rival), option)) {
                rival = previous[rival];
            }
            if (rival < 0) {
                previous[kept.size()] = lastOnNode[option.node()];
                lastOnNode[option.node()] = kept.size();
                kept.add(option);
            }
        }
        return group.options(kept);
    }

    private static boolean dominates(Option a, Option b) {
        return a.cost() <= b.cost()
                && a.cpuMillis() <= b.cpuMillis()
                && a.memoryBytes() <= b.memoryBytes()
                && a.diskBytes() <= b.diskBytes()
                && (a.deviceMilli() == 0
                        || (a.deviceKind() == b.deviceKind()
                                && a.deviceMilli() <= b.deviceMilli()
                                && a.deviceMemoryBytes() <= b.deviceMemoryBytes()));
    }
}
