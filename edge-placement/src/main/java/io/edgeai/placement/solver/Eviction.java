package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Says who has to go from a node so that an item can come: those that have so far looked for a place in vain least
 * often, never one of higher priority nor of the same company.
 */
final class Eviction {
    private final Occupancy state;
    private final SplittableRandom random;
    private final int[] pressed;

    Eviction(Occupancy state, SplittableRandom random) {
        this.state = state;
        this.random = random;
        this.pressed = new int[state.items()];
    }

    /** Notes that the item found no place. */
    void press(int item) {
        pressed[item]++;
    }

    /** How hard it is on them to go; near ties in random order. */
    long hardship(Collection<Integer> out) {
        return out.stream().mapToLong(victim -> 1L + pressed[victim]).sum() * 8 + random.nextInt(8);
    }

    /** A small set of items whose going makes room, or null. */
    @Nullable
    List<Integer> victims(int item, Option option) {
        List<Integer> out = new ArrayList<>();
        List<Spot> stood = new ArrayList<>();
        List<Integer> candidates = new ArrayList<>();
        int priority = state.group(item).priority();
        List<Integer> company = state.companyOf(item);
        Clash clash = state.blockedBy(state.groupOf(item), option);
        for (int other = 0; clash != null && other < state.items(); other++) {
            if (state.groupOf(other) == clash.group() && state.isPlaced(other)) {
                candidates.add(other);
            }
        }
        List<Integer> onNode = new ArrayList<>();
        for (int member : state.membersOf(option.node())) {
            onNode.add(member);
        }
        onNode.sort((a, b) -> Integer.compare(pressed[a], pressed[b]));
        candidates.addAll(onNode);
        boolean fits = false;
        for (int victim : candidates) {
            if (fits
                    || state.group(victim).priority() > priority
                    || !state.isPlaced(victim)
                    || (company.size() > 1 && company.contains(victim))) {
                continue;
            }
            out.add(victim);
            stood.add(state.remove(victim));
            fits = state.fits(item, option);
        }
        for (int i = out.size() - 1; i >= 0; i--) {
            state.restore(out.get(i), stood.get(i));
        }
        return fits ? out : null;
    }
}
