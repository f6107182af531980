package io.edgeai.placement.solver;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws what a placement should change first, by what a ranking with prices says: items whose option is far above their
 * best one, and nodes with room that is worth much. The sum of both, over all items and nodes, is the distance to the
 * bound; on large plans it comes from few of them. Not thread-safe.
 */
final class Misfits {
    /** Best options of an item among which a node is drawn. */
    static final int CLOSE_OPTIONS = 10;

    /** Most items of which the one furthest above its best option is taken. */
    private static final int MOST_ITEMS = 20;

    /** Items of the plan for each that is compared: on small plans any item is as likely. */
    private static final int ITEMS_EACH = 64;

    /** Nodes of which the one with the most valuable room is taken. */
    private static final int NODES = 3;

    /** One draw in so many is any item. */
    private static final int ANY = 4;

    private final Occupancy state;
    private final Ranking ranking;
    private final SplittableRandom random;
    private final int items;

    /** @param movable how many items can move */
    Misfits(Occupancy state, Ranking ranking, SplittableRandom random, int movable) {
        this.state = state;
        this.ranking = ranking;
        this.random = random;
        this.items = Math.max(1, Math.min(MOST_ITEMS, movable / ITEMS_EACH));
    }

    /** One of the placed items given. */
    int item(List<Integer> movable) {
        int chosen = any(movable);
        if (items == 1 || random.nextInt(ANY) == 0) {
            return chosen;
        }
        double most = excess(chosen);
        for (int k = 1; k < items; k++) {
            int other = any(movable);
            double its = excess(other);
            if (its > most) {
                most = its;
                chosen = other;
            }
        }
        return chosen;
    }

    private int any(List<Integer> movable) {
        return movable.get(random.nextInt(movable.size()));
    }

    /** What the item's option is ranked above its best one; 0 where it is not placed. */
    double excess(int item) {
        Option at = state.chosen(item);
        List<Ranking.Ranked> options = ranking.of(state.groupOf(item));
        for (Ranking.Ranked ranked : options) {
            if (ranked.option().equals(at)) {
                return ranked.value() - options.get(0).value();
            }
        }
        return 0;
    }

    /** One of an item's best options. */
    Option close(List<Ranking.Ranked> options) {
        Ranking.Ranked chosen = oneOfTheBest(options);
        for (int k = 1; items > 1 && k < NODES; k++) {
            Ranking.Ranked other = oneOfTheBest(options);
            chosen = idle(other) > idle(chosen) ? other : chosen;
        }
        return chosen.option();
    }

    private Ranking.Ranked oneOfTheBest(List<Ranking.Ranked> options) {
        return options.get(random.nextInt(Math.min(options.size(), CLOSE_OPTIONS)));
    }

    /** What the processors left on the option's node are worth at the price that the option pays for its own. */
    double idle(Ranking.Ranked ranked) {
        Option option = ranked.option();
        return (ranked.value() - option.cost()) * state.freeCpu(option.node()) / Math.max(1, option.cpuMillis());
    }
}
