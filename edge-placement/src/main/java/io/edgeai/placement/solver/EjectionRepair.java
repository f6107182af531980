package io.edgeai.placement.solver;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes room for items that did not fit. An item that finds no place pushes out those items of one node that have so
 * far been hardest-pressed least often, and these look for places in turn (the ejection pool of Nagata and Bräysy,
 * Operations Research Letters 37, 2009). Never pushes out an item of higher priority.
 */
final class EjectionRepair {
    private static final long LEAST_STEPS = 10_000;

    private final Occupancy state;
    private final Ranking ranking;
    private final SplittableRandom random;
    private final Eviction eviction;
    private final CompanyRepair companies;
    private final Gangs gangs;

    EjectionRepair(Occupancy state, Ranking ranking, SplittableRandom random) {
        this.state = state;
        this.gangs = new Gangs(state.instance());
        this.ranking = ranking;
        this.random = random;
        this.eviction = new Eviction(state, random);
        this.companies = new CompanyRepair(state, ranking, eviction);
    }

    /** Tries to place the left-over items; ends with the best state seen. */
    void run(Collection<Integer> leftOver, SearchBudget budget) {
        Deque<Integer> pool = new ArrayDeque<>(leftOver);
        @Nullable Spot[] best = state.snapshot();
        int[] bestRank = rank(pool);
        long steps = Math.max(LEAST_STEPS, Math.min(budget.iterations(), 40L * state.items()));
        for (long step = 0; step < steps && !pool.isEmpty() && budget.step("repair", step, steps); step++) {
            int item = pool.pop();
            if (GreedyConstruction.placeBest(state, ranking, item)) {
                shake();
            } else {
                eviction.press(item);
                List<Integer> company = state.companyOf(item);
                if (!(company.size() > 1 ? pushInAll(company, pool) : pushIn(item, pool))) {
                    pool.addLast(item);
                }
            }
            int[] rank = rank(pool);
            if (Arrays.compare(rank, bestRank) < 0) {
                bestRank = rank;
                best = state.snapshot();
            }
        }
        if (!pool.isEmpty()) {
            state.load(best);
        }
    }

    /**
     * The priorities of the missing items, highest first: of two, the lexicographically smaller is better. A gang that is
     * not whole is missing.
     */
    private int[] rank(Collection<Integer> pool) {
        return rank(state, gangs.none() ? pool : gangs.expanded(state, pool));
    }

    static int[] rank(Occupancy state, Collection<Integer> missing) {
        return missing.stream()
                .map(item -> state.group(item).priority())
                .sorted(Comparator.reverseOrder())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private boolean pushIn(int item, Deque<Integer> pool) {
        List<Integer> cheapest = null;
        Option target = null;
        long least = Long.MAX_VALUE;
        int lastNode = -1;
        for (Option option : state.group(item).options()) {
            List<Integer> out = eviction.victims(item, option);
            if (out == null) {
                continue;
            }
            long press = eviction.hardship(out);
            if (press < least && (option.node() != lastNode || cheapest == null)) {
                least = press;
                cheapest = out;
                target = option;
                lastNode = option.node();
            }
        }
        if (cheapest == null || target == null) {
            return false;
        }
        cheapest.forEach(state::remove);
        if (!state.tryPlace(item, target)) {
            throw new IllegalStateException("Item (" + item + ") does not fit where room was made for it.");
        }
        cheapest.forEach(pool::push);
        return true;
    }

    private boolean pushInAll(List<Integer> company, Deque<Integer> pool) {
        List<Integer> out = companies.settle(company);
        if (out == null) {
            return false;
        }
        pool.removeAll(company);
        out.forEach(pool::push);
        return true;
    }

    /** Moves a few random items to random places that fit, so that the search does not run in circles. */
    private void shake() {
        for (int i = 0; i < 4; i++) {
            int item = random.nextInt(state.items());
            List<Option> options = state.group(item).options();
            if (state.isPlaced(item) && options.size() > 1) {
                Spot old = state.remove(item);
                if (!state.tryPlace(item, options.get(random.nextInt(options.size())))) {
                    state.restore(item, old);
                }
            }
        }
    }
}
