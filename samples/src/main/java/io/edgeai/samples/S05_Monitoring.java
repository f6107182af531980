package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches a version that becomes slow. The clock is a number here, so half an hour passes in a moment; leave
 * {@code ticker} and {@code manualTicks} out and the monitor watches real time by itself. What an endpoint of
 * {@code edge.serve} answers is recorded without a line of code.
 */
public final class S05_Monitoring {
    private static final Duration WINDOW = Duration.ofSeconds(10);

    private S05_Monitoring() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s05"), Terminal.system());
    }

    /** @return the alerts raised */
    static List<AlertRaised> run(Path home, Terminal terminal) {
        AtomicLong nanos = new AtomicLong();
        List<AlertRaised> alerts = new ArrayList<>();
        VersionRef version = VersionRef.of("digits", 1);
        try (EdgeAI edge = EdgeAI.builder()
                .home(home)
                .ticker(nanos::get)
                .monitoring(m -> m.falseAlarmsPerDay(0.1)
                        .window(WINDOW)
                        .signals(Set.of(SignalKind.LATENCY, SignalKind.ERRORS, SignalKind.THROUGHPUT))
                        .manualTicks())
                .build()) {
            edge.events().subscribe(AlertRaised.class, alerts::add);
            edge.events().subscribe(AlertRaised.class, alert -> terminal.line("ALERT " + alert.message()));

            InferenceListener listener = edge.monitor().listener(version);
            Random random = new Random(5);
            for (int window = 0; window < 180; window++) {
                double millis = window < 160 ? 2 : 9; // something happens in the last minutes
                for (int call = 0; call < 100; call++) {
                    listener.success((long) (1e6 * millis * Math.exp(0.2 * random.nextGaussian())));
                }
                nanos.addAndGet(WINDOW.toNanos());
                edge.monitor().tick();
                if (window == 159) {
                    terminal.line(
                            "health before: " + edge.monitor().health(version).score());
                }
            }
            terminal.line("health after: " + edge.monitor().health(version).score());
            edge.monitor().health(version).topCause().ifPresent(part -> terminal.line("because: " + part.reason()));
        }
        return alerts;
    }
}
