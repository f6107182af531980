package io.edgeai.core.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedOutputStream;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.runtime.TinyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes and the longest chain of graphs whose size is known by how they were written. */
class GraphSizeTest {
    @TempDir
    Path folder;

    private GraphSize size(byte[] onnx, int most) throws IOException {
        return GraphSize.of(Files.write(folder.resolve("model.onnx"), onnx), most);
    }

    private GraphSize size(byte[] onnx) throws IOException {
        return size(onnx, 1_000_000);
    }

    private static byte[] model(Samples.Writing... graphsAndFunctions) {
        return Samples.proto(model -> {
            model.writeInt64(1, 10);
            for (Samples.Writing each : graphsAndFunctions) {
                each.to(model);
            }
            model.writeByteArray(8, Samples.proto(opset -> opset.writeInt64(2, 17)));
        });
    }

    private static Samples.Writing graph(byte[]... nodes) {
        return model -> model.writeByteArray(7, body(1, nodes));
    }

    private static byte[] body(int field, byte[]... nodes) {
        return Samples.proto(graph -> {
            for (byte[] node : nodes) {
                graph.writeByteArray(field, node);
            }
        });
    }

    private static Samples.Writing function(String name, byte[]... nodes) {
        return model -> model.writeByteArray(25, Samples.proto(function -> {
            function.writeString(1, name);
            function.writeString(10, "own");
            function.writeRawBytes(body(7, nodes));
        }));
    }

    private static byte[] node(String op, String in, String out) {
        return node(op, "", in, out, node -> {});
    }

    private static byte[] node(String op, String domain, String in, String out, Samples.Writing more) {
        return Samples.proto(node -> {
            names(node, 1, in);
            names(node, 2, out);
            node.writeString(4, op);
            node.writeString(7, domain);
            more.to(node);
        });
    }

