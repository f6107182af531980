package io.edgeai.federated.strategy;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The rules that withstand a minority of arbitrary updates; each looks at all of a round. Stateless. */
final class RobustRules {
    /** 29 % of 100 is 28.999999999999996 in binary, and 29 updates all the same. */
    private static final double ROUNDING = 1e-9;

    private static final double FAR = 3;
    private static final int WEISZFELD_STEPS = 200;
    private static final double WEISZFELD_TOLERANCE = 1e-8;

    private RobustRules() {}

    /** How many of n updates a share is, at most as many as leave one where they are taken from both ends. */
    static int count(double share, int n) {
        return Math.min((int) (share * n + ROUNDING), (n - 1) / 2);
    }

    /** Mean of the middle of each coordinate. */
    static double[] trimmedMean(KeptUpdates updates, double share) {
        int n = updates.count();
        int trim = count(share, n);
        double[] result = new double[updates.parameters()];
        float[] column = new float[n];
        updates.forEach((from, to, rows) -> {
            for (int i = from; i < to; i++) {
                for (int u = 0; u < n; u++) {
                    column[u] = rows[u][i - from];
                }
                Arrays.sort(column);
                double sum = 0;
                for (int u = trim; u < n - trim; u++) {
                    sum += column[u];
                }
                result[i] = sum / (n - 2 * trim);
            }
        });
        return result;
    }

