package io.edgeai.monitor.export;

import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.FakeTime;
import io.edgeai.monitor.resource.ResourceReading;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A monitor that saw 97 answers of 1, 2, … 97 ms and 3 failures of one version, in one closed window. */
public final class ServedTraffic implements AutoCloseable {
    public static final VersionRef VERSION = VersionRef.of("defects", 2);
    public static final int ANSWERS = 97;
    public static final int FAILURES = 3;

    private final FakeTime time = new FakeTime();
    private final EdgeMonitor monitor;

    public ServedTraffic(Consumer<EdgeMonitor.Builder> settings) {
        EdgeMonitor.Builder builder = EdgeMonitor.builder()
                .clock(time)
                .ticker(time)
                .resources(() -> new ResourceReading(0.25, 1e8, 2e8, 5))
                .manualTicks();
        settings.accept(builder);
        this.monitor = builder.build();
        for (String device : List.of("cpu", "cuda:0")) {
            monitor.factory().listen(VERSION, device);
        }
        monitor.tick();
        more(VERSION);
    }

    public void more(VersionRef version) {
        InferenceListener listener = monitor.listener(version);
        for (int call = 1; call <= ANSWERS; call++) {
            listener.success(call * 1_000_000L);
        }
        for (int call = 0; call < FAILURES; call++) {
            listener.failure(1, new IllegalStateException());
        }
        time.advance(Duration.ofSeconds(10));
        monitor.tick();
    }

    public EdgeMonitor monitor() {
        return monitor;
    }

    @Override
    public void close() {
        monitor.close();
    }
}
