package io.edgeai.monitor.series;

import io.edgeai.monitor.anomaly.AnomalyDetector;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.series.OwnDetectors;
import io.edgeai.monitor.window.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The monitor's side of a series: closes its windows and judges them. Thread-safe. */
public final class SeriesWatch implements WatchedSeries {
    private static final int USUAL_WINDOWS = 60;

    private final String name;
    private final String unit;
    private final boolean perSecond;
    private final Supplier<AnomalyDetector> fresh;
    private AnomalyDetector detector;
    private final SeriesTiers tiers;
    private final Consumer<RuntimeException> onFailure;
    private long count;
    private double sum;
    private double least = Double.NaN;
    private double most = Double.NaN;
    private long refused;
    private double score;
    private Optional<SeriesWindow> newest = Optional.empty();

    /** @param onFailure hears of what the host's own stages throw; their window is not judged */
    public SeriesWatch(
            String name,
            SeriesSettings settings,
            FalseAlarmBudget budget,
            Duration window,
            Consumer<RuntimeException> onFailure) {
        this.name = name;
        this.unit = settings.unit();
        this.perSecond = settings.counts();
        this.fresh = () -> settings.detector(budget, window);
        this.detector = fresh.get();
        this.tiers = new SeriesTiers(window, perSecond);
        this.onFailure = onFailure;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String unit() {
        return unit;
    }

    @Override
    public synchronized void record(double value) {
        if (!Double.isFinite(value)) {
            refused++;
            return;
        }
        least = count == 0 ? value : Math.min(least, value);
        most = count == 0 ? value : Math.max(most, value);
        sum += value;
        count++;
    }

    @Override
    public synchronized long refused() {
        return refused;
    }

    @Override
    public synchronized List<SeriesWindow> windows(Tier tier) {
        return tiers.windows(tier);
    }

    @Override
    public synchronized Optional<SeriesWindow> newest() {
        return newest;
    }

    @Override
    public synchronized double score() {
        return score;
    }

    /** Closes the window and judges it unless it is a gap or without a value; returns the windows that are over. */
    public synchronized Map<Tier, SeriesWindow> close(Instant start, Duration length, boolean gap) {
        double value = perSecond ? sum / (length.toNanos() * 1e-9) : count == 0 ? Double.NaN : sum / count;
        SeriesWindow window = new SeriesWindow(start, length, count, value, least, most, gap);
        count = 0;
        sum = 0;
        least = Double.NaN;
        most = Double.NaN;
        score = 0;
        if (!gap && Double.isFinite(value)) {
            newest = Optional.of(window);
            score = judged(window);
        }
        return tiers.add(window);
    }

    private double judged(SeriesWindow window) {
        try {
            double now = detector.update(window.start().toEpochMilli(), window.value());
            return Double.isNaN(now) ? 0 : Math.max(0, Math.min(1, now));
        } catch (RuntimeException e) {
            onFailure.accept(e);
            return 0;
        }
    }

    /** What is unusual about the newest window, for people. */
    public synchronized String sentence() {
        double now = newest.map(SeriesWindow::value).orElse(Double.NaN);
        double usual = usual();
        String change = Double.isNaN(usual) || now == usual
                ? " is at " + text(now)
                : (now > usual ? " rose from " : " fell from ") + text(usual) + " to " + text(now);
        String by = detector instanceof OwnDetectors ? ", says " + ((OwnDetectors) detector).loudest() : "";
        return name + change + (unit.isEmpty() ? "" : " " + unit) + (perSecond ? " a second" : "") + by + ".";
    }

    /** The median of the last hour or 60 windows before the newest; NaN where there are none. */
    private double usual() {
        List<SeriesWindow> fine = tiers.windows(Tier.FINE);
        double[] values =
                fine.subList(Math.max(0, fine.size() - 1 - USUAL_WINDOWS), Math.max(0, fine.size() - 1)).stream()
                        .mapToDouble(SeriesWindow::value)
                        .filter(Double::isFinite)
                        .sorted()
                        .toArray();
        return values.length == 0
                ? Double.NaN
                : Arrays.stream(values).skip(values.length / 2).findFirst().orElse(Double.NaN);
    }

    private static String text(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 1000 || size == 0 ? "%.0f" : size >= 1 ? "%.4g" : "%.3g", value);
    }

    /** What its detector has learnt. */
    public synchronized byte[] save() {
        return detector.save();
    }

    /**
     * Goes on from an earlier run: from what its detector had learnt, or, where there is nothing of these stages, from the
     * windows that are left.
     *
     * @param state empty where none was kept
     * @param since windows that ended later are judged once more after the state
     */
    public synchronized void restore(Map<Tier, List<SeriesWindow>> earlier, byte[] state, Instant since, Instant now) {
        Instant from = learnt(state) ? since : Instant.MIN;
        earlier.forEach((tier, windows) -> {
            tiers.restore(tier, windows);
            if (!windows.isEmpty()) {
                Instant end = windows.get(windows.size() - 1).end();
                if (end.isBefore(now)) {
                    tiers.restore(tier, List.of(SeriesWindow.absent(end, Duration.between(end, now))));
                }
            }
        });
        for (SeriesWindow window : earlier.getOrDefault(Tier.FINE, List.of())) {
            if (window.end().isAfter(from) && !window.gap() && Double.isFinite(window.value())) {
                newest = Optional.of(window);
                score = judged(window);
            }
        }
    }

    private boolean learnt(byte[] state) {
        if (state.length == 0) {
            return false;
        }
        try {
            detector.restore(state);
            return true;
        } catch (RuntimeException e) {
            onFailure.accept(e);
            detector = fresh.get();
            return false;
        }
    }
}
