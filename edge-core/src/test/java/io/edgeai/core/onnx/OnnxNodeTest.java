package io.edgeai.core.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Attributes of every kind, read as what they are and refused as anything else; header and limits. */
class OnnxNodeTest {
    private static Map<String, OnnxAttribute> kinds() {
        Map<String, OnnxAttribute> kinds = new LinkedHashMap<>();
        kinds.put("OfInt", new OnnxAttribute.OfInt(-3));
        kinds.put("OfFloat", new OnnxAttribute.OfFloat(0.25f));
        kinds.put("OfString", OnnxAttribute.OfString.of("gr\u00fcn"));
        kinds.put("OfInts", OnnxAttribute.OfInts.of(1, -2));
        kinds.put("OfTensor", new OnnxAttribute.OfTensor(OnnxTensor.scalar(1f)));
        kinds.put("OfFloats", new OnnxAttribute.OfFloats(List.of(1f)));
        kinds.put("OfStrings", new OnnxAttribute.OfStrings(List.of(ByteString.copyFromUtf8("a"))));
        kinds.put("OfTensors", new OnnxAttribute.OfTensors(List.of(OnnxTensor.scalar(1L))));
        kinds.put("OfGraph", new OnnxAttribute.OfGraph(OnnxGraph.create("g", 17)));
        kinds.put("OfGraphs", new OnnxAttribute.OfGraphs(List.of()));
        kinds.put("Opaque", new OnnxAttribute.Opaque(ByteString.EMPTY));
        return kinds;
    }

    /** Each typed read on an attribute of each other kind: 5 readers by 11 kinds, 5 of them right. */
    @TestFactory
    Stream<DynamicTest> everyReaderRefusesEveryOtherKind() {
        Map<String, BiConsumer<OnnxNode, String>> readers = Map.of(
                "OfInt", (node, key) -> assertThat(node.intAttribute(key, 0)).isEqualTo(-3),
                "OfFloat",
                        (node, key) -> assertThat(node.floatAttribute(key, 0)).isEqualTo(0.25f),
                "OfString",
                        (node, key) -> assertThat(node.stringAttribute(key, "")).isEqualTo("gr\u00fcn"),
                "OfInts", (node, key) -> assertThat(node.intsAttribute(key)).containsExactly(1, -2),
                "OfTensor",
                        (node, key) ->
                                assertThat(node.tensorAttribute(key).floats()).containsExactly(1f));
        List<DynamicTest> tests = new ArrayList<>();
        readers.forEach((reader, read) -> kinds().forEach(
                        (kind, value) -> tests.add(DynamicTest.dynamicTest(kind + " as " + reader, () -> {
                            OnnxNode node = new OnnxNode("Op", "n", List.of(), List.of()).attribute("key", value);
                            if (reader.equals(kind)) {
                                read.accept(node, "key");
                            } else {
                                assertThatThrownBy(() -> read.accept(node, "key"))
                                        .isInstanceOf(InvalidInputException.class)
                                        .hasMessage("Attribute (key) of Op(n) is " + kind + ", not " + reader + ".");
                            }
                        }))));
        return tests.stream();
    }

    @Test
    void absentAttributesGiveTheDefault() {
        OnnxNode node = new OnnxNode("Op", "", List.of(), List.of("a", "b"));
        assertThat(node.intAttribute("k", 7)).isEqualTo(7);
        assertThat(node.floatAttribute("k", 7.5f)).isEqualTo(7.5f);
        assertThat(node.stringAttribute("k", "seven")).isEqualTo("seven");
        assertThat(node.intsAttribute("k")).isNull();
        assertThat(node.tensorAttribute("k")).isNull();
        assertThat(node).as("without a name, its outputs name it").hasToString("Op(a,b)");
    }

    @Test
    void theLastValueOfAKeyCounts() {
        OnnxNode node = new OnnxNode("Op", "n", List.of(), List.of())
                .attribute("axis", 1)
                .attribute("axis", 2.5f);
        assertThat(node.floatAttribute("axis", 0)).isEqualTo(2.5f);
        assertThat(node.attributes()).hasSize(1);
    }

    @Test
    void positionsBeyondTheEndAreLeftOut() {
        List<String> inputs = new ArrayList<>(List.of("x", "", "z"));
        OnnxNode node = new OnnxNode("Op", "n", inputs, List.of("y"));
        inputs.clear();

        assertThat(node.input(0)).isEqualTo("x");
        assertThat(node.input(1)).isEmpty();
        assertThat(node.input(3)).isEmpty();
        assertThat(node.output(0)).isEqualTo("y");
        assertThat(node.output(9)).isEmpty();
        assertThat(node.reads()).containsExactly("x", "z");
    }

