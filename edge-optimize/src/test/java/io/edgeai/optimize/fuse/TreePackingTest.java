package io.edgeai.optimize.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.RandomTrees;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TreePackingTest {
    private static final int ROWS = 60;
    private static final int FEATURES = 5;

    private static OnnxGraph graph(RandomTrees trees, ElementType type) {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", type, -1, FEATURES);
        b.graph().info().opsets().put("ai.onnx.ml", 3L);
        b.graph().nodes().add(trees.regressor("x", "y"));
        return b.output("y", 2).graph();
    }

    /** The oracle walks the trees it has grown, comparison by comparison. */
    @ParameterizedTest
    @CsvSource({"1, 1, 3, 1", "2, 7, 0, 1", "3, 12, 1, 3", "4, 40, 6, 1", "5, 30, 8, 4", "6, 9, 5, 2"})
    void packedTreesAnswerAsTheirBranchesSayBitForBit(long seed, int count, int depth, int targets) {
        RandomTrees trees = new RandomTrees(seed, FEATURES, targets).grow(count, depth);
        OnnxGraph graph = graph(trees, ElementType.FLOAT);

        assertThat(new TreePacking().apply(graph)).isEqualTo(1);

        float[] rows = new float[ROWS * FEATURES];
        float[] expected = new float[ROWS * targets];
        for (int i = 0; i < ROWS; i++) {
            float[] row = trees.row();
            System.arraycopy(row, 0, rows, i * FEATURES, FEATURES);
            System.arraycopy(trees.walk(row), 0, expected, i * targets, targets);
        }
        Tensor answer = Objects.requireNonNull(
                Ort.run(graph, Map.of("x", Tensor.of(rows, ROWS, FEATURES))).get("y"));
        assertThat(answer.floats()).as("seed %d", seed).containsExactly(expected);
        assertThat(graph.nodes()).extracting(OnnxNode::op).containsExactly("TreeEnsemble");
        assertThat(graph.info().opsets()).containsEntry("ai.onnx.ml", 5L);
    }

    @Test
    void largeEnsemblesTakeLessThanHalfTheBytes() {
        OnnxGraph graph = graph(new RandomTrees(7, FEATURES, 1).grow(50, 7), ElementType.FLOAT);
        int before = OnnxWriter.toBytes(graph).length;

        new TreePacking().apply(graph);

        assertThat(OnnxWriter.toBytes(graph).length).isLessThan(before / 2);
    }

    static Stream<Named<Consumer<OnnxNode>>> withoutAPlace() {
        return Stream.of(
                Named.of(
                        "a base value", node -> node.attribute("base_values", new OnnxAttribute.OfFloats(List.of(1f)))),
                Named.of("a transform", node -> node.attribute("post_transform", "LOGISTIC")),
                Named.of("a mean", node -> node.attribute("aggregate_function", "AVERAGE")),
                Named.of("sets of categories", node -> modes(node, "BRANCH_EQ")),
                Named.of("an unknown comparison", node -> modes(node, "BRANCH_SOMEHOW")),
                Named.of("two weights a leaf", TreePackingTest::weighTwice),
                Named.of("a missing list", node -> node.attributes().remove("nodes_values")),
                Named.of("a list too short", node -> node.attribute("nodes_featureids", new long[] {0})),
                Named.of("a child that is not there", node -> children(node, 999)),
                Named.of("one child of many parents", node -> children(node, 1)),
                Named.of("a classifier", node -> node.op("TreeEnsembleClassifier")));
    }

    @ParameterizedTest
    @MethodSource("withoutAPlace")
    void whatVersionFiveCannotSayStaysAsItIs(Consumer<OnnxNode> change) {
        OnnxGraph graph = graph(new RandomTrees(8, FEATURES, 1).grow(3, 4), ElementType.FLOAT);
        change.accept(graph.nodes().get(0));
        byte[] before = OnnxWriter.toBytes(graph);

        assertThat(new TreePacking().apply(graph)).isZero();
        assertThat(OnnxWriter.toBytes(graph)).isEqualTo(before);
    }

    @Test
    void doublesAreComparedAsDoublesAndStay() {
        OnnxGraph graph = graph(new RandomTrees(9, FEATURES, 1).grow(3, 4), ElementType.DOUBLE);

        assertThat(new TreePacking().apply(graph)).isZero();
    }

    @Test
    void oneEnsembleThatCannotBePackedKeepsAll() {
        OnnxGraph graph = graph(new RandomTrees(10, FEATURES, 1).grow(3, 4), ElementType.FLOAT);
        graph.nodes().add(new RandomTrees(11, FEATURES, 1).grow(2, 2).regressor("x", "z"));
        graph.nodes().get(1).attribute("post_transform", "LOGISTIC");

        assertThat(new TreePacking().apply(graph)).isZero();
        assertThat(graph.nodes()).extracting(OnnxNode::op).containsOnly("TreeEnsembleRegressor");
    }

    private static void modes(OnnxNode node, String other) {
        OnnxAttribute.OfStrings old =
                (OnnxAttribute.OfStrings) node.attributes().get("nodes_modes");
        node.attribute(
                "nodes_modes",
                new OnnxAttribute.OfStrings(Objects.requireNonNull(old).values().stream()
                        .map(mode -> mode.toStringUtf8().equals("LEAF") ? mode : ByteString.copyFromUtf8(other))
                        .toList()));
    }

    private static void weighTwice(OnnxNode node) {
        for (String key : List.of("target_treeids", "target_nodeids", "target_ids")) {
            long[] ids = Objects.requireNonNull(node.intsAttribute(key));
            long[] more = Arrays.copyOf(ids, ids.length + 1);
            more[ids.length] = ids[0];
            node.attribute(key, more);
        }
        node.attribute(
                "target_weights",
                new OnnxAttribute.OfFloats(Stream.concat(
                                ((OnnxAttribute.OfFloats) Objects.requireNonNull(
                                                node.attributes().get("target_weights")))
                                        .values().stream(),
                                Stream.of(1f))
                        .toList()));
    }

    private static void children(OnnxNode node, long id) {
        long[] ids = Objects.requireNonNull(node.intsAttribute("nodes_truenodeids"));
        Arrays.fill(ids, id);
        node.attribute("nodes_truenodeids", ids);
    }
}
