package io.edgeai.monitor.dashboard;

import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.drift.DriftVerdict;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.history.Recorded;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a monitor, perhaps of another process, has recorded; read again after at least five seconds. Thread-safe. */
final class RecordedSource implements DashboardSource {
    private static final Duration FRESH = Duration.ofSeconds(5);

    private final Path folder;
    private final Clock clock;
    private Recorded recorded;
    private Instant readAt;

    RecordedSource(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
        this.recorded = Recorded.read(folder);
        this.readAt = clock.instant();
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public List<VersionRef> versions() {
        return recorded().versions();
    }

    @Override
    public Health health(VersionRef version) {
        return recorded().health(version).orElseGet(() -> Health.of(version.toString(), clock.instant(), List.of()));
    }

    @Override
    public List<WindowSummary> windows(VersionRef version, Tier tier) {
        return recorded().windows(version, tier);
    }

    /** Drift is not recorded. */
    @Override
    public Optional<DriftVerdict> drift(VersionRef version) {
        return Optional.empty();
    }

    @Override
    public List<OwnSeries> series(Tier tier) {
        Recorded now = recorded();
        return now.series().stream()
                .map(name -> new OwnSeries(name, "", Double.NaN, now.series(name, tier)))
                .toList();
    }

    @Override
    public List<Alert> alerts() {
        return recorded().alerts();
    }

    private synchronized Recorded recorded() {
        Instant now = clock.instant();
        if (Duration.between(readAt, now).abs().compareTo(FRESH) >= 0) {
            recorded = Recorded.read(folder);
            readAt = now;
        }
        return recorded;
    }
}
