package io.edgeai.monitor.internal;

import io.edgeai.core.model.SignalKind;
import io.edgeai.monitor.anomaly.Direction;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.LevelShiftDetector;
import io.edgeai.monitor.resource.ResourceReading;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;

/**
 * Watches CPU, heap and resident memory of the process for bursts and steps up; a rise of less than a fifth, or of less
 * than 0.1 of the processors, is never an alert. Not thread-safe.
 */
public final class ResourceWatch {
    private final List<Gauge> gauges;

    public ResourceWatch(FalseAlarmBudget budget, Duration window) {
        FalseAlarmBudget share = budget.split(3);
        this.gauges = List.of(
                new Gauge("CPU use", share, window, 0.1, Words::percent),
                new Gauge("Heap", share, window, 0, Words::bytes),
                new Gauge("Resident memory", share, window, 0, Words::bytes));
    }

    public SignalView update(long epochMillis, ResourceReading reading) {
        double[] values = {reading.cpuLoad(), reading.heapBytes(), reading.residentBytes()};
        return Stream.iterate(0, i -> i < values.length, i -> i + 1)
                .map(i -> gauges.get(i).update(epochMillis, values[i]))
                .filter(view -> !Double.isNaN(view.value()))
                .max(Comparator.comparingDouble(SignalView::score))
                .orElse(SignalView.unknown(SignalKind.RESOURCE, "No resource can be read on this machine."));
    }

    private static final class Gauge {
        private static final double MIN_RATIO = 1.2;

        private final String name;
        private final LevelShiftDetector detector;
        private final double minRise;
        private final DoubleFunction<String> words;

        Gauge(String name, FalseAlarmBudget budget, Duration window, double minRise, DoubleFunction<String> words) {
            this.name = name;
            this.detector = new LevelShiftDetector(budget, window, Direction.UP);
            this.minRise = minRise;
            this.words = words;
        }

        SignalView update(long epochMillis, double value) {
            if (Double.isNaN(value)) {
                return SignalView.unknown(SignalKind.RESOURCE, name + " cannot be read.");
            }
            double score = detector.update(epochMillis, value);
            double usual = detector.usual();
            if (score < 0.5 || value < MIN_RATIO * usual || value < usual + minRise) {
                return new SignalView(
                        SignalKind.RESOURCE,
                        Math.min(score, 0.49),
                        name + " of the process, " + words.apply(value) + ", is as usual.",
                        1);
            }
            return new SignalView(
                    SignalKind.RESOURCE,
                    score,
                    name + " of the process rose from " + words.apply(usual) + " to " + words.apply(value) + ".",
                    Math.max(0, usual / value));
        }
    }
}
