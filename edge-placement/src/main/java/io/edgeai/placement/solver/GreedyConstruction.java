package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Places items in the order of regret: first those that lose most if they do not get their best option now, by the
 * difference between the best and the second best node of the ranking that still fit; higher priority goes before any
 * regret, and items that must stand together go before all, to a site that has room for the whole company. Best is what
 * the ranking says, which is not the cheapest where it adds prices of scarce resources. Regrets are renewed lazily, when
 * an item comes to the head of the queue.
 */
final class GreedyConstruction {
    private GreedyConstruction() {}

    private record Entry(int item, boolean tied, int priority, double regret) {}

    private static final Comparator<Entry> ORDER = Comparator.comparing(Entry::tied)
            .thenComparingInt(Entry::priority)
            .reversed()
            .thenComparing(Comparator.comparingDouble(Entry::regret).reversed())
            .thenComparingInt(Entry::item);

    /** Places what fits and returns what did not, in the order given up. */
    static List<Integer> run(Occupancy state, Ranking ranking, Collection<Integer> items) {
        PriorityQueue<Entry> queue = new PriorityQueue<>(ORDER);
        placeCompanies(state, ranking, items);
        for (int item : items) {
            if (state.isPlaced(item)) {
                continue;
            }
            boolean tied = !state.group(item).near().isEmpty();
            queue.add(new Entry(item, tied, state.group(item).priority(), regret(state, ranking, item)));
        }
        List<Integer> left = new ArrayList<>();
        for (Entry head = queue.poll(); head != null; head = queue.poll()) {
            double now = regret(state, ranking, head.item());
            if (now < 0) {
                left.add(head.item());
            } else if (now != head.regret()) {
                queue.add(new Entry(head.item(), head.tied(), head.priority(), now));
            } else {
                placeBest(state, ranking, head.item());
            }
        }
        return left;
    }

    /** Places whole companies where that is possible, those with an item of higher priority first. */
    private static void placeCompanies(Occupancy state, Ranking ranking, Collection<Integer> items) {
        items.stream()
                .filter(item -> !state.group(item).near().isEmpty())
                .map(state::companyOf)
                .distinct()
                .filter(company -> company.stream().noneMatch(state::isPlaced) && items.containsAll(company))
                .sorted(Comparator.comparingInt((List<Integer> company) -> -priority(state, company)))
                .forEach(company -> Together.place(state, ranking, company));
    }

    static int priority(Occupancy state, List<Integer> company) {
        return company.stream()
                .mapToInt(item -> state.group(item).priority())
                .max()
                .orElseThrow();
    }

    /** Places an item on the best option that fits. */
    static boolean placeBest(Occupancy state, Ranking ranking, int item) {
        for (Ranking.Ranked ranked : ranking.of(state.groupOf(item))) {
            if (state.tryPlace(item, ranked.option())) {
                return true;
            }
        }
        return false;
    }

    /** Second best node minus best; infinite where only one is left, -1 where none. */
    private static double regret(Occupancy state, Ranking ranking, int item) {
        Ranking.Ranked first = null;
        for (Ranking.Ranked ranked : ranking.of(state.groupOf(item))) {
            boolean otherNode =
                    first == null || ranked.option().node() != first.option().node();
            if (otherNode && state.fits(item, ranked.option())) {
                if (first != null) {
                    return ranked.value() - first.value();
                }
                first = ranked;
            }
        }
        return first == null ? -1 : Double.POSITIVE_INFINITY;
    }
}
