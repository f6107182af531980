package io.edgeai.monitor.export.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.export.Collected;
import io.edgeai.monitor.export.ServedTraffic;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the SDK collects. */
class EdgeMonitorInstrumentsTest {
    private final Collected collected = new Collected();

    @Test
    void theSdkCollectsWhatTheMonitorCountedUntilItIsClosed() {
        try (ServedTraffic served = new ServedTraffic(builder -> {});
                SdkMeterProvider provider = SdkMeterProvider.builder()
                        .registerMetricReader(collected)
                        .build()) {
            EdgeMonitorInstruments instruments =
                    EdgeMonitorInstruments.register(served.monitor(), provider.get("edgeai"));
            served.monitor().listener(VersionRef.of("idle", 1));
            Map<String, MetricData> metrics = collected.now();
            assertThat(metrics.get("edgeai.inferences").getLongSumData().getPoints())
                    .hasSize(2)
                    .anySatisfy(point -> {
                        assertThat(point.getValue()).isEqualTo(ServedTraffic.ANSWERS);
                        assertThat(point.getAttributes().toString()).contains("model=\"defects\"", "version=2");
                    });
            assertThat(metrics.get("edgeai.inference.failures").getLongSumData().getPoints())
                    .anySatisfy(point -> assertThat(point.getValue()).isEqualTo(ServedTraffic.FAILURES));
            assertThat(metrics.get("edgeai.inference.latency").getUnit()).isEqualTo("s");
            assertThat(metrics.get("edgeai.inference.latency")
                            .getDoubleGaugeData()
                            .getPoints())
                    .as("three quantiles of the version that was called")
                    .hasSize(3)
                    .anySatisfy(point -> assertThat(point.getValue()).isCloseTo(0.049, within(0.049 / 128)));
            assertThat(metrics.get("edgeai.health").getDoubleGaugeData().getPoints())
                    .as("the idle one is unknown")
                    .hasSize(1);

            instruments.close();
            assertThat(collected.now()).isEmpty();
        }
    }
}
