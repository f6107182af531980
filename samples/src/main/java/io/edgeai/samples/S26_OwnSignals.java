package io.edgeai.samples;

import io.edgeai.EdgeAI;
import io.edgeai.core.event.AlertRaised;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.monitor.EdgeMonitor;
import io.edgeai.monitor.anomaly.spi.Row;
import io.edgeai.monitor.anomaly.spi.Scorer;
import io.edgeai.monitor.objective.Objective;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Watches what is the host's own beside a model: the temperature of an oven, the current of a belt with a detector written
 * here, a promise to the callers, and whether labels that come later still agree. Two days pass in a moment, since the clock
 * is a number here; leave {@code clock}, {@code ticker} and {@code manualTicks} out and it watches real time by itself.
 */
public final class S26_OwnSignals {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int MINUTES = 2880;

    private S26_OwnSignals() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s26"), Terminal.system());
    }

    /** How far a value has come in ten rows: what matters on a belt that begins to jam. */
    static final class Ramp implements Scorer {
        private static final int ROWS = 10;

        private final Deque<Double> last = new ArrayDeque<>();

        @Override
        public double score(Row row) {
            last.addLast(row.value());
            return last.size() > ROWS ? row.value() - last.removeFirst() : Double.NaN;
        }
    }

    /** @return the alerts raised */
    static List<AlertRaised> run(Path home, Terminal terminal) {
        Minutes time = new Minutes();
        List<AlertRaised> alerts = new ArrayList<>();
        try (EdgeAI edge = EdgeAI.builder()
                .home(home)
                .clock(time)
                .ticker(time::nanos)
                .monitoring(m -> m.window(MINUTE)
                        .signals(Set.of(SignalKind.ERRORS, SignalKind.DATA_DRIFT, SignalKind.CONCEPT_DRIFT))
                        .series("oven.temperature", s -> s.unit("°C"))
                        .series("belt.current", s -> s.only("ramp", Ramp::new))
                        .objective(Objective.errors("digits", 0.999))
                        .manualTicks())
                .build()) {
            edge.events().subscribe(AlertRaised.class, alerts::add);
            edge.events()
                    .subscribe(
                            AlertRaised.class,
                            alert -> terminal.line("minute " + time.minutes + " " + alert.signal() + " of "
                                    + alert.version() + ": " + alert.message()));
            Random random = new Random(26);
            while (time.minutes < MINUTES) {
                factory(edge.monitor(), random, time.minutes);
                calls(edge.monitor(), random, time.minutes);
                time.minutes++;
                edge.monitor().tick();
            }
            edge.monitor()
                    .objectives()
                    .forEach(each -> terminal.line("objective " + each.objective() + ": " + each.bad() + " bad calls, "
                            + Math.round(100 * (1 - each.budgetLeft())) + " % of what it allows"));
            edge.monitor()
                    .advice(VersionRef.of("digits", 1))
                    .forEach(each -> terminal.line("advice: " + each.action() + ", " + each.evidence()));
        }
        return alerts;
    }

    /** The belt jams slowly from minute 2400 on; the oven is too hot for ten minutes from 2500 on. */
    private static void factory(EdgeMonitor monitor, Random random, int minute) {
        double jam = Math.max(0, Math.min(minute - 2400, 20)) * 0.6;
        monitor.series("belt.current").record(12 + 0.2 * random.nextGaussian() + jam);
        double heat = minute >= 2500 && minute < 2510 ? 40 : 0;
        monitor.series("oven.temperature").record(412 + random.nextGaussian() + heat);
    }

    /** From minute 2600 on one call of fifty fails; from 2700 on four answers of ten are no longer right. */
    private static void calls(EdgeMonitor monitor, Random random, int minute) {
        VersionRef version = VersionRef.of("digits", 1);
        InferenceListener listener = monitor.listener(version);
        for (int call = 0; call < 100; call++) {
            if (random.nextDouble() < (minute < 2600 ? 0.0002 : 0.02)) {
                listener.failure(1_000_000, new IllegalStateException("Made to fail."));
            } else {
                listener.success(1_000_000);
            }
        }
        for (int call = 0; call < 5; call++) {
            listener.sample(new float[] {(float) random.nextGaussian()}, new float[] {random.nextFloat()});
            String id = minute + "-" + call;
            monitor.labels().answered(version, id, "scratch");
            monitor.labels().labelled(id, random.nextDouble() < (minute < 2700 ? 0.05 : 0.4) ? "dent" : "scratch");
        }
    }

    /** A clock that is set by hand. */
    private static final class Minutes extends Clock {
        private int minutes;

        long nanos() {
            return MINUTE.toNanos() * minutes;
        }

        @Override
        public Instant instant() {
            return Instant.parse("2026-03-02T00:00:00Z").plus(MINUTE.multipliedBy(minutes));
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return Clock.fixed(instant(), zone);
        }
    }
}
