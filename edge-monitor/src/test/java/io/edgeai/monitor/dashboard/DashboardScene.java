package io.edgeai.monitor.dashboard;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.FakeTime;
import io.edgeai.monitor.advice.Advice;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.drift.DriftVerdict;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.objective.Objective;
import io.edgeai.monitor.objective.ObjectiveStatus;
import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Three versions under a played clock: one that is well, one that became slow and drifted, one that idles. */
final class DashboardScene implements DashboardSource, AutoCloseable {
    static final VersionRef WELL = VersionRef.of("defects", 3);
    static final VersionRef SLOW = VersionRef.of("reviews", 1);
    static final VersionRef IDLE = VersionRef.of("spare", 1);

    private static final Duration WINDOW = Duration.ofSeconds(10);

    private final FakeTime time = new FakeTime();
    private final Random random = new Random(7);
    private final EdgeMonitor monitor = EdgeMonitor.builder()
            .clock(time)
            .ticker(time)
            .resources(() -> new ResourceReading(
                    0.3 + 0.05 * random.nextGaussian(),
                    3e8 + 2e7 * random.nextGaussian(),
                    9e8 + 1e6 * random.nextInt(9)))
            .objective(Objective.errors("defects", 0.999))
            .objective(Objective.latency("defects", 0.99, Duration.ofMillis(50)))
            .series("oven.temperature", settings -> settings.unit("°C"))
            .manualTicks()
            .build();
    private final Random shop = new Random(8);
    private int windows;

    /** An hour, in the last quarter of which one version is slow and sees other inputs. */
    static DashboardScene ofAnHour() {
        DashboardScene scene = new DashboardScene();
        scene.monitor.listener(IDLE);
        for (int window = 0; window < 360; window++) {
            boolean hot = window >= 250 && window < 290;
            scene.monitor.series("oven.temperature").record(412 + scene.shop.nextGaussian() + (hot ? 25 : 0));
            scene.monitor.series("parts.weight").record(0.3 + 0.01 * scene.shop.nextGaussian());
            scene.window(window >= 260);
        }
        return scene;
    }

    /** Plays one window. */
    void window(boolean incident) {
        double day = 1 + 0.1 * Math.sin(windows++ / 40.0);
        calls(monitor.listener(WELL), 120 * day, 4, 0.002, 0);
        calls(monitor.listener(SLOW), 60 * day, incident ? 31 : 12, 0.004, incident ? 1.5 : 0);
        time.advance(WINDOW);
        monitor.tick();
    }

    private void calls(InferenceListener listener, double count, double millis, double failures, double shift) {
        for (int call = 0; call < count; call++) {
            long latency = (long) (1e6 * millis * Math.exp(0.25 * random.nextGaussian()));
            if (random.nextDouble() < failures) {
                listener.failure(latency, new IllegalStateException());
            } else {
                listener.success(latency);
            }
            if (call % 4 == 0) {
                float[] input = {
                    (float) (random.nextGaussian() + shift), (float) random.nextGaussian(), random.nextInt(5)
                };
                listener.sample(input, new float[] {(float) Math.tanh(input[0] + 0.3 * random.nextGaussian())});
            }
        }
    }

    static List<ExperimentCard> experiments() {
        return List.of(new ExperimentCard(
                "defects",
                18_204,
                true,
                List.of(
                        new ExperimentCard.Row("defects@4", "errors", "undecided", -0.0004, -0.0031, 0.0022, 0.71),
                        new ExperimentCard.Row("defects@4", "latency", "better", -1.21, -1.6, -0.83, 0.0004))));
    }

    static List<SiteCard> sites() {
        return List.of(
                new SiteCard("plant-7", "jetson-a", 2, 0.42, 0.55),
                new SiteCard("plant-7", "jetson-b", 1, 0.78, 0.61),
                new SiteCard("hub", "server-1", 4, 0.93, 0.48));
    }

    EdgeMonitor monitor() {
        return monitor;
    }

    FakeTime time() {
        return time;
    }

    @Override
    public Instant now() {
        return time.instant();
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
    public List<Advice> advice(VersionRef version) {
        return monitor.advice(version);
    }

    @Override
    public List<OwnSeries> series(Tier tier) {
        return new LiveSource(monitor).series(tier);
    }

    @Override
    public List<ObjectiveStatus> objectives() {
        return monitor.objectives();
    }

    @Override
    public List<Alert> alerts() {
        return monitor.alerts();
    }

    @Override
    public void close() {
        monitor.close();
    }
}
