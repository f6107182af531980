package io.edgeai.monitor.anomaly.spi;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import java.time.Duration;
import java.util.Optional;

/**
 * Brings detectors of a host's own by {@link java.util.ServiceLoader}: name the class in {@code
 * META-INF/services/io.edgeai.monitor.anomaly.spi.ScorerProvider}. Asked once for every signal of every version, and for
 * every series, when it begins to be watched; gives a fresh one each time. Thread-safe.
 */
public interface ScorerProvider {
    /** Names the detector where it alerts: a short word. */
    String name();

    /**
     * A detector for a signal of a version; none unless overridden.
     *
     * @param signal {@code LATENCY} (p99, nanoseconds), {@code THROUGHPUT} (calls a second) or {@code ERRORS} (failed share)
     * @param window time between rows
     */
    default Optional<Scorer> ofSignal(VersionRef version, SignalKind signal, Duration window) {
        return Optional.empty();
    }

    /**
     * A detector for a series of the host's; none unless overridden.
     *
     * @param window time between rows
     */
    default Optional<Scorer> ofSeries(String series, Duration window) {
        return Optional.empty();
    }
}
