package io.edgeai.core.runtime.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.runtime.provider.CudaProvider;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import io.edgeai.core.runtime.provider.TensorRtProvider;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers and refusals of NVIDIA's GPUs, beside those of the processor; skipped where there is none. */
class GpuProvidersTest {
    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();

    static Stream<ExecutionProvider> gpus() {
        return Stream.of(
                CudaProvider.device(0).tf32(false),
                CudaProvider.device(0).tf32(false).searchConvolutions(false).memoryLimit(1L << 30),
                TensorRtProvider.device(0));
    }

    /** relu(conv(x)) over 3 x 16 x 16, then a product with 10 columns; N free. */
    private static byte[] net(Random random) {
        OnnxGraph graph = OnnxGraph.create("net", 17);
        graph.inputs().add(floats("x", Dim.symbolic("N"), Dim.of(3), Dim.of(16), Dim.of(16)));
        graph.initializers().put("k", OnnxTensor.ofFloats(noise(random, 8 * 3 * 3 * 3), 8, 3, 3, 3));
        graph.initializers().put("w", OnnxTensor.ofFloats(noise(random, 8 * 14 * 14 * 10), 8 * 14 * 14, 10));
        graph.add("Conv", "conv", List.of("x", "k"), List.of("c"));
        graph.add("Relu", "relu", List.of("c"), List.of("r"));
        graph.add("Flatten", "flat", List.of("r"), List.of("f"));
        graph.add("MatMul", "product", List.of("f", "w"), List.of("y"));
        graph.outputs().add(floats("y", Dim.symbolic("N"), Dim.of(10)));
        return OnnxWriter.toBytes(graph);
    }

    private static OnnxValue floats(String name, Dim... dims) {
        return new OnnxValue(name, new OnnxType.OfTensor(ElementType.FLOAT, List.of(dims)));
    }

    private static float[] noise(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @MethodSource("gpus")
    void answersAreThoseOfTheProcessorForEveryBatch(ExecutionProvider provider) {
        OnProvider gpu = new OnProvider(provider);
        gpu.orSkip();
        Random random = new Random(7);
        byte[] model = net(random);
        try (InferenceSession here = engine.open(model, SessionOptions.defaults());
                InferenceSession there = gpu.open(model, SessionOptions.defaults())) {
            for (int batch : new int[] {1, 5, 2, 17, 1}) {
                Tensor x = Tensor.of(noise(random, batch * 768), batch, 3, 16, 16);
                float[] expected = here.run(Map.of("x", x)).get("y").floats();
                float[] actual = there.run(Map.of("x", x)).get("y").floats();
                assertThat(actual).hasSameSizeAs(expected);
                for (int i = 0; i < expected.length; i++) {
                    assertThat(actual[i]).as("batch %d, value %d", batch, i).isCloseTo(expected[i], within(5e-3f));
                }
                assertThat(there.predict(x.floats(), 0)).isEqualTo(actual);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("gpus")
    void anOptionThatItDoesNotKnowIsNamed(ExecutionProvider provider) {
        OnProvider gpu = new OnProvider(provider);
        gpu.orSkip();
        ExecutionProvider wrong = gpu.provider().option("no_such_option", "1");
        assertThatThrownBy(() -> engine.open(
                        TinyModels.affine(2), SessionOptions.defaults().provider(wrong)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(no_such_option)");
    }

    @ParameterizedTest
    @MethodSource("gpus")
    void aDeviceThatIsNotThereIsNoFaultOfTheModel(ExecutionProvider provider) {
        OnProvider gpu = new OnProvider(provider);
        gpu.orSkip();
        ExecutionProvider missing = gpu.provider().option("device_id", "99");
        assertThat(engine.availability(missing).usable()).isFalse();
        assertThatThrownBy(() -> engine.open(
                        TinyModels.affine(2), SessionOptions.defaults().provider(missing)))
                .isInstanceOf(RuntimeUnavailableException.class)
                .hasMessageContaining("(" + provider.name() + ")");
        assertThat(engine.firstUsable(List.of(missing, gpu.provider()))).isEqualTo(gpu.provider());
    }
}
