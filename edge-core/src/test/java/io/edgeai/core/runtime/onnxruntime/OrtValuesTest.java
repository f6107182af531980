package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OrtValuesTest {
    private static InferenceSession open(OnnxGraph graph) {
        return new OnnxRuntimeEngine().open(OnnxWriter.toBytes(graph), SessionOptions.defaults());
    }

    private static OnnxValue value(String name, ElementType type, Dim... dims) {
        return new OnnxValue(name, new OnnxType.OfTensor(type, List.of(dims)));
    }

    private static OnnxGraph zipMap(OnnxAttribute labels, ElementType key, String attribute) {
        OnnxGraph graph = OnnxGraph.create("zip", 17);
        graph.info().opsets().put("ai.onnx.ml", 3L);
        graph.inputs().add(value("p", ElementType.FLOAT, Dim.symbolic("N"), Dim.of(3)));
        graph.add("ZipMap", "zip", List.of("p"), List.of("scores"))
                .domain("ai.onnx.ml")
                .attribute(attribute, labels);
        graph.outputs()
                .add(new OnnxValue(
                        "scores",
                        new OnnxType.OfSequence(new OnnxType.OfMap(key, OnnxType.OfTensor.of(ElementType.FLOAT)))));
        return graph;
    }

    @Test
    void listsOfMapsFromNumbersComeAsRowsWithAscendingKeys() {
        OnnxAttribute labels = new OnnxAttribute.OfInts(List.of(70L, -3L, 12L));
        try (InferenceSession session = open(zipMap(labels, ElementType.INT64, "classlabels_int64s"))) {
            Map<String, Tensor> outputs =
                    session.run(Map.of("p", Tensor.of(new float[] {.7f, .3f, .12f, 7, 3, 1}, 2, 3)));

            assertThat(outputs.keySet()).containsExactly("scores", "scores.keys");
            assertThat(outputs.get("scores.keys").longs()).containsExactly(-3, 12, 70);
            assertThat(outputs.get("scores").shape()).containsExactly(2, 3);
            assertThat(outputs.get("scores").floats()).containsExactly(.3f, .12f, .7f, 3, 1, 7);
        }
    }

    @Test
    void listsOfMapsFromStringsToo() {
        OnnxAttribute labels = new OnnxAttribute.OfStrings(
                List.of(ByteString.copyFromUtf8("wolf"), ByteString.copyFromUtf8("ant"), ByteString.copyFromUtf8("猫")));
        try (InferenceSession session = open(zipMap(labels, ElementType.STRING, "classlabels_strings"))) {
            Map<String, Tensor> outputs = session.run(Map.of("p", Tensor.of(new float[] {1, 2, 3}, 1, 3)));

            assertThat(outputs.get("scores.keys").strings()).containsExactly("ant", "wolf", "猫");
            assertThat(outputs.get("scores").floats()).containsExactly(2, 1, 3);
        }
    }

    @Test
    void listsOfTensorsComeNumbered() {
        OnnxGraph graph = OnnxGraph.create("split", 17);
        graph.inputs().add(value("x", ElementType.FLOAT, Dim.symbolic("N"), Dim.of(2)));
        graph.add("SplitToSequence", "split", List.of("x"), List.of("rows"));
        graph.outputs()
                .add(new OnnxValue("rows", new OnnxType.OfSequence(new OnnxType.OfTensor(ElementType.FLOAT, null))));
        try (InferenceSession session = open(graph)) {
            Map<String, Tensor> outputs = session.run(Map.of("x", Tensor.of(new float[] {1, 2, 3, 4}, 2, 2)));

            assertThat(outputs.keySet()).containsExactly("rows.0", "rows.1");
            assertThat(outputs.get("rows.1").floats()).containsExactly(3, 4);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UINT16", "UINT32", "UINT64", "UINT8", "INT16", "BFLOAT16"})
    void numbersOfEveryKindComeOut(ElementType type) {
        OnnxGraph graph = OnnxGraph.create("cast", 17);
        graph.inputs().add(value("x", ElementType.FLOAT, Dim.of(2)));
        graph.add("Cast", "cast", List.of("x"), List.of("y")).attribute("to", type.onnxCode());
        graph.outputs().add(value("y", type, Dim.of(2)));
        try (InferenceSession session = open(graph)) {
            Tensor answer =
                    session.run(Map.of("x", Tensor.of(new float[] {1, 200}, 2))).get("y");

            assertThat(answer.type()).isEqualTo(type);
            byte[] bytes = answer.bytes();
            assertThat(bytes).hasSize((int) type.bytes(2));
            if (type == ElementType.BFLOAT16) {
                assertThat(bytes).containsExactly(0x80, 0x3f, 0x48, 0x43);
            } else {
                assertThat(bytes[0]).isEqualTo((byte) 1);
                assertThat(bytes[bytes.length / 2]).isEqualTo((byte) 200);
            }
        }
    }

    @Test
    void anInputTypeTheEngineCannotTakeIsNamed() {
        OnnxGraph graph = OnnxGraph.create("cast", 19);
        graph.inputs().add(value("x", ElementType.FLOAT8E5M2, Dim.of(2)));
        graph.add("Cast", "cast", List.of("x"), List.of("y")).attribute("to", ElementType.FLOAT.onnxCode());
        graph.outputs().add(value("y", ElementType.FLOAT, Dim.of(2)));
        try (InferenceSession session = open(graph)) {
            assertThatThrownBy(() -> session.run(Map.of("x", Tensor.ofBytes(ElementType.FLOAT8E5M2, new byte[2], 2))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("FLOAT8E5M2")
                    .hasMessageContaining("Cast");
        }
    }

    @Test
    void inputsWithADefaultAreLeftOutAndCannotBeFed() {
        OnnxGraph graph = OnnxGraph.create("default", 17);
        graph.inputs().add(value("x", ElementType.FLOAT, Dim.of(2)));
        graph.inputs().add(value("w", ElementType.FLOAT, Dim.of(2)));
        graph.initializers().put("w", OnnxTensor.ofFloats(new float[] {10, 20}, 2));
        graph.add("Mul", "mul", List.of("x", "w"), List.of("y"));
        graph.outputs().add(value("y", ElementType.FLOAT, Dim.of(2)));
        Tensor two = Tensor.of(new float[] {2, 2}, 2);
        try (InferenceSession session = open(graph)) {
            assertThat(session.signature().inputs()).hasSize(1);
            assertThat(session.run(Map.of("x", two)).get("y").floats()).containsExactly(20, 40);
            assertThat(session.predict(new float[] {1, 1}, 0)).containsExactly(10, 20);
            assertThatThrownBy(() -> session.run(Map.of("x", two, "w", two)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("default");
        }
    }

    @Test
    void aStringOfEveryShapePassesAndEmptyOnesToo() {
        OnnxGraph graph = OnnxGraph.create("strings", 17);
        graph.inputs().add(value("x", ElementType.STRING, Dim.symbolic("N"), Dim.symbolic("M")));
        graph.add("Identity", "id", List.of("x"), List.of("y"));
        graph.outputs().add(value("y", ElementType.STRING, Dim.symbolic("N"), Dim.symbolic("M")));
        try (InferenceSession session = open(graph)) {
            Tensor square = Tensor.of(new String[] {"a", "b", "c", "d"}, 2, 2);
            assertThat(session.run(Map.of("x", square)).get("y").strings()).containsExactly("a", "b", "c", "d");
            assertThat(session.run(Map.of("x", square)).get("y").shape()).containsExactly(2, 2);
            Tensor none = Tensor.of(new String[0], 0, 2);
            assertThat(session.run(Map.of("x", none)).get("y").strings()).isEmpty();
        }
    }

    @Test
    void runsLeaveNoNativeMemoryBehind() throws IOException {
        assumeThat(Path.of("/proc/self/status")).as("needs /proc").exists();
        int n = 50_000;
        try (InferenceSession session = open(OnnxReader.read(TinyModels.affine(2)))) {
            Tensor input = Tensor.allocate(ElementType.FLOAT, n, 3);
            for (int i = 0; i < 100; i++) {
                session.run(Map.of("x", input));
            }
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 3 && least >= 300; round++) {
                long before = residentMegabytes();
                for (int i = 0; i < 1000; i++) {
                    assertThat(session.predict(new float[3 * (i % 40 + 1)], 0)).hasSize(3 * (i % 40 + 1));
                    session.run(Map.of("x", input));
                }
                least = Math.min(least, residentMegabytes() - before);
            }
            assertThat(least)
                    .as("1000 runs give 600 MB of outputs: a leak grows in every round, a heap that shrinks in one")
                    .isLessThan(300);
        }
    }

    /** Resident memory beyond what the Java heap and direct buffers take. */
    private static long residentMegabytes() throws IOException {
        System.gc();
        long resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return (resident - Runtime.getRuntime().totalMemory() - direct) >> 20;
    }
}
