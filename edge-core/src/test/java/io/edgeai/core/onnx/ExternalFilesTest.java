package io.edgeai.core.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.internal.wire.OnnxWire.ModelProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.TensorProto;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Constants in files beside the model: where they may lie, which part of them is taken, what is refused. */
class ExternalFilesTest {
    @TempDir
    Path root;

    private Path folder;
    private ModelProto.Builder model;

    /** A file of the bytes 0 to 63 beside the model. */
    @BeforeEach
    void write() throws IOException {
        folder = Files.createDirectories(root.resolve("models"));
        byte[] bytes = new byte[64];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        Files.write(folder.resolve("weights.bin"), bytes);
        model = ModelProto.parseFrom(OnnxWriter.toBytes(OnnxGraph.create("g", 17))).toBuilder();
    }

    private TensorProto.Builder constant(String name, int elements, String... entries) {
        TensorProto.Builder tensor = model.getGraphBuilder()
                .addInitializerBuilder()
                .setName(name)
                .setDataType(ElementType.UINT8.onnxCode())
                .addDims(elements)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL);
        for (int i = 0; i < entries.length; i += 2) {
            tensor.addExternalDataBuilder().setKey(entries[i]).setValue(entries[i + 1]);
        }
        return tensor;
    }

    private OnnxGraph read() throws IOException {
        return OnnxReader.read(
                Files.write(folder.resolve("m.onnx"), model.build().toByteArray()));
    }

    private static int first(OnnxTensor tensor) {
        return tensor.data().get(0);
    }

    @ParameterizedTest
    @CsvSource({"0, 64", "63, 1", "64, 0", "10, 20"})
    void partsInsideTheFileAreTaken(int offset, int length) throws IOException {
        constant("c", length, "location", "weights.bin", "offset", "" + offset, "length", "" + length);
        OnnxTensor tensor = read().initializers().get("c");

        assertThat(tensor.sizeBytes()).isEqualTo(length);
        for (int i = 0; i < length; i++) {
            assertThat(tensor.data().get(i)).isEqualTo((byte) (offset + i));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 64", "64, 1", "65, 0", "9223372036854775807, 1", "-1, 4", "-9223372036854775808, 4"})
    void partsBeyondTheFileAreRefused(String offset, int length) {
        constant("c", length, "location", "weights.bin", "offset", offset, "length", "" + length);
        assertThatThrownBy(this::read)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("weights.bin")
                .hasMessageContaining("64 bytes")
                .hasMessageContaining(offset);
    }

    @ParameterizedTest
    @CsvSource({"3", "5", "-4", "0"})
    void lengthsThatDoNotFitTheDimensionsAreRefused(String length) {
        constant("c", 4, "location", "weights.bin", "length", length);
        assertThatThrownBy(this::read)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(c)")
                .hasMessageContaining("has " + length);
    }

    @ParameterizedTest
    @CsvSource({"offset, four", "length, 1e3", "offset, 99999999999999999999", "length, 0x10"})
    void numbersThatAreNoneAreRefused(String key, String value) {
        constant("c", 4, "location", "weights.bin", key, value);
        assertThatThrownBy(this::read)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(key)
                .hasMessageContaining("(" + value + ")");
    }

    @Test
    void offsetAndLengthHaveDefaults() throws IOException {
        constant("a", 4, "location", "weights.bin");
        constant("b", 4, "location", "weights.bin", "offset", " 8 ", "length", "", "checksum", "ignored");
        OnnxGraph graph = read();
        assertThat(first(graph.initializers().get("a"))).isZero();
        assertThat(first(graph.initializers().get("b"))).isEqualTo(8);
    }

    /** Tied weights: two constants may share bytes, whole or in part. */
    @Test
    void overlappingPartsAreFine() throws IOException {
        constant("a", 40, "location", "weights.bin", "offset", "0");
        constant("b", 40, "location", "weights.bin", "offset", "20");
        constant("c", 40, "location", "weights.bin", "offset", "0");
        OnnxGraph graph = read();
        assertThat(graph.initializers().get("b").data().get(0)).isEqualTo((byte) 20);
        assertThat(graph.initializers().get("c").data())
                .isEqualTo(graph.initializers().get("a").data());
    }

    @Test
    void filesMayLieDeeper() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("a/b"));
        Files.write(deep.resolve("w"), new byte[] {42});
        constant("c", 1, "location", "a/b/w");
        constant("d", 1, "location", "./a/./b/w");
        constant("e", 1, "location", "a\\b\\w");
        OnnxGraph graph = read();
        for (String name : List.of("c", "d", "e")) {
            assertThat(first(graph.initializers().get(name))).as(name).isEqualTo(42);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../secret",
                "a/../../secret",
                "a/../weights.bin",
                "..",
                "..\\secret",
                "/secret",
                "\\secret",
                "C:/secret",
                "c:secret",
                "",
            })
    void locationsThatCouldLeaveTheFolderAreRefused(String location) throws IOException {
        Files.write(root.resolve("secret"), new byte[4]);
        Files.createDirectories(folder.resolve("a"));
        constant("c", 4, "location", location);
        assertThatThrownBy(this::read)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(" + location + ")")
                .hasMessageContaining("Maybe");
    }

    @Test
    void aConstantWithoutLocationIsRefused() {
        constant("c", 4, "offset", "0");
        assertThatThrownBy(this::read).isInstanceOf(ModelFormatException.class).hasMessageContaining("location");
    }

    @Test
    void whatIsNoFileIsRefused() throws IOException {
        Files.createDirectories(folder.resolve("sub"));
        constant("c", 4, "location", "sub");
        assertThatThrownBy(this::read).isInstanceOf(ModelFormatException.class).hasMessageContaining("missing");
        model.getGraphBuilder().clearInitializer();
        constant("c", 4, "location", "none.bin");
        assertThatThrownBy(this::read)
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("none.bin")
                .hasMessageContaining("not complete without it");
    }

    @Test
    void symbolicLinksAreNotFollowed() throws IOException {
        Files.write(root.resolve("secret"), new byte[4]);
        try {
            Files.createSymbolicLink(folder.resolve("link"), root.resolve("secret"));
            Files.createSymbolicLink(folder.resolve("way"), root);
            Files.createSymbolicLink(folder.resolve("inside"), folder.resolve("weights.bin"));
        } catch (FileSystemException | UnsupportedOperationException e) {
            Assumptions.abort("skipped: no symbolic links here (" + e + ")");
        }
        for (String location : List.of("link", "way/secret", "inside")) {
            model.getGraphBuilder().clearInitializer();
            constant("c", 4, "location", location);
            assertThatThrownBy(this::read)
                    .as(location)
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("symbolic link");
        }
    }

    @Test
    void bytesAloneHaveNoFolder() {
        constant("c", 4, "location", "weights.bin");
        byte[] bytes = model.build().toByteArray();
        assertThatThrownBy(() -> OnnxReader.read(bytes))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("weights.bin")
                .hasMessageContaining("Maybe read it from its file");
    }

    @Test
    void externalBytesCountToTheLimit() throws IOException {
        constant("a", 40, "location", "weights.bin");
        constant("b", 24, "location", "weights.bin");
        Path file = Files.write(folder.resolve("m.onnx"), model.build().toByteArray());
        assertThat(OnnxReader.read(file, new OnnxLimits(1 << 20, 10, 10, 64)).initializers())
                .hasSize(2);
        assertThatThrownBy(() -> OnnxReader.read(file, new OnnxLimits(1 << 20, 10, 10, 63)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(b)");
    }

    /** Read with external data and written again as bytes, a model stands alone. */
    @Test
    void aModelReadFromTwoFilesWritesAsOne() throws IOException {
        constant("c", 8, "location", "weights.bin", "offset", "8");
        OnnxGraph graph = read();
        OnnxTensor alone =
                OnnxReader.read(OnnxWriter.toBytes(graph)).initializers().get("c");
        assertThat(alone.data()).isEqualTo(graph.initializers().get("c").data());
    }

    /** Constants at and above the size that is worth a place of its own in the second file. */
    @Test
    void smallConstantsStayInTheModel() throws IOException {
        OnnxGraph graph = OnnxGraph.create("g", 17);
        graph.initializers().put("small", OnnxTensor.ofBytes(ElementType.INT8, new byte[1023], 1023));
        graph.initializers().put("large", OnnxTensor.ofBytes(ElementType.INT8, new byte[1024], 1024));
        graph.initializers().put("next", OnnxTensor.ofBytes(ElementType.INT8, new byte[2000], 2000));
        Path file = folder.resolve("out.onnx");
        OnnxWriter.write(graph, file, 0);

        ModelProto written = ModelProto.parseFrom(Files.readAllBytes(file));
        assertThat(written.getGraph().getInitializer(0).hasRawData()).isTrue();
        TensorProto next = written.getGraph().getInitializer(2);
        assertThat(next.getExternalDataList())
                .extracting(entry -> entry.getKey() + "=" + entry.getValue())
                .containsExactly("location=out.onnx.data", "offset=4096", "length=2000");
        assertThat(Files.size(folder.resolve("out.onnx.data"))).isEqualTo(4096 + 2000);
        OnnxGraphEquality.assertSame(graph, OnnxReader.read(file));
    }
}
