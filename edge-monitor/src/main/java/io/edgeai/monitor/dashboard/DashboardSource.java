package io.edgeai.monitor.dashboard;

import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.advice.Advice;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.drift.DriftVerdict;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.objective.ObjectiveStatus;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a page shows: a monitor at work, or what one has recorded. Implementations are thread-safe. */
public interface DashboardSource {
    /** Now, on the clock that windows and alerts are dated by. */
    Instant now();

    /** The versions there is something to say of, in order. */
    List<VersionRef> versions();

    /** How a version does. */
    Health health(VersionRef version);

    /** Windows of a tier, oldest first. */
    List<WindowSummary> windows(VersionRef version, Tier tier);

    /** The newest drift test of a version. */
    Optional<DriftVerdict> drift(VersionRef version);

    /** The newest window of each device of a version that runs on several; none unless overridden. */
    default Map<String, WindowSummary> devices(VersionRef version) {
        return Map.of();
    }

    /** What to do about a version; nothing unless overridden. */
    default List<Advice> advice(VersionRef version) {
        return List.of();
    }

    /** The host's series with their windows of a tier, by name; none unless overridden. */
    default List<OwnSeries> series(Tier tier) {
        return List.of();
    }

    /** How the objectives of models stand; none unless overridden. */
    default List<ObjectiveStatus> objectives() {
        return List.of();
    }

    /** Alerts of all versions, newest first. */
    List<Alert> alerts();
}
