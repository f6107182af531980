package io.edgeai.federated.privacy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The private part of one run: the clip norm as it moves, the noise, the ledger. Used by one thread at a time.
 */
public final class PrivateRun implements AutoCloseable {
    private final Privacy privacy;
    private Mechanism mechanism;
    private final double multiplier;
    private final PrivacyLedger ledger;
    private final NoiseRandom random;
    private final GaussianNoise gaussian;
    private final Clipping.Bound bound;
    private @Nullable TreeNoise tree;
    private int round;
    private double within;
    private double epsilon;

    /**
     * @param layers where each layer of the parameters begins, ascending from 0, and last their number
     * @throws io.edgeai.core.error.StorageException where the ledger cannot be opened
     */
    public PrivateRun(Privacy privacy, int rounds, int[] layers) {
        this.privacy = privacy;
        this.multiplier = privacy.multiplier(rounds);
        this.mechanism = privacy.mechanism(multiplier, rounds);
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
     * Enters one round in the ledger. Call before anything of it is released. The rounds of a tree are one release: it is
     * entered once the first is about to be given out, and here it is made sure that there is room for it.
     *
     * @param number of the round, from 1
     * @throws io.edgeai.core.error.PrivacyBudgetExceededException where the budget is spent
     * @throws LifecycleException for a later round of a tree whose key is not known here
     */
    public void spend(int number) {
        round = number;
        if (!privacy.treeNoise()) {
            epsilon = ledger.spend(new Releases(mechanism, 1));
        } else {
            if (tree == null) {
                begin(number);
            }
            epsilon = known() ? ledger.epsilon() : ledger.room(new Releases(mechanism, 1));
        }
    }

    private void begin(int number) {
        if (number > 1) {
            throw new LifecycleException("Round " + number + " of a private run by a tree begins without the noise of"
                    + " round (" + (number - 1) + "). Maybe give the run a journal.");
        }
        of(new TreeNoise(privacy.newTreeKey()));
    }

    private void of(TreeNoise nodes) {
        tree = nodes;
        if (mechanism instanceof Mechanism.Tree turns) {
            mechanism = turns.run(nodes.number());
        }
    }

    /** Whether this tree is in the ledger, which may be another one than this run began with. */
    private boolean known() {
        return ledger.spent().stream().anyMatch(releases -> releases.mechanism().equals(mechanism));
    }

    /**
     * What must outlive the process for the noise of a tree to go on: its key, and what it is a tree of. Who knows the key can
     * take the noise away again. Empty where there is no tree.
     */
    public double[][] state() {
        TreeNoise own = tree;
        if (own == null || !(mechanism instanceof Mechanism.Tree turns)) {
            return new double[0][];
        }
        IntBuffer key = ByteBuffer.wrap(own.key()).asIntBuffer();
        return new double[][] {
            {key.get(0), key.get(1), key.get(2), key.get(3)},
            {turns.steps(), turns.times(), turns.separation(), multiplier, bound.norm()}
        };
    }

    /**
     * Takes over what {@link #state()} gave.
     *
     * @throws InvalidInputException where it was of another tree: other rounds, turns, noise or clip norm
     */
    public void restore(double[][] state) {
        if (state.length == 0 || !(mechanism instanceof Mechanism.Tree turns)) {
            return;
        }
        double[] own = {turns.steps(), turns.times(), turns.separation(), multiplier, bound.norm()};
        if (!Arrays.equals(own, state[1])) {
            throw new InvalidInputException("The run goes on with a tree of (rounds, times, separation, noise, norm) "
                    + Arrays.toString(own) + " that began as " + Arrays.toString(state[1])
                    + ". Maybe go on as it began: its noise was made for that.");
        }
        ByteBuffer key = ByteBuffer.allocate(TreeNoise.KEY_BYTES);
        for (double part : state[0]) {
            key.putInt((int) part);
        }
        of(new TreeNoise(key.array()));
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
            TreeNoise nodes = tree;
            if (nodes != null) {
                if (!known()) {
                    epsilon = ledger.spend(new Releases(mechanism, 1));
                }
                nodes.addTo(sum, round, multiplier, bound.norm());
            } else {
                gaussian.addTo(sum, forSum, bound.norm());
            }
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
