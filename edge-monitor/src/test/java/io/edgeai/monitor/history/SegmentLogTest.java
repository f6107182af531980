package io.edgeai.monitor.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentLogTest {
    private static final long ROOMY = 1 << 20;

    @TempDir
    private Path dir;

    private SegmentLog open(long bytes) {
        return SegmentLog.open(dir, "log", bytes);
    }

    private List<String> read() {
        List<String> found = new ArrayList<>();
        SegmentLog.read(dir, "log", record -> {
            byte[] bytes = new byte[record.remaining()];
            record.get(bytes);
            found.add(new String(bytes, UTF_8));
        });
        return found;
    }

    private List<String> write(long bytes, int from, int to) {
        List<String> written = new ArrayList<>();
        try (SegmentLog log = open(bytes)) {
            for (int i = from; i < to; i++) {
                String record = "record " + i + " " + "x".repeat(i % 37);
                log.append(record.getBytes(UTF_8));
                written.add(record);
            }
        }
        return written;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(dir)) {
            return all.sorted().toList();
        }
    }

    @Test
    void recordsComeBackInOrderAlsoAcrossOpenings() {
        List<String> all = new ArrayList<>(write(ROOMY, 0, 100));
        all.addAll(write(ROOMY, 100, 150));
        assertThat(read()).isEqualTo(all);
    }

    @Test
    void aFileCutAnywhereKeepsExactlyTheWholeRecordsBefore() throws IOException {
        List<String> written = write(ROOMY, 0, 12);
        Path file = files().get(0);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            List<String> kept = new ArrayList<>();
            int end = "EDGEAI-LOG-1\n".length();
            for (String record : written) {
                end += 8 + record.length();
                if (end <= length) {
                    kept.add(record);
                }
            }
            assertThat(read()).as("cut after %s bytes", length).isEqualTo(kept);
        }
    }

    @RepeatedTest(50)
    void afterADamagedByteTheLogGoesOnBehindTheLastSoundRecord(RepetitionInfo repetition) throws IOException {
        int seed = repetition.getCurrentRepetition();
        Random random = new Random(seed);
        List<String> written = write(ROOMY, 0, 30);
        Path file = files().get(0);
        byte[] bytes = Files.readAllBytes(file);
        int at = random.nextInt(bytes.length);
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bytes);

        List<String> kept = read();
        assertThat(kept).as("seed %s, byte %s", seed, at).isEqualTo(written.subList(0, kept.size()));
        int soundEnd =
                13 + kept.stream().mapToInt(record -> 8 + record.length()).sum();
        assertThat(at < 13 ? 0 : soundEnd).as("nothing sound is given up").isLessThanOrEqualTo(at);
        assertThat(at < 13 || at < soundEnd + 8 + written.get(kept.size()).length())
                .isTrue();

        List<String> more = write(ROOMY, 100, 103);
        assertThat(read().subList(kept.size(), kept.size() + 3))
                .as("seed %s", seed)
                .isEqualTo(more);
    }

    @Test
    void theBoundHoldsAndTheNewestStay() throws IOException {
        List<String> written = write(16_384, 0, 2000);
        long bytes = 0;
        for (Path file : files()) {
            bytes += Files.size(file);
        }
        assertThat(bytes).isBetween(3L * 4096, 16_384L);
        List<String> kept = read();
        assertThat(kept).isEqualTo(written.subList(2000 - kept.size(), 2000)).hasSizeGreaterThan(200);
        try (SegmentLog log = open(16_384)) {
            assertThat(log.bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void aRecordThatCannotBeKeptIsRefusedAndTheLogStands() {
        try (SegmentLog log = open(4096)) {
            log.append(new byte[] {'a'});
            assertThatThrownBy(() -> log.append(new byte[1024]))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(1024) bytes");
            assertThatThrownBy(() -> log.append(new byte[0])).isInstanceOf(InvalidInputException.class);
            log.append(new byte[] {'b'});
        }
        assertThat(read()).containsExactly("a", "b");
    }

    @Test
    void anInterruptedThreadWritesAndClosesAllTheSame() {
        try (SegmentLog log = open(ROOMY)) {
            Thread.currentThread().interrupt();
            log.append(new byte[] {'a'});
            log.append(new byte[] {'b'});
        }
        assertThat(Thread.interrupted()).as("and stays interrupted").isTrue();
        assertThat(read()).containsExactly("a", "b");
    }

    @Test
    void aFolderThatIsAFileIsNamed() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "no folder");
        assertThatThrownBy(() -> SegmentLog.open(file, "log", ROOMY))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> open(4095)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void foreignFilesBesideItAreLeftAlone() throws IOException {
        Path foreign = Files.writeString(dir.resolve("log-1.log"), "not ours");
        write(16_384, 0, 2000);
        assertThat(foreign).hasContent("not ours");
    }
}
