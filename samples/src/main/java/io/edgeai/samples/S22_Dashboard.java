package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.core.event.ActionAdvised;
import io.edgeai.core.event.AdviceFollowed;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.alert.Notification;
import io.edgeai.monitor.dashboard.Dashboard;
import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An hour in which a new version fails: what people are told, what is advised and done about it, and the page that shows it. The hour is
 * played in a moment, and recorded, so that the page also has it after a restart. With an argument it leaves the page open.
 */
public final class S22_Dashboard {
    private static final VersionRef OLD = VersionRef.of("defects", 1);
    private static final VersionRef NEW = VersionRef.of("defects", 2);
    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final int WINDOWS = 360;

    private S22_Dashboard() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        CountDownLatch leave = new CountDownLatch(args.length);
        run(Files.createTempDirectory("edgeai-s22"), Terminal.system(), leave);
    }

    /**
     * @param leave the page is closed once this is at zero
     * @return what people were told
     */
    static List<Notification> run(Path home, Terminal terminal, CountDownLatch leave) throws InterruptedException {
        AtomicLong nanos = new AtomicLong();
        Instant begin = Instant.now().minus(WINDOW.multipliedBy(WINDOWS));
        List<Notification> told = new ArrayList<>();
        try (EdgeAI edge = EdgeAI.builder()
                .home(home)
                .ticker(nanos::get)
                .clock(new Played(begin, nanos))
                .monitoring(m -> m.window(WINDOW)
                        .history(home.resolve("monitor"))
                        .resources(() -> ResourceReading.NONE) // of an hour in a moment they would say nothing
                        .notify(n -> n.sink(told::add).sink(notification -> terminal.line(notification.title())))
                        .manualTicks())
                .reactions(r -> r.rollBack().perDay(1).executor(Runnable::run))
                .build()) {
            for (int seed = 1; seed <= 2; seed++) {
                ModelVersion version = edge.registry().register("defects", DrawnSet.onnx(seed, 4), r -> {});
                edge.registry().promote(version.ref(), "release " + seed);
            }
            edge.events()
                    .subscribe(
                            AdviceFollowed.class,
                            followed -> terminal.line("followed: " + followed.outcome() + ", " + followed.detail()));
            edge.events()
                    .subscribe(
                            ActionAdvised.class,
                            advice -> terminal.line("advice: " + advice.action() + " of " + advice.version() + ", "
                                    + advice.gain() + ". " + advice.evidence()));
            Random random = new Random(22);
            for (int window = 0; window < WINDOWS; window++) {
                calls(edge.monitor().listener(OLD), random, 0.004);
                calls(edge.monitor().listener(NEW), random, window < 300 ? 0.004 : 0.15);
                nanos.addAndGet(WINDOW.toNanos());
                edge.monitor().tick();
            }
            terminal.line(
                    "health: " + Math.round(edge.monitor().health(OLD).score().orElseThrow()) + " and "
                            + Math.round(edge.monitor().health(NEW).score().orElseThrow()));
            terminal.line("active: " + edge.registry().active("defects").ref());
            try (Dashboard page = edge.dashboard().start()) {
                terminal.line("live page at " + page.link());
                leave.await();
            }
        }
        return told;
    }

    private static void calls(InferenceListener listener, Random random, double failing) {
        for (int call = 0; call < 60; call++) {
            if (random.nextDouble() < failing) {
                listener.failure(2_000_000, new IllegalStateException("no answer"));
            } else {
                listener.success((long) (4e6 * Math.exp(0.25 * random.nextGaussian())));
            }
        }
    }

    /** A clock that goes as the ticker does. */
    private static final class Played extends Clock {
        private final Instant begin;
        private final AtomicLong nanos;

        Played(Instant begin, AtomicLong nanos) {
            this.begin = begin;
            this.nanos = nanos;
        }

        @Override
        public Instant instant() {
            return begin.plusNanos(nanos.get());
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
