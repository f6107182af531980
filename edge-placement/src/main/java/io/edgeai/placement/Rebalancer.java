package io.edgeai.placement;

import io.edgeai.placement.model.Workload;
import io.edgeai.placement.solver.Instance;
import io.edgeai.placement.solver.Occupancy;
import io.edgeai.placement.solver.Option;
import io.edgeai.placement.solver.Rebalancing;
import io.edgeai.placement.solver.Spot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Matches running replicas with a problem, lets the solver move them, and says what changed. */
final class Rebalancer {
    private static final String SOLVER = "rebalancing";

    private final PlacementProblem problem;
    private final Rules rules;
    private final Modeller modeller;
    private final Instance instance;
    private final List<Integer> groupOf;
    private final List<Assignment> stopped = new ArrayList<>();

    Rebalancer(PlacementProblem problem, Rules rules) {
        this.problem = problem;
        this.rules = rules;
        this.modeller = new Modeller(problem, rules);
        this.instance = modeller.instance();
        this.groupOf = instance.groupOfItems();
    }

    Rebalance run(List<Assignment> running, RebalanceLimits limits) {
        List<@Nullable Assignment> stood = seats(running);
        List<@Nullable Spot> spots = spots(stood);
        Occupancy kept = Rebalancing.kept(instance, spots);
        Occupancy then = Rebalancing.run(
                instance, spots, new Rebalancing.Limits(limits.moves(), limits.bytes(), limits.leastGain()));
        List<Assignment> before = new ArrayList<>();
        List<Assignment> after = new ArrayList<>();
        List<Rebalance.Move> moves = new ArrayList<>();
        List<Assignment> gone = new ArrayList<>(stopped);
        for (int item = 0; item < stood.size(); item++) {
            Assignment old = assignment(item, kept, stood);
            Assignment now = assignment(item, then, stood);
            Assignment ran = stood.get(item);
            if (old != null) {
                before.add(old);
            }
            if (now != null) {
                after.add(now);
            }
            if (now != null && (old == null || !samePlace(old, now))) {
                moves.add(new Rebalance.Move(Optional.ofNullable(ran), now));
            } else if (now == null && ran != null) {
                gone.add(ran);
            }
        }
        return new Rebalance(plan(before), plan(after), moves, gone);
    }

    /** For each item of the problem the running replica that is it; what finds no seat is stopped. */
    private List<@Nullable Assignment> seats(List<Assignment> running) {
        Map<String, Integer> firstItem = new HashMap<>();
        Map<String, Workload> wanted = new HashMap<>();
        int items = 0;
        for (Workload workload : problem.workloads()) {
            firstItem.put(workload.name(), items);
            wanted.put(workload.name(), workload);
            items += workload.replicas();
        }
        List<@Nullable Assignment> seats = new ArrayList<>(Collections.nCopies(items, null));
        Map<String, Integer> taken = new HashMap<>();
        for (Assignment replica : running) {
            String name = replica.workload().name();
            Workload workload = wanted.get(name);
            int seat = taken.getOrDefault(name, 0);
            if (workload == null || seat >= workload.replicas()) {
                stopped.add(replica);
            } else {
                taken.put(name, seat + 1);
                seats.set(firstItem.getOrDefault(name, 0) + seat, replica);
            }
        }
        return seats;
    }

    private List<@Nullable Spot> spots(List<@Nullable Assignment> stood) {
        List<@Nullable Spot> spots = new ArrayList<>();
        for (int item = 0; item < stood.size(); item++) {
            Assignment replica = stood.get(item);
            Option option = replica == null ? null : modeller.option(groupOf.get(item), replica, instance);
            spots.add(replica == null || option == null ? null : new Spot(option, replica.device()));
        }
        return spots;
    }

    private @Nullable Assignment assignment(int item, Occupancy occupancy, List<@Nullable Assignment> stood) {
        Option option = occupancy.chosen(item);
        if (option == null) {
            return null;
        }
        Assignment ran = stood.get(item);
        int number = ran == null ? freeNumber(item, stood) : ran.replica();
        return modeller.assignment(groupOf.get(item), number, option, occupancy.deviceOf(item));
    }

    /** A number that no running replica of the workload has; different for each item that starts anew. */
    private int freeNumber(int item, List<@Nullable Assignment> stood) {
        Set<Integer> taken = new HashSet<>();
        int rank = 0;
        for (int other = 0; other < stood.size(); other++) {
            Assignment ran = stood.get(other);
            if (groupOf.get(other).equals(groupOf.get(item))) {
                rank += ran == null && other < item ? 1 : 0;
                taken.add(ran == null ? -1 : ran.replica());
            }
        }
        int number = 0;
        for (; taken.contains(number) || rank > 0; number++) {
            rank -= taken.contains(number) ? 0 : 1;
        }
        return number;
    }

    private static boolean samePlace(Assignment one, Assignment other) {
        return one.site().id().equals(other.site().id())
                && one.node().name().equals(other.node().name())
                && one.variant().name().equals(other.variant().name())
                && one.device() == other.device();
    }

    private PlacementPlan plan(List<Assignment> assignments) {
        boolean complete = assignments.size() == instance.items();
        PlacementPlan.Status status = complete ? PlacementPlan.Status.FEASIBLE : PlacementPlan.Status.INFEASIBLE;
        return new PlacementPlan(
                problem,
                rules,
                new PlacementPlan.Verdict(status, false, Double.NEGATIVE_INFINITY, SOLVER),
                assignments);
    }
}
