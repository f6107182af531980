package io.edgeai.core.experiment;

import java.util.List;

/**
 * What several {@link SequentialDifference}s of one question have seen, each elsewhere, as one test. Under the null the signs
 * of all their differences are fair coins, so that exp(λΣτd − λ²Σ(τd)²/2), each place's differences in units of its own scale
 * τ, is a supermartingale for every λ, and mixed over λ ~ N(0, 1) an e-process: everything counts once, in whatever order it
 * is heard of, and one place alone gives what its own test gives. Immutable.
 */
public final class DifferencePool {
    private static final int BISECTIONS = 100;
    private static final int DOUBLINGS = 200;

    private final List<SequentialDifference.State> places;

    /** @param places with the same α; at least one */
    public DifferencePool(List<SequentialDifference.State> places) {
        this.places = List.copyOf(places);
    }

    public long pairs() {
        return places.stream().mapToLong(SequentialDifference.State::pairs).sum();
    }

    /** Mean difference over all pairs; 0 where there are none. */
    public double mean() {
        double sum =
                places.stream().mapToDouble(one -> one.pairs() * one.mean()).sum();
        return pairs() == 0 ? 0 : sum / pairs();
    }

    /** E-value: its expectation without a difference is at most 1 whenever one stops. */
    public double evidence() {
        return evidenceAgainst(0);
    }

    /** The sign that the evidence speaks for. */
    public int sign() {
        return (int) Math.signum(sum(0));
    }

    /** E-value against a mean difference of this much; 1 before there is evidence. */
    public double evidenceAgainst(double difference) {
        double sum = sum(difference);
        double spread = 1;
        for (SequentialDifference.State one : places) {
            double off = one.mean() - difference;
            spread += one.tau2() * (one.squares() + one.pairs() * off * off);
        }
        return Math.exp((sum * sum / spread - Math.log(spread)) / 2);
    }

    private double sum(double difference) {
        double sum = 0;
        for (SequentialDifference.State one : places) {
            sum += Math.sqrt(one.tau2()) * one.pairs() * (one.mean() - difference);
        }
        return sum;
    }

    /** The differences around the middle with evidence below 1/α against them; infinite where nothing is ruled out yet. */
    public Interval interval() {
        double weights = places.stream()
                .mapToDouble(one -> Math.sqrt(one.tau2()) * one.pairs())
                .sum();
        if (weights == 0) {
            return new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        }
        double middle = sum(0) / weights;
        return new Interval(middle + edge(middle, -1), middle + edge(middle, 1));
    }

    /** How far from the middle the first difference lies that is ruled out. */
    private double edge(double middle, int side) {
        double most = 1 / places.get(0).alpha();
        double low = 0;
        double step = places.stream()
                .filter(one -> one.tau2() > 0)
                .mapToDouble(one -> 1 / Math.sqrt(one.tau2()) / one.pairs())
                .min()
                .orElse(1);
        double high = step;
        for (int i = 0; i < DOUBLINGS; i++) {
            high = step * Math.scalb(1.0, i);
            if (evidenceAgainst(middle + side * high) >= most) {
                break;
            }
            if (i == DOUBLINGS - 1 || !Double.isFinite(high)) {
                return side * Double.POSITIVE_INFINITY;
            }
            low = high;
        }
        for (int i = 0; i < BISECTIONS; i++) {
            double half = (low + high) / 2;
            if (evidenceAgainst(middle + side * half) < most) {
                low = half;
            } else {
                high = half;
            }
        }
        return side * high;
    }
}
