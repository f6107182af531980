package io.edgeai.monitor.export.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.export.ServedTraffic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class EdgeMonitorMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void aRegistryReadsWhatTheMonitorCounted() {
        try (ServedTraffic served = new ServedTraffic(builder -> {})) {
            new EdgeMonitorMetrics(served.monitor()).bindTo(registry);
            assertThat(registry.get("edgeai.inferences")
                            .tags("model", "defects", "version", "2")
                            .functionCounter()
                            .count())
                    .isEqualTo(ServedTraffic.ANSWERS);
            assertThat(registry.get("edgeai.inference.failures")
                            .functionCounter()
                            .count())
                    .isEqualTo(ServedTraffic.FAILURES);
            assertThat(registry.get("edgeai.inference.latency")
                            .tag("quantile", "0.5")
                            .gauge()
                            .value())
                    .isCloseTo(0.049, within(0.049 / 128));
            assertThat(registry.get("edgeai.inference.latency")
                            .tag("quantile", "0.99")
                            .gauge()
                            .value())
                    .isCloseTo(0.097, within(0.097 / 128));
            assertThat(registry.get("edgeai.health").gauge().value())
                    .isEqualTo(served.monitor()
                            .health(ServedTraffic.VERSION)
                            .score()
                            .orElseThrow());
        }
    }

    /** Meters of a version; those of the process stay. */
    private int ofVersions() {
        return (int) registry.getMeters().stream()
                .filter(meter -> meter.getId().getTag("version") != null)
                .count();
    }

    @Test
    void versionsComeAndGoWithRefresh() {
        VersionRef other = VersionRef.of("reviews", 1);
        try (ServedTraffic served = new ServedTraffic(builder -> {})) {
            EdgeMonitorMetrics metrics = new EdgeMonitorMetrics(served.monitor());
            metrics.bindTo(registry);
            int ofOne = ofVersions();
            served.more(other);
            assertThat(ofVersions()).isEqualTo(ofOne);
            metrics.refresh();
            metrics.refresh();
            assertThat(ofVersions())
                    .as("the other runs on no two devices, which have two gauges each")
                    .isEqualTo(2 * ofOne - 4);
            served.monitor().forget(other);
            assertThat(registry.get("edgeai.health")
                            .tag("model", "reviews")
                            .gauge()
                            .value())
                    .as("forgotten, not yet refreshed")
                    .isNaN();
            metrics.refresh();
            assertThat(ofVersions()).isEqualTo(ofOne);
        }
    }
}