    /** Every kind through a file: what is written is what is read. */
    @Test
    void everyKindSurvivesAFile() {
        OnnxGraph graph = OnnxGraph.create("kinds", 17);
        OnnxNode node = graph.add("Op", "n", List.of(), List.of("y"))
                .domain("my.ops")
                .docString("about")
                .overload("second");
        kinds().forEach((kind, value) -> {
            if (!kind.equals("Opaque")) {
                node.attribute("a." + kind, value);
            }
        });
        node.metadata().put("source", "line 3");

        OnnxNode back = OnnxReader.read(OnnxWriter.toBytes(graph)).nodes().get(0);

        assertThat(back.domain()).isEqualTo("my.ops");
        assertThat(back.docString()).isEqualTo("about");
        assertThat(back.overload()).isEqualTo("second");
        assertThat(back.metadata()).containsExactly(Map.entry("source", "line 3"));
        assertThat(back.attributes().keySet())
                .containsExactlyElementsOf(node.attributes().keySet());
        for (String kind : List.of("OfInt", "OfFloat", "OfString", "OfInts", "OfFloats", "OfStrings", "OfGraphs")) {
            assertThat(back.attributes().get("a." + kind))
                    .isEqualTo(node.attributes().get("a." + kind));
        }
        assertThat(back.tensorAttribute("a.OfTensor").floats()).containsExactly(1f);
        assertThat(((OnnxAttribute.OfTensors) back.attributes().get("a.OfTensors"))
                        .values()
                        .get(0)
                        .longs())
                .containsExactly(1);
        assertThat(back.subgraphs()).extracting(OnnxGraph::name).containsExactly("g");
    }

    @Test
    void textThatIsNoUtf8IsKeptAsBytes() {
        OnnxGraph graph = OnnxGraph.create("g", 17);
        ByteString bytes = ByteString.copyFrom(new byte[] {(byte) 0xC3, 0x28, 0});
        graph.add("Op", "n", List.of(), List.of("y")).attribute("s", new OnnxAttribute.OfString(bytes));

        OnnxAttribute back = OnnxReader.read(OnnxWriter.toBytes(graph))
                .nodes()
                .get(0)
                .attributes()
                .get("s");

        assertThat(back).isEqualTo(new OnnxAttribute.OfString(bytes));
    }

    @Test
    void headersSurviveAFileWhole() {
        OnnxGraph graph = OnnxGraph.create("g", 18);
        graph.info()
                .irVersion(9)
                .producerName("maker")
                .producerVersion("1.2")
                .domain("org.example")
                .modelVersion(77)
                .docString("for tests");
        graph.info().opsets().put("ai.onnx.ml", 3L);
        graph.info().metadata().put("b", "2");
        graph.info().metadata().put("a", "1");

        OnnxModelInfo back = OnnxReader.read(OnnxWriter.toBytes(graph)).info();

        assertThat(back.irVersion()).isEqualTo(9);
        assertThat(back.producerName()).isEqualTo("maker");
        assertThat(back.producerVersion()).isEqualTo("1.2");
        assertThat(back.domain()).isEqualTo("org.example");
        assertThat(back.modelVersion()).isEqualTo(77);
        assertThat(back.docString()).isEqualTo("for tests");
        assertThat(back.opsets()).containsExactly(Map.entry("", 18L), Map.entry("ai.onnx.ml", 3L));
        assertThat(back.metadata()).as("in their order").containsExactly(Map.entry("b", "2"), Map.entry("a", "1"));
    }

    @Test
    void theStandardOperatorSetHasTwoNames() {
        OnnxModelInfo info = new OnnxModelInfo();
        assertThat(info.opset()).as("none declared").isZero();
        info.opsets().put("ai.onnx", 12L);
        assertThat(info.opset()).isEqualTo(12);
        info.opsets().put("", 15L);
        assertThat(info.opset()).as("the empty name goes first").isEqualTo(15);
    }

    @Test
    void aCopiedHeaderIsItsOwn() {
        OnnxModelInfo info = new OnnxModelInfo().producerName("a").modelVersion(3);
        info.functions().add(ByteString.copyFromUtf8("f"));
        info.opsets().put("", 17L);
        OnnxModelInfo copy = info.copy();
        copy.functions().clear();
        copy.opsets().clear();
        copy.metadata().put("k", "v");
        copy.producerName("b").modelVersion(4);

        assertThat(info.functions()).hasSize(1);
        assertThat(info.opsets()).containsKey("");
        assertThat(info.metadata()).isEmpty();
        assertThat(info.producerName()).isEqualTo("a");
        assertThat(info.modelVersion()).isEqualTo(3);
    }

    @Test
    void valuesKeepWhatTheyCarryAndTypesAreValues() {
        OnnxType.OfTensor type = OnnxType.OfTensor.of(io.edgeai.core.model.ElementType.FLOAT, -1, 3);
        assertThat(type.shape()).extracting(Object::toString).containsExactly("?", "3");
        assertThat(OnnxValue.tensor("x", io.edgeai.core.model.ElementType.FLOAT, -1, 3))
                .isEqualTo(new OnnxValue("x", type));
        assertThatThrownBy(() -> type.shape().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
