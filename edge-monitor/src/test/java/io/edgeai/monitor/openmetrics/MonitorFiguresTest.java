package io.edgeai.monitor.openmetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.EdgeMonitor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MonitorFiguresTest {
    private static final VersionRef VERSION = VersionRef.of("defects", 3);

    @Test
    void answersFailuresAndLatenciesOfAVersion() {
        String text = text();

        assertThat(text)
                .contains("edgeai_inferences_total{model=\"defects\",version=\"3\"} 3\n")
                .contains("edgeai_inference_failures_total{model=\"defects\",version=\"3\"} 1\n")
                .contains(
                        "edgeai_inference_latency_seconds_bucket{le=\"8.191e-06\",model=\"defects\",version=\"3\"} 0\n")
                .contains(
                        "edgeai_inference_latency_seconds_bucket{le=\"1.6383e-05\",model=\"defects\",version=\"3\"} 1\n")
                .contains(
                        "edgeai_inference_latency_seconds_bucket{le=\"0.001048575\",model=\"defects\",version=\"3\"} 2\n")
                .contains("edgeai_inference_latency_seconds_bucket{le=\"+Inf\",model=\"defects\",version=\"3\"} 3\n")
                .endsWith("# EOF\n");
    }

    @Test
    void bucketsNeverDecrease() {
        List<Long> buckets = text().lines()
                .filter(line -> line.startsWith("edgeai_inference_latency_seconds_bucket"))
                .map(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();

        assertThat(buckets).hasSize(24).isSorted().last().isEqualTo(3L);
    }

    @Test
    void quantilesAreThoseOfTheLastClosedWindow() {
        double median = text().lines()
                .filter(line -> line.startsWith("edgeai_inference_recent_latency_seconds{") && line.contains("\"0.5\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();

        assertThat(median).isBetween(1e-3 * (1 - 1 / 128.0), 1e-3 * (1 + 1 / 128.0));
    }

    /** The reader of Prometheus's own Python client, where it is installed. */
    @Test
    void prometheussOwnParserReadsIt() throws IOException, InterruptedException {
        Process python;
        try {
            python = new ProcessBuilder(
                            "python3",
                            "-c",
                            """
                            import sys
                            try:
                                from prometheus_client.openmetrics.parser import text_string_to_metric_families
                            except ImportError:
                                sys.exit(77)
                            for family in text_string_to_metric_families(sys.stdin.read()):
                                print(family.name, family.type, len(family.samples))
                            """)
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "python3 is not installed: " + e.getMessage());
            return;
        }
        try (OutputStream in = python.getOutputStream()) {
            in.write(text().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            assertThat(python.waitFor()).as("python ended before it read").isEqualTo(77);
        }
        String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(python.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assumeTrue(python.exitValue() != 77, "prometheus_client is not installed for python3");

        assertThat(said.lines())
                .containsSubsequence(
                        "edgeai_inferences counter 1",
                        "edgeai_inference_failures counter 1",
                        "edgeai_inference_latency_seconds histogram 24",
                        "edgeai_inference_recent_latency_seconds summary 3",
                        "edgeai_health_score gauge 1",
                        "edgeai_firing_alerts gauge 1",
                        "edgeai_process_heap_bytes gauge 1");
    }

    private static String text() {
        AtomicLong nanos = new AtomicLong();
        Ticker ticker = nanos::get;
        try (EdgeMonitor monitor =
                EdgeMonitor.builder().ticker(ticker).manualTicks().build()) {
            monitor.listener(VERSION).success(10_000);
            monitor.listener(VERSION).success(1_000_000);
            monitor.listener(VERSION).success(2_000_000);
            monitor.listener(VERSION).failure(1, new IllegalStateException());
            nanos.addAndGet(Duration.ofSeconds(11).toNanos());
            monitor.tick();
            OpenMetrics out = new OpenMetrics();
            MonitorFigures.write(monitor, out);
            return out.end();
        }
    }
}
