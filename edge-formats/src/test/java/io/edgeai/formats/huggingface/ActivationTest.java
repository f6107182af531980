package io.edgeai.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.golden.Runner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every activation against its formula, from −6 to 6. */
class ActivationTest {
    private static final Map<String, DoubleUnaryOperator> FORMULAS = Map.ofEntries(
            Map.entry("gelu", Loops::gelu),
            Map.entry("gelu_python", Loops::gelu),
            Map.entry("gelu_new", Loops::geluNew),
            Map.entry("gelu_pytorch_tanh", Loops::geluNew),
            Map.entry("gelu_fast", Loops::geluNew),
            Map.entry("quick_gelu", x -> x * Loops.sigmoid(1.702 * x)),
            Map.entry("silu", x -> x * Loops.sigmoid(x)),
            Map.entry("swish", x -> x * Loops.sigmoid(x)),
            Map.entry("mish", x -> x * Math.tanh(Loops.softplus(x))),
            Map.entry("relu", x -> Math.max(0, x)),
            Map.entry("relu2", x -> Math.max(0, x) * Math.max(0, x)),
            Map.entry("relu6", x -> Math.min(6, Math.max(0, x))),
            Map.entry("tanh", Math::tanh),
            Map.entry("sigmoid", Loops::sigmoid),
            Map.entry("linear", x -> x));

    static java.util.Set<String> names() {
        return Activation.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void followsItsFormula(String name) {
        OnnxGraph graph = OnnxGraph.create(name, 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, 121));
        Emitter emit = new Emitter(graph);
        String y = emit.op("Identity", Activation.apply(emit, name, "x"));
        graph.outputs().add(OnnxValue.tensor(y, ElementType.FLOAT, 121));
        ByteBuffer x = ByteBuffer.allocate(4 * 121).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 121; i++) {
            x.putFloat(4 * i, (i - 60) / 10f);
        }

        double[] found =
                Runner.run(graph, List.of(new Npy("f4", new long[] {121}, x))).get(0);

        for (int i = 0; i < 121; i++) {
            double expected = FORMULAS.get(name).applyAsDouble((i - 60) / 10f);
            assertThat(found[i])
                    .as("%s(%s)", name, (i - 60) / 10f)
                    .isCloseTo(expected, within(2e-6 * Math.max(1, expected)));
        }
    }
}
