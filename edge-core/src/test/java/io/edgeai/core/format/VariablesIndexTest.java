package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.format.VariablesIndex.Variable;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables written by hand in LevelDB's form, as table_format.md of LevelDB describes it. */
class VariablesIndexTest {
    private static final String KERAS = "/.ATTRIBUTES/VARIABLE_VALUE";

    @TempDir
    Path folder;

    /** A table with so many entries a block. */
    private static byte[] table(SortedMap<String, byte[]> entries, int perBlock) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        TreeMap<String, byte[]> places = new TreeMap<>();
        TreeMap<String, byte[]> block = new TreeMap<>();
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            block.put(entry.getKey(), entry.getValue());
            if (block.size() == perBlock || entry.getKey().equals(entries.lastKey())) {
                places.put(entry.getKey(), write(file, block));
                block.clear();
            }
        }
        byte[] meta = write(file, new TreeMap<>());
        byte[] index = write(file, places);
        ByteArrayOutputStream footer = new ByteArrayOutputStream();
        footer.writeBytes(meta);
        footer.writeBytes(index);
        file.writeBytes(Arrays.copyOf(footer.toByteArray(), 40));
        long magic = 0xdb4775248b80fb57L;
        for (int i = 0; i < 8; i++) {
            file.write((int) (magic >>> 8 * i));
        }
        return file.toByteArray();
    }

    /** Keys leave out what they share with the one before; returns the block's place and size. */
    private static byte[] write(ByteArrayOutputStream file, SortedMap<String, byte[]> entries) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        String before = "";
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            String key = entry.getKey();
            int shared = 0;
            while (shared < Math.min(before.length(), key.length()) && before.charAt(shared) == key.charAt(shared)) {
                shared++;
            }
            varint(block, shared);
            varint(block, key.length() - shared);
            varint(block, entry.getValue().length);
            block.writeBytes(key.substring(shared).getBytes(StandardCharsets.ISO_8859_1));
            block.writeBytes(entry.getValue());
            before = key;
        }
        block.writeBytes(new byte[] {0, 0, 0, 0, 1, 0, 0, 0}); // one restart, at 0
        ByteArrayOutputStream place = new ByteArrayOutputStream();
        varint(place, file.size());
        varint(place, block.size());
        file.writeBytes(block.toByteArray());
        file.writeBytes(new byte[5]); // not packed; the checksum is not looked at
        return place.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        for (; value >= 0x80; value >>>= 7) {
            out.write((int) (value | 0x80));
        }
        out.write((int) value);
    }

    /** {@code BundleEntryProto}: dtype 1, shape 2, offset 4, size 5. */
    private static byte[] tensor(int type, long bytes, long... dims) {
        return Samples.proto(out -> {
            out.writeInt32(1, type);
            out.writeByteArray(2, Samples.proto(shape -> {
                for (long dim : dims) {
                    shape.writeByteArray(2, Samples.proto(size -> size.writeInt64(1, dim)));
                }
            }));
            out.writeInt64(5, bytes);
        });
    }

    private static SortedMap<String, byte[]> header() {
        return new TreeMap<>(Map.of("", Samples.proto(out -> out.writeInt32(1, 1))));
    }

    private boolean read(byte[] bytes, List<Variable> found) throws IOException {
        try (FileView file = FileView.open(Files.write(folder.resolve("variables.index"), bytes))) {
            return VariablesIndex.read(file, found::add);
        }
    }

    @Test
    void entriesOfManyBlocksComeInTheirOrder() throws IOException {
        Random random = new Random(11);
        SortedMap<String, byte[]> entries = header();
        List<Variable> wanted = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String name = String.format("layer-%03d/%s", i / 2, i % 2 == 0 ? "bias" : "kernel");
            long size = 1L + random.nextInt(1000);
            entries.put(name, tensor(1, 4 * size, size));
            wanted.add(new Variable(name, ElementType.FLOAT, List.of(Dim.of(size)), 4 * size));
        }
        for (int perBlock : new int[] {1, 7, 1000}) {
            List<Variable> found = new ArrayList<>();
            assertThat(read(table(entries, perBlock), found)).isTrue();
            assertThat(found).as("%d entries a block", perBlock).isEqualTo(wanted);
        }
    }

    @Test
    void everyTruncationAndEveryFlippedBitEndsQuietly() throws IOException {
        SortedMap<String, byte[]> entries = header();
        entries.put("a", tensor(1, 4));
        entries.put("b", tensor(9, 16, 2));
        byte[] whole = table(entries, 1);
        for (int n = 0; n < whole.length; n++) {
            assertThat(read(Arrays.copyOf(whole, n), new ArrayList<>()))
                    .as("cut to %d", n)
                    .isFalse();
        }
        int kept = 0;
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            List<Variable> found = new ArrayList<>();
            kept += read(flipped, found) ? 1 : 0;
            assertThat(found.size()).as("bit %d", bit).isLessThanOrEqualTo(2);
        }
        assertThat(kept)
                .as("checksums are not read, so flips there change nothing")
                .isGreaterThan(0);
    }

    /** A block that two entries of the index name would be read twice, and twice that by the next such table. */
    @Test
    void noBlockIsReadTwice() throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        byte[] place = write(file, new TreeMap<>(Map.of("a", tensor(1, 4))));
        byte[] index = write(file, new TreeMap<>(Map.of("a", place, "b", place)));
        file.writeBytes(Arrays.copyOf(new byte[] {0, 0}, 2));
        file.writeBytes(Arrays.copyOf(index, 38));
        for (int i = 0; i < 8; i++) {
            file.write((int) (0xdb4775248b80fb57L >>> 8 * i));
        }
        List<Variable> found = new ArrayList<>();
        assertThat(read(file.toByteArray(), found)).isFalse();
        assertThat(found).extracting(Variable::name).containsExactly("a");
    }

    private ModelInspection savedModel(SortedMap<String, byte[]> entries) throws IOException {
        Path saved = Files.createDirectories(folder.resolve("saved/variables")).getParent();
        Files.write(saved.resolve("saved_model.pb"), Samples.savedModel());
        Files.write(saved.resolve("variables/variables.index"), table(entries, 3));
        return ModelInspector.inspect(saved);
    }

    @Test
    void whatOnlyTrainingNeedsIsNoWeight() throws IOException {
        SortedMap<String, byte[]> entries = header();
        entries.put("_CHECKPOINTABLE_OBJECT_GRAPH", tensor(7, 99));
        entries.put("dense/kernel" + KERAS, tensor(1, 24, 2, 3));
        entries.put("dense/kernel/.OPTIMIZER_SLOT/optimizer/m" + KERAS, tensor(1, 24, 2, 3));
        entries.put("keras_api/metrics/0/total" + KERAS, tensor(1, 4));
        entries.put("optimizer/learning_rate" + KERAS, tensor(1, 4));
        entries.put("save_counter" + KERAS, tensor(9, 8));
        entries.put("old/weights", tensor(19, 10, 5));
        entries.put("old/weights/Adam", tensor(19, 10, 5));
        entries.put("old/weights/Adam_1", tensor(19, 10, 5));
        entries.put("layer/Momentum", tensor(1, 8, 2)); // a layer of that name: there is no variable "layer"
        ModelInspection model = savedModel(entries);
        assertThat(model.parameters()).isEqualTo(6 + 5 + 2);
        assertThat(model.weightBytes()).isEqualTo(24 + 10 + 8);
        assertThat(model.metadata())
                .containsEntry("variables", "3, and 7 that only training needs")
                .containsEntry("weights", "dense/kernel FLOAT[2,3], layer/Momentum FLOAT[2], old/weights FLOAT16[5]");
    }

    @Test
    void aDamagedIndexLeavesWhatTheGraphDeclares() throws IOException {
        Path saved = Files.createDirectories(folder.resolve("saved/variables")).getParent();
        Files.write(saved.resolve("saved_model.pb"), Samples.savedModel());
        Files.writeString(saved.resolve("variables/variables.index"), "no table");
        ModelInspection model = ModelInspector.inspect(saved);
        assertThat(model.warnings()).anyMatch(warning -> warning.contains("(variables.index) is damaged"));
        assertThat(model.parameters()).isZero();
    }
}
