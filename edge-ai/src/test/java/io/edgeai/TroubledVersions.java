package io.edgeai;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.runtime.Engines;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;

/** Version n answers n·x, takes {@code millis[n]} and some jitter by a fake clock, and fails as often as the test says. */
final class TroubledVersions {
    final FakeTime time = new FakeTime();
    final double[] failing = new double[4];
    final long[] millis;
    final List<AlertRaised> alerts = new CopyOnWriteArrayList<>();
    final SplittableRandom random = new SplittableRandom(1);
    final Slowed engine = new Slowed(time, this::nanos);
    private final int jitter;

    /** @param jitter nanoseconds below which each answer is late by chance; at least 1 */
    TroubledVersions(int jitter, long... millis) {
        this.jitter = jitter;
        this.millis = millis;
    }

    EdgeAI open(Path home) {
        EdgeAI edge = EdgeAI.builder()
                .home(home)
                .clock(time)
                .ticker(time)
                .engines(Engines.of(engine))
                .monitoring(m -> m.manualTicks())
                .build();
        edge.events().subscribe(AlertRaised.class, alerts::add);
        return edge;
    }

    private long nanos(float[] answer) {
        int version = Math.round(answer[0]);
        if (random.nextDouble() < failing[version]) {
            throw new InferenceException("version " + version + " failed");
        }
        return 1_000_000L * millis[version] + random.nextInt(jitter);
    }
}
