package io.edgeai.monitor.dashboard;

import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.EdgeMonitor;
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
import java.util.TreeMap;

/** A monitor at work. */
record LiveSource(EdgeMonitor monitor) implements DashboardSource {
    @Override
    public Instant now() {
        return monitor.clock().instant();
    }

    @Override
    public List<VersionRef> versions() {
        return monitor.versions();
    }

    @Override
    public Health health(VersionRef version) {
        return monitor.health(version);
    }

    @Override
    public List<WindowSummary> windows(VersionRef version, Tier tier) {
        return monitor.windows(version, tier);
    }

    @Override
    public Optional<DriftVerdict> drift(VersionRef version) {
        return monitor.drift(version);
    }

    @Override
    public Map<String, WindowSummary> devices(VersionRef version) {
        Map<String, WindowSummary> newest = new TreeMap<>();
        monitor.devices(version, Tier.FINE).forEach((device, windows) -> {
            if (!windows.isEmpty()) {
                newest.put(device, windows.get(windows.size() - 1));
            }
        });
        return newest;
    }

    @Override
    public List<Advice> advice(VersionRef version) {
        return monitor.advice(version);
    }

    @Override
    public List<OwnSeries> series(Tier tier) {
        return monitor.series().stream()
                .map(each -> new OwnSeries(each.name(), each.unit(), each.score(), each.windows(tier)))
                .toList();
    }

    @Override
    public List<ObjectiveStatus> objectives() {
        return monitor.objectives();
    }

    @Override
    public List<Alert> alerts() {
        return monitor.alerts();
    }
}
