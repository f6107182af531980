package io.edgeai.federated.privacy;

/** Anybody, in any round: nothing is gained by sampling. */
record Everybody() implements Participation {
    @Override
    public Mechanism release(double multiplier, int rounds) {
        return Mechanism.gaussian(multiplier);
    }

    @Override
    public String toString() {
        return "";
    }
}
