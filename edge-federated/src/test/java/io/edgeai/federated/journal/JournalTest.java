package io.edgeai.federated.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records against the bytes that the format prescribes, cut and damaged in every place. */
class JournalTest {
    private static final byte[] HEAD = {'E', 'D', 'G', 'E', 'J', 'R', 'N', '2'};

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("run.journal");
    }

    private static byte[] payload(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Three records of 0 to 39 bytes, of kinds 1 to 3. */
    private List<byte[]> threeRecords() {
        SplittableRandom random = new SplittableRandom(5);
        List<byte[]> payloads = List.of(payload(random), payload(random), payload(random));
        try (Journal journal = Journal.open(file)) {
            for (int i = 0; i < 3; i++) {
                journal.append(i + 1, ByteBuffer.wrap(payloads.get(i)));
            }
            journal.force();
        }
        return payloads;
    }

    private List<byte[]> readBack() {
        try (Journal journal = Journal.open(file)) {
            List<byte[]> payloads = new ArrayList<>();
            for (Journal.Entry entry : journal.entries()) {
                assertThat(entry.kind()).isEqualTo(payloads.size() + 1);
                payloads.add(journal.read(entry));
            }
            return payloads;
        }
    }

    @Test
    void theBytesAreThoseOfTheFormat() throws IOException {
        ByteBuffer expected = ByteBuffer.allocate(8 + 3 * 13 + 120).put(HEAD);
        int kind = 1;
        for (byte[] payload : threeRecords()) {
            CRC32C head = new CRC32C();
            head.update(new byte[] {0, 0, 0, (byte) payload.length, (byte) kind});
            CRC32C body = new CRC32C();
            body.update(payload);
            expected.putInt(payload.length)
                    .put((byte) kind++)
                    .putInt((int) head.getValue())
                    .putInt((int) body.getValue())
                    .put(payload);
        }
        byte[] written = Files.readAllBytes(file);
        assertThat(written).startsWith(HEAD).hasSize(expected.position());
        assertThat(ByteBuffer.wrap(written)).isEqualTo(expected.flip());
    }

    /** A process may die after any byte: what is whole before it is there, and writing goes on behind it. */
    @Test
    void whereverTheFileEndsTheWholeRecordsBeforeAreThere() throws IOException {
        List<byte[]> payloads = threeRecords();
        byte[] all = Files.readAllBytes(file);
        for (int length = 0; length <= all.length; length++) {
            Files.write(file, Arrays.copyOf(all, length));
            int whole = 0;
            for (int end = 8; whole < 3 && end + 13 + payloads.get(whole).length <= length; whole++) {
                end += 13 + payloads.get(whole).length;
            }
            assertThat(readBack()).as("cut at byte %d", length).containsExactlyElementsOf(payloads.subList(0, whole));
            try (Journal journal = Journal.open(file)) {
                journal.append(whole + 1, ByteBuffer.wrap(new byte[] {7}));
            }
            assertThat(readBack())
                    .as("cut at byte %d", length)
                    .hasSize(whole + 1)
                    .endsWith(new byte[] {7});
        }
    }

    @Test
    void damageInTheLastRecordTakesThatRecordOnly() throws IOException {
        List<byte[]> payloads = threeRecords();
        byte[] all = Files.readAllBytes(file);
        for (int at = all.length - 13 - payloads.get(2).length; at < all.length; at++) {
            byte[] damaged = all.clone();
            damaged[at] ^= 0x10;
            Files.write(file, damaged);
            assertThat(readBack()).as("byte %d", at).containsExactlyElementsOf(payloads.subList(0, 2));
        }
    }

    /** Nobody cuts off whole records behind damage without being asked. */
    @Test
    void damageBeforeTheLastRecordIsRefused() throws IOException {
        List<byte[]> payloads = threeRecords();
        byte[] all = Files.readAllBytes(file);
        int middle = 8 + 13 + payloads.get(0).length;
        for (int at = middle; at < middle + 13 + payloads.get(1).length; at++) {
            byte[] damaged = all.clone();
            damaged[at] ^= 0x01;
            Files.write(file, damaged);
            assertThatThrownBy(this::readBack)
                    .as("byte %d", at)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("damaged at byte (" + middle + ")");
        }
    }

    @Test
    void anotherFileIsNoJournal() throws IOException {
        Files.writeString(file, "a,b,c\n1,2,3\n");
        assertThatThrownBy(() -> Journal.open(file))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("is no journal");
        assertThat(file).hasContent("a,b,c\n1,2,3\n");
    }

    @Test
    void beginningAnewLeavesOneRecordThatCanBeAddedTo() {
        threeRecords();
        try (Journal journal = Journal.open(file)) {
            journal.restart(1, ByteBuffer.wrap(new byte[] {1, 2}));
            journal.append(2, ByteBuffer.wrap(new byte[] {3}));
        }
        assertThat(readBack()).containsExactly(new byte[] {1, 2}, new byte[] {3});
        assertThat(folder.resolve("run.journal.new")).doesNotExist();
    }

    @Test
    void oneAtATimeHasTheFile() {
        try (Journal journal = Journal.open(file)) {
            assertThatThrownBy(() -> Journal.open(file))
                    .isInstanceOf(LifecycleException.class)
                    .hasMessageContaining("Maybe another coordinator runs");
            assertThat(journal.entries()).isEmpty();
        }
        assertThat(readBack()).isEmpty();
    }
}
