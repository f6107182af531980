package io.edgeai.optimize.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.RandomNets;
import io.edgeai.optimize.testing.WideNets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CompactionTest {
    @Test
    void answersStayTheSameToTheBitAndFilesShrink() {
        for (int seed = 0; seed < 30; seed++) {
            OnnxGraph graph = seed % 2 == 0 ? RandomNets.of(seed, 13) : WideNets.of(seed, 13);
            OnnxGraph compact = graph.copy();
            new Compaction(Set.of()).apply(compact);
            Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(seed), 2, 3, 8, 8));
            assertThat(Objects.requireNonNull(Ort.run(compact, feed).get("y")).floats())
                    .as("seed " + seed)
                    .isEqualTo(Objects.requireNonNull(Ort.run(graph, feed).get("y"))
                            .floats());
            assertThat(OnnxWriter.toBytes(compact).length).isLessThan(OnnxWriter.toBytes(graph).length);
            Set<String> produced = new HashSet<>();
            for (OnnxNode node : compact.nodes()) {
                assertThat(node.name()).isEmpty();
                for (String name : node.outputs()) {
                    assertThat(name.isEmpty() || produced.add(name))
                            .as("seed " + seed + ": " + name + " has one producer")
                            .isTrue();
                }
            }
            assertThat(produced)
                    .doesNotContainAnyElementsOf(compact.initializers().keySet());
        }
    }

    @Test
    void namesToKeepInputsAndOutputsStayEvenIfShortOnesCollide() {
        GraphBuilder b = new GraphBuilder(13, 1).input("a", 1, 2);
        b.constant("c", OnnxTensor.ofFloats(new float[] {1, 2}, 1, 2));
        b.node("Add", "long_name_one", "a", "c");
        b.node("Mul", "b", "long_name_one", "c");
        b.node("Sub", "kept_value", "b", "long_name_one");
        b.node("Relu", "d", "kept_value");
        OnnxGraph graph = b.output("d").graph();
        OnnxGraph compact = graph.copy();
        new Compaction(Set.of("kept_value")).apply(compact);
        assertThat(compact.inputs().get(0).name()).isEqualTo("a");
        assertThat(compact.outputs().get(0).name()).isEqualTo("d");
        assertThat(compact.producers()).containsKey("kept_value");
        assertThat(compact.names()).doesNotContain("long_name_one");
        Map<String, Tensor> feed = Map.of("a", Tensor.of(new float[] {3, -4}, 1, 2));
        assertThat(Objects.requireNonNull(Ort.run(compact, feed).get("d")).floats())
                .isEqualTo(Objects.requireNonNull(Ort.run(graph, feed).get("d")).floats());
    }

    @Test
    void equalConstantsAreStoredOnceAndThoseThatAreOutputsStay() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 2);
        for (String name : List.of("one", "two", "result")) {
            b.constant(name, OnnxTensor.ofFloats(new float[] {1, 2}, 1, 2));
        }
        b.constant("other_shape", OnnxTensor.ofFloats(new float[] {1, 2}, 2));
        b.node("Add", "s", "x", "one");
        b.node("Add", "t", "s", "two");
        b.node("Add", "y", "t", "other_shape");
        OnnxGraph graph = b.output("y").output("result").graph();
        Compaction.shareConstants(graph);
        assertThat(graph.initializers().keySet()).containsExactlyInAnyOrder("one", "result", "other_shape");
        assertThat(graph.nodes().get(1).input(1)).isEqualTo("one");
    }

    @Test
    void nestedGraphsStillFindWhatTheyRead() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2);
        b.constant("weight_of_the_branch", OnnxTensor.ofFloats(new float[] {5, 6}, 2));
        b.constant("same_again", OnnxTensor.ofFloats(new float[] {5, 6}, 2));
        b.constant("yes", OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1}));
        b.node("Add", "shifted_value", "x", "same_again");
        OnnxGraph branch = new OnnxGraph("branch", b.graph().info());
        branch.add("Mul", "named", List.of("shifted_value", "weight_of_the_branch"), List.of("product"));
        branch.outputs().add(new OnnxValue("product", null));
        OnnxGraph other = new OnnxGraph("other", b.graph().info());
        other.add("Neg", "", List.of("shifted_value"), List.of("negative"));
        other.outputs().add(new OnnxValue("negative", null));
        b.node("If", "y", "yes")
                .attribute("then_branch", new io.edgeai.core.onnx.OnnxAttribute.OfGraph(branch))
                .attribute("else_branch", new io.edgeai.core.onnx.OnnxAttribute.OfGraph(other));
        OnnxGraph graph = b.output("y").graph();
        Map<String, Tensor> feed = Map.of("x", Tensor.of(new float[] {1, 2}, 2));
        float[] before = Objects.requireNonNull(Ort.run(graph, feed).get("y")).floats();
        new Compaction(Set.of()).apply(graph);
        assertThat(Objects.requireNonNull(Ort.run(graph, feed).get("y")).floats())
                .isEqualTo(before)
                .containsExactly(30, 48);
    }

    @Test
    void valuesThatComeFromElsewhereKeepTheirNames() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2);
        b.node("Add", "sum_of_both", "x", "a");
        b.node("Relu", "y", "sum_of_both");
        OnnxGraph graph = b.output("y").graph();
        new Compaction(Set.of()).apply(graph);
        assertThat(graph.nodes().get(0).inputs())
                .as("a may be a sparse constant that is carried along")
                .containsExactly("x", "a");
        assertThat(graph.nodes().get(0).output(0))
                .isEqualTo("b")
                .isEqualTo(graph.nodes().get(1).input(0));
    }

    @Test
    void attributesThatRepeatTheDefaultAreDroppedAndOthersKept() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 4, 6, 6);
        OnnxNode conv = b.conv("c", "x", 4, 4);
        conv.attribute("group", 1).attribute("dilations", new long[] {1, 1}).attribute("strides", new long[] {1, 2});
        OnnxNode pool = b.node("MaxPool", "p", "c")
                .attribute("kernel_shape", new long[] {2, 2})
                .attribute("ceil_mode", 1)
                .attribute("pads", new long[] {0, 0, 0, 0});
        b.output("p");
        new Compaction(Set.of()).apply(b.graph());
        assertThat(conv.attributes().keySet())
                .as("the weights have the kernel's shape")
                .containsExactlyInAnyOrder("pads", "strides");
        assertThat(pool.attributes().keySet()).containsExactlyInAnyOrder("kernel_shape", "ceil_mode");
    }

    @Test
    void textsForReadersGo() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 1).docString("long story");
        graph.nodes().get(0).docString("line 7 of model.py").metadata().put("stack", "trace");
        graph.valueInfo().put("c1", OnnxValue.tensor("c1", ElementType.FLOAT, 1, 16, 8, 8));
        new Compaction(Set.of("c1")).apply(graph);
        assertThat(graph.docString()).isEmpty();
        assertThat(graph.valueInfo()).isEmpty();
        assertThat(graph.nodes().get(0).docString()).isEmpty();
        assertThat(graph.nodes().get(0).metadata()).isEmpty();
    }

    @Test
    void generatedNamesAreShortAndAllDifferent() {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            assertThat(names.add(Compaction.name(i))).isTrue();
        }
        assertThat(Compaction.name(0)).isEqualTo("a");
        assertThat(Compaction.name(51)).isEqualTo("Z");
        assertThat(Compaction.name(52)).isEqualTo("aa");
        assertThat(Compaction.name(3000)).hasSize(2);
    }
}
