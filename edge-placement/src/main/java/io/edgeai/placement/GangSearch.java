package io.edgeai.placement;

import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Places what a state lacks of a gang, all of it or nothing: the bulkiest replicas first, each on the best place that
 * leaves room for the others, by going back where one finds none. Leaves the state as it was. Not thread-safe.
 */
final class GangSearch {
    /** Places tried at most. */
    static final int STEPS = 20_000;

    private final Rules rules;
    private final PlacementState state;
    private final List<Workload> wanted = new ArrayList<>();
    private final Map<String, List<Place>> places = new HashMap<>();
    private final List<Assignment> taken = new ArrayList<>();
    private List<Assignment> most = List.of();
    private int steps;

    private GangSearch(Rules rules, PlacementState state) {
        this.rules = rules;
        this.state = state;
    }

    private record Place(int node, Variant variant, double score) {}

    /**
     * What was found.
     *
     * @param placed where replicas would stand: all that were lacking, or, where not all fit, the most that were tried
     * @param lacking the workload whose next replica had no place beside them, as a list of one; empty where all fit
     * @param searched whether every way was tried
     */
    record Found(List<Assignment> placed, List<Workload> lacking, boolean searched) {}

    static Found place(Rules rules, PlacementState state, List<Workload> gang) {
        GangSearch search = new GangSearch(rules, state);
        for (Workload workload : gang) {
            search.places.put(workload.name(), search.places(workload));
            for (int n = state.replicas(workload.name()); n < workload.replicas(); n++) {
                search.wanted.add(workload);
            }
        }
        search.wanted.sort(Comparator.<Workload>comparingInt(
                        workload -> -workload.accelerator().milli())
                .thenComparingLong(workload -> -workload.cpuMillis())
                .thenComparing(Workload::name));
        boolean all = search.visit(0);
        List<Assignment> placed = all ? List.copyOf(search.taken) : search.most;
        search.undo(0);
        return new Found(
                placed, all ? List.of() : List.of(search.wanted.get(placed.size())), all || search.steps <= STEPS);
    }

    /** Places that fit now, best first; what does not fit an emptier state never fits a fuller one. */
    private List<Place> places(Workload workload) {
        List<Place> found = new ArrayList<>();
        for (int n = 0; n < state.nodes().size(); n++) {
            for (Variant variant : workload.variants()) {
                if (state.nodes().get(n).fits(workload, variant)) {
                    Candidate candidate = candidate(workload, n, variant);
                    if (rules.allow(candidate)) {
                        found.add(new Place(n, variant, rules.score(candidate)));
                    }
                }
            }
        }
        found.sort(Comparator.comparingDouble(Place::score));
        return found;
    }

    private boolean visit(int first) {
        int depth = taken.size();
        if (depth == wanted.size()) {
            return true;
        }
        if (depth > most.size()) {
            most = List.copyOf(taken);
        }
        Workload workload = wanted.get(depth);
        List<Place> all = places.getOrDefault(workload.name(), List.of());
        for (int p = first; p < all.size() && ++steps <= STEPS; p++) {
            Place place = all.get(p);
            if (!fits(workload, place)) {
                continue;
            }
            Assignment replica = assignment(workload, place);
            state.commit(replica);
            taken.add(replica);
            boolean twin = depth + 1 < wanted.size() && wanted.get(depth + 1).equals(workload);
            if (visit(twin ? p : 0)) {
                return true;
            }
            undo(depth);
        }
        return false;
    }

    private void undo(int depth) {
        while (taken.size() > depth) {
            state.release(taken.remove(taken.size() - 1));
        }
    }

    private boolean fits(Workload workload, Place place) {
        PlacementState.NodeState node = state.nodes().get(place.node());
        return state.clash(workload, node.siteIndex) == null
                && node.fits(workload, place.variant())
                && rules.allow(candidate(workload, place.node(), place.variant()));
    }

    private Candidate candidate(Workload workload, int node, Variant variant) {
        PlacementState.NodeState at = state.nodes().get(node);
        return rules.candidate(
                workload,
                variant,
                at.site,
                at.node,
                at.headroom(workload.accelerator()),
                state.topology().network());
    }

    private Assignment assignment(Workload workload, Place place) {
        PlacementState.NodeState at = state.nodes().get(place.node());
        Candidate candidate = candidate(workload, place.node(), place.variant());
        return new Assignment(
                workload,
                state.freeNumber(workload.name()),
                at.site,
                at.node,
                place.variant(),
                workload.accelerator().none() ? -1 : at.fittingDevice(workload.accelerator()),
                candidate.estimate(),
                place.score());
    }
}
