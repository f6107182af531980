package io.edgeai.monitor.drift;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.stat.Distances;
import io.edgeai.monitor.stat.PermutationTest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * Tests by a distance: Wasserstein and Jensen–Shannon for numbers, Jensen–Shannon for names, maximum mean discrepancy for
 * embeddings. A distance has no fixed limit that fits all sample sizes, so each is judged by permutation: rows must not
 * depend on each other. For columns of a table {@link DriftTest} is faster and finds more. Needs 30 values on each side;
 * of embeddings at most 300 on each side are looked at, drawn by the seed. Immutable and thread-safe.
 */
public final class DistanceTest {
    private static final int MOST_EMBEDDINGS = 300;

    private final double level;
    private final int draws;
    private final long seed;

    private DistanceTest(double level, int draws, long seed) {
        this.level = level;
        this.draws = draws;
        this.seed = seed;
    }

    /** Level 0.05, at most 1000 draws, seed 1. */
    public static DistanceTest ofDefaults() {
        return of(0.05, 1000, 1);
    }

    /**
     * @param level accepted chance of a false alarm, above 0 and below 1
     * @param draws permutations at most; 1/(draws + 1) is the least p-value there can be
     * @param seed of permutations and samples
     */
    public static DistanceTest of(double level, int draws, long seed) {
        if (!(level > 0 && level < 1) || draws < 1 / level) {
            throw new InvalidInputException("Level (" + level + ") is not between 0 and 1, or (" + draws
                    + ") draws are too few to reach it. Maybe use 0.05 and 1000.");
        }
        return new DistanceTest(level, draws, seed);
    }

    /** Numbers by the area between their distribution functions; NaN and infinite ones are left out. */
    public DistanceDrift wasserstein(double[] reference, double[] current) {
        double[] before = Column.numeric("reference", reference).sorted();
        double[] now = Column.numeric("current", current).sorted();
        PooledSample pool = PooledSample.of(before, now);
        return judge(
                "wasserstein",
                before.length,
                now.length,
                pool.fromFirst(),
                labels -> Distances.wasserstein(pool.values(), labels));
    }

    /** Numbers by their counts between the deciles of all; NaN and infinite ones are left out. */
    public DistanceDrift jensenShannon(double[] reference, double[] current) {
        double[] before = Column.numeric("reference", reference).sorted();
        double[] now = Column.numeric("current", current).sorted();
        PooledSample pool = PooledSample.of(before, now);
        if (tooFew(before.length, now.length)) {
            return untested("jensen-shannon", before.length, now.length);
        }
        Histogram bins = new Histogram(pool.values());
        int[] levels = Arrays.stream(pool.values()).mapToInt(bins::bin).toArray();
        return byCounts(before.length, now.length, pool.fromFirst(), levels, bins.bins());
    }

    /** Names by their counts, those that one side does not have included. */
    public DistanceDrift jensenShannon(List<String> reference, List<String> current) {
        Map<String, Integer> index = new HashMap<>();
        int[] levels = Stream.concat(reference.stream(), current.stream())
                .mapToInt(name -> index.computeIfAbsent(name, unseen -> index.size()))
                .toArray();
        boolean[] fromFirst = new boolean[levels.length];
        Arrays.fill(fromFirst, 0, reference.size(), true);
        return byCounts(reference.size(), current.size(), fromFirst, levels, index.size());
    }

    /**
     * Embeddings, one a row, by the maximum mean discrepancy with a Gaussian kernel as wide as their median distance.
     *
     * @throws InvalidInputException where rows differ in length or are not finite
     */
    public DistanceDrift embeddings(float[][] reference, float[][] current) {
        if (tooFew(reference.length, current.length)) {
            return untested("mmd", reference.length, current.length);
        }
        Random random = new Random(seed);
        float[][] before = drawn(reference, random);
        float[][] now = drawn(current, random);
        float[][] all = Stream.concat(Arrays.stream(before), Arrays.stream(now)).toArray(float[][]::new);
        boolean[] fromFirst = new boolean[all.length];
        Arrays.fill(fromFirst, 0, before.length, true);
        KernelMatrix kernel = KernelMatrix.of(all);
        DistanceDrift squared = judge("mmd", reference.length, current.length, fromFirst, kernel::discrepancy);
        return new DistanceDrift(
                squared.measure(),
                squared.referenceCount(),
                squared.currentCount(),
                Math.sqrt(Math.max(0, squared.distance())),
                squared.pValue(),
                squared.drifted());
    }

    private static float[][] drawn(float[][] rows, Random random) {
        float[][] out = rows.clone();
        int most = Math.min(MOST_EMBEDDINGS, out.length);
        for (int i = 0; i < most; i++) {
            int j = i + random.nextInt(out.length - i);
            float[] taken = out[j];
            out[j] = out[i];
            out[i] = taken;
        }
        return Arrays.copyOf(out, most);
    }

    private DistanceDrift byCounts(int before, int now, boolean[] fromFirst, int[] levels, int size) {
        return judge("jensen-shannon", before, now, fromFirst, labels -> {
            int[] one = new int[size];
            int[] other = new int[size];
            for (int i = 0; i < labels.length; i++) {
                (labels[i] ? one : other)[levels[i]]++;
            }
            return Distances.jensenShannon(one, other);
        });
    }

    private DistanceDrift judge(
            String measure, int before, int now, boolean[] fromFirst, ToDoubleFunction<boolean[]> statistic) {
        if (tooFew(before, now)) {
            return untested(measure, before, now);
        }
        double p = PermutationTest.pValue(fromFirst, statistic, draws, seed);
        return new DistanceDrift(measure, before, now, statistic.applyAsDouble(fromFirst), p, p <= level);
    }

    private static boolean tooFew(int before, int now) {
        return Math.min(before, now) < NumericTest.MIN_VALUES;
    }

    private static DistanceDrift untested(String measure, int before, int now) {
        return new DistanceDrift(measure, before, now, Double.NaN, Double.NaN, false);
    }
}
