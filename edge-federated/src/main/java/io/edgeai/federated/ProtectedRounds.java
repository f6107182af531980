package io.edgeai.federated;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.privacy.Clipping;
import io.edgeai.federated.privacy.Privacy;
import io.edgeai.federated.privacy.PrivateRun;
import io.edgeai.federated.secagg.FixedPoint;
import io.edgeai.federated.secagg.LocalAggregation;
import io.edgeai.federated.secagg.SecureAggregation;
import io.edgeai.federated.secagg.SumCoding;
import io.edgeai.federated.secagg.SumTerms;
import io.edgeai.federated.secagg.Terms;
import io.edgeai.federated.strategy.Aggregator;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The sum of updates under privacy, secure aggregation or both: each update counts once, is clipped, and meets the others
 * only in a sum, which has noise before the server optimizer sees it. With privacy the sum is divided by the number of
 * updates expected, which says nothing about who came.
 */
final class ProtectedRounds implements Aggregator, RoundProtection {
    private final @Nullable Privacy privacy;
    private final @Nullable SecureAggregation secure;
    private final int rounds;
    private final int[] layers;
    private final boolean elsewhere;
    private final @Nullable SumGroups groups;
    private @Nullable PrivateRun run;
    private int round;
    private int selected;
    private double expected;

    /** @param elsewhere whether participants guard their updates themselves, before they leave */
    ProtectedRounds(
            @Nullable Privacy privacy,
            @Nullable SecureAggregation secure,
            int rounds,
            int[] layers,
            boolean elsewhere) {
        this(privacy, secure, rounds, layers, elsewhere, null);
    }

    /** @param groups that are summed each by itself; null for one sum of all */
    ProtectedRounds(
            @Nullable Privacy privacy,
            @Nullable SecureAggregation secure,
            int rounds,
            int[] layers,
            boolean elsewhere,
            @Nullable SumGroups groups) {
        this.privacy = privacy;
        this.secure = secure;
        this.rounds = rounds;
        this.layers = layers.clone();
        this.elsewhere = elsewhere;
        this.groups = groups;
    }

    private boolean noiseBy(Privacy.Noise who) {
        return privacy != null && privacy.noiseBy() == who;
    }

    /** What participants elsewhere must be able to do. */
    Set<String> needs() {
        Set<String> needs = new LinkedHashSet<>();
        if (elsewhere && (secure != null || noiseBy(Privacy.Noise.LOCAL))) {
            needs.add("guard");
        }
        if (elsewhere && secure != null) {
            needs.add("secagg");
        }
        if (elsewhere && coded()) {
            needs.add("masks8"); // sums of few bits have narrow masks, which an older participant would make wrongly
        }
        return needs;
    }

    /** What participants elsewhere do to their updates in the round that has begun; null for nothing. */
    @Nullable
    UpdateGuard guard() {
        if (needs().isEmpty()) {
            return null;
        }
        int size = layers[layers.length - 1];
        PrivateRun own = run();
        boolean parts = privacy != null && privacy.clipping() instanceof Clipping.PerLayer;
        return new UpdateGuard(
                own != null ? own.clipNorm() : coded() ? secure().norm() : 0,
                parts ? layers.clone() : new int[] {0, size},
                own != null && noiseBy(Privacy.Noise.LOCAL) ? own.multiplier() : 0,
                secure == null ? null : sumTerms(secure, own));
    }

    /** Whether the coordinator learns sums only. */
    boolean sums() {
        return secure != null;
    }

    int minimumSurvivors() {
        return secure().minimumSurvivors();
    }

    /** How participants' scores are added up: whole numbers, none of them seen. */
    SumTerms scoreTerms(int asked, int least) {
        return new SumTerms(new FixedPoint(1, asked), 0, Terms.degree(asked), least);
    }

    private boolean coded() {
        return secure != null && !secure.coding().equals(SumCoding.none());
    }

    private SecureAggregation secure() {
        if (secure == null) {
            throw new LifecycleException("Round (" + round + ") has no secure sum.");
        }
        return secure;
    }

