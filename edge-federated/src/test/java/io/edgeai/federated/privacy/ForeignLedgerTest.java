package io.edgeai.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are no ledgers, ledgers written by hand, and threads that are interrupted. */
class ForeignLedgerTest {
    private static final PrivacyBudget BUDGET = new PrivacyBudget(2, 1e-5);

    @TempDir
    Path dir;

    private static PrivacyLedger open(Path file) {
        return PrivacyLedger.open(file, BUDGET, PrivacyAccountant.rdp());
    }

    /** Regression: a file of less than 40 bytes was taken for a torn first record, and emptied. */
    @ParameterizedTest
    @ValueSource(
            strings = {"x", "secret", "a note of mine, 34 bytes in length", "the length of this text is 39 bytes, so"})
    void aShortFileOfAnotherKindIsNotOverwritten(String text) throws IOException {
        Path file = Files.writeString(dir.resolve("notes.txt"), text);

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("(" + file + ") does not begin with a budget");

        assertThat(file).hasContent(text);
    }

    @Test
    void aLongFileOfAnotherKindIsNotOverwritten() throws IOException {
        byte[] text = "an epsilon of two; ".repeat(50).getBytes(StandardCharsets.US_ASCII);
        Path file = Files.write(dir.resolve("notes.txt"), text);

        assertThatThrownBy(() -> open(file)).isInstanceOf(StorageException.class);

        assertThat(file).hasBinaryContent(text);
    }

    /** Records by the format: kind, steps, rate, noise, count, CRC-32C of everything so far. */
    private static byte[] byHand(Object[]... records) {
        ByteBuffer file = ByteBuffer.allocate(40 * records.length);
        for (Object[] record : records) {
            file.putInt((Integer) record[0]).putInt((Integer) record[1]);
            file.putDouble((Double) record[2]).putDouble((Double) record[3]).putLong((Long) record[4]);
            CRC32C crc = new CRC32C();
            crc.update(file.array(), 0, file.position());
            file.putLong(crc.getValue());
        }
        return file.array();
    }

    /** Two whole numbers in the place of a double. */
    private static double turns(int separation, int times) {
        return Double.longBitsToDouble((long) separation << 32 | times);
    }

    private static final Object[] FIRST = {0x45504c31, 0, 2.0, 1e-5, 0L};
    private static final Object[][] RECORDS = {
        FIRST,
        {1, 0, 1.0, 50.0, 3L},
        {2, 0, 0.25, 20.0, 4L},
        {3, 0, 0.5, 90.0, 5L},
        {4, 6, 1.0, 70.0, 6L},
        {5, 6, turns(3, 2), 90.0, 77L << 32 | 1}
    };

    @Test
    void aLedgerWrittenByHandIsReadAndWrittenAlike() throws IOException {
        Path read = Files.write(dir.resolve("read"), byHand(RECORDS));
        Path written = dir.resolve("written");
        Releases[] releases = {
            new Releases(Mechanism.gaussian(50), 3),
            new Releases(Mechanism.poisson(0.25, 20), 4),
            new Releases(Mechanism.fixedSize(0.5, 90), 5),
            new Releases(Mechanism.tree(6, 70), 6),
            new Releases(new Mechanism.Tree(6, 2, 3, 90, 77), 1)
        };

        try (PrivacyLedger ledger = open(read)) {
            assertThat(ledger.spent()).containsExactly(releases);
        }
        try (PrivacyLedger ledger = open(written)) {
            Arrays.stream(releases).forEach(ledger::spend);
        }
        assertThat(written).hasBinaryContent(byHand(RECORDS));
    }

    @Test
    void recordsOfUnknownKindsAreDamage() throws IOException {
        for (int kind : new int[] {0, 6, -1, 0x45504c31}) {
            Path file = Files.write(dir.resolve("kind" + kind), byHand(FIRST, new Object[] {kind, 1, 1.0, 1.0, 1L}));

            assertThatThrownBy(() -> open(file))
                    .as("kind %s", kind)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("has a record (1) of an unknown kind");
        }
    }

    @Test
    void aTreeWithoutTurnsIsDamage() throws IOException {
        Path file =
                Files.write(dir.resolve("turns"), byHand(FIRST, new Object[] {5, 6, turns(0, 2), 90.0, 77L << 32 | 1}));

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("has a record (1) of a tree without turns");
    }

    /** Whatever a power failure left of a last record: it was not acknowledged, and what came before stands. */
    @Test
    void aTornTailIsDroppedAndOverwritten() throws IOException {
        byte[] whole = byHand(RECORDS);
        for (int tail = 1; tail < 40; tail += 6) {
            byte[] torn = Arrays.copyOf(whole, whole.length + tail);
            Arrays.fill(torn, whole.length, torn.length, (byte) 0xa5);
            Path file = Files.write(dir.resolve("torn" + tail), torn);
            try (PrivacyLedger ledger = open(file)) {
                assertThat(ledger.spent()).as("tail of %s", tail).hasSize(5);
            }
            assertThat(file).as("tail of %s", tail).hasBinaryContent(whole);
        }
    }

    /** An interrupt closes the file: nothing is acknowledged then, nor later, until it is opened anew. */
    @Test
    void anInterruptedSpendIsNotAcknowledgedAndClosesTheLedger() {
        Path file = dir.resolve("ledger");
        Releases round = new Releases(Mechanism.gaussian(50), 1);
        try (PrivacyLedger ledger = open(file)) {
            double before = ledger.spend(round);
            Thread.currentThread().interrupt();

            assertThatThrownBy(() -> ledger.spend(round))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("cannot be written");

            assertThat(Thread.interrupted()).isTrue();
            assertThat(ledger.epsilon()).isEqualTo(before);
            assertThatThrownBy(() -> ledger.spend(round)).hasMessageContaining("Maybe open it anew");
        }
        try (PrivacyLedger ledger = open(file)) {
            assertThat(ledger.spent().get(0).count()).isBetween(1L, 2L);
        }
    }
}
