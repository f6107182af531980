package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.NodeTime;
import io.edgeai.core.runtime.SessionOptions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OrtProfilerTest {
    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
    private final SessionOptions options = SessionOptions.defaults().slots(1);

    /** small(x) and large(x): products of 1×64 with 64×64 and 64×2048, then a Relu. */
    private static OnnxGraph products() {
        OnnxGraph graph = OnnxGraph.create("products", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 16, 64));
        Random random = new Random(3);
        graph.initializers().put("a", normal(random, 64, 64));
        graph.initializers().put("b", normal(random, 64, 2048));
        graph.add("MatMul", "small", List.of("x", "a"), List.of("s"));
        graph.add("MatMul", "large", List.of("s", "b"), List.of("l"));
        graph.add("Relu", "clamp", List.of("l"), List.of("y"));
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, 16, 2048));
        return graph;
    }

    private static OnnxTensor normal(Random random, int rows, int columns) {
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return OnnxTensor.ofFloats(values, rows, columns);
    }

    private static Map<String, Tensor> feed() {
        float[] values = new float[16 * 64];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 7 - 3;
        }
        return Map.of("x", Tensor.of(values, 16, 64));
    }

    @Test
    void everyNodeIsTimedAndTheLargerProductTakesLonger() {
        List<NodeTime> times = engine.profile(OnnxWriter.toBytes(products()), options.optimize(false), feed(), 20);

        assertThat(times).extracting(NodeTime::node).containsExactly("small", "large", "clamp");
        assertThat(times).extracting(NodeTime::op).containsExactly("MatMul", "MatMul", "Relu");
        assertThat(times).allSatisfy(time -> {
            assertThat(time.provider()).isEqualTo("cpu");
            assertThat(time.runs()).isEqualTo(20);
            assertThat(time.micros()).isGreaterThanOrEqualTo(0.5);
        });
        assertThat(times.get(1).micros()).isGreaterThan(times.get(0).micros());
    }

    @Test
    void theRewrittenModelRunUntouchedComputesTheSameBits() {
        OnnxGraph graph = products();
        graph.add("Identity", "same", List.of("y"), List.of("z"));
        graph.outputs().add(OnnxValue.tensor("z", ElementType.FLOAT, 16, 2048));
        byte[] model = OnnxWriter.toBytes(graph);

        byte[] rewritten = engine.rewritten(model, options);

        assertThat(OnnxReader.read(rewritten).nodes()).extracting(OnnxNode::op).contains("MatMul");
        try (InferenceSession before = engine.open(model, options);
                InferenceSession after = engine.open(rewritten, options.optimize(false))) {
            assertThat(after.run(feed()).get("z").bytes())
                    .isEqualTo(before.run(feed()).get("z").bytes());
        }
    }

    @Test
    void badInputIsNamed() {
        byte[] model = OnnxWriter.toBytes(products());
        assertThatThrownBy(() -> engine.profile(model, options, feed(), 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("runs (0)");
        assertThatThrownBy(() -> engine.profile(model, options, Map.of(), 1))
                .isInstanceOf(io.edgeai.core.error.EdgeException.class);
        assertThatThrownBy(() -> engine.rewritten(new byte[100], options)).isInstanceOf(ModelFormatException.class);
    }
}
