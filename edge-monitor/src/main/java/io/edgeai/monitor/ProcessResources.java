package io.edgeai.monitor;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.alert.AlertBook;
import io.edgeai.monitor.alert.AlertPolicy;
import io.edgeai.monitor.internal.ResourceWatch;
import io.edgeai.monitor.internal.SignalView;
import io.edgeai.monitor.resource.ResourceProbe;
import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.monitor.window.WindowTimer;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What the process uses, window by window. All versions share it; an alert of it is told of the one that is busiest when it
 * begins. Not thread-safe, but for {@link #view()}.
 */
final class ProcessResources {
    private final Clock clock;
    private final Ticker ticker;
    private final ResourceProbe probe;
    private final ResourceWatch watch;
    private final AlertBook alerts;
    private final boolean judged;
    private final WindowTimer timer;
    private volatile SignalView view = SignalView.unknown(SignalKind.RESOURCE, "No data yet.");
    private ResourceReading last = ResourceReading.NONE;
    private long readings;
    private Optional<VersionRef> busiest = Optional.empty();
    private Optional<VersionRef> blamed = Optional.empty();

    /** @param judged whether alerts are raised, or only readings taken */
    ProcessResources(
            Clock clock,
            Ticker ticker,
            ResourceProbe probe,
            ResourceWatch watch,
            AlertBook alerts,
            boolean judged,
            WindowTimer timer) {
        this.clock = clock;
        this.ticker = ticker;
        this.probe = probe;
        this.watch = watch;
        this.alerts = alerts;
        this.judged = judged;
        this.timer = timer;
    }

    /** How the process does; unknown before the first window. */
    SignalView view() {
        return view;
    }

    /** Judges the window that is over, if one is, and gives the latest reading. */
    ResourceReading tick(Predicate<VersionRef> watched) {
        long length = timer.closeIfOver(ticker.nanos());
        if (length == 0) {
            return last;
        }
        last = probe.read();
        readings++;
        if (judged && !timer.gap(length)) {
            SignalView now = watch.update(clock.millis(), last);
            view = now;
            if (blamed.filter(version -> alerts.open(version, SignalKind.RESOURCE))
                    .isEmpty()) {
                blamed = busiest.filter(watched);
            }
            blamed.ifPresent(version -> blame(version, now, watched));
        }
        return last;
    }

    /** Readings taken so far. */
    long readings() {
        return readings;
    }

    void busiest(VersionRef version) {
        busiest = Optional.of(version);
    }

    private void blame(VersionRef version, SignalView now, Predicate<VersionRef> watched) {
        alerts.update(
                version, SignalKind.RESOURCE, now.score(), now::sentence, AlertPolicy.ofDefaults(), clock.instant());
        if (!watched.test(version)) {
            alerts.forget(version);
        }
    }
}
