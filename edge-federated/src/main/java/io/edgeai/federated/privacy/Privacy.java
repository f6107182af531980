package io.edgeai.federated.privacy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.selection.Selection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a federation keeps its participants' secrets: a budget, a clip norm, who adds the noise. Begin with
 * {@link #epsilon}; every method gives a changed copy. Immutable and thread-safe.
 *
 * <pre>{@code
 * Privacy.epsilon(4, 1e-5).clipping(Clipping.flat(0.5)).sampling(0.1).ledger(Path.of("digits.ledger"))
 * }</pre>
 */
public final class Privacy {
    /** Who adds the noise. */
    public enum Noise {
        /** The coordinator, to the sum: it is trusted with single updates. */
        CENTRAL,
        /** Every participant, to its own update, enough for itself: nobody is trusted, and much accuracy is lost. */
        LOCAL,
        /** Every participant, a part: what secure aggregation reveals, the sum, has enough. */
        DISTRIBUTED
    }

    private final PrivacyBudget budget;
    private final Clipping clipping;
    private final Noise who;
    private final double sampling;
    private final double noise;
    private final PrivacyAccountant accountant;
    private final @Nullable Path ledger;
    private final @Nullable Long insecureSeed;

    private Privacy(
            PrivacyBudget budget,
            Clipping clipping,
            Noise who,
            double sampling,
            double noise,
            PrivacyAccountant accountant,
            @Nullable Path ledger,
            @Nullable Long insecureSeed) {
        this.budget = budget;
        this.clipping = clipping;
        this.who = who;
        this.sampling = sampling;
        this.noise = noise;
        this.accountant = accountant;
        this.ledger = ledger;
        this.insecureSeed = insecureSeed;
    }

    /**
     * A budget for all rounds together; clip norm 1, noise by the coordinator and as much as the planned rounds need, no
     * amplification by sampling, accountant pld, no ledger file.
     *
     * @param delta well below 1 / participants
     */
    public static Privacy epsilon(double epsilon, double delta) {
        return new Privacy(
                new PrivacyBudget(epsilon, delta),
                Clipping.flat(1),
                Noise.CENTRAL,
                1,
                Double.NaN,
                PrivacyAccountant.pld(),
                null,
                null);
    }

    /** Default {@code Clipping.flat(1)}. */
    public Privacy clipping(Clipping rule) {
        return new Privacy(budget, rule, who, sampling, noise, accountant, ledger, insecureSeed);
    }

    /** Default {@link Noise#CENTRAL}; {@link Noise#DISTRIBUTED} where there is secure aggregation. */
    public Privacy noiseBy(Noise whom) {
        return new Privacy(budget, clipping, whom, sampling, noise, accountant, ledger, insecureSeed);
    }

    /**
     * Every participant takes part in a round with that probability, drawn in secret; needs far less noise than a choice
     * that an observer knows. Takes the place of a selection. Default 1: nothing is gained by sampling.
     *
     * @param rate above 0 to 1
     */
    public Privacy sampling(double rate) {
        if (!(rate > 0 && rate <= 1)) {
            throw new InvalidInputException("sampling (" + rate + ") must be above 0 to 1.");
        }
        return new Privacy(budget, clipping, who, rate, noise, accountant, ledger, insecureSeed);
    }

    /** Noise multiplier; default the least that keeps the planned rounds within the budget. */
    public Privacy noise(double multiplier) {
        return new Privacy(budget, clipping, who, sampling, multiplier, accountant, ledger, insecureSeed);
    }

    /** Default {@link PrivacyAccountant#pld()}. */
    public Privacy accountant(PrivacyAccountant counting) {
        return new Privacy(budget, clipping, who, sampling, noise, counting, ledger, insecureSeed);
    }

    /** Where spending is recorded before each release; default nowhere: the budget is then that of one run. */
    public Privacy ledger(Path file) {
        return new Privacy(budget, clipping, who, sampling, noise, accountant, file, insecureSeed);
    }

    /** Repeatable noise and sampling, for tests and simulations: there is no privacy against who knows the seed. */
    public Privacy insecureSeed(long seed) {
        return new Privacy(budget, clipping, who, sampling, noise, accountant, ledger, seed);
    }

    public PrivacyBudget budget() {
        return budget;
    }

    public Clipping clipping() {
        return clipping;
    }

    public Noise noiseBy() {
        return who;
    }

    /** Whether noise and sampling follow from a seed, and so protect nobody. */
    public boolean repeatable() {
        return insecureSeed != null;
    }

    /** 1 where nothing is gained by sampling. */
    public double sampling() {
        return sampling;
    }

    /**
     * What a run of that many rounds needs that does not fit.
     *
     * @param participants all there are
     */
    public List<String> problems(int rounds, int participants) {
        List<String> problems = new ArrayList<>();
        if (budget.delta() * participants >= 1) {
            problems.add("delta (" + budget.delta() + ") is not below 1 / participants (" + participants
                    + "): giving away one participant's data would be allowed");
        }
        if (who == Noise.LOCAL && sampling < 1) {
            problems.add("local noise gains nothing by sampling (" + sampling + "); maybe leave sampling out");
        }
        if (clipping instanceof Clipping.Adaptive && who != Noise.CENTRAL) {
            problems.add("adaptive clipping needs noise of the coordinator, not (" + who + ")");
        }
        if (clipping instanceof Clipping.Adaptive adaptive
                && who == Noise.CENTRAL
                && problems.isEmpty()
                && !(2 * adaptive.countNoise(expected(participants)) > 1.01 * multiplier(rounds))) {
            problems.add("adaptive clipping needs more than (" + expected(participants)
                    + ") participants a round for a noise multiplier of " + multiplier(rounds));
        }
        if (!Double.isNaN(noise) && accountant.epsilon(mechanism(noise), rounds, budget.delta()) > budget.epsilon()) {
            problems.add("a noise multiplier of (" + noise + ") keeps only " + affordable(rounds) + " of " + rounds
                    + " rounds within epsilon " + budget.epsilon());
        }
        return problems;
    }

    private double expected(int participants) {
        return sampling * participants;
    }

    private long affordable(int rounds) {
        long low = 0;
        long high = rounds;
        while (high - low > 1) {
            long middle = (low + high) / 2;
            if (accountant.epsilon(mechanism(noise), middle, budget.delta()) > budget.epsilon()) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return low;
    }

    /** Standard deviation of the noise over the clip norm, for that many rounds. */
    public double multiplier(int rounds) {
        if (!Double.isNaN(noise)) {
            return noise;
        }
        double ofMechanism = accountant.noise(release(1), rounds, budget.epsilon(), budget.delta());
        return who == Noise.LOCAL ? 2 * ofMechanism : ofMechanism;
    }

    /** What each round releases. A participant's own noise must hide any update behind any other, twice the norm away. */
    Mechanism mechanism(double multiplier) {
        return release(who == Noise.LOCAL ? multiplier / 2 : multiplier);
    }

    private Mechanism release(double multiplier) {
        return sampling == 1 ? Mechanism.gaussian(multiplier) : Mechanism.poisson(sampling, multiplier);
    }

    /** A new generator: secure unless there is a seed. */
    NoiseRandom random() {
        return insecureSeed == null ? NoiseRandom.secure() : NoiseRandom.insecure(insecureSeed);
    }

    /** Who takes part in a round: everyone with the sampling rate, drawn in secret; with a seed, as that says. */
    public Selection selection() {
        Long seed = insecureSeed;
        return new SecretSampling(
                sampling,
                round ->
                        seed == null ? NoiseRandom.secure() : NoiseRandom.insecure(seed + round * 0x9e3779b97f4a7c15L));
    }

    PrivacyLedger openLedger() {
        return ledger == null
                ? PrivacyLedger.inMemory(budget, accountant)
                : PrivacyLedger.open(ledger, budget, accountant);
    }

    @Override
    public String toString() {
        return "Privacy(epsilon=" + budget.epsilon() + ", delta=" + budget.delta() + ", " + clipping.name() + ", " + who
                + (sampling < 1 ? ", sampling=" + sampling : "") + ")";
    }
}
