package io.edgeai.federated.privacy;

import io.edgeai.federated.selection.Selection;
import java.util.function.IntFunction;

/** Whoever a selection takes, in any order, but each at most so often and with rounds between. */
record LimitedTurns(int times, int separation) implements Participation {
    @Override
    public Mechanism release(double multiplier, int rounds) {
        return Mechanism.tree(rounds, times, separation, multiplier);
    }

    @Override
    public int releases(int rounds) {
        return 1;
    }

    @Override
    public Selection selection(Selection chosen, IntFunction<NoiseRandom> draws) {
        return chosen.atMost(times, separation);
    }

    @Override
    public String toString() {
        return ", tree, at most " + times + " times" + (separation > 1 ? ", every " + separation + " rounds" : "");
    }
}
