package io.edgeai.federated.privacy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.selection.Selection;
import java.nio.ByteBuffer;
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
    private final Participation participation;
    private final double noise;
    private final PrivacyAccountant accountant;
    private final @Nullable Path ledger;
    private final @Nullable Long insecureSeed;

    private Privacy(
            PrivacyBudget budget,
            Clipping clipping,
            Noise who,
            Participation participation,
            double noise,
            PrivacyAccountant accountant,
            @Nullable Path ledger,
            @Nullable Long insecureSeed) {
        this.budget = budget;
        this.clipping = clipping;
        this.who = who;
        this.participation = participation;
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
                new Everybody(),
                Double.NaN,
                PrivacyAccountant.pld(),
                null,
                null);
    }

    /** Default {@code Clipping.flat(1)}. */
    public Privacy clipping(Clipping rule) {
        return new Privacy(budget, rule, who, participation, noise, accountant, ledger, insecureSeed);
    }

    /** Default {@link Noise#CENTRAL}; {@link Noise#DISTRIBUTED} where there is secure aggregation. */
    public Privacy noiseBy(Noise whom) {
        return new Privacy(budget, clipping, whom, participation, noise, accountant, ledger, insecureSeed);
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
        return rate == 1 ? this : participation(new ChanceOfEach(rate), accountant);
    }

    /**
     * So many participants take part in each round, drawn in secret and without replacement from at least that population;
     * takes the place of a selection. A round in which fewer are there is not begun. Neighbours differ in the data of one
     * participant instead of its presence, so that a sum changes by up to twice the clip norm, and a given ε needs two to four
     * times the noise of {@link #sampling}; in return the number of updates is no secret and the same in every round. The
     * accountant becomes rdp, as pld does not know these losses.
     *
     * @param count 1 to the population
     * @param population participants that are there in every round, or more
     */
    public Privacy fixedSize(int count, int population) {
        if (count < 1 || count > population) {
            throw new InvalidInputException(
                    "fixedSize (" + count + ") must be 1 to the population (" + population + ").");
        }
        return participation(new FixedNumber(count, population), PrivacyAccountant.rdp());
    }

    /**
     * DP-FTRL (Kairouz et al. 2021): noise of a binary tree over the planned rounds, so that the sum of all rounds up to any
     * has the noise of at most log₂ of them. Nothing is gained by sampling and nothing needed of it: whoever a selection
     * takes takes part, in any order, but each at most so many times and not again within so many rounds, which is enforced.
     * All rounds together are one release, entered in the ledger with the first.
     *
     * @param times most rounds in which one participant is asked, 1 to 2²⁰
     * @param separation from one of its rounds to the next at least, 1 to 2²⁰; 1 for none. The longer, the less noise
     */
    public Privacy tree(int times, int separation) {
        Mechanism checked = Mechanism.tree(1, times, separation, 1);
        Mechanism.Tree turns = (Mechanism.Tree) checked;
        return participation(new LimitedTurns(turns.times(), turns.separation()), accountant);
    }

    private Privacy participation(Participation of, PrivacyAccountant counting) {
        if (!(participation instanceof Everybody) && !participation.getClass().equals(of.getClass())) {
            throw new InvalidInputException("(" + participation.toString().substring(2) + ") excludes ("
                    + of.toString().substring(2) + "). Maybe leave one of them out.");
        }
        return new Privacy(budget, clipping, who, of, noise, counting, ledger, insecureSeed);
    }

    /** Noise multiplier; default the least that keeps the planned rounds within the budget. */
    public Privacy noise(double multiplier) {
        return new Privacy(budget, clipping, who, participation, multiplier, accountant, ledger, insecureSeed);
    }

    /** Default {@link PrivacyAccountant#pld()}. */
    public Privacy accountant(PrivacyAccountant counting) {
        return new Privacy(budget, clipping, who, participation, noise, counting, ledger, insecureSeed);
    }

    /** Where spending is recorded before each release; default nowhere: the budget is then that of one run. */
    public Privacy ledger(Path file) {
        return new Privacy(budget, clipping, who, participation, noise, accountant, file, insecureSeed);
    }

    /** Repeatable noise and sampling, for tests and simulations: there is no privacy against who knows the seed. */
    public Privacy insecureSeed(long seed) {
        return new Privacy(budget, clipping, who, participation, noise, accountant, ledger, seed);
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

    /** The chance of each, 1 where there is none: nothing is gained by sampling then, or it is of {@link #fixedSize}. */
    public double sampling() {
        return participation instanceof ChanceOfEach each ? each.rate() : 1;
    }

    /** Whether participants are drawn in secret, in place of a selection. */
    public boolean drawsSecretly() {
        return participation.secret();
    }

    /** Whether noise is of a tree over all rounds. */
    public boolean treeNoise() {
        return participation instanceof LimitedTurns;
    }

    /** Updates of an average round, of which that many participants were selected from a population. */
    public double expected(int selected, int population) {
        double drawn = participation.expected(population);
        return Double.isNaN(drawn) ? selected : drawn;
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
        if (who == Noise.LOCAL && participation.secret()) {
            problems.add("local noise gains nothing by sampling (" + sampled() + "); maybe leave sampling out");
        }
        if (participation instanceof FixedNumber fixed) {
            checkFixedSize(fixed, participants, problems);
        }
        if (treeNoise() && who != Noise.CENTRAL) {
            problems.add("a tree has noise of the coordinator, not (" + who + "); maybe use noiseBy(CENTRAL)");
        }
        if (treeNoise() && clipping instanceof Clipping.Adaptive) {
            problems.add("a tree's nodes are of rounds clipped by one norm; maybe use flat(norm)");
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
        boolean countable =
                !(participation instanceof FixedNumber) || accountant.name().equals("rdp");
        if (!Double.isNaN(noise) && countable && epsilon(rounds) > budget.epsilon()) {
            problems.add(
                    treeNoise()
                            ? "a noise multiplier of (" + noise + ") spends more than epsilon " + budget.epsilon()
                                    + " in " + rounds + " rounds"
                            : "a noise multiplier of (" + noise + ") keeps only " + affordable(rounds) + " of " + rounds
                                    + " rounds within epsilon " + budget.epsilon());
        }
        return problems;
    }

    private double sampled() {
        return participation instanceof FixedNumber fixed ? (double) fixed.count() / fixed.population() : sampling();
    }

    private void checkFixedSize(FixedNumber fixed, int participants, List<String> problems) {
        if (participants > 0 && participants < fixed.population()) {
            problems.add("fixedSize(..) counts on a population of (" + fixed.population() + "), and there are "
                    + participants + "; maybe name " + participants);
        }
        if (!accountant.name().equals("rdp")) {
            problems.add("accountant (" + accountant.name()
                    + ") does not know the losses of a fixed size; maybe use PrivacyAccountant.rdp()");
        }
    }

    /** ε of the planned rounds with the chosen noise. */
    private double epsilon(int rounds) {
        return accountant.epsilon(mechanism(noise, rounds), participation.releases(rounds), budget.delta());
    }

    private double expected(int participants) {
        return expected(participants, participants);
    }

    private long affordable(int rounds) {
        long low = 0;
        long high = rounds;
        while (high - low > 1) {
            long middle = (low + high) / 2;
            if (accountant.epsilon(mechanism(noise, rounds), middle, budget.delta()) > budget.epsilon()) {
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
        double ofMechanism = accountant.noise(
                participation.release(1, rounds), participation.releases(rounds), budget.epsilon(), budget.delta());
        return who == Noise.LOCAL ? 2 * ofMechanism : ofMechanism;
    }

    /**
     * What each round releases, or all of them together in a tree. A participant's own noise must hide any update behind any
     * other, twice the norm away.
     */
    Mechanism mechanism(double multiplier, int rounds) {
        return participation.release(who == Noise.LOCAL ? multiplier / 2 : multiplier, rounds);
    }

    /** A new generator: secure unless there is a seed. */
    NoiseRandom random() {
        return insecureSeed == null ? NoiseRandom.secure() : NoiseRandom.insecure(insecureSeed);
    }

    /** Who takes part in a round: those drawn in secret (with a seed, as that says), or the chosen within their turns. */
    public Selection selection(Selection chosen) {
        Long seed = insecureSeed;
        return participation.selection(
                chosen,
                round ->
                        seed == null ? NoiseRandom.secure() : NoiseRandom.insecure(seed + round * 0x9e3779b97f4a7c15L));
    }

    /** What the noise of a tree follows from. */
    byte[] newTreeKey() {
        NoiseRandom from = random();
        return ByteBuffer.allocate(TreeNoise.KEY_BYTES)
                .putLong(from.bits())
                .putLong(from.bits())
                .array();
    }

    PrivacyLedger openLedger() {
        return ledger == null
                ? PrivacyLedger.inMemory(budget, accountant)
                : PrivacyLedger.open(ledger, budget, accountant);
    }

    @Override
    public String toString() {
        return "Privacy(epsilon=" + budget.epsilon() + ", delta=" + budget.delta() + ", " + clipping.name() + ", " + who
                + participation + ")";
    }
}