    private SumTerms sumTerms(SecureAggregation settings, @Nullable PrivateRun own) {
        int size = layers[layers.length - 1];
        int least = settings.minimumSurvivors();
        FixedPoint units = units(settings, own);
        SumTerms silent = new SumTerms(units, 0, Terms.degree(summands()), least, settings.coding());
        if (own == null || !noiseBy(Privacy.Noise.DISTRIBUTED)) {
            return silent;
        }
        double longest = own.clipNorm() / units.granularity() + silent.rounding(size);
        double noise = own.multiplier() * longest / Math.sqrt(least);
        return new SumTerms(units, noise, silent.degree(), least, settings.coding());
    }

    private FixedPoint units(SecureAggregation settings, @Nullable PrivateRun own) {
        int summands = summands();
        if (coded()) {
            double norm = own == null ? settings.norm() : own.clipNorm();
            return new FixedPoint(settings.coding().granularity(norm, layers[layers.length - 1]), summands);
        }
        if (own != null && noiseBy(Privacy.Noise.DISTRIBUTED)) {
            return new FixedPoint(own.granularity(settings.minimumSurvivors()), summands);
        }
        // Local noise makes single values longer than the norm.
        double range = own == null ? settings.range() : own.clipNorm() * (1 + 8 * own.multiplier());
        return FixedPoint.ofRange(range, summands);
    }

    /** Most vectors of one sum. */
    private int summands() {
        SumGroups several = groups;
        return several == null ? Math.max(1, selected) : several.largest(selected);
    }

    /** Places whose updates are summed together. */
    List<List<Integer>> together(int number, int places) {
        SumGroups several = groups;
        return several == null
                ? SecureCollection.all(places)
                : several.of(number, selected).stream()
                        .map(group ->
                                group.stream().filter(place -> place < places).toList())
                        .toList();
    }

    /** The model after a round of which participants elsewhere gave only sums. */
    double[] unmasked(float[] model, List<SecureCollection.Outcome> sums) {
        PrivateRun own = run();
        SumTerms terms = sumTerms(secure(), own);
        SumGroups several = groups;
        if (several == null) {
            SecureCollection.Outcome one = sums.get(0);
            return moved(
                    model,
                    terms.decode(one.sum(), model.length, round),
                    one.survivors().size(),
                    own);
        }
        List<SumGroups.GroupSum> each = new ArrayList<>();
        for (SecureCollection.Outcome sum : sums) {
            each.add(new SumGroups.GroupSum(
                    terms.decode(sum.sum(), model.length, round),
                    sum.survivors().size()));
        }
        return several.combined(round, model, each);
    }

    /** What an update changes of the model it began with, within the clip norm. */
    float[] limited(float[] start, float[] end) {
        return change(start, end, run());
    }

    /** The model moved by a sum of limited changes over the number expected, with noise. */
    double[] released(float[] model, double[] sum) {
        return moved(model, sum, selected, run());
    }

    @Override
    public String name() {
        return (privacy == null ? "" : privacy + ", ")
                + (secure == null ? "sum" : "secure sum")
                + (groups == null
                        ? ""
                        : ", groups of " + groups.size() + " by "
                                + groups.rule().name())
                + (coded() ? ", " + secure().coding() + " of " + secure().norm() : "");
    }

    @Override
    public String warning() {
        return groups == null ? "" : groups.rule().warning();
    }

    private @Nullable PrivateRun run() {
        if (privacy != null && run == null) {
            run = new PrivateRun(privacy, rounds, layers);
        }
        return run;
    }

    @Override
    public void begin(int number, int selectedNow, int population) {
        round = number;
        selected = selectedNow;
        expected = privacy == null ? selectedNow : privacy.expected(selectedNow, population);
        if (groups != null) {
            groups.require(number, selectedNow);
        }
        PrivateRun own = run();
        if (own != null) {
            own.spend(number);
        }
    }

    @Override
    public boolean mayBeEmpty() {
        return privacy != null && privacy.sampling() < 1 && secure == null;
    }

    @Override
    public double epsilon() {
        PrivateRun own = run();
        return own == null ? Double.NaN : own.epsilon();
    }

    @Override
    public double[][] state() {
        PrivateRun own = run;
        return own == null ? new double[0][] : own.state();
    }

