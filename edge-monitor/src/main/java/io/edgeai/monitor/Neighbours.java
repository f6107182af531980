package io.edgeai.monitor;

import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.internal.LatencyRise;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/** The versions that are watched beside one, on the same machine. Thread-safe. */
final class Neighbours {
    private static final int FEW_CALLS = 10;
    private static final double SLIGHT = Math.log(1.1);
    private static final double SHARE = 0.5;

    private final Map<VersionRef, VersionWatch> watches;
    private final Duration recent;

    /** @param window of the monitor; a neighbour without a window in twice that time has nothing to say */
    Neighbours(Map<VersionRef, VersionWatch> watches, Duration window) {
        this.watches = watches;
        this.recent = window.multipliedBy(2);
    }

    /**
     * By how much the others' latency rose, where the machine rather than the version is slow: where, in the newest
     * windows, their middle rise is more than a tenth and at least half of its own, in logarithms. Empty where the version
     * is slow by itself, or where nobody is beside it.
     */
    Optional<Double> sharedRise(VersionRef version) {
        VersionWatch watch = watches.get(version);
        Optional<LatencyRise> own = watch == null ? Optional.empty() : watch.latencyRise();
        return own.flatMap(rise -> {
            double[] others = others(version, rise).sorted().toArray();
            double middle = others.length == 0 ? 0 : median(others);
            return middle > SLIGHT && middle >= SHARE * rise.of(rise.byMedian())
                    ? Optional.of(Math.exp(middle))
                    : Optional.empty();
        });
    }

    private DoubleStream others(VersionRef version, LatencyRise own) {
        return watches.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(version))
                .flatMap(entry -> entry.getValue().latencyRise().stream())
                .filter(rise -> rise.calls() >= FEW_CALLS)
                .filter(rise -> Duration.between(rise.end(), own.end()).abs().compareTo(recent) < 0)
                .mapToDouble(rise -> rise.of(own.byMedian()));
    }

    /** The lower one of two in the middle, so that one busy neighbour of two is no excuse. */
    private static double median(double[] sorted) {
        return sorted[(sorted.length - 1) / 2];
    }

    /** The windows of a minute of the model's other versions. */
    Map<VersionRef, List<WindowSummary>> siblings(VersionRef version) {
        Map<VersionRef, List<WindowSummary>> siblings = new TreeMap<>();
        watches.forEach((other, watch) -> {
            if (other.model().equals(version.model()) && !other.equals(version)) {
                siblings.put(other, watch.series().windows(Tier.COARSE));
            }
        });
        return siblings;
    }
}
