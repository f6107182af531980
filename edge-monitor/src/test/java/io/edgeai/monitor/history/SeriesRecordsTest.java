package io.edgeai.monitor.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.model.VersionRef;
import io.edgeai.monitor.series.SeriesWindow;
import io.edgeai.monitor.window.Tier;
import io.edgeai.monitor.window.WindowSummary;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesRecordsTest {
    private static final Instant START = Instant.parse("2026-03-01T00:00:00.123456789Z");

    @TempDir
    private Path dir;

    private static SeriesWindow random(Random random) {
        return new SeriesWindow(
                START.plusNanos(random.nextLong() >>> 8),
                Duration.ofNanos(random.nextLong() >>> 20),
                random.nextInt(1000),
                random.nextBoolean() ? random.nextGaussian() : Double.NaN,
                random.nextGaussian(),
                random.nextGaussian(),
                random.nextBoolean());
    }

    /** Seeds 0 to 199: what is read is what was written, and a cut record is refused. */
    @Test
    void aWindowComesBackAsItWas() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            SeriesWindow window = random(random);
            String name = "s" + "x".repeat(random.nextInt(100));
            byte[] bytes = SeriesCodec.bytes(name, window);
            assertThat(SeriesCodec.knows(ByteBuffer.wrap(bytes))).isTrue();
            assertThat(SeriesCodec.window(ByteBuffer.wrap(bytes)))
                    .as("seed %s", seed)
                    .isEqualTo(new SeriesCodec.NamedWindow(name, window));
            byte[] cut = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length - 1));
            assertThatThrownBy(() -> SeriesCodec.window(ByteBuffer.wrap(cut)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** They lie in one file with the windows of versions, and each is found by its own. */
    @Test
    void seriesAndVersionsShareALog() {
        VersionRef version = VersionRef.of("defects", 1);
        WindowSummary ofVersion = WindowSummary.absent(START, Duration.ofMinutes(3));
        SeriesWindow ofSeries = random(new Random(1));
        try (MonitorHistory history =
                MonitorHistory.open(dir, MonitorHistory.DEFAULT_BYTES).orElseThrow()) {
            for (int i = 0; i < 5000; i++) {
                history.series("oven", Tier.FINE, ofSeries);
            }
            history.window(version, Tier.FINE, ofVersion);
            history.series("belt", Tier.LONG, ofSeries);
        }
        Recorded recorded = Recorded.read(dir);
        assertThat(recorded.windows(version, Tier.FINE)).containsExactly(ofVersion);
        assertThat(recorded.series("oven", Tier.FINE)).hasSize(3600).containsOnly(ofSeries);
        assertThat(recorded.series()).containsExactly("belt", "oven");
        assertThat(recorded.series("oven", Tier.LONG)).isEmpty();
        assertThat(recorded.unreadable()).isZero();
    }

    @Test
    void whatWasLearntIsReplacedAsAWhole() throws Exception {
        try (MonitorHistory history =
                MonitorHistory.open(dir, MonitorHistory.DEFAULT_BYTES).orElseThrow()) {
            history.state("series-oven", START, new byte[] {1, 2});
            history.state("series-oven", START.plusSeconds(5), new byte[] {3});
        }
        Recorded recorded = Recorded.read(dir);
        assertThat(recorded.state("series-oven")).hasValueSatisfying(kept -> {
            assertThat(kept.at()).isEqualTo(START.plusSeconds(5));
            assertThat(kept.state()).containsExactly(3);
        });
        assertThat(recorded.state("series-belt")).isEmpty();
        Path file = dir.resolve("series-oven.state");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(recorded.state("series-oven"))
                    .as("cut to %s bytes", length)
                    .isEmpty();
        }
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 4;
            Files.write(file, damaged);
            assertThat(recorded.state("series-oven")).as("byte %s turned", at).isEmpty();
        }
    }
}
