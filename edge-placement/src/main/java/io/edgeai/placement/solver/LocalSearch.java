package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Lowers the cost of a placement without losing an item. Descends by shifts (an item to a cheaper option) and by
 * chains (an item pushes another to its next best place, which covers swaps); then, again and again, removes a few
 * items, where options are many of two nodes only, places them anew by regret and descends around them, keeping what is
 * not much worse than the best (record-to-record travel, Dueck 1993; ruin and recreate, Schrimpf et al. 2000).
 */
final class LocalSearch {
    private static final double EPSILON = 1e-12;
    private static final int PASS_OVER = 20;

    /** What may be worse than the best at first, of the distance to the bound. */
    private static final double SLACK = 0.06;

    /** Rounds after which as much may be worse again. */
    private static final int CYCLE = 1500;

    /** The same for plans of few replicas, where one replica is much of the whole; there it falls once. */
    private static final double SMALL_SLACK = 1;

    private static final int SMALL = 100;

    /** Best ranked options of an item for whose sake another is sent away; a shift may go to any cheaper one. */
    private static final int CHAINED_OPTIONS = 12;

    /** One round in so many takes items of more than two nodes. */
    private static final int WIDE_ROUNDS = 4;

    /** Most items of a wide round. */
    private static final int WIDE = 20;

    private final Occupancy state;
    private final Ranking ranking;
    private final SplittableRandom random;
    private final List<Set<Option>> close = new ArrayList<>();

    LocalSearch(Occupancy state, Ranking ranking, SplittableRandom random) {
        this.state = state;
        this.ranking = ranking;
        this.random = random;
        for (int g = 0; g < ranking.groups(); g++) {
            Set<Option> best = Collections.newSetFromMap(new IdentityHashMap<>());
            ranking.of(g).stream()
                    .limit(CHAINED_OPTIONS)
                    .map(Ranking.Ranked::option)
                    .forEach(best::add);
            close.add(best);
        }
    }

    /** Ends with the best placement found. */
    void run(SearchBudget budget, double lowerBound) {
        List<Integer> movable = new ArrayList<>();
        for (int item = 0; item < state.items(); item++) {
            if (state.isPlaced(item) && state.group(item).options().size() > 1) {
                movable.add(item);
            }
        }
        descend(movable, budget);
        double bestCost = state.cost();
        double cost = bestCost;
        boolean small = movable.size() <= SMALL;
        double slack = Double.isInfinite(lowerBound)
                ? 0
                : (small ? SMALL_SLACK : SLACK) * Math.max(EPSILON, bestCost - lowerBound);
        Misfits misfits = new Misfits(state, ranking, random, movable.size());
        @Nullable Spot[] best = state.snapshot();
        long total = budget.iterations();
        for (long i = 0; i < total && !movable.isEmpty() && bestCost - lowerBound > EPSILON; i++) {
            if (!budget.step("improve", i, total)) {
                break;
            }
            double left = small ? (double) (total - i) / total : 1 - (double) (i % CYCLE) / CYCLE;
            double next = disturb(movable, misfits, cost, bestCost + slack * left);
            if (next < bestCost - EPSILON) {
                bestCost = next;
                best = state.snapshot();
            }
            cost = next;
        }
        state.load(best);
    }

    /** One round of ruin and recreate; undone where an item is lost or the cost is above what is allowed. */
    private double disturb(List<Integer> movable, Misfits misfits, double cost, double allowed) {
        Set<Integer> out = ruin(movable, misfits);
        addCompanions(out);
        List<Integer> removed = out.stream().sorted().toList();
        List<Spot> stood = new ArrayList<>(removed.size());
        double before = 0;
        for (int item : removed) {
            before += state.costOf(item);
            stood.add(state.remove(item));
        }
        boolean shuffled = random.nextBoolean();
        boolean complete = shuffled
                ? placeShuffled(removed)
                : GreedyConstruction.run(state, ranking, removed).isEmpty();
        double after = 0;
        for (int item : removed) {
            after += state.costOf(item);
        }
        if (complete && cost - before + after <= allowed) {
            double now = cost - before + after;
            for (int item : removed) {
                now += improve(item);
            }
            return now;
        }
        for (int item : removed) {
            if (state.isPlaced(item)) {
                state.remove(item);
            }
        }
        for (int i = removed.size() - 1; i >= 0; i--) {
            state.restore(removed.get(i), stood.get(i));
        }
        return cost;
    }