    private static void names(CodedOutputStream node, int field, String names) throws IOException {
        for (String name : names.split(" ")) {
            node.writeByteArray(field, name.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static byte[][] chain(int nodes) {
        byte[][] chain = new byte[nodes][];
        for (int i = 0; i < nodes; i++) {
            chain[i] = node("Neg", "v" + i, "v" + (i + 1));
        }
        return chain;
    }

    private static Samples.Writing nested(byte[] graph) {
        return node -> node.writeByteArray(5, Samples.proto(attribute -> {
            attribute.writeString(1, "body");
            attribute.writeByteArray(6, graph);
            attribute.writeInt32(20, 5);
        }));
    }

    @Test
    void aChainIsAsLongAsItsNodes() throws IOException {
        assertThat(size(TinyModels.chain(1))).isEqualTo(new GraphSize(1, 1));
        assertThat(size(TinyModels.chain(70_000))).isEqualTo(new GraphSize(70_000, 70_000));
        assertThat(size(TinyModels.affine(2))).isEqualTo(new GraphSize(2, 2));
        assertThat(size(TinyModels.twoInTwoOut())).isEqualTo(new GraphSize(2, 1));
    }

    @Test
    void theOrderInTheFileDoesNotMatter() throws IOException {
        List<byte[]> nodes = new ArrayList<>(List.of(chain(5000)));
        Collections.shuffle(nodes, new Random(5));
        assertThat(size(model(graph(nodes.toArray(byte[][]::new))))).isEqualTo(new GraphSize(5000, 5000));
        Collections.reverse(nodes);
        assertThat(size(model(graph(nodes.toArray(byte[][]::new))))).isEqualTo(new GraphSize(5000, 5000));
    }

    /** Protobuf makes one graph of several messages of it, and so does an engine. */
    @Test
    void aGraphInPartsIsOneGraph() throws IOException {
        byte[][] chain = chain(4);
        assertThat(size(model(graph(chain[0], chain[3]), graph(chain[2]), graph(chain[1]))))
                .isEqualTo(new GraphSize(4, 4));
        Samples.Writing parts = node -> node.writeByteArray(5, Samples.proto(attribute -> {
            attribute.writeByteArray(6, body(1, chain[0], chain[1]));
            attribute.writeByteArray(6, body(1, chain[2]));
        }));
        assertThat(size(model(graph(node("Loop", "", "a", "b", parts))))).isEqualTo(new GraphSize(4, 4));
    }

    /** What a nested graph reads from outside, its node waits for. */
    @Test
    void nestedGraphsCountWithWhatTheyReadFromOutside() throws IOException {
        byte[] body = body(1, node("Neg", "v2", "a"), node("Neg", "a", "b"), node("Neg", "b", "v1"));
        byte[] loop = node("Loop", "", "x", "y", nested(body));
        assertThat(size(model(graph(node("Neg", "v0", "v1"), node("Neg", "v1", "v2"), loop, node("Neg", "y", "z")))))
                .isEqualTo(new GraphSize(7, 2 + 4 + 1));
        byte[] twice = node("Loop", "", "x", "y", nested(body(1, loop)));
        assertThat(size(model(graph(node("Neg", "v0", "v1"), node("Neg", "v1", "v2"), twice))))
                .isEqualTo(new GraphSize(7, 2 + 5));
        assertThat(size(TinyModels.countTo())).isEqualTo(new GraphSize(3, 2));
    }

    @Test
    void functionsCountWhereverTheyAreCalled() throws IOException {
        Samples.Writing three = function("three", chain(3));
        byte[] call = node("three", "own", "x", "y", node -> {});
        byte[] again = node("three", "own", "y", "z", node -> {});
        assertThat(size(model(three, graph(call, again)))).isEqualTo(new GraphSize(6, 6));
        assertThat(size(model(graph(call, again), three))).as("after the graph").isEqualTo(new GraphSize(6, 6));
        assertThat(size(model(three, graph(node("three", "other", "x", "y", node -> {})))))
                .as("another domain's")
                .isEqualTo(new GraphSize(1, 1));
    }

    /** Sixty functions, each of which calls the next one ten times: 10⁵⁹ nodes in 30 kilobytes. */
    @Test
    void functionsThatMultiplyAreTooMany() throws IOException {
        List<Samples.Writing> parts = new ArrayList<>();
        for (int f = 0; f < 60; f++) {
            byte[][] calls = new byte[10][];
            for (int i = 0; i < 10; i++) {
                calls[i] = node("f" + (f + 1), "own", "v" + i, "v" + (i + 1), node -> {});
            }
            parts.add(function("f" + f, calls));
        }
        parts.add(graph(node("f0", "own", "x", "y", node -> {})));
        assertThat(size(model(parts.toArray(Samples.Writing[]::new)), 50_000)).isEqualTo(new GraphSize(50_001, -1));
    }

    @Test
    void countingStopsWhereItIsEnough() throws IOException {
        assertThat(size(TinyModels.chain(1000), 1000)).isEqualTo(new GraphSize(1000, 1000));
        assertThat(size(TinyModels.chain(1001), 1000)).isEqualTo(new GraphSize(1001, -1));
        byte[] loop = node("Loop", "", "x", "y", nested(body(1, chain(1000))));
        assertThat(size(model(graph(loop)), 1000)).isEqualTo(new GraphSize(1001, -1));
    }

    @Test
    void namesAreTheirBytesHoweverLongTheyAre() throws IOException {
        String same = "n".repeat(5000);
        byte[] wide = model(graph(node("Neg", "x", same + "1"), node("Neg", same + "2", "y")));
        assertThat(size(wide)).isEqualTo(new GraphSize(2, 1));
        byte[] deep = model(graph(node("Neg", "x", same + "1"), node("Neg", same + "1", "y")));
        assertThat(size(deep)).isEqualTo(new GraphSize(2, 2));
        byte[] broken = Samples.proto(node -> {
            node.writeByteArray(1, new byte[] {(byte) 0xff});
            node.writeByteArray(2, new byte[] {(byte) 0xfe});
            node.writeString(4, "Neg");
        });
        assertThat(size(model(graph(broken)))).as("bytes that are no UTF-8").isEqualTo(new GraphSize(1, 1));
    }

    @Test
    void circlesAreRefused() {
        byte[] circle = model(graph(node("Add", "x b", "a"), node("Neg", "a", "b"), node("Neg", "b", "y")));
        assertThatThrownBy(() -> size(circle))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("(3) wait for each other in a circle. Maybe");
        byte[] itself =
                model(function("f", node("f", "own", "x", "y", n -> {})), graph(node("f", "own", "x", "y", n -> {})));
        assertThatThrownBy(() -> size(itself))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("more than (64) deep")
                .hasMessageContaining("Maybe");
        byte[] nest = body(1, node("Neg", "x", "y"));
        for (int i = 0; i < 40; i++) {
            nest = body(1, node("Loop", "", "x", "y", nested(nest)));
        }
        byte[] deep = nest;
        assertThatThrownBy(() -> size(model(model -> model.writeByteArray(7, deep))))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("deeper than (32). Maybe");
    }

    @Test
    void aNodeOfEndlessInputsIsRefused() {
        byte[] wide = model(graph(node("Concat", "x ".repeat(100_000) + "x", "y")));
        assertThatThrownBy(() -> size(wide, 1000))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("more inputs and outputs");
    }

    @Test
    void otherFormatsAreBoundedByTheirOperators() throws IOException {
        Path graph = Files.write(folder.resolve("graph.pb"), LargeGraphs.graphDef(1000, new Random(1)));
        assertThat(GraphSize.of(graph, 10)).isEqualTo(new GraphSize(1000, -1));
    }
}
