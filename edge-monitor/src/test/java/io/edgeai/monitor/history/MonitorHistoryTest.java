package io.edgeai.monitor.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.alert.AlertState;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.health.HealthPart;
import io.edgeai.monitor.metric.BatchSizes;
import io.edgeai.monitor.resource.ResourceReading;
import io.edgeai.monitor.window.RunSummary;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MonitorHistoryTest {
    private static final VersionRef V1 = VersionRef.of("defects", 1);
    private static final VersionRef V2 = VersionRef.of("reviews", 12);
    private static final Instant AT = Instant.parse("2026-01-05T10:00:00.123456789Z");

    @TempDir
    private Path dir;

    private final Random random = new Random(3);

    private MonitorHistory open() {
        return MonitorHistory.open(dir, 1 << 20).orElseThrow();
    }

    private WindowSummary window(int number) {
        double[] values =
                random.doubles(6).map(v -> v < 0.1 ? Double.NaN : v * 1e9).toArray();
        return new WindowSummary(
                AT.plusSeconds(10L * number),
                Duration.ofNanos(random.nextLong(1L << 40)),
                random.nextLong(1L << 50),
                random.nextInt(9),
                values[0],
                values[1],
                values[2],
                values[3],
                new ResourceReading(values[4], values[5], Double.NaN),
                random.nextBoolean(),
                new RunSummary(
                        random.nextInt(100),
                        BatchSizes.of(3, 0, number),
                        values[5],
                        values[4],
                        7,
                        values[3],
                        8,
                        values[2]));
    }

    private static Alert alert(AlertState state, String message, Instant since) {
        return new Alert(
                V2,
                SignalKind.LATENCY,
                state,
                0.75,
                message,
                since,
                state == AlertState.RESOLVED ? Optional.of(since.plusSeconds(61)) : Optional.empty());
    }

    @Test
    void everyWindowComesBackAsItWas() {
        List<WindowSummary> fine = new ArrayList<>();
        List<WindowSummary> hours = new ArrayList<>();
        try (MonitorHistory history = open()) {
            for (int i = 0; i < 500; i++) {
                fine.add(window(i));
                history.window(V1, Tier.FINE, fine.get(i));
                history.window(V2, Tier.FINE, window(i));
            }
            hours.add(window(7));
            history.window(V1, Tier.LONG, hours.get(0));
        }
        Recorded recorded = Recorded.read(dir);
        assertThat(recorded.versions()).containsExactly(V1, V2);
        assertThat(recorded.windows(V1, Tier.FINE)).isEqualTo(fine);
        assertThat(recorded.windows(V1, Tier.LONG)).isEqualTo(hours);
        assertThat(recorded.windows(V1, Tier.COARSE)).isEmpty();
        assertThat(recorded.unreadable()).isZero();
    }

    @Test
    void anIncidentStandsAsItWasLastTold() {
        Alert first = alert(AlertState.FIRING, "p99 rose.", AT);
        Alert over = alert(AlertState.RESOLVED, "p99 rose, ü and 漢.", AT);
        Alert next = alert(AlertState.FIRING, "x".repeat(5000), AT.plusSeconds(4000));
        try (MonitorHistory history = open()) {
            List.of(first, over, next).forEach(history::alert);
        }
        assertThat(Recorded.read(dir).alerts()).containsExactly(next, over);
    }

    @Test
    void theNewestHealthIsKept() {
        Health before = Health.of("x", AT, List.of(HealthPart.of(SignalKind.ERRORS, 30, 1, "fine")));
        Health now = Health.of(
                V1.toString(),
                AT.plusSeconds(60),
                List.of(
                        HealthPart.of(SignalKind.ERRORS, 30, 0.25, "12 % fail"),
                        HealthPart.unknown(SignalKind.LATENCY, 25, "no data")));
        try (MonitorHistory history = open()) {
            history.health(V1, before);
            history.health(V1, now);
        }
        assertThat(Recorded.read(dir).health(V1)).contains(now);
        assertThat(Recorded.read(dir).health(V2)).isEmpty();
    }

    @Test
    void aRecordOfALaterLayoutIsCountedAndPassedOver() {
        try (SegmentLog log = SegmentLog.open(dir, "fine", 1 << 20)) {
            log.append(new byte[] {99, 1, 2, 3});
            log.append(new byte[] {1, 0, 3, 'a', 'b', 'c'});
            log.append(HistoryCodec.window(V1, window(1)));
        }
        Recorded recorded = Recorded.read(dir);
        assertThat(recorded.unreadable()).isEqualTo(2);
        assertThat(recorded.windows(V1, Tier.FINE)).hasSize(1);
    }

    /** What the library wrote before it knew of runs: layout 1. */
    @Test
    void aWindowOfAnEarlierLayoutIsRead() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(1);
        out.writeUTF("defects@1");
        out.writeLong(AT.getEpochSecond());
        out.writeInt(AT.getNano());
        out.writeLong(10_000_000_000L);
        out.writeLong(12);
        out.writeLong(3);
        for (double value : new double[] {1, 2, 3, 4, 0.5, 6, 7}) {
            out.writeDouble(value);
        }
        out.writeBoolean(true);
        try (SegmentLog log = SegmentLog.open(dir, "fine", 1 << 20)) {
            log.append(bytes.toByteArray());
            log.append(HistoryCodec.window(V1, window(2)));
        }
        Recorded recorded = Recorded.read(dir);
        assertThat(recorded.unreadable()).isZero();
        assertThat(recorded.windows(VersionRef.of("defects", 1), Tier.FINE).get(0))
                .isEqualTo(new WindowSummary(
                        AT,
                        Duration.ofSeconds(10),
                        12,
                        3,
                        1,
                        2,
                        3,
                        4,
                        new ResourceReading(0.5, 6, 7, Double.NaN),
                        true,
                        RunSummary.UNKNOWN));
    }

    @Test
    void oneMonitorRecordsInAFolderAtATime() {
        MonitorHistory first = open();
        assertThat(MonitorHistory.open(dir, 1 << 20)).isEmpty();
        first.close();
        first.close();
        try (MonitorHistory second = open()) {
            second.window(V1, Tier.FINE, window(1));
            assertThat(Recorded.read(dir).windows(V1, Tier.FINE)).hasSize(1);
        }
        assertThatThrownBy(() -> MonitorHistory.open(dir, 1000))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(1000)");
    }

    @Test
    void nothingIsRecordedInAFolderThatIsNotThere() {
        Recorded recorded = Recorded.read(dir.resolve("none"));
        assertThat(recorded.versions()).isEmpty();
        assertThat(recorded.alerts()).isEmpty();
        assertThat(dir.resolve("none")).doesNotExist();
    }
}
