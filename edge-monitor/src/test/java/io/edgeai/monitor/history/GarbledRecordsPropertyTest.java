package io.edgeai.monitor.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.alert.Alert;
import io.edgeai.monitor.alert.AlertState;
import io.edgeai.monitor.health.Health;
import io.edgeai.monitor.health.HealthPart;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories that a disk, or another version of the library, has made unreadable in part. */
class GarbledRecordsPropertyTest {
    private static final VersionRef VERSION = VersionRef.of("defects", 1);
    private static final Instant AT = Instant.parse("2026-01-05T10:00:00Z");

    /** Keeps incidents of nonsense from being the same as sound ones. */
    private static final int NONSENSE = 1 << 20;

    @TempDir
    private Path dir;

    private static WindowSummary window(int number) {
        return WindowSummary.absent(AT.plusSeconds(10L * number), Duration.ofSeconds(10));
    }

    private static Alert alert(int number) {
        Instant since = AT.plusSeconds(number);
        return new Alert(VERSION, SignalKind.LATENCY, AlertState.FIRING, 0.75, "größer", since, Optional.empty());
    }

    private static Health health(int number) {
        HealthPart part = HealthPart.of(SignalKind.ERRORS, 1, 0.5, "half of the calls fail");
        return Health.of(VERSION.toString(), AT.plusSeconds(number), List.of(part));
    }

    private static byte[] garbled(byte[] record, Random random) {
        byte[] out = record.clone();
        for (int i = 0; i <= random.nextInt(4); i++) {
            int at = 1 + random.nextInt(out.length - 1);
            switch (random.nextInt(3)) {
                case 0 -> out[at] = (byte) random.nextInt(256);
                case 1 -> out[at] = -1;
                default -> out[at] ^= (byte) (1 << random.nextInt(8));
            }
        }
        return random.nextInt(5) == 0 ? Arrays.copyOf(out, 1 + random.nextInt(out.length)) : out;
    }

    private void append(String log, List<byte[]> records) {
        try (SegmentLog file = SegmentLog.open(dir, log, 1 << 20)) {
            records.forEach(file::append);
        }
    }

    /** Every second record is nonsense with a right checksum; the sound ones between are all there. */
    @RepeatedTest(8)
    void nonsenseIsPassedOverAndHidesNoOther(RepetitionInfo repetition) {
        long seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        List<byte[]> windows = new ArrayList<>();
        List<byte[]> alerts = new ArrayList<>();
        List<byte[]> healths = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            windows.add(garbled(HistoryCodec.window(VERSION, window(i)), random));
            windows.add(HistoryCodec.window(VERSION, window(i)));
            alerts.add(garbled(HistoryCodec.alert(alert(NONSENSE + i)), random));
            alerts.add(HistoryCodec.alert(alert(i)));
            healths.add(garbled(HistoryCodec.health(VERSION, health(i)), random));
            healths.add(HistoryCodec.health(VERSION, health(i)));
        }
        append(MonitorHistory.fileOf(Tier.FINE), windows);
        append(MonitorHistory.ALERTS, alerts);
        append(MonitorHistory.HEALTH, healths);

        Recorded recorded = Recorded.read(dir);

        assertThat(recorded.windows(VERSION, Tier.FINE))
                .as("seed %s", seed)
                .containsAll(IntStream.range(0, 300).mapToObj(i -> window(i)).toList());
        assertThat(recorded.alerts())
                .as("seed %s", seed)
                .containsAll(IntStream.range(0, 300).mapToObj(i -> alert(i)).toList());
        assertThat(recorded.health(VERSION)).as("seed %s", seed).contains(health(299));
        assertThat(recorded.unreadable()).as("seed %s", seed).isBetween(100, 900);
    }

    /** Each byte of each file turned: what is read is what stood before the damage, never anything else. */
    @Test
    void aTurnedByteLeavesWhatStoodBefore() throws IOException {
        try (MonitorHistory history = MonitorHistory.open(dir, 1 << 20).orElseThrow()) {
            for (int i = 0; i < 4; i++) {
                history.window(VERSION, Tier.COARSE, window(i));
                history.alert(alert(i));
                history.health(VERSION, health(i));
            }
        }
        List<WindowSummary> windows =
                IntStream.range(0, 4).mapToObj(i -> window(i)).toList();
        List<Alert> alerts = IntStream.range(0, 4).mapToObj(i -> alert(3 - i)).toList();
        List<Path> files;
        try (Stream<Path> all = Files.list(dir)) {
            files = all.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            byte[] sound = Files.readAllBytes(file);
            for (int at = 0; at < sound.length; at++) {
                byte[] turned = sound.clone();
                turned[at] ^= 0x41;
                Files.write(file, turned);
                Recorded recorded = Recorded.read(dir);

                List<WindowSummary> read = recorded.windows(VERSION, Tier.COARSE);
                List<Alert> told = recorded.alerts();
                assertThat(read).as("byte %s of %s", at, file).isEqualTo(windows.subList(0, read.size()));
                assertThat(told).as("byte %s of %s", at, file).isEqualTo(alerts.subList(4 - told.size(), 4));
                assertThat(recorded.unreadable()).as("byte %s of %s", at, file).isZero();
                assertThat(read.size() + told.size()).as("one file suffers").isGreaterThanOrEqualTo(4);
            }
            Files.write(file, sound);
        }
        assertThat(files).hasSize(5);
        assertThat(Recorded.read(dir).windows(VERSION, Tier.COARSE)).isEqualTo(windows);
    }
}
