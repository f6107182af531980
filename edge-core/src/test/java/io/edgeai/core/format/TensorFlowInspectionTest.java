package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import io.edgeai.core.model.Signature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs and SavedModels written field by field from TensorFlow's .proto files. */
class TensorFlowInspectionTest {
    private static final int FLOAT = 1;
    private static final int INT32 = 3;
    private static final int STRING = 7;
    private static final int RESOURCE = 20;

    @TempDir
    Path folder;

    private ModelInspection inspect(byte[] bytes) throws IOException {
        return ModelInspector.inspect(Files.write(folder.resolve("model"), bytes));
    }

    /** {@code NodeDef}: name 1, op 2, inputs 3, attributes 5 as a map. */
    private static final class Node {
        private final String name;
        private final String op;
        private final List<String> inputs;
        private final List<Samples.Writing> attributes = new ArrayList<>();

        Node(String name, String op, String... inputs) {
            this.name = name;
            this.op = op;
            this.inputs = List.of(inputs);
        }

        private Node attribute(String key, Samples.Writing value) {
            attributes.add(out -> out.writeByteArray(5, Samples.proto(entry -> {
                entry.writeString(1, key);
                entry.writeByteArray(2, Samples.proto(value));
            })));
            return this;
        }

        Node type(String key, int type) {
            return attribute(key, value -> value.writeInt32(6, type));
        }

        Node shape(long... dims) {
            return attribute("shape", value -> value.writeByteArray(7, shapeOf(dims)));
        }

        Node anyRank() {
            return attribute(
                    "shape", value -> value.writeByteArray(7, Samples.proto(shape -> shape.writeBool(3, true))));
        }

        Node outputShape(long... dims) {
            return attribute(
                    "_output_shapes",
                    value -> value.writeByteArray(1, Samples.proto(list -> list.writeByteArray(7, shapeOf(dims)))));
        }

        Node content(int bytes, long... dims) {
            return attribute(
                    "value",
                    value -> value.writeByteArray(8, Samples.proto(tensor -> {
                        tensor.writeByteArray(2, shapeOf(dims));
                        tensor.writeByteArray(4, new byte[bytes]);
                    })));
        }

        void to(CodedOutputStream graph) throws IOException {
            graph.writeByteArray(1, Samples.proto(out -> {
                out.writeString(1, name);
                out.writeString(2, op);
                for (String input : inputs) {
                    out.writeString(3, input);
                }
                for (Samples.Writing attribute : attributes) {
                    attribute.to(out);
                }
            }));
        }
    }

    private static byte[] shapeOf(long... dims) {
        return Samples.proto(out -> {
            for (long dim : dims) {
                out.writeByteArray(2, Samples.proto(size -> size.writeInt64(1, dim)));
            }
        });
    }

    private static byte[] graph(Node... nodes) {
        return Samples.proto(out -> {
            for (Node node : nodes) {
                node.to(out);
            }
            out.writeByteArray(4, Samples.proto(versions -> {
                versions.writeInt32(1, 1482);
                versions.writeInt32(2, 12);
            }));
        });
    }

    @Test
    void learnedConstantsAreCountedAndShapesAreNot() throws IOException {
        ModelInspection model = inspect(graph(
                new Node("x", "Placeholder").type("dtype", FLOAT).shape(-1, 4),
                new Node("w", "Const").type("dtype", FLOAT).content(48, 4, 3),
                new Node("one", "Const").type("dtype", FLOAT).content(4),
                new Node("axis", "Const").type("dtype", INT32).content(8, 2),
                new Node("file", "Const").type("dtype", STRING).content(9),
                new Node("y", "MatMul", "x", "w").type("T", FLOAT)));
        assertThat(model.parameters()).as("a frozen scalar may be a weight").isEqualTo(12 + 1);
        assertThat(model.weightBytes()).isEqualTo(48 + 4);
        assertThat(model.metadata())
                .containsEntry("graph version", "1482")
                .containsEntry("oldest reader", "graph version 12");
        assertThat(model.signature().inputs()).singleElement().hasToString("x: FLOAT[?,4]");
    }

    @ParameterizedTest
    @CsvSource({
        "Less, T, 1, BOOL",
        "Cast, DstT, 9, INT64",
        "ArgMax, output_type, 3, INT32",
        "Shape, out_type, 9, INT64",
        "PyFunc, Tout, 2, DOUBLE",
        "Relu, T, 19, FLOAT16",
        "RandomUniform, dtype, 14, BFLOAT16"
    })
    void theTypeOfAResultFollowsItsOperator(String op, String attribute, int type, String wanted) throws IOException {
        Node node =
                new Node("y", op, "x").type(attribute, type).type("T", FLOAT).outputShape(2, -1);
        ModelInspection model =
                inspect(graph(new Node("x", "Placeholder").type("dtype", FLOAT).shape(2), node));
        assertThat(model.signature().outputs()).singleElement().hasToString("y: " + wanted + "[2,?]");
    }