    /**
     * A few items: mostly of two nodes between which one that stands badly could move, at times of several such nodes, and where options
     * are few of any. One round in {@value #WIDE_ROUNDS} takes up to half of a small plan.
     */
    private Set<Integer> ruin(List<Integer> movable, Misfits misfits) {
        boolean wide = random.nextInt(WIDE_ROUNDS) == 0;
        int size = 2 + random.nextInt(wide ? Math.min(WIDE, Math.max(8, movable.size() / 2)) : 8);
        int seed = misfits.item(movable);
        Set<Integer> out = new HashSet<>();
        out.add(seed);
        List<Ranking.Ranked> options = ranking.of(state.groupOf(seed));
        boolean related = options.size() > Misfits.CLOSE_OPTIONS;
        Option to = misfits.close(options);
        for (int i = 1; i < size; i++) {
            if (related) {
                Option at = state.chosen(seed);
                addMember(out, wide ? misfits.close(options) : at == null || random.nextBoolean() ? to : at);
            } else {
                int next = movable.get(random.nextInt(movable.size()));
                out.add(next);
                Option at = state.chosen(next);
                addMember(out, at == null ? to : at);
            }
        }
        return out;
    }

    private void addMember(Set<Integer> out, Option at) {
        int[] members = state.membersOf(at.node());
        if (members.length > 0) {
            out.add(members[random.nextInt(members.length)]);
        }
    }

    /** Items that must stand together can only move together. */
    private void addCompanions(Set<Integer> items) {
        for (int item : List.copyOf(items)) {
            state.companyOf(item).stream().filter(state::isPlaced).forEach(items::add);
        }
    }

    /** In random order, now and then passing over an option (Christiaens and Vanden Berghe 2020). */
    private boolean placeShuffled(List<Integer> items) {
        for (int item : shuffle(items)) {
            boolean placed = false;
            for (Ranking.Ranked ranked : ranking.of(state.groupOf(item))) {
                if (random.nextInt(PASS_OVER) > 0 && state.tryPlace(item, ranked.option())) {
                    placed = true;
                    break;
                }
            }
            if (!placed && !GreedyConstruction.placeBest(state, ranking, item)) {
                return false;
            }
        }
        return true;
    }

    private void descend(List<Integer> movable, SearchBudget budget) {
        boolean better = true;
        for (long pass = 0; better && budget.step("descend", pass, 0); pass++) {
            better = false;
            for (int item : shuffle(movable)) {
                better |= improve(item) < 0;
                if (!budget.step("descend", pass, 0)) {
                    return;
                }
            }
        }
    }

    /** Moves one item to something cheaper if it can; returns the change of the cost, at most 0. */
    private double improve(int item) {
        Spot old = state.remove(item);
        Set<Option> chained = close.get(state.groupOf(item));
        for (Option option : state.group(item).options()) {
            double gain = old.option().cost() - option.cost();
            if (gain <= EPSILON) {
                break;
            }
            if (state.tryPlace(item, option)) {
                return -gain;
            }
            double change = chained.contains(option) ? chain(item, option, gain) : 0;
            if (change < 0) {
                return change;
            }
        }
        state.restore(item, old);
        return 0;
    }

    /** Places the item where another leaves for less than the gain; 0 where none does. */
    private double chain(int item, Option option, double gain) {
        for (int other : state.membersOf(option.node())) {
            if (!state.roomWithout(other, option)) {
                continue;
            }
            Spot stood = state.remove(other);
            if (state.tryPlace(item, option)) {
                for (Option next : state.group(other).options()) {
                    double change = next.cost() - stood.option().cost() - gain;
                    if (change >= -EPSILON) {
                        break;
                    }
                    if (state.tryPlace(other, next)) {
                        return change;
                    }
                }
                state.remove(item);
            }
            state.restore(other, stood);
        }
        return 0;
    }

    private List<Integer> shuffle(List<Integer> items) {
        List<Integer> order = new ArrayList<>(items);
        for (int i = order.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order.get(i);
            order.set(i, order.get(j));
            order.set(j, swapped);
        }
        return order;
    }
}
