package io.edgeai.core.experiment;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * Boundaries for looks at an experiment whose largest size is fixed beforehand; the most powerful way to look where that
 * is known. Two-sided, with O'Brien and Fleming's way of spending α as Lan and DeMets (1983) put it: after the fraction t
 * of the pairs, 2 − 2Φ(z<sub>α/4</sub>/√t) is spent on either side. Looks may come at any time. Boundaries are integrated numerically
 * (Armitage, McPherson and Rowe 1969) on 257 points. A look that comes less than 1/256 of the experiment after the one
 * before is none. Not thread-safe.
 */
public final class GroupSequential {
    private static final int CELLS = 256;
    private static final double CLOSEST = 1.0 / 256;
    private static final double FARTHEST = 9;

    private final double criticalAtEnd;
    private final List<Double> looks = new ArrayList<>();
    private double spent;
    /** Density of the sum, scaled to variance 1 at the end, of what went on; on equal steps from −edge to edge. */
    private double[] density = {};

    private double edge;

    /** @param alpha two-sided, above 0 and below 1 */
    public GroupSequential(double alpha) {
        if (!(alpha > 0 && alpha < 1)) {
            throw new InvalidInputException("Alpha (" + alpha + ") must be above 0 and below 1. Maybe 0.05.");
        }
        this.criticalAtEnd = Normal.exceededWith(alpha / 4);
    }

    /** Goes on after looks at these fractions. */
    public GroupSequential(double alpha, List<Double> looks) {
        this(alpha);
        looks.forEach(this::look);
    }

    /** The fractions at which there was a look. */
    public List<Double> looks() {
        return List.copyOf(looks);
    }

    /**
     * Looks now: the |z| from which on the arms differ.
     *
     * @param fraction of the pairs seen, above 0 and at most 1
     * @return infinite where this is no look, because it comes too soon after the one before or after the end
     */
    public double look(double fraction) {
        if (!(fraction > 0 && fraction <= 1)) {
            throw new InvalidInputException("Fraction (" + fraction + ") of the pairs must be above 0 and at most 1."
                    + " Maybe more pairs came than were planned.");
        }
        double last = looks.isEmpty() ? 0 : looks.get(looks.size() - 1);
        boolean end = fraction == 1 && last < 1;
        if (fraction - last < CLOSEST && !end) {
            return Double.POSITIVE_INFINITY;
        }
        double root = Math.sqrt(fraction);
        double spend = 4 * Normal.above(criticalAtEnd / root) - spent;
        double bound = bound(spend, fraction - last, root * FARTHEST);
        density = continued(fraction - last, bound);
        edge = bound;
        spent += spend;
        looks.add(fraction);
        return bound / root;
    }

    /** The bound of the sum outside of which the probability {@code spend} lies. */
    private double bound(double spend, double variance, double farthest) {
        double low = 0;
        double high = farthest;
        if (outside(high, variance) >= spend) {
            return high;
        }
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (outside(middle, variance) > spend) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private double outside(double bound, double variance) {
        double sd = Math.sqrt(variance);
        if (density.length == 0) {
            return 2 * Normal.above(bound / sd);
        }
        double step = 2 * edge / CELLS;
        double sum = 0;
        for (int i = 0; i <= CELLS; i++) {
            double at = -edge + i * step;
            double out = Normal.above((bound - at) / sd) + Normal.above((bound + at) / sd);
            sum += weight(i) * density[i] * out;
        }
        return sum * step;
    }

    private double[] continued(double variance, double bound) {
        double sd = Math.sqrt(variance);
        double step = 2 * edge / CELLS;
        double[] next = new double[CELLS + 1];
        for (int j = 0; j <= CELLS; j++) {
            double to = -bound + j * 2 * bound / CELLS;
            if (density.length == 0) {
                next[j] = Normal.density(to / sd) / sd;
                continue;
            }
            double sum = 0;
            for (int i = 0; i <= CELLS; i++) {
                sum += weight(i) * density[i] * Normal.density((to + edge - i * step) / sd);
            }
            next[j] = sum * step / sd;
        }
        return next;
    }

    private static double weight(int i) {
        return i == 0 || i == CELLS ? 0.5 : 1;
    }
}
