package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Places items in the order of regret: first those that lose most if they do not get their cheapest option now, by the
 * difference between their cheapest and second cheapest node that still fits. Regrets are renewed lazily, when an item
 * comes to the head of the queue.
 */
final class GreedyConstruction {
    private GreedyConstruction() {}

    private record Entry(int item, int priority, double regret) {}

    private static final Comparator<Entry> ORDER = Comparator.comparingInt(Entry::priority)
            .reversed()
            .thenComparing(Comparator.comparingDouble(Entry::regret).reversed())
            .thenComparingInt(Entry::item);

    /** Places what fits and returns what did not, in the order given up. */
    static List<Integer> run(Occupancy state, Collection<Integer> items) {
        PriorityQueue<Entry> queue = new PriorityQueue<>(ORDER);
        for (int item : items) {
            queue.add(new Entry(item, state.group(item).priority(), regret(state, item)));
        }
        List<Integer> left = new ArrayList<>();
        for (Entry head = queue.poll(); head != null; head = queue.poll()) {
            double now = regret(state, head.item());
            if (now < 0) {
                left.add(head.item());
            } else if (now != head.regret()) {
                queue.add(new Entry(head.item(), head.priority(), now));
            } else {
                placeCheapest(state, head.item());
            }
        }
        return left;
    }

    /** Places an item on its cheapest option that fits. */
    static boolean placeCheapest(Occupancy state, int item) {
        for (Option option : state.group(item).options()) {
            if (state.tryPlace(item, option)) {
                return true;
            }
        }
        return false;
    }

    /** Second cheapest node minus cheapest; infinite where only one is left, -1 where none. */
    private static double regret(Occupancy state, int item) {
        Option first = null;
        for (Option option : state.group(item).options()) {
            if ((first == null || option.node() != first.node()) && state.fits(item, option)) {
                if (first != null) {
                    return option.cost() - first.cost();
                }
                first = option;
            }
        }
        return first == null ? -1 : Double.POSITIVE_INFINITY;
    }
}
