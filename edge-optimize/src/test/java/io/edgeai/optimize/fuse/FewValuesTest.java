package io.edgeai.optimize.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.ProfilingRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FewValuesTest {
    @Test
    void gridsAreStoredInAByteAnElementAndComeBackToTheBit() {
        for (int different : new int[] {1, 2, 255, 256}) {
            OnnxGraph graph = with(different, 4000);
            OnnxGraph packed = graph.copy();
            assertThat(new FewValues().apply(packed)).isEqualTo(1);
            int saved = OnnxWriter.toBytes(graph).length - OnnxWriter.toBytes(packed).length;
            assertThat(saved).isGreaterThan(3 * 4000 - 4 * different - 250);
            Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(1), 4, 1000));
            assertThat(Objects.requireNonNull(Ort.run(packed, feed).get("y")).bytes())
                    .isEqualTo(Objects.requireNonNull(Ort.run(graph, feed).get("y"))
                            .bytes());
        }
    }

    @Test
    void theEngineUndoesItWhenItLoadsTheModel() {
        OnnxGraph packed = with(100, 4000);
        new FewValues().apply(packed);
        byte[] rewritten =
                ((ProfilingRuntime) Ort.runtime()).rewritten(OnnxWriter.toBytes(packed), SessionOptions.defaults());
        assertThat(OnnxReader.read(rewritten).nodes())
                .extracting(node -> node.op())
                .containsExactly("Add");
    }

    @Test
    void negativeZeroAndNaNAreValuesOfTheirOwn() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2000);
        float[] values = new float[2000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 3 == 0 ? -0f : i % 3 == 1 ? 0f : Float.NaN;
        }
        b.constant("c", OnnxTensor.ofFloats(values, 2000));
        b.node("Mul", "y", "x", "c");
        OnnxGraph graph = b.output("y").graph();
        float[] ones = new float[2000];
        java.util.Arrays.fill(ones, 1);
        new FewValues().apply(graph);
        float[] back = Objects.requireNonNull(
                        Ort.run(graph, Map.of("x", Tensor.of(ones, 2000))).get("y"))
                .floats();
        assertThat(1 / back[0]).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(1 / back[1]).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(back[2]).isNaN();
    }

    @Test
    void manyValuesSmallConstantsAndOutputsStay() {
        assertThat(new FewValues().apply(with(257, 4000))).isZero();
        assertThat(new FewValues().apply(with(4, 1000))).isZero();
        OnnxGraph output = with(4, 4000);
        output.outputs().add(new io.edgeai.core.onnx.OnnxValue("c", null));
        assertThat(new FewValues().apply(output)).isZero();
    }

    private static OnnxGraph with(int different, int elements) {
        float[] table = Ort.normal(new Random(different), different);
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = table[i % different];
        }
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 4, elements / 4);
        b.constant("c", OnnxTensor.ofFloats(values, 4, elements / 4));
        b.node("Add", "y", "x", "c");
        return b.output("y").graph();
    }
}
