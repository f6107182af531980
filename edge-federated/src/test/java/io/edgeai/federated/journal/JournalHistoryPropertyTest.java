package io.edgeai.federated.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long histories of appending, beginning anew, closing and dying, against a list that does the same. */
class JournalHistoryPropertyTest {
    @TempDir
    Path folder;

    /** What a record should be. */
    private record Written(int kind, List<Byte> bytes) {
        static Written draw(SplittableRandom random) {
            List<Byte> bytes = new ArrayList<>();
            for (int i = random.nextInt(30); i > 0; i--) {
                bytes.add((byte) random.nextInt(256));
            }
            return new Written(random.nextInt(128), bytes);
        }

        ByteBuffer payload() {
            ByteBuffer payload = ByteBuffer.allocate(bytes.size());
            bytes.forEach(payload::put);
            return payload.flip();
        }

        static Written of(Journal journal, Journal.Entry entry) {
            List<Byte> bytes = new ArrayList<>();
            for (byte one : journal.read(entry)) {
                bytes.add(one);
            }
            return new Written(entry.kind(), bytes);
        }
    }

    private static List<Written> read(Journal journal) {
        return journal.entries().stream()
                .map(entry -> Written.of(journal, entry))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void aJournalIsTheListOfWhatWasWritten(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        Path file = folder.resolve("history");
        List<Written> expected = new ArrayList<>();
        for (int life = 0; life < 25; life++) {
            try (Journal journal = Journal.open(file)) {
                assertThat(read(journal)).as("seed %d, life %d", seed, life).isEqualTo(expected);
                for (int step = random.nextInt(8); step > 0; step--) {
                    Written next = Written.draw(random);
                    if (random.nextInt(6) == 0) {
                        expected.clear();
                        journal.restart(next.kind(), next.payload());
                    } else {
                        journal.append(next.kind(), next.payload());
                    }
                    expected.add(next);
                }
            }
            if (!expected.isEmpty() && random.nextBoolean()) {
                loseSomeOfTheLast(file, expected, random);
            }
        }
        assertThat(file).exists();
    }

    /** The process died while it wrote its last record. */
    private static void loseSomeOfTheLast(Path file, List<Written> expected, SplittableRandom random)
            throws IOException {
        int record = 13 + expected.remove(expected.size() - 1).bytes().size();
        byte[] all = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(all, all.length - 1 - random.nextInt(record)));
    }

    /** A record is found again by its entry while others are added behind it. */
    @Test
    void recordsAreReadWhileOthersAreWritten() {
        SplittableRandom random = new SplittableRandom(17);
        try (Journal journal = Journal.open(folder.resolve("growing"))) {
            List<Written> written = new ArrayList<>();
            List<Journal.Entry> entries = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                Written next = Written.draw(random);
                written.add(next);
                entries.add(journal.append(next.kind(), next.payload()));
                int any = random.nextInt(entries.size());
                assertThat(Written.of(journal, entries.get(any)))
                        .as("record %d after %d", any, i + 1)
                        .isEqualTo(written.get(any));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, -128, 128, 1000})
    void kindsThatDoNotFitAByteAreRefusedAndNothingIsWritten(int kind) throws IOException {
        Path file = folder.resolve("kinds");
        try (Journal journal = Journal.open(file)) {
            journal.append(5, ByteBuffer.wrap(new byte[] {1}));
            assertThatThrownBy(() -> journal.append(kind, ByteBuffer.allocate(3)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("kind (" + kind + ") with (3) bytes");
            journal.append(6, ByteBuffer.wrap(new byte[] {2}));
        }
        assertThat(Files.size(file)).isEqualTo(8 + 2 * (13 + 1));
    }

    /** Bytes that no writer finished: a head that promises too much, a negative length, zeros of a preallocated block. */
    @ParameterizedTest
    @ValueSource(strings = {"7fffffff0000000001", "ffffffff0000000001", "0000000200000000ff0102", "00000000", "000000"})
    void tailsThatAreNoRecordAreCutOff(String hexadecimal) throws IOException {
        Path file = folder.resolve("tail");
        try (Journal journal = Journal.open(file)) {
            journal.append(1, ByteBuffer.wrap(new byte[] {4, 2}));
        }
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, HexFormat.of().parseHex(hexadecimal), StandardOpenOption.APPEND);
        try (Journal journal = Journal.open(file)) {
            assertThat(read(journal)).containsExactly(new Written(1, List.of((byte) 4, (byte) 2)));
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }

    /** A machine that stopped while it began anew left the old file and a piece of the new one. */
    @Test
    void aPieceOfANewFileDoesNotReplaceTheOld() throws IOException {
        Path file = folder.resolve("run");
        try (Journal journal = Journal.open(file)) {
            journal.append(3, ByteBuffer.wrap(new byte[] {9}));
        }
        Files.write(folder.resolve("run.new"), new byte[] {'E', 'D', 'G', 'E', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
        try (Journal journal = Journal.open(file)) {
            assertThat(read(journal)).containsExactly(new Written(3, List.of((byte) 9)));
            journal.restart(4, ByteBuffer.wrap(new byte[] {8}));
        }
        try (Journal journal = Journal.open(file)) {
            assertThat(read(journal)).containsExactly(new Written(4, List.of((byte) 8)));
        }
    }

    /** A refused file is let go: whoever repairs it can open it in the same process. */
    @Test
    void aDamagedFileIsNotKeptLocked() throws IOException {
        Path file = folder.resolve("repaired");
        try (Journal journal = Journal.open(file)) {
            journal.append(1, ByteBuffer.wrap(new byte[] {1, 1}));
            journal.append(2, ByteBuffer.wrap(new byte[] {2, 2}));
        }
        byte[] good = Files.readAllBytes(file);
        byte[] bad = good.clone();
        bad[8 + 13] ^= 0x40;
        Files.write(file, bad);
        assertThatThrownBy(() -> Journal.open(file)).isInstanceOf(StorageException.class);
        Files.write(file, good);
        try (Journal journal = Journal.open(file)) {
            assertThat(journal.entries()).hasSize(2);
        }
    }
}
