package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What happens where there is nothing to gain, and where no generated input fits. */
class NothingGainedTest {
    @Test
    void aModelThatGeneratesItsWeightsIsNotBlownUpForNothing() {
        OnnxGraph graph = OnnxGraph.create("generated", 13);
        input(graph, "x", Dim.symbolic("N"), Dim.of(64));
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, -1, 512));
        graph.initializers().put("shape", OnnxTensor.ofLongs(new long[] {64, 512}, 2));
        graph.add("ConstantOfShape", "weights", List.of("shape"), List.of("w"))
                .attribute(
                        "value",
                        new io.edgeai.core.onnx.OnnxAttribute.OfTensor(OnnxTensor.ofFloats(new float[] {.01f}, 1)));
        graph.add("MatMul", "mul", List.of("x", "w"), List.of("y"));

        AtomicLong time = new AtomicLong();
        OptimizationResult result = InferenceOptimizer.builder()
                .latencyTicker(() -> time.addAndGet(1000))
                .build()
                .optimize(graph, Recipe.builder().int8Dynamic().latencyRounds(3).build());

        assertThat(result.report().kept()).isFalse();
        assertThat(result.report().outcome()).contains("original is returned", "larger", "not faster");
        assertThat(result.graph()).isSameAs(graph);
        assertThat(result.report().bytesAfter()).isEqualTo(result.report().bytesBefore());
    }

    @Test
    void aModelThatNeedsLongerInputsGetsThem() {
        OnnxGraph graph = reflecting(3, Dim.symbolic("length"));

        OptimizationResult result = InferenceOptimizer.ofDefaults()
                .optimize(graph, Recipe.builder().fp16().latencyRounds(0).build());

        assertThat(result.report().warnings()).anyMatch(warning -> warning.contains("generated inputs"));
    }

    @Test
    void whereNoGeneratedInputFitsSamplesAreAskedFor() {
        OnnxGraph graph = reflecting(3, Dim.of(2));

        assertThatThrownBy(() -> InferenceOptimizer.ofDefaults()
                        .optimize(graph, Recipe.builder().fp16().build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe give the recipe samples");
    }

    /** Reflects {@code pad} values at the end, which needs more than that many. */
    private static OnnxGraph reflecting(long pad, Dim length) {
        OnnxGraph graph = OnnxGraph.create("reflecting", 13);
        input(graph, "x", Dim.of(1), length);
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, 1, -1));
        graph.initializers().put("pads", OnnxTensor.ofLongs(new long[] {0, 0, 0, pad}, 4));
        graph.add("Pad", "pad", List.of("x", "pads"), List.of("padded")).attribute("mode", "reflect");
        graph.initializers().put("k", OnnxTensor.ofFloats(new float[4096], 4096, 1));
        graph.add("ReduceSum", "sum", List.of("padded"), List.of("s")).attribute("keepdims", 1);
        graph.add("Mul", "y", List.of("s", "k"), List.of("m"));
        graph.add("Transpose", "t", List.of("m"), List.of("y")).attribute("perm", new long[] {1, 0});
        return graph;
    }

    private static void input(OnnxGraph graph, String name, Dim... dims) {
        graph.inputs().add(new OnnxValue(name, new OnnxType.OfTensor(ElementType.FLOAT, List.of(dims))));
    }
}
