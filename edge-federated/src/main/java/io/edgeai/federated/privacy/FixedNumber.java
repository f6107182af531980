package io.edgeai.federated.privacy;

import io.edgeai.federated.selection.Selection;
import java.util.function.IntFunction;

/**
 * So many of at least that population, uniformly without replacement. More than the population only lower the share, so what
 * is counted holds for them too.
 */
record FixedNumber(int count, int population) implements Participation {
    @Override
    public Mechanism release(double multiplier, int rounds) {
        return Mechanism.fixedSize((double) count / population, multiplier);
    }

    @Override
    public double expected(int participants) {
        return count;
    }

    @Override
    public Selection selection(Selection chosen, IntFunction<NoiseRandom> draws) {
        return new SecretDraw(count, population, draws);
    }

    @Override
    public boolean secret() {
        return true;
    }

    @Override
    public String toString() {
        return ", fixed size " + count + " of " + population;
    }
}
