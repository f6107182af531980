package io.edgeai.federated.privacy;

import io.edgeai.federated.strategy.Aggregator;
import java.util.Arrays;

/**
 * The private part of one run: which participants are drawn, the clip norm as it moves, the ledger. A round's updates are
 * clipped against the model they started from, summed, and divided by the number expected, not the number that came. Used by
 * one thread at a time.
 */
public final class PrivateRun implements AutoCloseable {
    private final Privacy privacy;
    private final Mechanism mechanism;
    private final double multiplier;
    private final PrivacyLedger ledger;
    private final NoiseRandom random;
    private final GaussianNoise gaussian;
    private final Clipping.Bound bound;
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

    /** Draws the participants of a round, each with the sampling rate; maybe none. */
    public int[] draw(int population) {
        int[] drawn = new int[population];
        int count = 0;
        for (int i = 0; i < population; i++) {
            if (random.chance(privacy.sampling())) {
                drawn[count++] = i;
            }
        }
        return Arrays.copyOf(drawn, count);
    }

    /**
     * Enters one round in the ledger. Call before its sum is released.
     *
     * @throws io.edgeai.core.error.PrivacyBudgetExceededException where the budget is spent
     */
    public void spend() {
        epsilon = ledger.spend(new Releases(mechanism, 1));
    }

    /**
     * Takes the updates of one round. Its {@code result()} {@link #spend}s and adds the noise; it may be called after no
     * update at all.
     *
     * @param model that participants started from; not changed
     * @param expected updates of an average round
     */
    public Aggregator.Accumulator start(float[] model, double expected) {
        return new Sum(model, expected);
    }

    private final class Sum implements Aggregator.Accumulator {
        private final float[] model;
        private final double expected;
        private final double[] sum;
        private double within;

        Sum(float[] model, double expected) {
            this.model = model;
            this.expected = expected;
            this.sum = new double[model.length];
        }

        @Override
        public void add(float[] parameters, double weight) {
            float[] update = new float[model.length];
            for (int i = 0; i < model.length; i++) {
                update[i] = parameters[i] - model[i];
            }
            within += bound.clip(update) ? 0.5 : -0.5;
            if (privacy.noiseBy() == Privacy.Noise.LOCAL) {
                addWithOwnNoise(update);
                return;
            }
            for (int i = 0; i < model.length; i++) {
                sum[i] += update[i];
            }
        }

        /** What a participant would do before it sends. */
        private void addWithOwnNoise(float[] update) {
            double[] own = new double[update.length];
            for (int i = 0; i < own.length; i++) {
                own[i] = update[i];
            }
            gaussian.addTo(own, multiplier, bound.norm());
            for (int i = 0; i < own.length; i++) {
                sum[i] += own[i];
            }
        }

        @Override
        public double[] result() {
            spend();
            if (privacy.noiseBy() == Privacy.Noise.CENTRAL) {
                addCentralNoise();
            }
            for (int i = 0; i < sum.length; i++) {
                sum[i] = model[i] + sum[i] / expected;
            }
            return sum;
        }

        /** The adaptive norm's count is a second release in the same round: both together cost as much as one would. */
        private void addCentralNoise() {
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
    }

    /** Closes the ledger; idempotent. */
    @Override
    public void close() {
        ledger.close();
    }
}
