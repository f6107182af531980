package io.edgeai.core.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.protobuf.ByteString;
import io.edgeai.core.model.ElementType;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Looking values up and renaming them through graphs nested two deep; copies share nothing that changes. */
class OnnxGraphEditsTest {
    private OnnxGraph graph;
    private OnnxGraph loop;
    private OnnxGraph branch;

    /** x → h → Loop(body: h, i → t; If(branch: h, t → z) → u) → y. */
    @BeforeEach
    void build() {
        graph = OnnxGraph.create("outer", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 2));
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, 2));
        graph.initializers().put("trips", OnnxTensor.scalar(3L));
        graph.add("Relu", "first", List.of("x"), List.of("h"));
        loop = new OnnxGraph("body", graph.info());
        loop.inputs().add(OnnxValue.tensor("i", ElementType.INT64));
        loop.inputs().add(OnnxValue.tensor("go", ElementType.BOOL));
        loop.inputs().add(OnnxValue.tensor("state", ElementType.FLOAT, 2));
        loop.add("Add", "sum", List.of("h", "state"), List.of("t"));
        branch = new OnnxGraph("then", graph.info());
        branch.add("Mul", "inner", List.of("h", "t"), List.of("z"));
        branch.outputs().add(new OnnxValue("z", null));
        loop.add("If", "choice", List.of("go"), List.of("u"))
                .attribute("then_branch", new OnnxAttribute.OfGraph(branch));
        loop.outputs().add(new OnnxValue("go", null));
        loop.outputs().add(new OnnxValue("u", null));
        graph.add("Loop", "again", List.of("trips", "", "x"), List.of("y"))
                .attribute("body", new OnnxAttribute.OfGraph(loop));
    }

    @Test
    void outerReadsAreWhatNoGraphInsideMakes() {
        assertThat(branch.outerReads()).containsExactlyInAnyOrder("h", "t");
        assertThat(loop.outerReads()).containsExactly("h");
        assertThat(graph.outerReads()).isEmpty();
        assertThat(graph.nodes().get(1).reads()).containsExactlyInAnyOrder("trips", "x", "h");
    }

    @Test
    void anOutputThatIsOnlyPassedThroughIsReadFromOutside() {
        OnnxGraph through = new OnnxGraph("else", graph.info());
        through.outputs().add(new OnnxValue("h", null));
        assertThat(through.outerReads()).containsExactly("h");
        through.initializers().put("h", OnnxTensor.scalar(1f));
        assertThat(through.outerReads()).isEmpty();
    }

    @Test
    void consumersListEachNodeOnceAndKnowNestedReads() {
        graph.nodes().get(0).inputs().add("x");

        assertThat(graph.consumers().get("x")).extracting(OnnxNode::name).containsExactly("first", "again");
        assertThat(graph.consumers().get("h")).extracting(OnnxNode::name).containsExactly("again");
        assertThat(graph.consumers())
                .as("no reader of what is left out or made inside")
                .doesNotContainKeys("", "t", "y");
        assertThat(loop.consumers().get("t")).extracting(OnnxNode::name).containsExactly("choice");
    }

    @Test
    void producersKnowEachOutputOfTheirOwnGraph() {
        graph.add("TopK", "top", List.of("h"), List.of("", "places"));

        assertThat(graph.producers()).containsOnlyKeys("h", "y", "places");
        assertThat(graph.producers().get("places").name()).isEqualTo("top");
        assertThat(loop.producers()).containsOnlyKeys("t", "u");
    }

    @Test
    void namesReachIntoEveryNestedGraph() {
        assertThat(graph.names())
                .contains("x", "y", "trips", "h", "i", "go", "state", "t", "u", "z")
                .as("the mark of a missing input counts as in use")
                .contains("");
        assertThat(branch.names()).containsExactlyInAnyOrder("h", "t", "z");
    }

    @Test
    void usesAreReplacedAtEveryDepth() {
        graph.replaceUses("h", "x");

        assertThat(loop.nodes().get(0).inputs()).containsExactly("x", "state");
        assertThat(branch.nodes().get(0).inputs()).containsExactly("x", "t");
        assertThat(graph.nodes().get(0).outputs()).as("what makes it stays").containsExactly("h");
        assertThat(graph.consumers()).doesNotContainKey("h");
    }

    @Test
    void replacingAnOutputKeepsItsTypeAndWhatItCarries() {
        ByteString note = ByteString.copyFrom(new byte[] {26, 1, 'n'});
        OnnxType type = OnnxType.OfTensor.of(ElementType.FLOAT, 2);
        graph.outputs().set(0, new OnnxValue("y", type, note));

        graph.replaceUses("y", "h");

        assertThat(graph.outputs()).containsExactly(new OnnxValue("h", type, note));
    }

    /** A nested graph may have its own value of that name; once it was taken for the outer one. */
    @Test
    void valuesOfANestedGraphWithTheSameNameStay() {
        OnnxGraph own = new OnnxGraph("else", graph.info());
        own.initializers().put("h", OnnxTensor.scalar(1f));
        own.add("Neg", "n", List.of("h"), List.of("m"));
        own.outputs().add(new OnnxValue("m", null));
        graph.add("If", "other", List.of("flag"), List.of("w"))
                .attribute("else_branch", new OnnxAttribute.OfGraph(own));
        OnnxGraph made = new OnnxGraph("then", graph.info());
        made.inputs().add(OnnxValue.tensor("h", ElementType.FLOAT));
        made.outputs().add(new OnnxValue("h", null));
        graph.nodes().get(2).attribute("then_branch", new OnnxAttribute.OfGraph(made));

        graph.replaceUses("h", "x");

        assertThat(own.nodes().get(0).inputs()).containsExactly("h");
        assertThat(made.outputs()).extracting(OnnxValue::name).containsExactly("h");
        assertThat(graph.nodes().get(2).reads()).containsExactly("flag");
    }

    @Test
    void copiesShareNothingThatChanges() {
        graph.docString("about").metadata().put("k", "v");
        graph.valueInfo().put("h", OnnxValue.tensor("h", ElementType.FLOAT, 2));
        graph.nodes().get(0).metadata().put("line", "1");
        OnnxGraph copy = graph.copy();
        OnnxGraphEquality.assertSame(graph, copy);

        copy.name("other").docString("else").metadata().clear();
        copy.valueInfo().clear();
        copy.inputs().clear();
        copy.outputs().clear();
        copy.nodes().get(0).metadata().clear();
        OnnxGraph deep = copy.nodes()
                .get(1)
                .subgraphs()
                .get(0)
                .nodes()
                .get(1)
                .subgraphs()
                .get(0);
        deep.nodes().get(0).op("Div").domain("my.ops").inputs().clear();
        deep.nodes().get(0).attribute("new", 1);
        copy.info().metadata().put("author", "x");
        copy.nodes().remove(0);

        assertThat(graph.name()).isEqualTo("outer");
        assertThat(graph.docString()).isEqualTo("about");
        assertThat(graph.metadata()).containsEntry("k", "v");
        assertThat(graph.valueInfo()).containsKey("h");
        assertThat(graph.inputs()).hasSize(1);
        assertThat(graph.outputs()).hasSize(1);
        assertThat(graph.nodes()).hasSize(2);
        assertThat(graph.nodes().get(0).metadata()).containsEntry("line", "1");
        assertThat(branch.nodes().get(0).op()).isEqualTo("Mul");
        assertThat(branch.nodes().get(0).inputs()).containsExactly("h", "t");
        assertThat(branch.nodes().get(0).attributes()).isEmpty();
        assertThat(graph.info().metadata()).isEmpty();
        assertThat(deep.info()).as("one header for all graphs of the copy").isSameAs(copy.info());
    }

    @Test
    void attributesOfSeveralGraphsAreCopiedAndSearchedToo() {
        graph.nodes().get(0).attribute("cases", new OnnxAttribute.OfGraphs(List.of(branch, loop)));

        assertThat(graph.nodes().get(0).subgraphs()).containsExactly(branch, loop);
        assertThat(graph.nodes().get(0).reads()).containsExactlyInAnyOrder("x", "h", "t");
        OnnxNode copied = graph.copy().nodes().get(0);
        assertThat(copied.subgraphs()).hasSize(2).doesNotContain(branch, loop);
        copied.subgraphs().get(0).nodes().clear();
        assertThat(branch.nodes()).hasSize(1);
    }

    @Test
    void constantsAreFoundByName() {
        graph.add("Constant", "c", List.of(), List.of("k"))
                .attribute("value", new OnnxAttribute.OfTensor(OnnxTensor.scalar(2f)));
        graph.add("Constant", "w", List.of(), List.of("words")).attribute("value_int", 7);

        assertThat(graph.constant("trips")).isSameAs(graph.initializers().get("trips"));
        assertThat(graph.constant("k")).isNotNull();
        assertThat(graph.constant("words")).as("a Constant without a tensor").isNull();
        assertThat(graph.constant("h")).isNull();
        assertThat(graph.constant("nobody")).isNull();
    }

    @Test
    void feedsLeaveOutWhatHasADefault() {
        graph.inputs().add(OnnxValue.tensor("trips", ElementType.INT64));
        assertThat(graph.feeds()).extracting(OnnxValue::name).containsExactly("x");
        graph.initializers().clear();
        assertThat(graph.feeds()).extracting(OnnxValue::name).containsExactly("x", "trips");
    }

    @Test
    void anEmptyGraphIsWholeToo() {
        OnnxGraph empty = OnnxGraph.create("", 17);
        assertThat(empty.topologicalOrder()).isEmpty();
        assertThat(empty.names()).isEmpty();
        assertThatCode(() -> OnnxReader.read(OnnxWriter.toBytes(empty))).doesNotThrowAnyException();
        assertThat(empty.info().opset()).isEqualTo(17);
    }
}
