package io.edgeai.core.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.onnx.internal.wire.OnnxWire.FunctionProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.ModelProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.NodeProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.OperatorSetIdProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.TensorProto;
import io.edgeai.core.onnx.internal.wire.OnnxWire.TrainingInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each limit at its bound, where a model reads, and one beyond, where it does not; functions and odd files. */
class ReaderLimitsTest {
    private static final OnnxLimits WIDE = new OnnxLimits(1 << 20, 1000, 100, 1 << 20);

    @TempDir
    Path folder;

    private static OnnxGraph relus(int nodes) {
        OnnxGraph graph = OnnxGraph.create("g", 17);
        for (int i = 0; i < nodes; i++) {
            graph.add("Relu", "", List.of("v" + i), List.of("v" + (i + 1)));
        }
        return graph;
    }

    private static void readsFrom(byte[] bytes, long least, java.util.function.LongFunction<OnnxLimits> limits) {
        assertThatCode(() -> OnnxReader.read(bytes, limits.apply(least))).doesNotThrowAnyException();
        assertThatThrownBy(() -> OnnxReader.read(bytes, limits.apply(least - 1)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(Long.toString(least - 1))
                .hasMessageContaining("Maybe");
    }

    @Test
    void fileBytes() throws IOException {
        byte[] bytes = OnnxWriter.toBytes(relus(3));
        readsFrom(bytes, bytes.length, most -> new OnnxLimits(most, 1000, 100, 1 << 20));
        Path file = Files.write(folder.resolve("m.onnx"), bytes);
        assertThatCode(() -> OnnxReader.read(file, new OnnxLimits(bytes.length, 1000, 100, 1 << 20)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> OnnxReader.read(file, new OnnxLimits(bytes.length - 1, 1000, 100, 1 << 20)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("m.onnx");
    }

    @Test
    void nodes() {
        readsFrom(OnnxWriter.toBytes(relus(12)), 12, most -> new OnnxLimits(1 << 20, most, 100, 1 << 20));
    }

    @Test
    void nodesOfNestedGraphsCountToo() {
        OnnxGraph graph = relus(3);
        OnnxGraph body = relus(4);
        graph.nodes().get(0).attribute("body", new OnnxAttribute.OfGraph(body));
        graph.nodes().get(1).attribute("cases", new OnnxAttribute.OfGraphs(List.of(relus(2), relus(1))));
        readsFrom(OnnxWriter.toBytes(graph), 3 + 4 + 2 + 1, most -> new OnnxLimits(1 << 20, most, 100, 1 << 20));
    }

    @Test
    void nodesOfFunctionsCountToo() throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(OnnxWriter.toBytes(relus(2))).toBuilder();
        model.addFunctions(FunctionProto.newBuilder()
                .setName("f")
                .addNode(NodeProto.newBuilder().setOpType("Relu"))
                .addNode(NodeProto.newBuilder().setOpType("Relu")));
        readsFrom(model.build().toByteArray(), 4, most -> new OnnxLimits(1 << 20, most, 100, 1 << 20));
    }

    @Test
    void attributesAreLimitedToEightANode() {
        OnnxGraph graph = relus(1);
        for (int i = 0; i < 8; i++) {
            graph.nodes().get(0).attribute("a" + i, i);
        }
        OnnxLimits one = new OnnxLimits(1 << 20, 1, 100, 1 << 20);
        assertThatCode(() -> OnnxReader.read(OnnxWriter.toBytes(graph), one)).doesNotThrowAnyException();
        graph.nodes().get(0).attribute("more", 1);
        assertThatThrownBy(() -> OnnxReader.read(OnnxWriter.toBytes(graph), one))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(8) attributes");
    }

    /** A graph nested n deep is 1 + 3·n messages deep, and its nodes one more. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 20})
    void depth(int nested) {
        OnnxGraph graph = relus(1);
        for (int i = 0; i < nested; i++) {
            OnnxGraph outer = relus(1);
            outer.nodes().get(0).attribute("body", new OnnxAttribute.OfGraph(graph));
            graph = outer;
        }
        byte[] bytes = OnnxWriter.toBytes(graph);
        int depth = 2 + 3 * nested;
        assertThatCode(() -> OnnxReader.read(bytes, new OnnxLimits(1 << 20, 1000, depth, 1 << 20)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> OnnxReader.read(bytes, new OnnxLimits(1 << 20, 1000, depth - 1, 1 << 20)))
                .isInstanceOf(ModelFormatException.class);
    }

    /** 100,000 graphs in each other fit in a small file and must not end in a stack overflow. */
    @Test
    void aFileOfEndlessNestingIsRefused() {
        ByteString graph = ByteString.EMPTY;
        for (int i = 0; i < 3000; i++) {
            ByteString attribute = field(6, graph);
            graph = field(1, field(5, attribute));
        }
        byte[] bytes =
                ByteString.copyFrom(new byte[] {8, 8}).concat(field(7, graph)).toByteArray();

        assertThatThrownBy(() -> OnnxReader.read(bytes))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(100)");
    }

    private static ByteString field(int number, ByteString content) {
        ByteString.Output out = ByteString.newOutput();
        for (int value = number << 3 | 2; ; value >>>= 7) {
            out.write(value < 128 ? value : value & 127 | 128);
            if (value < 128) {
                break;
            }
        }
        for (int value = content.size(); ; value >>>= 7) {
            out.write(value < 128 ? value : value & 127 | 128);
            if (value < 128) {
                break;
            }
        }
        return out.toByteString().concat(content);
    }

    @Test
    void bytesOfAllConstantsTogether() {
        OnnxGraph graph = relus(1);
        graph.initializers().put("a", OnnxTensor.ofFloats(new float[10], 10));
        graph.initializers().put("b", OnnxTensor.ofLongs(new long[3], 3));
        graph.nodes().get(0).attribute("value", new OnnxAttribute.OfTensor(OnnxTensor.ofInts(new int[4], 4)));
        readsFrom(OnnxWriter.toBytes(graph), 40 + 24 + 16, most -> new OnnxLimits(1 << 20, 1000, 100, most));
    }

    /** A constant whose dimensions promise terabytes: refused by its promise, before anything is allocated. */
    @Test
    void whatDimensionsPromiseIsCheckedFirst() throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(OnnxWriter.toBytes(relus(1))).toBuilder();
        model.getGraphBuilder()
                .addInitializer(
                        TensorProto.newBuilder().setName("big").setDataType(1).addDims(1L << 40));
        assertThatThrownBy(() -> OnnxReader.read(model.build().toByteArray()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(big)")
                .hasMessageContaining("limit");
        model.getGraphBuilder().getInitializerBuilder(0).addDims(1L << 40);
        assertThatThrownBy(() -> OnnxReader.read(model.build().toByteArray()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("impossible dimensions");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 1, 0, maxFileBytes (0)",
        "2147483648, 1, 1, 0, maxFileBytes (2147483648)",
        "1, 0, 1, 0, maxNodes (0)",
        "1, 1, 0, 0, maxDepth (0)",
        "1, 1, 1, -1, maxTensorBytes (-1)",
    })
    void limitsThatLimitToNothingAreRefused(long file, long nodes, int depth, long tensors, String why) {
        assertThatThrownBy(() -> new OnnxLimits(file, nodes, depth, tensors))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(why);
    }

    @Test
    void functionsAndTheirOverloadsAreCarriedInOrder() throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(OnnxWriter.toBytes(relus(1))).toBuilder();
        for (String overload : List.of("", "wide")) {
            model.addFunctions(FunctionProto.newBuilder()
                    .setName("act")
                    .setDomain("my.ops")
                    .setOverload(overload)
                    .addInput("a")
                    .addOutput("b")
                    .addAttribute("alpha")
                    .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                    .addNode(NodeProto.newBuilder()
                            .setOpType("Relu")
                            .addInput("a")
                            .addOutput("b")));
        }
        model.addTrainingInfo(TrainingInfoProto.newBuilder()
                .addInitializationBinding(io.edgeai.core.onnx.internal.wire.OnnxWire.StringStringEntryProto.newBuilder()
                        .setKey("w")));
        model.getGraphBuilder()
                .getNodeBuilder(0)
                .setDomain("my.ops")
                .setOpType("act")
                .setOverload("wide");

        OnnxGraph graph = OnnxReader.read(model.build().toByteArray(), WIDE);

        assertThat(graph.info().functions()).hasSize(2);
        assertThat(FunctionProto.parseFrom(graph.info().functions().get(1)).getOverload())
                .isEqualTo("wide");
        assertThat(graph.info().trainingInfo()).hasSize(1);
        assertThat(graph.nodes().get(0).overload()).isEqualTo("wide");
        assertThat(ModelProto.parseFrom(OnnxWriter.toBytes(graph))).isEqualTo(model.build());
        assertThat(ModelProto.parseFrom(OnnxWriter.toBytes(graph.copy()))).isEqualTo(model.build());
    }

    @Test
    void pathsThatAreNoFilesAreNamed() {
        assertThatThrownBy(() -> OnnxReader.read(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("is a folder");
        assertThatThrownBy(() -> OnnxReader.read(folder.resolve("none.onnx")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("none.onnx")
                .hasMessageContaining("does not exist");
    }

    @ParameterizedTest
    @CsvSource({"0, is a protobuf message but not ONNX", "2, no IR version", "3, names no operator set"})
    void modelsWithoutWhatEveryModelHasAreNamed(int kind, String why) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(OnnxWriter.toBytes(relus(1))).toBuilder();
        switch (kind) {
            case 0 -> model.clearGraph();
            case 2 -> model.clearIrVersion();
            default -> model.clearOpsetImport();
        }
        assertThatThrownBy(() -> OnnxReader.read(model.build().toByteArray()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(why);
    }
}
