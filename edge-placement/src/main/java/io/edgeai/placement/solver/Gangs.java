package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which items are placed all or none: those of one gang, as the pods of a Kubernetes PodGroup whose least number is that
 * of its members. A gang goes by the highest priority of its members.
 */
final class Gangs {
    private final Instance instance;

    /** Items by the gang's number. */
    private final Map<Integer, List<Integer>> items = new TreeMap<>();

    Gangs(Instance instance) {
        this.instance = instance;
        List<Integer> groupOf = instance.groupOfItems();
        for (int item = 0; item < groupOf.size(); item++) {
            int gang = instance.groups().get(groupOf.get(item)).gang();
            if (gang != Group.NO_GANG) {
                items.computeIfAbsent(gang, unseen -> new ArrayList<>()).add(item);
            }
        }
    }

    /** The same problem, where all members of a gang have the highest priority of any. */
    static Instance levelled(Instance instance) {
        Map<Integer, Integer> highest = new HashMap<>();
        instance.groups().forEach(group -> highest.merge(group.gang(), group.priority(), Math::max));
        if (highest.keySet().stream().allMatch(gang -> gang == Group.NO_GANG)) {
            return instance;
        }
        return new Instance(
                instance.groups().stream()
                        .map(group -> group.gang() == Group.NO_GANG
                                ? group
                                : group.priority(highest.getOrDefault(group.gang(), 0)))
                        .toList(),
                instance.bins(),
                instance.regions());
    }

    /** The same problem, where members of these gangs have no options. */
    Instance without(List<Integer> gangs) {
        return new Instance(
                instance.groups().stream()
                        .map(group -> gangs.contains(group.gang()) ? group.options(List.of()) : group)
                        .toList(),
                instance.bins(),
                instance.regions());
    }

    boolean none() {
        return items.isEmpty();
    }

    List<Integer> items(int gang) {
        return items.getOrDefault(gang, List.of());
    }

    /** Gangs of which some items are placed and some are not, lowest priority first, of equals the largest. */
    List<Integer> broken(Occupancy state) {
        return items.keySet().stream()
                .filter(gang -> {
                    long placed = items(gang).stream().filter(state::isPlaced).count();
                    return placed > 0 && placed < items(gang).size();
                })
                .sorted(Comparator.<Integer>comparingInt(gang -> priority(state, gang))
                        .thenComparingInt(gang -> -items(gang).size()))
                .toList();
    }

    /** Gangs with a member that has no option. */
    List<Integer> hopeless() {
        return instance.groups().stream()
                .filter(group ->
                        group.gang() != Group.NO_GANG && group.options().isEmpty())
                .map(Group::gang)
                .distinct()
                .toList();
    }

    /** These items and all others of their gangs. */
    List<Integer> expanded(Occupancy state, Iterable<Integer> some) {
        List<Integer> all = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (int item : some) {
            int gang = state.group(item).gang();
            if (gang == Group.NO_GANG) {
                all.add(item);
            } else if (seen.add(gang)) {
                all.addAll(items(gang));
            }
        }
        return all;
    }

    /** Takes away what is placed of gangs that are not whole. */
    void withdraw(Occupancy state) {
        for (int gang : broken(state)) {
            items(gang).stream().filter(state::isPlaced).forEach(state::remove);
        }
    }

    /** Places what is missing and fits, higher priority first, gangs whole or not at all. */
    void fill(Occupancy state, Ranking ranking) {
        List<List<Integer>> units = new ArrayList<>();
        Set<Integer> seen = new HashSet<>();
        for (int item : state.missing()) {
            int gang = state.group(item).gang();
            if (gang == Group.NO_GANG) {
                units.add(List.of(item));
            } else if (seen.add(gang)) {
                units.add(items(gang));
            }
        }
        units.sort(Comparator.comparingInt(unit -> -state.group(unit.get(0)).priority()));
        for (List<Integer> unit : units) {
            if (!GreedyConstruction.run(state, ranking, unit).isEmpty()) {
                unit.stream().filter(state::isPlaced).forEach(state::remove);
            }
        }
    }

    private int priority(Occupancy state, int gang) {
        return state.group(items(gang).get(0)).priority();
    }
}