    /** The mean of the {@code keep} updates of least score; the score is the sum of the n−f−2 least squared distances. */
    static double[] multiKrum(KeptUpdates updates, double share, int keep) {
        int n = updates.count();
        int bad = count(share, n);
        double[][] squares = updates.squaredDistances();
        double[] scores = new double[n];
        BitSet all = new BitSet();
        all.set(0, n);
        for (int u = 0; u < n; u++) {
            scores[u] = score(squares, u, all, bad);
        }
        int kept = keep > 0 ? Math.min(keep, n) : n - bad;
        double[] factors = new double[n];
        IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(u -> scores[u]))
                .limit(kept)
                .forEach(u -> factors[u] = 1.0 / kept);
        return updates.weightedSum(factors);
    }

    private static double score(double[][] squares, int update, BitSet among, int bad) {
        double[] others = among.stream()
                .filter(v -> v != update)
                .mapToDouble(v -> squares[update][v])
                .sorted()
                .toArray();
        int near = Math.max(1, among.cardinality() - bad - 2);
        return Arrays.stream(others).limit(near).sum();
    }

    /** Krum again and again for n−2f updates, then of each coordinate the mean of the n−4f values nearest to the median. */
    static double[] bulyan(KeptUpdates updates, double share) {
        int n = updates.count();
        int bad = Math.min(count(share, n), Math.max(0, (n - 3) / 4));
        double[][] squares = updates.squaredDistances();
        BitSet left = new BitSet();
        left.set(0, n);
        int chosen = Math.max(1, n - 2 * bad);
        int[] picked = new int[chosen];
        for (int k = 0; k < chosen; k++) {
            int best = left.nextSetBit(0);
            double least = Double.POSITIVE_INFINITY;
            for (int u = best; u >= 0; u = left.nextSetBit(u + 1)) {
                double score = score(squares, u, left, bad);
                if (score < least) {
                    least = score;
                    best = u;
                }
            }
            picked[k] = best;
            left.clear(best);
        }
        int middle = Math.max(1, chosen - 2 * bad);
        double[] result = new double[updates.parameters()];
        updates.forEach((from, to, rows) -> {
            float[] column = new float[chosen];
            for (int i = from; i < to; i++) {
                for (int k = 0; k < chosen; k++) {
                    column[k] = rows[picked[k]][i - from];
                }
                result[i] = nearest(column, middle);
            }
        });
        return result;
    }

    /** Mean of the {@code count} values nearest to the median. */
    private static double nearest(float[] column, int count) {
        Arrays.sort(column);
        int n = column.length;
        double median = (column[(n - 1) / 2] + (double) column[n / 2]) / 2;
        int from = 0;
        int to = n;
        while (to - from > count) {
            if (median - column[from] > column[to - 1] - median) {
                from++;
            } else {
                to--;
            }
        }
        double sum = 0;
        for (int k = from; k < to; k++) {
            sum += column[k];
        }
        return sum / count;
    }

    /**
     * The point of least weighted distance to all updates: the best update itself where no direction leads to less (Vardi
     * and Zhang 2000), else by Weiszfeld's iteration from the weighted mean, which would be slow to end in an update.
     */
    static double[] geometricMedian(KeptUpdates updates) {
        int n = updates.count();
        double[] factors = new double[n];
        int best = medoid(updates);
        double[] only = new double[n];
        only[best] = 1;
        double[] candidate = updates.weightedSum(only);
        if (isMedian(updates, candidate, updates.weight(best))) {
            return candidate;
        }
        Arrays.setAll(factors, updates::weight);
        double[] point = mean(updates, factors);
        for (int step = 0; step < WEISZFELD_STEPS; step++) {
            double[] squares = updates.squaredDistances(point);
            double spread = Math.sqrt(Arrays.stream(squares).max().orElse(0));
            if (spread == 0) {
                return point;
            }
            for (int u = 0; u < n; u++) {
                factors[u] = updates.weight(u) / Math.max(1e-12 * spread, Math.sqrt(squares[u]));
            }
            double[] next = mean(updates, factors);
            double moved = 0;
            for (int i = 0; i < next.length; i++) {
                moved += (next[i] - point[i]) * (next[i] - point[i]);
            }
            point = next;
            if (Math.sqrt(moved) <= WEISZFELD_TOLERANCE * spread) {
                return point;
            }
        }
        return point;
    }

    /** The update of least weighted distance to the others. */
    private static int medoid(KeptUpdates updates) {
        double[][] squares = updates.squaredDistances();
        return IntStream.range(0, squares.length)
                .boxed()
                .min(Comparator.comparingDouble(u -> IntStream.range(0, squares.length)
                        .mapToDouble(v -> updates.weight(v) * Math.sqrt(squares[u][v]))
                        .sum()))
                .orElseThrow();
    }

    /** Whether the others' unit pulls on a point together are no stronger than the weight that lies there. */
    private static boolean isMedian(KeptUpdates updates, double[] point, double weight) {
        double[] norms = roots(updates.squaredDistances(point));
        double[] factors = new double[norms.length];
        for (int u = 0; u < factors.length; u++) {
            factors[u] = norms[u] == 0 ? 0 : updates.weight(u) / norms[u];
        }
        double total = Arrays.stream(factors).sum();
        double[] pull = updates.weightedSum(factors);
        double square = 0;
        for (int i = 0; i < pull.length; i++) {
            square += Math.pow(pull[i] - total * point[i], 2);
        }
        return Math.sqrt(square) <= weight;
    }

    private static double[] mean(KeptUpdates updates, double[] factors) {
        double total = Arrays.stream(factors).sum();
        double[] shares = Arrays.stream(factors).map(factor -> factor / total).toArray();
        return updates.weightedSum(shares);
    }

    /** Weighted mean of changes that are shortened to the norm of the median change. */
    static double[] normBounded(KeptUpdates updates, double[] centre) {
        double[] norms = roots(updates.squaredDistances(centre));
        return clipped(updates, centre, norms, median(norms), update -> true);
    }

    /**
     * Centred clipping (Karimireddy et al. 2021) around the model before the round: changes longer than 3 × the median are
     * left out; then, {@code steps} times, the centre moves by the mean of the differences shortened to their median length.
     */
    static double[] centredClipping(KeptUpdates updates, double[] centre, int steps) {
        double[] first = roots(updates.squaredDistances(centre));
        double limit = FAR * median(first);
        BitSet near = new BitSet();
        IntStream.range(0, first.length).filter(u -> first[u] <= limit).forEach(near::set);
        double[] point = centre;
        for (int step = 0; step < steps; step++) {
            double[] norms = roots(updates.squaredDistances(point));
            point = clipped(updates, point, norms, median(norms), near::get);
        }
        return point;
    }

    /** {@code centre + Σ w·(x − centre)·min(1, radius/‖x − centre‖) / Σ w} over those that take part. */
    private static double[] clipped(
            KeptUpdates updates, double[] centre, double[] norms, double radius, IntPredicate takesPart) {
        double total = 0;
        double[] factors = new double[norms.length];
        for (int u = 0; u < norms.length; u++) {
            if (takesPart.test(u)) {
                total += updates.weight(u);
                factors[u] = updates.weight(u) * (norms[u] > radius ? radius / norms[u] : 1);
            }
        }
        double weights = total;
        double moved = Arrays.stream(factors).sum() / weights;
        double[] result = updates.weightedSum(
                Arrays.stream(factors).map(factor -> factor / weights).toArray());
        for (int i = 0; i < result.length; i++) {
            result[i] += (1 - moved) * centre[i];
        }
        return result;
    }

    private static double[] roots(double[] squares) {
        return Arrays.stream(squares).map(Math::sqrt).toArray();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }
}
