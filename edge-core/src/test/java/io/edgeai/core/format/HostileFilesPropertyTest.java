package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file holds: a format, or a {@link ModelFormatException} with a repair, soon and with little memory. */
class HostileFilesPropertyTest {
    private static final int MUTATIONS = 220;

    @TempDir
    Path folder;

    static Stream<Samples.Sample> samples() {
        return Samples.all();
    }

    /** A file that is new: rewriting an old one makes some file systems sync, which costs milliseconds each time. */
    private Path file(byte[] bytes) throws IOException {
        Path file = folder.resolve("anything");
        Files.deleteIfExists(file);
        return Files.write(file, bytes);
    }

    /** The format found, or null where it was refused in the way it must be. */
    private ModelFormat outcome(byte[] bytes, String what) throws IOException {
        Path file = file(bytes);
        try {
            ModelFormat format = ModelFormatDetector.detect(file);
            ModelInspector.inspect(file);
            ModelFiles.of(file, format);
            return format;
        } catch (ModelFormatException e) {
            assertThat(e.getMessage()).as(what).contains("Maybe");
            return null;
        } catch (RuntimeException | Error e) {
            throw new AssertionError(what + ": " + e, e);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void samplesAreWhatTheyAre(Samples.Sample sample) throws IOException {
        assertThat(outcome(sample.bytes(), sample.name())).isEqualTo(sample.format());
    }

    /** A cut file is refused or, where its rest stands for itself, still the same format, never another one. */
    @ParameterizedTest
    @MethodSource("samples")
    void everyTruncationIsRefusedOrStillTheSame(Samples.Sample sample) throws IOException {
        byte[] whole = sample.bytes();
        for (int length = 0; length < whole.length; length++) {
            ModelFormat found = outcome(Arrays.copyOf(whole, length), sample.name() + " cut to " + length);
            if (found != null && length > 16) {
                assertThat(found).as("%s cut to %d", sample.name(), length).isEqualTo(sample.format());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void everyByteOfTheHeadMayBeWrong(Samples.Sample sample) throws IOException {
        byte[] whole = sample.bytes();
        for (int at = 0; at < Math.min(whole.length, 48); at++) {
            for (int value : new int[] {0, 0x7f, 0xff, whole[at] ^ 1, whole[at] ^ 0x80}) {
                byte[] changed = whole.clone();
                changed[at] = (byte) value;
                outcome(changed, sample.name() + " with " + (value & 0xff) + " at " + at);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void randomMutationsGiveOneKindOfError(Samples.Sample sample) throws IOException {
        long seed = sample.name().hashCode();
        Random random = new Random(seed);
        List<Samples.Sample> others = Samples.all().toList();
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = sample.bytes().clone();
            for (int n = random.nextInt(6); n >= 0; n--) {
                bytes = mutated(bytes, random, others);
            }
            outcome(bytes, sample.name() + ", seed " + seed + ", mutation " + i);
        }
    }

    private static byte[] mutated(byte[] bytes, Random random, List<Samples.Sample> others) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(bytes.length);
        byte[] changed = bytes.clone();
        switch (random.nextInt(7)) {
            case 0 -> changed[at] = (byte) random.nextInt(256);
            case 1 -> changed[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> changed = Arrays.copyOf(bytes, at);
            case 3 -> { // a length becomes enormous
                Arrays.fill(changed, at, Math.min(bytes.length, at + 1 + random.nextInt(9)), (byte) 0xff);
            }
            case 4 -> { // a part twice
                int n = Math.min(random.nextInt(64), bytes.length - at);
                changed = Arrays.copyOf(bytes, bytes.length + n);
                System.arraycopy(bytes, at, changed, at + n, bytes.length - at);
            }
            case 5 -> { // a part gone
                int n = Math.min(random.nextInt(16), bytes.length - at);
                changed = Arrays.copyOf(bytes, bytes.length - n);
                System.arraycopy(bytes, at + n, changed, at, bytes.length - at - n);
            }
            default -> { // the head of another format
                byte[] other = others.get(random.nextInt(others.size())).bytes();
                System.arraycopy(other, 0, changed, 0, Math.min(Math.min(other.length, changed.length), 12));
            }
        }
        return changed;
    }

    /**
     * Regression: the root element was looked for by a pattern that tried every way to divide the comments before it
     * (2 to the power of their number) and recursed at every declaration.
     */
    @ParameterizedTest
    @ValueSource(strings = {"<!--a-->", "<??>", "<!DOCTYPE a>", "<!-- ", "<?", "< ", "<!--->", "<!DOCTYPE "})
    @Timeout(300)
    void aPrologWithoutEndIsReadOnce(String part) throws IOException {
        byte[] bytes = part.repeat(7000).getBytes(StandardCharsets.UTF_8);
        assertThat(outcome(bytes, part)).isNull();
        byte[] open = (part.repeat(7000) + "<!").getBytes(StandardCharsets.UTF_8);
        assertThat(outcome(open, part)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<net></net> | true",
                "<?xml version=\"1.0\"?><net></net> | true",
                "<!--a--><!--b--> <net></net> | true",
                "<!-- > <html> --><net></net> | true",
                "<?xml version=\"1.0\"?><!-- --><!DOCTYPE net><?x?> <net></net> | true",
                "<!----><net></net> | true",
                "<!--- <net></net> | false",
                "<? <net></net> | false",
                "<1net></1net> | false",
                "<!-- a --><html></html> | false"
            })
    void whatStandsBeforeTheRootIsSkipped(String text, boolean openvino) throws IOException {
        assertThat(outcome(text.getBytes(StandardCharsets.UTF_8), text) == ModelFormat.OPENVINO)
                .isEqualTo(openvino);
    }

    /** Regression: a note that is no text was a null in a map that takes none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"__metadata__\":{\"a\":1}}",
                "{\"__metadata__\":{\"a\":null}}",
                "{\"__metadata__\":{\"a\":{\"b\":\"c\"}}}",
                "{\"__metadata__\":{\"a\":[]}}",
                "{\"__metadata__\":[]}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,0]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[\"2\"],\"data_offsets\":[0,0]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[[2]],\"data_offsets\":[0,0]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,null]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999]}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296]}}",
                "{\"w\":7}"
            })
    void headersOfTheWrongKindAreDamage(String header) throws IOException {
        Path file = file(Samples.safetensors(header, 8));
        assertThatThrownBy(() -> ModelFormatDetector.detect(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("header is damaged");
    }

    @Test
    void nestingWithoutEndOverflowsNothing() throws IOException {
        for (String open : List.of("[", "{\"a\":", "{\"learner\":{\"a\":[[", "<a>", "<net>")) {
            assertThat(outcome(open.repeat(30_000).getBytes(StandardCharsets.UTF_8), open))
                    .as(open)
                    .isNull();
        }
        byte[] deep = Samples.safetensors("{\"w\":" + "[".repeat(30_000), 0);
        assertThat(outcome(deep, "safetensors")).isNull();
        byte[] message = new byte[0];
        for (int i = 0; i < 300; i++) {
            byte[] inner = message;
            message = Samples.proto(out -> out.writeByteArray(1, inner));
        }
        assertThat(outcome(message, "nested protobuf")).isNull();
        outcome(Samples.latin("\u0080\2" + "(]}".repeat(30_000) + "."), "nested pickle");
    }

    /** Regression: a NUL in a location escaped as InvalidPathException. */
    @Test
    void aLocationThatIsNoPathIsRefused() throws IOException {
        byte[] model = Samples.proto(out -> {
            out.writeInt64(1, 8);
            out.writeByteArray(
                    7,
                    Samples.proto(graph -> graph.writeByteArray(5, Samples.proto(tensor -> {
                        tensor.writeByteArray(13, Samples.proto(entry -> {
                            entry.writeString(1, "location");
                            entry.writeString(2, "weights\u0000.bin");
                        }));
                    }))));
        });
        Path file = file(model);
        assertThatThrownBy(() -> ModelFiles.of(file, ModelFormat.ONNX))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("is no path")
                .hasMessageContaining("Maybe");
    }

    @Test
    void foldersThatContainThemselvesAreRefused() throws IOException {
        Path model = Files.createDirectories(folder.resolve("p/Data/com.apple.CoreML"));
        Files.writeString(folder.resolve("p/Manifest.json"), "{}");
        Files.createSymbolicLink(model.resolve("x.mlmodel"), folder.resolve("p"));
        assertThatThrownBy(() -> ModelFormatDetector.detect(folder.resolve("p")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("Maybe");
        Path saved = Files.createDirectories(folder.resolve("s/saved_model.pb"));
        assertThatThrownBy(() -> ModelFormatDetector.detect(saved.getParent()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("holds [saved_model.pb]");
        Path loop = Files.createSymbolicLink(folder.resolve("loop"), folder.resolve("loop"));
        assertThatThrownBy(() -> ModelFormatDetector.detect(loop)).isInstanceOf(ModelFormatException.class);
        Path device = Path.of("/dev/null");
        assertThatThrownBy(() -> ModelFormatDetector.detect(device))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(/dev/null)");
    }

    /** Writes a head and makes the file that long without writing the rest. */
    private Path sparse(byte[] head, long size, byte... tail) throws IOException {
        Path path = folder.resolve("huge");
        Files.deleteIfExists(path);
        try (SeekableByteChannel channel = Files.newByteChannel(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(head));
            channel.position(size - tail.length - 1L);
            channel.write(ByteBuffer.wrap(new byte[] {0}));
            channel.write(ByteBuffer.wrap(tail));
        }
        return path;
    }

    private static long readSoFar() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/io"))) {
            if (line.startsWith("rchar: ")) {
                return Long.parseLong(line.substring(7));
            }
        }
        throw new IOException("/proc/self/io has no rchar");
    }

    /** Six gigabytes on paper; the operating system counts what this process really reads. */
    @ParameterizedTest
    @MethodSource("samples")
    void hugeFilesAreNotReadWhole(Samples.Sample sample) throws IOException {
        Assumptions.assumeTrue(
                Files.isReadable(Path.of("/proc/self/io")), "needs Linux, which counts the bytes a process reads");
        Path huge = sparse(sample.bytes(), 6L << 30, (byte) '}');
        long before = readSoFar();
        try {
            assertThat(ModelFormatDetector.detect(huge)).isNotNull();
        } catch (ModelFormatException e) {
            assertThat(e.getMessage()).contains("Maybe");
        }
        assertThat(readSoFar() - before).as("bytes read of 6 GiB").isLessThan(96L << 20);
    }

    @Test
    void aHugeFileOfZerosIsCalledThatWithoutReadingItAll() throws IOException {
        Path zeros = sparse(new byte[1], 8L << 30);
        assertThatThrownBy(() -> ModelFormatDetector.detect(zeros))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("filled with zero bytes");
    }

    /** The kinds that people hand over by mistake, each under its own name and with its own way out. */
    @Test
    void everythingThatIsNoModelIsCalledByItsName() throws IOException {
        Map<String, byte[]> kinds = Map.ofEntries(
                Map.entry("zstd-compressed", Samples.latin("(\u00b5/\u00fd\4\0")),
                Map.entry("7-Zip archive", Samples.latin("7z\u00bc\u00af'\u001c")),
                Map.entry("tar archive", Samples.latin("name" + "\0".repeat(253) + "ustar\00000")),
                Map.entry("program or native library", Samples.latin("\u007fELF\2\1\1")),
                Map.entry("OpenVINO blob compiled", Samples.latin("\u007felf\2\1\1")),
                Map.entry("PNG image", Samples.latin("\u0089PNG\r\n\u001a\n")),
                Map.entry("JPEG image", Samples.latin("\u00ff\u00d8\u00ff\u00e0")),
                Map.entry("HDF5 file", Samples.latin("\u0089HDF\r\n\u001a\n")),
                Map.entry("NumPy array", Samples.latin("\u0093NUMPY\1\0v\0")),
                Map.entry("a TensorFlow.js model", Samples.latin("{\"modelTopology\":{}}")),
                Map.entry("a Keras architecture", Samples.latin("{\"class_name\":\"Sequential\"}")),
                Map.entry("root element <PMML>", Samples.latin("<PMML version=\"4.4\"></PMML>")),
                Map.entry("an empty ZIP archive", Samples.latin("PK\5\6" + "\0".repeat(18))),
                Map.entry("TorchServe archive", Samples.zip(Map.of("MAR-INF/MANIFEST.json", "{}"))),
                Map.entry("Keras archive", Samples.zip(Map.of("model.weights.h5", "x"))),
                Map.entry("archive of NumPy arrays", Samples.zip(Map.of("a.npy", "x"))),
                Map.entry("zipped TensorFlow SavedModel", Samples.zip(Map.of("m/saved_model.pb", "x"))),
                Map.entry("PaddlePaddle", Samples.proto(out -> out.writeByteArray(1, new byte[] {8, 0, 16, 1}))),
                Map.entry("pickle of (builtins.eval)", Samples.latin("\u0080\2cbuiltins\neval\n.")));
        for (Map.Entry<String, byte[]> kind : kinds.entrySet()) {
            Path file = file(kind.getValue());
            assertThatThrownBy(() -> ModelFormatDetector.detect(file))
                    .as(kind.getKey())
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining(kind.getKey())
                    .hasMessageContaining("Maybe")
                    .hasMessageContaining(file.toString());
        }
    }

    /** The name never decides, not even where it is right. */
    @Test
    void theNameDoesNotMatter() throws IOException {
        for (Samples.Sample sample : Samples.all().toList()) {
            for (String name : List.of("model.onnx", "model.pt", "x.pkl", "README.txt", "no-extension")) {
                Path file = Files.write(folder.resolve(name), sample.bytes());
                assertThat(ModelFormatDetector.detect(file))
                        .as("%s called %s", sample.name(), name)
                        .isEqualTo(sample.format());
            }
        }
    }
}
