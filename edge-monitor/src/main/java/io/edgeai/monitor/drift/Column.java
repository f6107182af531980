package io.edgeai.monitor.drift;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.List;

/**
 * The values of one column: numbers, or names of levels. Missing numbers (NaN) and infinite ones are left out of tests
 * and counted. Immutable.
 */
public final class Column {
    private final String name;
    private final double[] numbers;
    private final List<String> levels;
    private final boolean categorical;
    private final int missing;

    private Column(String name, double[] numbers, List<String> levels, boolean categorical, int missing) {
        this.name = name;
        this.numbers = numbers;
        this.levels = levels;
        this.categorical = categorical;
        this.missing = missing;
    }

    public static Column numeric(String name, double... values) {
        double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
        return new Column(name, finite, List.of(), false, values.length - finite.length);
    }

    public static Column categorical(String name, List<String> levels) {
        return new Column(name, new double[0], List.copyOf(levels), true, 0);
    }

    public String name() {
        return name;
    }

    public boolean categorical() {
        return categorical;
    }

    /** How many values can be tested. */
    public int size() {
        return categorical ? levels.size() : numbers.length;
    }

    /** How many numbers were NaN or infinite. */
    public int missing() {
        return missing;
    }

    /** The finite numbers, a copy, in ascending order. */
    double[] sorted() {
        double[] copy = numbers.clone();
        Arrays.sort(copy);
        return copy;
    }

    List<String> levels() {
        return levels;
    }

    static void requireSameKind(Column reference, Column current) {
        if (!reference.name.equals(current.name) || reference.categorical != current.categorical) {
            throw new InvalidInputException("Column (" + current.name + ", "
                    + kind(current) + ") does not match the reference column (" + reference.name + ", "
                    + kind(reference) + "). Maybe give both in the same order.");
        }
    }

    private static String kind(Column column) {
        return column.categorical ? "categorical" : "numeric";
    }
}
