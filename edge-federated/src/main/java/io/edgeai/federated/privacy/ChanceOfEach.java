package io.edgeai.federated.privacy;

import io.edgeai.federated.selection.Selection;
import java.util.function.IntFunction;

/** Each with that probability, independently of the others. */
record ChanceOfEach(double rate) implements Participation {
    @Override
    public Mechanism release(double multiplier, int rounds) {
        return Mechanism.poisson(rate, multiplier);
    }

    @Override
    public double expected(int participants) {
        return rate * participants;
    }

    @Override
    public Selection selection(Selection chosen, IntFunction<NoiseRandom> draws) {
        return new SecretSampling(rate, draws);
    }

    @Override
    public boolean secret() {
        return true;
    }

    @Override
    public String toString() {
        return ", sampling=" + rate;
    }
}
