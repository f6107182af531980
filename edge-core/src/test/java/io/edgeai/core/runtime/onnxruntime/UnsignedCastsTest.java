package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.NodeTime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StateTensor;
import io.edgeai.core.runtime.StatefulSession;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine itself must see the unsigned value: it tells it as a double. */
class UnsignedCastsTest {
    private static final OnnxRuntimeEngine ENGINE = new OnnxRuntimeEngine();

    /** y = x as double. */
    private static byte[] asDouble(ElementType type) {
        OnnxGraph graph = OnnxGraph.create("double", 17);
        graph.inputs().add(new OnnxValue("x", new OnnxType.OfTensor(type, null)));
        graph.add("Cast", "cast", List.of("x"), List.of("y")).attribute("to", ElementType.DOUBLE.onnxCode());
        graph.outputs().add(new OnnxValue("y", new OnnxType.OfTensor(ElementType.DOUBLE, null)));
        return OnnxWriter.toBytes(graph);
    }

    private static Tensor filled(ElementType type, BigInteger[] values, long... shape) {
        int width = type.bits() / 8;
        ByteBuffer bytes = ByteBuffer.allocate(values.length * width).order(ByteOrder.LITTLE_ENDIAN);
        for (BigInteger value : values) {
            for (int i = 0; i < width; i++) {
                bytes.put(value.shiftRight(8 * i).byteValue());
            }
        }
        return Tensor.ofBytes(type, bytes.array(), shape);
    }

    @ParameterizedTest
    @EnumSource(names = {"UINT16", "UINT32", "UINT64"})
    void theEngineSeesTheUnsignedValue(ElementType type) {
        BigInteger top = BigInteger.ONE.shiftLeft(type.bits());
        BigInteger half = top.shiftRight(1);
        BigInteger[] values = {
            BigInteger.ZERO,
            BigInteger.ONE,
            half.subtract(BigInteger.ONE),
            half,
            half.add(BigInteger.TWO),
            top.subtract(BigInteger.ONE)
        };
        try (InferenceSession session = ENGINE.open(asDouble(type), SessionOptions.defaults())) {
            for (long[] shape : new long[][] {{6}, {2, 3}, {1, 6, 1}}) {
                Tensor answer =
                        session.run(Map.of("x", filled(type, values, shape))).get("y");
                assertThat(answer.shape()).containsExactly(shape);
                for (int i = 0; i < values.length; i++) {
                    assertThat(answer.buffer().getDouble(8 * i)).isEqualTo(values[i].doubleValue());
                }
            }
            Tensor scalar = session.run(Map.of("x", filled(type, new BigInteger[] {half})))
                    .get("y");
            assertThat(scalar.shape()).isEmpty();
            assertThat(scalar.buffer().getDouble(0)).isEqualTo(half.doubleValue());
            Tensor none = session.run(Map.of("x", Tensor.allocate(type, 0, 3))).get("y");
            assertThat(none.shape()).containsExactly(0, 3);
        }
    }

    @Test
    void manyThreadsAtOnceGetTheirOwnAnswers() {
        try (InferenceSession session = ENGINE.open(
                asDouble(ElementType.UINT32), SessionOptions.defaults().slots(4))) {
            List<Boolean> right = IntStream.range(0, 400)
                    .parallel()
                    .mapToObj(i -> {
                        BigInteger value = BigInteger.valueOf(4_000_000_000L + i);
                        Tensor x = filled(ElementType.UINT32, new BigInteger[] {value}, 1);
                        return session.run(Map.of("x", x)).get("y").buffer().getDouble(0) == value.doubleValue();
                    })
                    .toList();
            assertThat(right).hasSize(400).doesNotContain(false);
        }
    }

    /** sum' = sum + x, where x is unsigned and the sum is kept. */
    @Test
    void aSessionWithStateTakesThemToo() {
        OnnxGraph graph = OnnxGraph.create("sum", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.UINT16, 2));
        graph.inputs().add(OnnxValue.tensor("sum", ElementType.FLOAT, 2));
        graph.add("Cast", "cast", List.of("x"), List.of("f")).attribute("to", ElementType.FLOAT.onnxCode());
        graph.add("Add", "add", List.of("sum", "f"), List.of("next"));
        graph.outputs().add(OnnxValue.tensor("next", ElementType.FLOAT, 2));
        StateTensor sum = StateTensor.carried("sum", "next", 2);
        Tensor x = filled(
                ElementType.UINT16, new BigInteger[] {BigInteger.valueOf(65_535), BigInteger.valueOf(40_000)}, 2);
        try (StatefulSession session =
                ENGINE.openStateful(OnnxWriter.toBytes(graph), List.of(sum), SessionOptions.defaults())) {
            for (int i = 0; i < 3; i++) {
                session.run(Map.of("x", x), Set.of(), null);
            }
            float[] kept = new float[2];
            session.read(sum.name(), kept);
            assertThat(kept).containsExactly(3 * 65_535f, 3 * 40_000f);
        }
    }

    @Test
    void theProfilerTakesThemToo() {
        Tensor x = Tensor.allocate(ElementType.UINT64, 3);
        List<NodeTime> times =
                ENGINE.profile(asDouble(ElementType.UINT64), SessionOptions.defaults(), Map.of("x", x), 3);
        assertThat(times).extracting(NodeTime::op).containsExactly("Cast");
    }
}
