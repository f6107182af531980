package io.edgeai;

import io.edgeai.core.concurrent.EdgeThreads;
import java.util.Collection;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings endpoints every half second to what the registry says, should the event of a change have failed to, and keeps the
 * evidence of experiments. Has no thread before the first endpoint. Not thread-safe.
 */
final class Following implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Following.class);
    private static final long PERIOD_MILLIS = 500;

    private final Supplier<Collection<LiveEndpoint>> endpoints;
    private @Nullable ScheduledExecutorService timer;

    Following(Supplier<Collection<LiveEndpoint>> endpoints) {
        this.endpoints = endpoints;
    }

    void start() {
        if (timer == null) {
            ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(EdgeThreads.named("follow"));
            timer = started;
            var unused =
                    started.scheduleWithFixedDelay(this::follow, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void follow() {
        for (LiveEndpoint endpoint : endpoints.get()) {
            try {
                endpoint.tick();
            } catch (RuntimeException e) {
                LOG.warn("An endpoint could not follow the registry and answers as before.", e);
            }
        }
    }

    @Override
    public void close() {
        if (timer != null) {
            timer.shutdown();
        }
    }
}
