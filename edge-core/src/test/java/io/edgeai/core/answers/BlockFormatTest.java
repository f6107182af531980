package io.edgeai.core.answers;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Digest;
import io.edgeai.core.model.VersionRef;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BlockFormatTest {
    private static final long SEED = 20261127L;
    private static final AnswerSource FIRST =
            new AnswerSource(VersionRef.of("m", 3), Digest.of(new byte[] {1}), "lab", AnswerRole.CANARY, 0.05);
    private static final AnswerSource SECOND =
            new AnswerSource(VersionRef.of("m", 2), Digest.of(new byte[] {2}), "lab", AnswerRole.ACTIVE, 0.95);

    /** Every byte of a block as the description of {@link BlockWriter} has it, with a CRC-32C that is computed bit by bit. */
    @Test
    void aBlockIsWrittenAsDescribed() {
        BlockWriter writer = new BlockWriter("n");
        ByteBuffer block = writer.block(List.of(new Waiting("ab", "u", FIRST, 1000)), 300);
        ByteArrayOutputStream entries = new ByteArrayOutputStream();
        entries.writeBytes(new byte[] {2, (byte) 0xac, 2}); // 300 were dropped
        entries.writeBytes(new byte[] {1, 0, 1, 'n', 1, 'm', 3});
        entries.writeBytes(hex("4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a")); // SHA-256 of 01
        entries.writeBytes(new byte[] {3, 'l', 'a', 'b', 6, 'C', 'A', 'N', 'A', 'R', 'Y'});
        entries.writeBytes(hex("3fa999999999999a")); // 0.05
        entries.writeBytes(new byte[] {0x23, (byte) 0xd0, 0x0f, 0, 2, 'a', 'b'}); // 1000 ms: 2000 as 7 and 7 bits
        entries.writeBytes(hex("0bfe935e70c321c7")); // SHA-256 of "u", its beginning
        byte[] expected = entries.toByteArray();
        ByteBuffer whole = ByteBuffer.allocate(12 + expected.length);
        whole.putInt(0xEDA1F00D).putInt(expected.length);
        byte[] summed = ByteBuffer.allocate(4 + expected.length)
                .putInt(expected.length)
                .put(expected)
                .array();
        whole.putInt(crc32c(summed)).put(expected).flip();
        assertThat(block).isEqualTo(whole);
    }

    private static byte[] hex(String text) {
        return java.util.HexFormat.of().parseHex(text);
    }

    private static int crc32c(byte[] bytes) {
        int crc = -1;
        for (byte one : bytes) {
            crc ^= one & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82F63B78);
            }
        }
        return ~crc;
    }

    private static byte[] file(List<List<Waiting>> blocks) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes("EDGEAI-ANSWERS-1\n".getBytes(StandardCharsets.US_ASCII));
        BlockWriter writer = new BlockWriter("node-1");
        for (List<Waiting> block : blocks) {
            ByteBuffer bytes = writer.block(block, 0);
            byte[] written = new byte[bytes.limit()];
            bytes.get(0, written);
            file.writeBytes(written);
        }
        return file.toByteArray();
    }

    private static List<AnsweredRequest> find(BlockReader[] used, byte[] file, String id) {
        List<AnsweredRequest> found = new ArrayList<>();
        BlockReader reader = new BlockReader(new WantedId(id), found::add);
        reader.read(ByteBuffer.wrap(file));
        used[0] = reader;
        return found;
    }

    @Test
    void whatIsWrittenIsRead() {
        Random random = new Random(SEED);
        List<List<Waiting>> blocks = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            List<Waiting> block = new ArrayList<>();
            for (int n = random.nextInt(6); n >= 0; n--) {
                block.add(randomRequest(random));
            }
            blocks.add(block);
        }
        byte[] file = file(blocks);
        List<Waiting> all = blocks.stream().flatMap(List::stream).toList();
        BlockReader[] used = new BlockReader[1];
        for (Waiting request : all) {
            List<AnsweredRequest> expected = all.stream()
                    .filter(other -> other.requestId().equals(request.requestId()))
                    .map(BlockFormatTest::expected)
                    .toList();
            assertThat(find(used, file, request.requestId()))
                    .as("seed %d", SEED)
                    .isEqualTo(expected);
            assertThat(used[0].unreadable()).isZero();
            assertThat(used[0].earliest())
                    .isEqualTo(all.stream().mapToLong(Waiting::atMillis).min().orElseThrow());
        }
        assertThat(find(used, file, "nobody's")).isEmpty();
    }

    private static Waiting randomRequest(Random random) {
        String id =
                switch (random.nextInt(5)) {
                    case 0 -> new UUID(random.nextLong(), random.nextLong()).toString();
                    case 1 ->
                        new UUID(random.nextLong(), random.nextLong())
                                .toString()
                                .toUpperCase(java.util.Locale.ROOT);
                    case 2 -> "часть-" + random.nextInt(20) + "-🙂";
                    case 3 -> "y".repeat(150 + random.nextInt(100));
                    default -> Integer.toString(random.nextInt(20));
                };
        return new Waiting(
                id,
                random.nextBoolean() ? null : "unit " + random.nextInt(100),
                random.nextBoolean() ? FIRST : SECOND,
                random.nextInt(4) == 0 ? random.nextLong() >> 12 : 1_796_000_000_000L + random.nextInt(1000));
    }

    private static AnsweredRequest expected(Waiting request) {
        String id = request.requestId();
        byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
        String unit = request.unitId();
        return new AnsweredRequest(
                utf8.length <= 200 ? id : "sha256:" + Digest.of(utf8).hex(),
                Instant.ofEpochMilli(request.atMillis()),
                request.source(),
                unit == null
                        ? ""
                        : Digest.of(unit.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 16),
                "node-1");
    }

    /** Of every single bit that may turn: what is found is what was written or is missing, and then damage is told. */
    @Test
    void noBitTurnsIntoAnotherAnswer() {
        List<List<Waiting>> blocks = List.of(
                List.of(new Waiting("a", "u", FIRST, 5), new Waiting("b", null, SECOND, 6)),
                List.of(new Waiting("a", "v", SECOND, 7)),
                List.of(new Waiting("00000000-0000-0000-0000-0000000000aa", null, FIRST, 9)));
        byte[] file = file(blocks);
        List<Waiting> all = blocks.stream().flatMap(List::stream).toList();
        BlockReader[] used = new BlockReader[1];
        int incomplete = 0;
        for (int bit = 0; bit < 8 * file.length; bit++) {
            byte[] bad = file.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            for (String id : all.stream().map(Waiting::requestId).collect(Collectors.toSet())) {
                List<AnsweredRequest> whole = all.stream()
                        .filter(request -> request.requestId().equals(id))
                        .map(BlockFormatTest::expected)
                        .toList();
                List<AnsweredRequest> found = find(used, bad, id);
                assertThat(whole).as("bit %d", bit).containsAll(found);
                assertThat(used[0].unreadable()).as("bit %d", bit).isPositive();
                incomplete += found.size() < whole.size() ? 1 : 0;
            }
        }
        assertThat(incomplete).as("bits do matter").isGreaterThan(file.length);
    }

    /** A block behind a damaged one is read, where it names nobody by a number that the damaged one explained. */
    @Test
    void whatIsLostIsWhatIsDamagedAndWhatReliesOnIt() {
        List<List<Waiting>> blocks = List.of(
                List.of(new Waiting("a", null, FIRST, 5)),
                List.of(new Waiting("b", null, SECOND, 6)),
                List.of(new Waiting("c", null, SECOND, 7)),
                List.of(new Waiting("d", null, FIRST, 8)));
        byte[] file = file(blocks);
        int inFirst = 17 + 12 + 5;
        file[inFirst] ^= 1;
        BlockReader[] used = new BlockReader[1];
        assertThat(find(used, file, "a")).isEmpty();
        assertThat(find(used, file, "b")).hasSize(1);
        assertThat(find(used, file, "c")).hasSize(1);
        assertThat(find(used, file, "d")).as("nobody knows who number 0 is").isEmpty();
    }

    @Test
    void aFileThatBreaksOffHoldsWhatIsWholeInIt() {
        List<List<Waiting>> blocks =
                List.of(List.of(new Waiting("a", null, FIRST, 5)), List.of(new Waiting("b", null, SECOND, 6)));
        byte[] file = file(blocks);
        int one = file(blocks.subList(0, 1)).length;
        BlockReader[] used = new BlockReader[1];
        for (int length = 0; length <= file.length; length++) {
            byte[] torn = Arrays.copyOf(file, length);
            assertThat(find(used, torn, "a")).as("%d bytes", length).hasSize(length >= one ? 1 : 0);
            assertThat(find(used, torn, "b")).as("%d bytes", length).hasSize(length >= file.length ? 1 : 0);
            int whole = length >= file.length ? file.length : length >= one ? one : Math.min(length, 17);
            assertThat(used[0].unreadable()).as("%d bytes", length).isEqualTo(length < 17 ? length : length - whole);
        }
    }
}
