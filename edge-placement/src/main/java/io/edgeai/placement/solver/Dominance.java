package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Leaves out options that nothing speaks for: another one of the same group on the same node costs no more and takes no
 * more of anything. Some optimum never uses them, and a third to a half of all options of several variants are such.
 */
final class Dominance {
    private Dominance() {}

    /** The same problem without dominated options; of those that cost the same the first stays, as it is preferred. */
    static Instance prune(Instance instance) {
        return new Instance(
                instance.groups().stream().map(Dominance::prune).toList(), instance.bins(), instance.regions());
    }

    private static Group prune(Group group) {
        Map<Integer, List<Option>> onNode = new HashMap<>();
        group.options().forEach(option -> onNode.computeIfAbsent(option.node(), node -> new ArrayList<>())
                .add(option));
        List<Option> kept = new ArrayList<>(group.options().size());
        for (Option option : group.options()) {
            if (isNeeded(option, onNode.getOrDefault(option.node(), List.of()))) {
                kept.add(option);
            }
        }
        return new Group(group.replicas(), group.priority(), kept, group.apart(), group.near(), group.away());
    }

    private static boolean isNeeded(Option option, List<Option> onNode) {
        boolean before = true;
        for (Option other : onNode) {
            if (other.equals(option)) {
                before = false;
            } else if ((before || other.cost() < option.cost()) && dominates(other, option)) {
                return false;
            }
        }
        return true;
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
