package io.edgeai.monitor.export.jfr;

import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.window.WindowSummary;

/**
 * Commits {@code io.edgeai.WindowClosed} for each window that it is given, {@code
 * EdgeMonitor.builder().onWindow(FlightRecording::window)}, and {@code io.edgeai.AlertRaised} for each alert on a bus.
 * Thread-safe.
 */
public final class FlightRecording {
    private FlightRecording() {}

    /** Commits an event for a closed window; does nothing while nobody records. */
    public static void window(VersionRef version, WindowSummary window) {
        WindowClosed event = new WindowClosed();
        if (event.isEnabled()) {
            event.version = version.toString();
            event.calls = window.count();
            event.failures = window.errors();
            event.p50 = nanos(window.p50Nanos());
            event.p99 = nanos(window.p99Nanos());
            event.commit();
        }
    }

    /** Commits an event for each alert raised on a bus until the handle is closed. */
    public static EventBus.AutoSubscription alerts(EventBus events) {
        return events.subscribe(AlertRaised.class, alert -> {
            AlertSeen event = new AlertSeen();
            event.version = alert.version().toString();
            event.signal = alert.signal().name();
            event.score = alert.score();
            event.message = alert.message();
            event.commit();
        });
    }

    /** Flight Recorder knows no missing number but the smallest. */
    private static long nanos(double nanos) {
        return Double.isNaN(nanos) ? Long.MIN_VALUE : Math.round(nanos);
    }
}
