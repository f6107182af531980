package io.edgeai.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.monitor.window.RunSummary;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queue, batches, energy and devices as the monitor tells them; windows of 10 s on a fake clock. */
class EdgeMonitorRunsTest {
    private static final VersionRef ONE = VersionRef.of("m", 1);
    private static final VersionRef TWO = VersionRef.of("m", 2);

    @TempDir
    Path dir;

    private final FakeTime time = new FakeTime();

    private EdgeMonitor.Builder builder() {
        return EdgeMonitor.builder()
                .clock(time)
                .ticker(time)
                .manualTicks()
                .resources(() -> new ResourceReading(0.5, 1e8, 2e8, 90));
    }

    private void window(EdgeMonitor monitor) {
        time.advance(Duration.ofSeconds(10));
        monitor.tick();
    }

    private static void alone(InferenceListener listener, int calls, long nanos) {
        for (int i = 0; i < calls; i++) {
            listener.success(nanos);
        }
    }

    /** 90 J of the process over 1 s of runs of one version and 2 s of the other. */
    @Test
    void energyIsDealtOutByTheTimeOfRuns() {
        try (EdgeMonitor monitor = builder().build()) {
            InferenceListener one = monitor.factory().listen(ONE);
            InferenceListener two = monitor.factory().listen(TWO);
            for (int w = 0; w < 3; w++) {
                alone(one, 100, 10_000_000);
                for (int run = 0; run < 20; run++) {
                    two.ran(5, 100_000_000);
                    for (int i = 0; i < 5; i++) {
                        two.success(100_000_000, 2_000_000);
                    }
                }
                window(monitor);
            }
            assertThat(monitor.windows(ONE)).hasSize(3).allSatisfy(each -> {
                assertThat(each.runs().joules()).isCloseTo(30, withinPercentage(1));
                assertThat(each.joulesPerThousand()).isCloseTo(300, withinPercentage(1));
                assertThat(each.queueDepth()).isZero();
            });
            assertThat(monitor.windows(TWO)).hasSize(3).allSatisfy(each -> {
                assertThat(each.joulesPerThousand()).isCloseTo(600, withinPercentage(1));
                assertThat(each.runs().meanBatch()).isEqualTo(5);
                assertThat(each.runs().sizes().runs(3)).isEqualTo(20);
                assertThat(each.runs().meanWaitNanos()).isCloseTo(2e6, withinPercentage(1));
                assertThat(each.queueDepth()).isCloseTo(100 * 0.002 / 10, withinPercentage(1));
            });
        }
    }

    @Test
    void whatIsKnownOfRunsIsInTheHistory() {
        List<WindowSummary> before;
        try (EdgeMonitor monitor = builder().history(dir).build()) {
            InferenceListener one = monitor.factory().listen(ONE);
            for (int w = 0; w < 6; w++) {
                one.ran(3, 5_000_000);
                one.success(5_000_000, 7_000);
                one.success(5_000_000, 8_000);
                one.success(5_000_000, 9_000);
                window(monitor);
            }
            before = monitor.windows(ONE);
        }
        try (EdgeMonitor monitor = builder().history(dir).build()) {
            monitor.listener(ONE);
            List<WindowSummary> after = monitor.windows(ONE);
            assertThat(after).startsWith(before.toArray(WindowSummary[]::new));
            assertThat(before).extracting(WindowSummary::runs).doesNotContain(RunSummary.UNKNOWN);
        }
    }

    @Test
    void aVersionOnTwoDevicesIsOneVersionAndHasTheWindowsOfEach() {
        try (EdgeMonitor monitor = builder().build()) {
            InferenceListener cpu = monitor.factory().listen(ONE, "cpu");
            alone(cpu, 10, 4_000_000);
            window(monitor);
            assertThat(monitor.devices(ONE, Tier.FINE))
                    .as("one device is no dimension")
                    .isEmpty();

            InferenceListener gpu = monitor.factory().listen(ONE, "cuda:0");
            window(monitor);
            alone(cpu, 10, 4_000_000);
            alone(gpu, 30, 1_000_000);
            gpu.failure(1, new IllegalStateException("full"));
            window(monitor);

            WindowSummary all = last(monitor.windows(ONE));
            assertThat(all.count()).isEqualTo(41);
            assertThat(all.errors()).isOne();
            assertThat(monitor.totals(ONE).successes()).isEqualTo(50);
            var devices = monitor.devices(ONE, Tier.FINE);
            assertThat(devices).containsOnlyKeys("cpu", "cuda:0");
            assertThat(last(devices.get("cpu")).count()).isEqualTo(10);
            assertThat(last(devices.get("cpu")).p50Nanos()).isCloseTo(4e6, withinPercentage(1));
            assertThat(last(devices.get("cuda:0")).count()).isEqualTo(31);
            assertThat(last(devices.get("cuda:0")).p99Nanos()).isCloseTo(1e6, withinPercentage(1));
        }
    }

    private static WindowSummary last(List<WindowSummary> windows) {
        return windows.get(windows.size() - 1);
    }
}
