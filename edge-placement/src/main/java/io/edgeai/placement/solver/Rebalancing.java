package io.edgeai.placement.solver;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes a running placement by few moves: first whatever cannot stay finds another place, then the single move, or the
 * pair of moves where one makes room for the other, that gains most is made, again and again. Each item moves at most
 * once. A gang of which something cannot stay and finds no other place is stopped as a whole. Not thread-safe.
 */
public final class Rebalancing {
    private final Occupancy state;
    private final Gangs gangs;
    private final boolean[] moved;
    private final Limits limits;
    private int movesLeft;
    private long bytesLeft;

    /**
     * How much may change.
     *
     * @param moves most items that start somewhere else
     * @param bytes most bytes sent to where items start
     * @param leastGain what a move must lower the cost by
     */
    public record Limits(int moves, long bytes, double leastGain) {}

    private record Step(double gain, int item, Option to, int second, @Nullable Option secondTo) {}

    private Rebalancing(Instance instance, Limits limits) {
        this.state = new Occupancy(instance);
        this.gangs = new Gangs(instance);
        this.moved = new boolean[state.items()];
        this.limits = limits;
        this.movesLeft = limits.moves();
        this.bytesLeft = limits.bytes();
    }

    /**
     * The placement after the moves; items without a place, or for whom the limits left no move, are missing.
     *
     * @param running where each item stands now; null for one that starts anew or cannot stay
     */
    public static Occupancy run(Instance instance, List<@Nullable Spot> running, Limits limits) {
        Rebalancing rebalancing = new Rebalancing(instance, limits);
        rebalancing.keep(running);
        rebalancing.house();
        rebalancing.improve();
        return rebalancing.state;
    }

    /** What of the running placement can stay, before any move; gangs may be in parts. */
    public static Occupancy kept(Instance instance, List<@Nullable Spot> running) {
        Rebalancing rebalancing = new Rebalancing(instance, new Limits(0, 0, Double.POSITIVE_INFINITY));
        rebalancing.keep(running);
        return rebalancing.state;
    }

    private void keep(List<@Nullable Spot> running) {
        for (int item = 0; item < running.size(); item++) {
            Spot spot = running.get(item);
            if (spot != null) {
                state.tryKeep(item, spot);
            }
        }
    }

    /** Gives a place to what has none, higher priority first; anew where a gang that was stopped left room. */
    private void house() {
        boolean stopped = true;
        while (stopped) {
            stopped = false;
            Set<Integer> seen = new HashSet<>();
            List<Integer> homeless = new ArrayList<>(state.missing());
            homeless.sort((a, b) ->
                    Integer.compare(state.group(b).priority(), state.group(a).priority()));
            for (int item : homeless) {
                int gang = state.group(item).gang();
                if (gang == Group.NO_GANG) {
                    house(item);
                } else if (seen.add(gang)) {
                    stopped |= !houseAll(gang) && stop(gang);
                }
            }
        }
    }

    private boolean house(int item) {
        for (Option option : state.group(item).options()) {
            if (movesLeft > 0 && option.transferBytes() <= bytesLeft && state.tryPlace(item, option)) {
                spend(item, option);
                return true;
            }
        }
        return false;
    }

    /** Houses all of a gang that is missing, or nothing. */
    private boolean houseAll(int gang) {
        int moves = movesLeft;
        long bytes = bytesLeft;
        List<Integer> housed = new ArrayList<>();
        for (int item : gangs.items(gang)) {
            if (state.isPlaced(item)) {
                continue;
            }
            if (!house(item)) {
                housed.forEach(state::remove);
                housed.forEach(other -> moved[other] = false);
                movesLeft = moves;
                bytesLeft = bytes;
                return false;
            }
            housed.add(item);
        }
        return true;
    }

    /** Stops what is left of a gang; false where nothing was. */
    private boolean stop(int gang) {
        List<Integer> left = gangs.items(gang).stream().filter(state::isPlaced).toList();
        left.forEach(state::remove);
        return !left.isEmpty();
    }

    private void improve() {
        while (movesLeft > 0) {
            Step best = null;
            for (int item = 0; item < state.items(); item++) {
                if (state.isPlaced(item) && !moved[item]) {
                    best = better(best, bestOf(item));
                }
            }
            if (best == null) {
                return;
            }
            make(best);
        }
    }

    private static @Nullable Step better(@Nullable Step one, @Nullable Step other) {
        return one == null || (other != null && other.gain() > one.gain()) ? other : one;
    }

    /** The best step that begins with this item, or null. */
    private @Nullable Step bestOf(int item) {
        Spot stood = state.remove(item);
        Step best = null;
        for (Option option : state.group(item).options()) {
            double gain = stood.option().cost() - option.cost();
            if (gain <= limits.leastGain()) {
                break;
            }
            if (option.transferBytes() > bytesLeft) {
                continue;
            }
            if (state.fits(item, option)) {
                best = better(best, new Step(gain, item, option, -1, null));
                break;
            }
            best = movesLeft < 2 ? best : better(best, pair(item, option, gain));
        }
        state.restore(item, stood);
        return best;
    }

    /** The best way to make room for the item by sending one other away, or null. */
    private @Nullable Step pair(int item, Option option, double gain) {
        Step best = null;
        for (int other : state.membersOf(option.node())) {
            if (moved[other] || !state.roomWithout(other, option)) {
                continue;
            }
            Spot stood = state.remove(other);
            if (state.tryPlace(item, option)) {
                for (Option next : state.group(other).options()) {
                    double net = gain + stood.option().cost() - next.cost();
                    if (net <= limits.leastGain()) {
                        break;
                    }
                    boolean elsewhere = !next.equals(stood.option());
                    if (elsewhere
                            && option.transferBytes() + next.transferBytes() <= bytesLeft
                            && state.fits(other, next)) {
                        best = better(best, new Step(net, item, option, other, next));
                        break;
                    }
                }
                state.remove(item);
            }
            state.restore(other, stood);
        }
        return best;
    }

    private void make(Step step) {
        state.remove(step.item());
        Option secondTo = step.secondTo();
        if (secondTo != null) {
            state.remove(step.second());
        }
        place(step.item(), step.to());
        if (secondTo != null) {
            place(step.second(), secondTo);
        }
    }

    private void place(int item, Option option) {
        if (!state.tryPlace(item, option)) {
            throw new IllegalStateException("Item (" + item + ") does not fit where it was found to fit.");
        }
        spend(item, option);
    }

    private void spend(int item, Option option) {
        moved[item] = true;
        movesLeft--;
        bytesLeft -= option.transferBytes();
    }
}
