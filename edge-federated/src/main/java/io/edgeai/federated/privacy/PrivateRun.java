package io.edgeai.federated.privacy;

/**
 * The private part of one run: the clip norm as it moves, the noise, the ledger. Used by one thread at a time.
 */
public final class PrivateRun implements AutoCloseable {
    private final Privacy privacy;
    private final Mechanism mechanism;
    private final double multiplier;
    private final PrivacyLedger ledger;
    private final NoiseRandom random;
    private final GaussianNoise gaussian;
    private final Clipping.Bound bound;
    private double within;
    private double epsilon;

    /**
     * @param layers where each layer of the parameters begins, ascending from 0, and last their number
     * @throws io.edgeai.core.error.StorageException where the ledger cannot be opened
     */
    public PrivateRun(Privacy privacy, int rounds, int[] layers) {
        this.privacy = privacy;
        this.multiplier = privacy.multiplier(rounds);
        this.mechanism = privacy.mechanism(multiplier);
        this.ledger = privacy.openLedger();
        this.random = privacy.random();
        this.gaussian = new GaussianNoise(random);
        this.bound = privacy.clipping().start(layers);
        this.epsilon = ledger.epsilon();
    }

    /** ε spent so far, by earlier runs on the same ledger too. */
    public double epsilon() {
        return epsilon;
    }

    /** The clip norm of the coming round. */
    public double clipNorm() {
        return bound.norm();
    }

    /** The noise multiplier of every round. */
    public double multiplier() {
        return multiplier;
    }

    /**
     * Enters one round in the ledger. Call before anything of it is released.
     *
     * @throws io.edgeai.core.error.PrivacyBudgetExceededException where the budget is spent
     */
    public void spend() {
        epsilon = ledger.spend(new Releases(mechanism, 1));
    }

    /** Clips one update, in place, and with local noise adds that; call once for each update of a round. */
    public void limit(float[] update) {
        within += bound.clip(update) ? 0.5 : -0.5;
        if (privacy.noiseBy() == Privacy.Noise.LOCAL) {
            double[] own = new double[update.length];
            for (int i = 0; i < own.length; i++) {
                own[i] = update[i];
            }
            gaussian.addTo(own, multiplier, bound.norm());
            for (int i = 0; i < own.length; i++) {
                update[i] = (float) own[i];
            }
        }
    }

    /**
     * Ends a round: with central noise adds it to the sum of limited updates, in place, and moves an adaptive norm. That
     * norm's count of unclipped updates is a second release; both together cost as much as one with the full multiplier.
     *
     * @param expected updates of an average round
     */
    public void finish(double[] sum, double expected) {
        if (privacy.noiseBy() == Privacy.Noise.CENTRAL) {
            double forSum = multiplier;
            if (privacy.clipping() instanceof Clipping.Adaptive adaptive) {
                double forCount = adaptive.countNoise(expected);
                forSum = 1 / Math.sqrt(1 / (multiplier * multiplier) - 1 / (4 * forCount * forCount));
                double[] count = {within};
                gaussian.addTo(count, 2 * forCount, 0.5);
                within = count[0];
            }
            gaussian.addTo(sum, forSum, bound.norm());
            bound.observe(within, expected);
        }
        within = 0;
    }

    /**
     * Value of one unit of whole-number vectors at which a participant's part of distributed noise is about 1024 units.
     *
     * @param survivors vectors whose noise together must be enough
     */
    public double granularity(int survivors) {
        return multiplier * bound.norm() / (1024 * Math.sqrt(survivors));
    }

    /** Adds a participant's part of distributed noise, of that standard deviation, to its vector. */
    public void addShare(int[] units, double deviation) {
        DiscreteGaussian noise = DiscreteGaussian.of(deviation, random);
        for (int i = 0; i < units.length; i++) {
            units[i] += (int) noise.sample();
        }
    }

    /** Closes the ledger; idempotent. */
    @Override
    public void close() {
        ledger.close();
    }
}
