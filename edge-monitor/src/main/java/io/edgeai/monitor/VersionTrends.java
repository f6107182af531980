package io.edgeai.monitor;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.trend.Crossing;
import io.edgeai.monitor.trend.CrossingForecaster;
import io.edgeai.monitor.trend.Forecast;
import io.edgeai.monitor.trend.Forecaster;
import io.edgeai.monitor.trend.Periods;
import io.edgeai.monitor.trend.Trend;
import io.edgeai.monitor.trend.TrendTest;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Where the figures of one version are going, from its closed windows of a minute. A figure is any number of a window:
 * {@code w -> w.p99Nanos() * 1e-6}, {@code WindowSummary::errorRate}, {@code w -> w.resources().heapBytes()}. Windows
 * without one (NaN) and gaps are bridged. A snapshot: later windows do not change it. Immutable and thread-safe.
 */
public final class VersionTrends {
    private static final int MOST_ROWS = 100_000;

    private final List<WindowSummary> windows;
    private final Duration step;

    VersionTrends(List<WindowSummary> windows) {
        this.windows = windows;
        long[] lengths = windows.stream()
                .filter(window -> !window.gap())
                .mapToLong(window -> window.length().toNanos())
                .sorted()
                .toArray();
        this.step = lengths.length == 0 ? Duration.ofMinutes(1) : Duration.ofNanos(lengths[lengths.length / 2]);
    }

    /** The time between rows of {@link #forecast} and {@link #crossing}: the usual length of a window. */
    public Duration step() {
        return step;
    }

    /**
     * Whether a figure rises or falls.
     *
     * @throws InvalidInputException with fewer than 10 windows that have the figure, or with more than half without it
     */
    public Trend trend(ToDoubleFunction<WindowSummary> figure) {
        return TrendTest.ofDefaults().test(rows(figure));
    }

    /**
     * The figure in the windows to come.
     *
     * @param forecaster e.g. {@link Forecaster#ofDefaults()}
     * @param ahead one step or more; rounded up to whole steps
     * @throws InvalidInputException with fewer than 16 windows that have the figure, or with more than half without it
     */
    public Forecast forecast(ToDoubleFunction<WindowSummary> figure, Forecaster forecaster, Duration ahead) {
        double[] rows = rows(figure);
        long steps = (ahead.toNanos() + step.toNanos() - 1) / step.toNanos();
        return forecaster.forecast(rows, (int) Math.max(0, Math.min(Integer.MAX_VALUE, steps)), step);
    }

    /**
     * When a figure reaches a threshold, in rows of {@link #step()}; a season that {@link Periods} finds is allowed for.
     *
     * @throws InvalidInputException as {@link #trend} does
     */
    public Crossing crossing(ToDoubleFunction<WindowSummary> figure, double threshold) {
        double[] rows = rows(figure);
        int[] periods = Periods.find(rows, Periods.ofCalendar(step));
        int longest = periods.length == 0 ? 1 : periods[periods.length - 1];
        return CrossingForecaster.of(longest, 0, 1).forecast(rows, threshold);
    }

    /** One value a step, NaN for each step of a gap. */
    private double[] rows(ToDoubleFunction<WindowSummary> figure) {
        double[] rows = new double[MOST_ROWS];
        int at = MOST_ROWS;
        for (int i = windows.size() - 1; i >= 0 && at > 0; i--) {
            WindowSummary window = windows.get(i);
            long steps =
                    window.gap() ? Math.max(1, Math.round(window.length().toNanos() / (double) step.toNanos())) : 1;
            int from = (int) Math.max(0, at - steps);
            Arrays.fill(rows, from, at, window.gap() ? Double.NaN : figure.applyAsDouble(window));
            at = from;
        }
        return Arrays.copyOfRange(rows, at, MOST_ROWS);
    }
}