    @Test
    void ranksThatAreNotStatedAreSaidToBeOpen() throws IOException {
        ModelInspection model = inspect(graph(
                new Node("a", "Placeholder").type("dtype", FLOAT).anyRank(),
                new Node("b", "Placeholder").type("dtype", FLOAT),
                new Node("c", "PlaceholderWithDefault", "d")
                        .type("dtype", FLOAT)
                        .shape(),
                new Node("y", "AddN", "a", "b:0", "^c").type("T", FLOAT)));
        assertThat(model.warnings()).anyMatch(text -> text.contains("no number of dimensions for [a, b, y]"));
        assertThat(model.metadata()).containsEntry("may be left out", "c");
    }

    /** A graph that feeds itself has outputs all the same. */
    @Test
    void aGraphWithoutPlaceholdersHasOutputsOnly() throws IOException {
        ModelInspection model =
                inspect(graph(new Node("y", "Fill").type("T", FLOAT).outputShape(3)));
        assertThat(model.signature().inputs()).isEmpty();
        assertThat(model.signature().outputs()).singleElement().hasToString("y: FLOAT[3]");
    }

    private static byte[] signature(String key, String tensor, int type, byte[] shape) {
        return Samples.proto(entry -> {
            entry.writeString(1, key);
            entry.writeByteArray(
                    2,
                    Samples.proto(definition -> definition.writeByteArray(2, Samples.proto(output -> {
                        output.writeString(1, tensor);
                        output.writeByteArray(2, Samples.proto(info -> {
                            info.writeString(1, "node:0");
                            if (type != 0) {
                                info.writeInt32(2, type);
                            }
                            info.writeByteArray(3, shape);
                        }));
                    }))));
        });
    }

    private static byte[] saved(byte[] graph, byte[]... signatures) {
        return Samples.proto(model -> {
            model.writeInt64(1, 1);
            model.writeByteArray(2, Samples.proto(meta -> {
                meta.writeByteArray(2, graph);
                for (byte[] signature : signatures) {
                    meta.writeByteArray(5, signature);
                }
            }));
        });
    }

    @Test
    void servingDefaultIsTheSignatureAndLoadingIsNone() throws IOException {
        byte[] anyRank = Samples.proto(shape -> shape.writeBool(3, true));
        ModelInspection model = inspect(saved(
                graph(),
                signature("other", "o", FLOAT, shapeOf(1)),
                signature("serving_default", "s", FLOAT, anyRank),
                signature("__saved_model_init_op", "__saved_model_init_op", 0, anyRank)));
        assertThat(model.signature().outputs()).singleElement().hasToString("s: FLOAT[]");
        assertThat(model.metadata()).containsKeys("signature other", "signature serving_default");
        assertThat(model.metadata().keySet()).noneMatch(key -> key.contains("init_op"));
        assertThat(model.warnings())
                .anyMatch(text -> text.contains("no number of dimensions for [s]"))
                .noneMatch(text -> text.contains("type this version does not know"));
    }

    @Test
    void aTypeThatNoTensorHasIsNamed() throws IOException {
        ModelInspection model = inspect(saved(graph(), signature("serving_default", "r", RESOURCE, shapeOf())));
        assertThat(model.signature()).isEqualTo(Signature.UNKNOWN);
        assertThat(model.warnings()).anyMatch(text -> text.contains("(r)"));
    }

    /** Beside variables, a constant of one element is a setting such as a rate. */
    @Test
    void declaredVariablesCountWhereThereIsNoIndex() throws IOException {
        byte[] graph = graph(
                new Node("v", "VarHandleOp").type("dtype", FLOAT).shape(7, 3),
                new Node("old", "VariableV2").type("dtype", FLOAT).shape(5),
                new Node("rate", "Const").type("dtype", FLOAT).content(4),
                new Node("table", "Const").type("dtype", FLOAT).content(40, 10));
        ModelInspection model = inspect(saved(graph));
        assertThat(model.parameters()).isEqualTo(21 + 5 + 10);
        assertThat(model.weightBytes()).isEqualTo(4 * 36);
        assertThat(model.operators()).isEqualTo(Map.of("VarHandleOp", 1, "VariableV2", 1, "Const", 2));
    }

    @Test
    void theVariablesBesideTheFileAreFound() throws IOException {
        Path file = Files.write(
                Files.createDirectories(folder.resolve("s/variables")).resolveSibling("saved_model.pb"),
                saved(graph()));
        assertThat(ModelInspector.inspect(file).warnings()).noneMatch(text -> text.contains("may lack its variables"));
    }
}