    @Override
    public void restore(double[][] state) {
        PrivateRun own = state.length == 0 ? null : run();
        if (own != null) {
            own.restore(state);
        }
    }

    @Override
    public void end() {
        if (run != null) {
            run.close();
            run = null;
        }
    }

    @Override
    public Accumulator start(int parameters) {
        return start(new float[parameters]);
    }

    @Override
    public Accumulator start(float[] model) {
        return secure == null ? new PlainSum(model, run()) : new SecureSum(model, run(), secure);
    }

    private float[] change(float[] model, float[] parameters, @Nullable PrivateRun own) {
        float[] change = new float[model.length];
        for (int i = 0; i < change.length; i++) {
            change[i] = parameters[i] - model[i];
        }
        if (own != null) {
            own.limit(change);
        } else if (coded()) {
            boolean unused = Clipping.flat(secure().norm())
                    .start(new int[] {0, change.length})
                    .clip(change);
        }
        return change;
    }

    /** Adds noise where it is the coordinator's, and makes the model after the round of the sum. */
    private double[] moved(float[] model, double[] sum, int reported, @Nullable PrivateRun own) {
        double divisor = own == null ? reported : expected;
        if (own != null) {
            own.finish(sum, expected);
        }
        for (int i = 0; i < sum.length; i++) {
            sum[i] = model[i] + sum[i] / divisor;
        }
        return sum;
    }

    private final class PlainSum implements Accumulator {
        private final float[] model;
        private final @Nullable PrivateRun own;
        private final double[] sum;
        private int reported;

        PlainSum(float[] model, @Nullable PrivateRun own) {
            this.model = model;
            this.own = own;
            this.sum = new double[model.length];
        }

        @Override
        public void add(float[] parameters, double weight) {
            float[] change = change(model, parameters, elsewhere && noiseBy(Privacy.Noise.LOCAL) ? null : own);
            for (int i = 0; i < sum.length; i++) {
                sum[i] += change[i];
            }
            reported++;
        }

        @Override
        public double[] result() {
            return moved(model, sum, reported, own);
        }
    }

    /** Keeps the updates of a round as whole numbers until it ends: in one process, all parties' memory is this one's. */
    private final class SecureSum implements Accumulator {
        private final float[] model;
        private final @Nullable PrivateRun own;
        private final SecureAggregation settings;
        private final List<int[]> vectors = new ArrayList<>();

        SecureSum(float[] model, @Nullable PrivateRun own, SecureAggregation settings) {
            this.model = model;
            this.own = own;
            this.settings = settings;
        }

        @Override
        public void add(float[] parameters, double weight) {
            SumTerms terms = sumTerms(settings, own);
            SplittableRandom rounding = new SplittableRandom(Seeds.mix(round, vectors.size(), 0));
            int[] units = terms.encode(change(model, parameters, own), round, rounding);
            if (own != null && terms.noise() > 0) {
                own.addShare(units, terms.noise());
            }
            vectors.add(units);
        }

        @Override
        public double[] result() {
            SumTerms terms = sumTerms(settings, own);
            byte[] hash = new Broadcast(model, null).hash();
            SumGroups several = groups;
            if (several != null) {
                return several.combined(round, model, groupSums(several, terms.of(round, hash, model.length), terms));
            }
            int[] total = LocalAggregation.sum(terms.of(round, hash, model.length), vectors, selected - vectors.size());
            return moved(model, terms.decode(total, model.length, round), vectors.size(), own);
        }

        /** Who dropped out takes the places that are left: groups are random, so any place is as good as another. */
        private List<SumGroups.GroupSum> groupSums(SumGroups several, Terms agreed, SumTerms terms) {
            List<SumGroups.GroupSum> sums = new ArrayList<>();
            for (List<Integer> group : several.of(round, selected)) {
                List<int[]> own = group.stream()
                        .filter(place -> place < vectors.size())
                        .map(vectors::get)
                        .toList();
                try {
                    int[] total = LocalAggregation.sum(agreed, own, group.size() - own.size());
                    sums.add(new SumGroups.GroupSum(terms.decode(total, model.length, round), own.size()));
                } catch (QuorumNotReachedException tooFew) {
                    // too few of this group are left: it has no sum
                }
            }
            return sums;
        }
    }
}
