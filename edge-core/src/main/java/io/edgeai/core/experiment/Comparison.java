package io.edgeai.core.experiment;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One treatment against the control in one metric: pairs what comes in, oldest first. Not thread-safe. */
final class Comparison {
    /** Values of one arm that may wait for partners; the oldest is dropped beyond. */
    static final int MOST_WAITING = 1024;

    private final long maxPairs;
    private final SequentialDifference difference;
    private final CovariateAdjustment adjustment;
    private final @Nullable GroupSequential looks;
    private final Deque<double[]> control = new ArrayDeque<>();
    private final Deque<double[]> treatment = new ArrayDeque<>();
    private int crossed;

    /** @param maxPairs size fixed beforehand, 0 for none */
    Comparison(ComparisonState state, long maxPairs) {
        this.maxPairs = maxPairs;
        this.difference = new SequentialDifference(state.difference());
        this.adjustment = new CovariateAdjustment(state.adjustment());
        this.looks =
                maxPairs == 0 ? null : new GroupSequential(state.difference().alpha(), state.looks());
        this.crossed = state.crossed();
        control.addAll(state.control());
        treatment.addAll(state.treatment());
    }

    ComparisonState state() {
        return new ComparisonState(
                difference.state(),
                adjustment.state(),
                looks == null ? List.of() : looks.looks(),
                crossed,
                new ArrayList<>(control),
                new ArrayList<>(treatment));
    }

    void add(boolean ofTreatment, double value, double covariate) {
        Deque<double[]> own = ofTreatment ? treatment : control;
        own.addLast(new double[] {value, covariate});
        if (!control.isEmpty() && !treatment.isEmpty()) {
            double[] before = control.removeFirst();
            double[] after = treatment.removeFirst();
            addPair(after[0] - before[0], after[1] - before[1]);
        } else if (own.size() > MOST_WAITING) {
            own.removeFirst();
        }
    }

    void addPair(double change, double covariate) {
        if (maxPairs == 0 || difference.pairs() < maxPairs) {
            difference.add(covariate == 0 ? change : adjustment.adjust(change, covariate));
        }
    }

    long pairs() {
        return difference.pairs();
    }

    double pValue() {
        return looks == null ? difference.pValue() : 1;
    }

    double mean() {
        return difference.mean();
    }

    Interval interval() {
        return difference.interval();
    }

    /** The sign of the difference where one is established, else 0; in an experiment of fixed size this is a look. */
    int sign(double correctedPValue, double overallAlpha) {
        if (looks != null && crossed == 0 && pairs() > 1) {
            double z = difference.mean() / difference.standardError();
            if (Math.abs(z) >= looks.look(Math.min(1, pairs() / (double) maxPairs))) {
                crossed = (int) Math.signum(z);
            }
        }
        return knownSign(correctedPValue, overallAlpha);
    }

    /** The sign as it is known without a look. */
    int knownSign(double correctedPValue, double overallAlpha) {
        if (looks != null) {
            return crossed;
        }
        return correctedPValue <= overallAlpha ? (int) Math.signum(difference.mean()) : 0;
    }

    boolean finished() {
        return maxPairs > 0 && pairs() >= maxPairs;
    }

    /** Whether a look had all pairs of an experiment of fixed size. */
    boolean lookedAtTheEnd() {
        return looks != null && looks.looks().stream().anyMatch(fraction -> fraction >= 1);
    }
}
