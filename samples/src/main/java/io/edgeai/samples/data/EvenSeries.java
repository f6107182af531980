package io.edgeai.samples.data;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A series in even steps, as forecasting needs it: rows in the order of their times, the last of those at one step, NaN
 * where a step has none. The step is the median time between rows. Immutable.
 */
public final class EvenSeries {
    private static final int MOST_STEPS = 20_000_000;

    private final long firstMillis;
    private final long stepMillis;
    private final double[] values;

    private EvenSeries(long firstMillis, long stepMillis, double[] values) {
        this.firstMillis = firstMillis;
        this.stepMillis = stepMillis;
        this.values = values;
    }

    /** @throws InvalidInputException where all rows have one time, or the times span more than 20 million steps */
    public static EvenSeries of(SeriesFile file) {
        int[] order = IntStream.range(0, file.size())
                .boxed()
                .sorted((a, b) -> Long.compare(file.epochMillis(a), file.epochMillis(b)))
                .mapToInt(Integer::intValue)
                .toArray();
        long[] gaps = IntStream.range(1, order.length)
                .mapToLong(i -> file.epochMillis(order[i]) - file.epochMillis(order[i - 1]))
                .filter(gap -> gap > 0)
                .sorted()
                .toArray();
        if (gaps.length == 0) {
            throw new InvalidInputException(
                    "Series of (" + file.size() + ") rows has a single time. Maybe its timestamps lack the hour.");
        }
        long step = gaps[gaps.length / 2];
        long first = file.epochMillis(order[0]);
        long steps = (file.epochMillis(order[order.length - 1]) - first + step / 2) / step + 1;
        if (steps > MOST_STEPS) {
            throw new InvalidInputException("Series spans (" + steps + ") steps of (" + step + ") ms, more than "
                    + MOST_STEPS + ". Maybe one timestamp is wrong.");
        }
        double[] values = new double[(int) steps];
        Arrays.fill(values, Double.NaN);
        for (int row : order) {
            int at = (int) ((file.epochMillis(row) - first + step / 2) / step);
            values[at] = Double.isNaN(file.value(row)) ? values[at] : file.value(row);
        }
        return new EvenSeries(first, step, values);
    }

    /** How many steps. */
    public int size() {
        return values.length;
    }

    /** One value a step, NaN where there is none; a copy. */
    public double[] values() {
        return values.clone();
    }

    /** Milliseconds between values. */
    public long stepMillis() {
        return stepMillis;
    }

    /** The time of a step after the last one, in milliseconds since 1970. */
    public long after(long steps) {
        return firstMillis + (values.length - 1 + steps) * stepMillis;
    }
}
