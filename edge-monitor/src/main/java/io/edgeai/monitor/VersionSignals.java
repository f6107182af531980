package io.edgeai.monitor;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.anomaly.FalseAlarmBudget;
import io.edgeai.monitor.anomaly.spi.Scorer;
import io.edgeai.monitor.internal.ErrorWatch;
import io.edgeai.monitor.internal.LatencyRise;
import io.edgeai.monitor.internal.LatencyWatch;
import io.edgeai.monitor.internal.OwnSignal;
import io.edgeai.monitor.internal.SignalWatch;
import io.edgeai.monitor.internal.ThroughputWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The watches of one version that take every window, each with the host's detectors beside it. Not thread-safe. */
final class VersionSignals {
    private final List<SignalWatch> watches = new ArrayList<>();
    private Optional<LatencyWatch> latency = Optional.empty();

    /** @param budget of each signal */
    VersionSignals(
            VersionRef version,
            Set<SignalKind> signals,
            FalseAlarmBudget budget,
            Duration window,
            OwnScorers own,
            Consumer<RuntimeException> onFailure) {
        Map<SignalKind, Function<FalseAlarmBudget, SignalWatch>> kinds = Map.of(
                SignalKind.LATENCY, share -> latency(new LatencyWatch(share, window)),
                SignalKind.ERRORS, share -> new ErrorWatch(share, window),
                SignalKind.THROUGHPUT, share -> new ThroughputWatch(share, window));
        for (SignalKind signal : List.of(SignalKind.LATENCY, SignalKind.ERRORS, SignalKind.THROUGHPUT)) {
            Function<FalseAlarmBudget, SignalWatch> builtIn = kinds.get(signal);
            if (builtIn != null && signals.contains(signal)) {
                Map<String, Supplier<Scorer>> theirs = own.of(version, signal, window);
                watches.add(OwnSignal.beside(signal, theirs, budget, window, builtIn, onFailure));
            }
        }
    }

    List<SignalWatch> all() {
        return watches;
    }

    Optional<LatencyRise> latencyRise() {
        return latency.flatMap(LatencyWatch::rise);
    }

    private LatencyWatch latency(LatencyWatch watch) {
        latency = Optional.of(watch);
        return watch;
    }
}
