package io.edgeai.monitor.drift;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.stat.PValues;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares current columns with reference columns. Numbers are tested by a Cauchy combination of Anderson–Darling
 * (location), Mood (spread) and both tails; names by chi-squared, permuted where levels are rare. Benjamini–Hochberg
 * keeps the false discovery rate over all columns. Needs 30 values on each side, and rows that do not depend on each
 * other. Immutable and thread-safe; a seed makes it repeatable.
 */
public final class DriftTest {
    private final double level;
    private final long seed;

    private DriftTest(double level, long seed) {
        this.level = level;
        this.seed = seed;
    }

    /** False discovery rate 0.05, seed 1. */
    public static DriftTest ofDefaults() {
        return of(0.05, 1);
    }

    /**
     * @param level accepted false discovery rate, above 0 and below 1
     * @param seed breaks ties and draws permutations
     */
    public static DriftTest of(double level, long seed) {
        if (!(level > 0 && level < 1)) {
            throw new InvalidInputException("Level (" + level + ") is not between 0 and 1. Maybe use 0.05.");
        }
        return new DriftTest(level, seed);
    }

    /** Compares columns pair by pair; both lists have the same names and kinds in the same order. */
    public DriftReport compare(List<Column> reference, List<Column> current) {
        if (reference.size() != current.size()) {
            throw new InvalidInputException("Columns now (" + current.size() + ") are not as many as in the reference ("
                    + reference.size() + ").");
        }
        List<ColumnDrift> results = new ArrayList<>();
        for (int i = 0; i < reference.size(); i++) {
            Column.requireSameKind(reference.get(i), current.get(i));
            results.add(
                    reference.get(i).categorical()
                            ? CategoricalTest.compare(
                                    reference.get(i), current.get(i), draws(reference.size()), seed + i)
                            : NumericTest.compare(reference.get(i), current.get(i), seed + i));
        }
        return new DriftReport(level, adjust(results));
    }

    /** Compares one column of numbers. */
    public ColumnDrift compare(double[] reference, double[] current) {
        return compare(List.of(Column.numeric("value", reference)), List.of(Column.numeric("value", current)))
                .columns()
                .get(0);
    }

    private int draws(int columns) {
        return (int) Math.min(50_000, Math.max(2000, 20 * columns / level));
    }

    private List<ColumnDrift> adjust(List<ColumnDrift> results) {
        double[] p = results.stream()
                .filter(ColumnDrift::tested)
                .mapToDouble(ColumnDrift::pValue)
                .toArray();
        double[] adjusted = PValues.benjaminiHochberg(p);
        List<ColumnDrift> out = new ArrayList<>();
        int at = 0;
        for (ColumnDrift result : results) {
            out.add(result.tested() ? result.adjusted(adjusted[at++], level) : result);
        }
        return out;
    }
}
