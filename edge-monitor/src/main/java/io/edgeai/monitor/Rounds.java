package io.edgeai.monitor;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.advice.Advisor;
import io.edgeai.monitor.advice.Situation;
import io.edgeai.monitor.alert.AlertBook;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** One turn of the monitor after another: the windows of all versions that are over, judged, recorded and told. */
final class Rounds {
    private final WatchedVersions watches;
    private final ProcessResources resources;
    private final Neighbours neighbours;
    private final AlertBook alerts;
    private final Recorder recorder;
    private final Announcer announcer;
    private final BiConsumer<VersionRef, WindowSummary> onWindow;
    private final Objectives objectives;
    private final Clock clock;
    private final EnergyShare energy = new EnergyShare();

    Rounds(
            WatchedVersions watches,
            ProcessResources resources,
            Neighbours neighbours,
            AlertBook alerts,
            Recorder recorder,
            Announcer announcer,
            BiConsumer<VersionRef, WindowSummary> onWindow,
            Objectives objectives,
            Clock clock) {
        this.watches = watches;
        this.resources = resources;
        this.neighbours = neighbours;
        this.alerts = alerts;
        this.recorder = recorder;
        this.announcer = announcer;
        this.onWindow = onWindow;
        this.objectives = objectives;
        this.clock = clock;
    }

    /** Not by two threads at a time. */
    void next() {
        ResourceReading reading = resources.tick(watches::contains);
        long most = 0;
        Map<VersionRef, Map<Tier, WindowSummary>> all = new TreeMap<>();
        double joules = energy.joulesPerSecond(reading, resources.readings(), watches.all());
        watches.all().forEach((version, watch) -> all.put(version, watch.tick(reading, joules)));
        for (Map.Entry<VersionRef, VersionWatch> entry : watches.all().entrySet()) {
            Map<Tier, WindowSummary> closed = all.getOrDefault(entry.getKey(), Map.of());
            entry.getValue().show(() -> neighbours.sharedRise(entry.getKey()));
            recorder.windows(entry.getKey(), closed);
            entry.getValue()
                    .newDriftState()
                    .ifPresent(state -> recorder.driftReference(entry.getKey(), state, clock.instant()));
            WindowSummary fine = closed.get(Tier.FINE);
            if (fine != null) {
                objectives.count(entry.getKey(), entry.getValue().calls());
                onWindow.accept(entry.getKey(), fine);
            }
            if (closed.containsKey(Tier.LONG)) {
                keepConcept(entry.getKey(), entry.getValue());
            }
            if (closed.containsKey(Tier.COARSE)) {
                announce(entry.getKey(), entry.getValue());
            }
            if (fine != null && fine.count() > most) {
                most = fine.count();
                resources.busiest(entry.getKey());
            }
        }
        objectives.judge();
    }

    /** Keeps what would be lost with the process. */
    void close() {
        objectives.keep();
        watches.all().forEach((version, watch) -> {
            watch.driftState().ifPresent(state -> recorder.driftReference(version, state, clock.instant()));
            keepConcept(version, watch);
        });
    }

    private void keepConcept(VersionRef version, VersionWatch watch) {
        watch.conceptState().ifPresent(state -> recorder.concept(version, state, clock.instant()));
    }

    /** What is known of a version when advice is asked for. */
    Situation situation(VersionRef version, VersionWatch watched) {
        Set<SignalKind> firing = EnumSet.noneOf(SignalKind.class);
        alerts.firing(version).forEach(alert -> firing.add(alert.signal()));
        return new Situation(
                version,
                watched.health(resources.view()),
                firing,
                watched.series().windows(Tier.COARSE),
                neighbours.siblings(version));
    }

    private void announce(VersionRef version, VersionWatch watch) {
        Health health = watch.health(resources.view());
        recorder.health(version, health);
        announcer.health(version, health);
        announcer
                .advice(version, Advisor.advise(situation(version, watch)), health.at())
                .ifPresent(state -> recorder.advice(version, state, health.at()));
    }
}
