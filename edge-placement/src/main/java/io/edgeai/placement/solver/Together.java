package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds a site for items that must stand together: that with the least sum of ranked values where all of them fit. */
final class Together {
    private Together() {}

    /** Places all of a company, of which none is placed, or none of it. */
    static boolean place(Occupancy state, Ranking ranking, List<Integer> company) {
        for (int site : sites(state, ranking, company)) {
            if (placeAt(state, ranking, company, site)) {
                return true;
            }
        }
        return false;
    }

    /** Sites that have an option for everyone, best first by the sum of the best options there. */
    static List<Integer> sites(Occupancy state, Ranking ranking, List<Integer> company) {
        Map<Integer, Double> sums = new TreeMap<>();
        Map<Integer, Map<Integer, Double>> byGroup = new HashMap<>();
        for (int item : company) {
            Map<Integer, Double> least = byGroup.computeIfAbsent(state.groupOf(item), group -> least(ranking, group));
            if (item == company.get(0)) {
                sums.putAll(least);
            } else {
                sums.keySet().retainAll(least.keySet());
                sums.replaceAll((site, sum) -> sum + least.getOrDefault(site, 0.0));
            }
        }
        Set<Integer> sites = sums.keySet();
        return sites.stream()
                .sorted(Comparator.comparingDouble(site -> sums.getOrDefault(site, 0.0)))
                .toList();
    }

    private static Map<Integer, Double> least(Ranking ranking, int group) {
        Map<Integer, Double> least = new HashMap<>();
        for (Ranking.Ranked ranked : ranking.of(group)) {
            least.putIfAbsent(ranked.option().site(), ranked.value());
        }
        return least;
    }

    private static boolean placeAt(Occupancy state, Ranking ranking, List<Integer> company, int site) {
        List<Integer> placed = new ArrayList<>();
        for (int item : bulkiestFirst(state, company)) {
            if (!placeAt(state, ranking, item, site)) {
                placed.forEach(state::remove);
                return false;
            }
            placed.add(item);
        }
        return true;
    }

    static boolean placeAt(Occupancy state, Ranking ranking, int item, int site) {
        for (Ranking.Ranked ranked : ranking.of(state.groupOf(item))) {
            if (ranked.option().site() == site && state.tryPlace(item, ranked.option())) {
                return true;
            }
        }
        return false;
    }

    /** Those that take most of a device, then of the processors, are hardest to place. */
    static List<Integer> bulkiestFirst(Occupancy state, List<Integer> company) {
        return company.stream()
                .sorted(Comparator.<Integer>comparingLong(
                                item -> -option(state, item).deviceMilli())
                        .thenComparingLong(item -> -option(state, item).cpuMillis())
                        .thenComparingInt(item -> item))
                .toList();
    }

    private static Option option(Occupancy state, int item) {
        return state.group(item).options().get(0);
    }
}
