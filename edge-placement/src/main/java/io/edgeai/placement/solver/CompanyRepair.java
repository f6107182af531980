package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds a place for all items of a company at once, which none of them could find alone: it takes them from where some
 * of them stand, and of the sites that suit all, takes the one where the least hard-pressed have to go.
 */
final class CompanyRepair {
    private final Occupancy state;
    private final Ranking ranking;
    private final Eviction eviction;

    CompanyRepair(Occupancy state, Ranking ranking, Eviction eviction) {
        this.state = state;
        this.ranking = ranking;
        this.eviction = eviction;
    }

    private record Arrival(Map<Integer, Spot> spots, List<Integer> out, long hardship) {}

    /** Places the whole company and returns who had to go, or null where it has to stay as it was. */
    @Nullable
    List<Integer> settle(List<Integer> company) {
        Map<Integer, Spot> stood = new LinkedHashMap<>();
        company.stream().filter(state::isPlaced).forEach(item -> stood.put(item, state.remove(item)));
        if (Together.place(state, ranking, company)) {
            return List.of();
        }
        Arrival best = null;
        for (int site : Together.sites(state, ranking, company)) {
            Arrival arrival = arrive(company, site);
            if (arrival != null && (best == null || arrival.hardship() < best.hardship())) {
                best = arrival;
            }
        }
        if (best == null) {
            stood.forEach(state::restore);
            return null;
        }
        best.out().forEach(state::remove);
        best.spots().forEach(state::restore);
        return best.out();
    }

    /** How the company could come to a site, or null; leaves everything as it was. */
    private @Nullable Arrival arrive(List<Integer> company, int site) {
        Map<Integer, Spot> gone = new LinkedHashMap<>();
        List<Integer> placed = new ArrayList<>();
        boolean all = true;
        for (int item : Together.bulkiestFirst(state, company)) {
            all = all && (Together.placeAt(state, ranking, item, site) || pushIn(item, site, gone));
            if (all) {
                placed.add(item);
            }
        }
        Map<Integer, Spot> spots = new LinkedHashMap<>();
        placed.forEach(item -> spots.put(item, state.remove(item)));
        gone.forEach(state::restore);
        List<Integer> out = List.copyOf(gone.keySet());
        return all ? new Arrival(spots, out, eviction.hardship(out)) : null;
    }

    private boolean pushIn(int item, int site, Map<Integer, Spot> gone) {
        List<Integer> gentlest = null;
        Option target = null;
        long least = Long.MAX_VALUE;
        for (Ranking.Ranked ranked : ranking.of(state.groupOf(item))) {
            Option option = ranked.option();
            List<Integer> out = option.site() == site ? eviction.victims(item, option) : null;
            long hardship = out == null ? Long.MAX_VALUE : eviction.hardship(out);
            if (hardship < least) {
                least = hardship;
                gentlest = out;
                target = option;
            }
        }
        if (gentlest == null || target == null) {
            return false;
        }
        gentlest.forEach(victim -> gone.put(victim, state.remove(victim)));
        return state.tryPlace(item, target);
    }
}
