package io.edgeai.core.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.internal.wire.OnnxWire.FunctionProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.ModelProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.SparseTensorProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxWriterTest {
    @TempDir
    Path folder;

    private static OnnxGraph big() {
        OnnxGraph graph = DamagedModelsPropertyTest.sample();
        float[] values = new float[5000];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        graph.initializers().put("big", OnnxTensor.ofFloats(values, 50, 100));
        return graph;
    }

    @Test
    void foldersOnTheWayAreMadeAndAFileInTheWayIsNamed() throws IOException {
        OnnxGraph graph = DamagedModelsPropertyTest.sample();
        Path deep = folder.resolve("a/b/model.onnx");
        OnnxWriter.write(graph, deep);
        OnnxGraphEquality.assertSame(graph, OnnxReader.read(deep));

        Path below = Files.createFile(folder.resolve("taken")).resolve("model.onnx");
        assertThatThrownBy(() -> OnnxWriter.write(graph, below))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("(" + below + ")");
    }

    @Test
    void whatIsWrittenReadsTheSame() {
        OnnxGraph graph = DamagedModelsPropertyTest.sample();
        OnnxGraphEquality.assertSame(graph, OnnxReader.read(OnnxWriter.toBytes(graph)));
    }

    @ParameterizedTest
    @EnumSource(value = ElementType.class, mode = EnumSource.Mode.EXCLUDE, names = "STRING")
    void constantsOfEveryTypeKeepTheirBits(ElementType type) {
        byte[] raw = new byte[(int) type.bytes(7)];
        new SplittableRandom(type.onnxCode()).nextBytes(raw);
        OnnxGraph graph = OnnxGraph.create("g", 21);
        graph.initializers().put("c", OnnxTensor.ofRaw(type, ByteBuffer.wrap(raw), 7));

        OnnxTensor read =
                OnnxReader.read(OnnxWriter.toBytes(graph)).initializers().get("c");

        assertThat(read.type()).isEqualTo(type);
        assertThat(read.data()).isEqualTo(ByteBuffer.wrap(raw));
    }

    @Test
    void largeConstantsLieInASecondFileAndComeBack() throws IOException {
        Path file = folder.resolve("model.onnx");
        OnnxWriter.write(big(), file, 1000);

        assertThat(Files.size(file)).isLessThan(5000);
        assertThat(Files.size(folder.resolve("model.onnx.data"))).isEqualTo(20_000);
        OnnxGraphEquality.assertSame(big(), OnnxReader.read(file));
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).as("no temporary file stays").hasSize(2);
        }
        assertThatThrownBy(() -> OnnxReader.read(Files.readAllBytes(file)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("external");
    }

    @Test
    void aShortOrMissingSecondFileIsNamed() throws IOException {
        Path file = folder.resolve("model.onnx");
        OnnxWriter.write(big(), file, 1000);
        Path data = folder.resolve("model.onnx.data");
        Files.write(data, new byte[100]);
        assertThatThrownBy(() -> OnnxReader.read(file)).hasMessageContaining("cut off");
        Files.delete(data);
        assertThatThrownBy(() -> OnnxReader.read(file)).hasMessageContaining("missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret", "/etc/hostname", "a/../../secret", "C:\\secret", "", "\0"})
    void locationsThatLeaveTheFolderAreRefused(String location) throws IOException {
        Files.write(folder.resolve("secret"), new byte[4]);
        Path inner = Files.createDirectory(folder.resolve("inner"));
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName("c")
                .setDataType(1)
                .addDims(1)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL);
        tensor.addExternalDataBuilder().setKey("location").setValue(location);
        ModelProto.Builder model = ModelProto.parseFrom(OnnxWriter.toBytes(OnnxGraph.create("g", 17))).toBuilder();
        model.getGraphBuilder().addInitializer(tensor);
        Path file = Files.write(inner.resolve("m.onnx"), model.build().toByteArray());

        assertThatThrownBy(() -> OnnxReader.read(file)).isInstanceOf(ModelFormatException.class);
    }

    @Test
    void whatIsNotModelledIsCarried() throws IOException {
        ModelProto.Builder model =
                ModelProto.parseFrom(OnnxWriter.toBytes(DamagedModelsPropertyTest.sample())).toBuilder();
        model.addFunctions(
                FunctionProto.newBuilder().setName("f").setDomain("my.ops").addInput("a"));
        model.getGraphBuilder()
                .addSparseInitializer(SparseTensorProto.newBuilder()
                        .addDims(9)
                        .setValues(TensorProto.newBuilder().setName("sparse").setDataType(1)));
        byte[] unknown = {(byte) 0xF8, 0x3E, 5}; // field 1007, varint 5
        byte[] bytes = ByteString.copyFrom(model.build().toByteArray())
                .concat(ByteString.copyFrom(unknown))
                .toByteArray();

        ModelProto again = ModelProto.parseFrom(OnnxWriter.toBytes(OnnxReader.read(bytes)));

        assertThat(again).isEqualTo(ModelProto.parseFrom(bytes));
    }

    /** An empty type message once came back as a value with leftovers that writing then dropped. */
    @Test
    void anEmptyTypeIsNoType() throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(OnnxWriter.toBytes(OnnxGraph.create("g", 17))).toBuilder();
        model.getGraphBuilder().addOutputBuilder().setName("y").getTypeBuilder();

        OnnxGraph graph = OnnxReader.read(model.build().toByteArray());

        assertThat(graph.outputs()).containsExactly(new OnnxValue("y", null));
    }
}
