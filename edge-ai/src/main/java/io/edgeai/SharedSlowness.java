package io.edgeai;

import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.alert.AlertState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Alerts on latency that wait because other versions are slow too: taking one out would not help. One that fires again
 * within half an hour is not announced again, so each stays here for as long as its version serves. Not thread-safe.
 */
final class SharedSlowness {
    private final EdgeMonitor monitor;
    private final Map<VersionRef, AlertRaised> waiting = new HashMap<>();

    SharedSlowness(EdgeMonitor monitor) {
        this.monitor = monitor;
    }

    /** Whether an alert waits now. */
    boolean excuses(AlertRaised alert) {
        boolean excused = alert.signal() == SignalKind.LATENCY && monitor.slowAsOthers(alert.version());
        if (excused) {
            waiting.put(alert.version(), alert);
        }
        return excused;
    }

    /** Those whose wait is over: they fire, and the version is slow by itself. */
    List<AlertRaised> over() {
        if (waiting.isEmpty()) {
            return List.of();
        }
        return waiting.values().stream()
                .filter(alert -> fires(alert) && !monitor.slowAsOthers(alert.version()))
                .toList();
    }

    void forget(VersionRef version) {
        waiting.remove(version);
    }

    private boolean fires(AlertRaised alert) {
        return monitor.alerts().stream()
                .anyMatch(other -> other.state() == AlertState.FIRING
                        && other.version().equals(alert.version())
                        && other.signal() == alert.signal());
    }
}
