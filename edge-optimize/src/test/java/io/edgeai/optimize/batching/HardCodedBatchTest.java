package io.edgeai.optimize.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Operators that hold the batch of one sample somewhere inside: freed where samples stay apart, else refused. */
class HardCodedBatchTest {
    private static final BatchFreeing FREEING = new BatchFreeing(Ort.runtime());
    private static final int ROWS = 6;

    private static List<Map<String, Tensor>> samples() {
        Random random = new Random(11);
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            samples.add(Map.of("x", Ort.tensor(random, 1, 4, 6)));
        }
        return samples;
    }

    /** A graph from "x" [1,4,6] over "t" to "y". */
    private static OnnxGraph graph(Consumer<GraphBuilder> middle) {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", 1, 4, 6);
        b.node("Tanh", "t", "x");
        middle.accept(b);
        return b.output("y").graph();
    }

    private static void equalsRowByRow(OnnxGraph graph, OnnxGraph freed) {
        List<Map<String, Tensor>> samples = samples();
        float[] all = new float[ROWS * 24];
        for (int i = 0; i < ROWS; i++) {
            System.arraycopy(samples.get(i).get("x").floats(), 0, all, i * 24, 24);
        }
        float[] together =
                Ort.run(freed, Map.of("x", Tensor.of(all, ROWS, 4, 6))).get("y").floats();
        for (int i = 0; i < ROWS; i++) {
            float[] alone = Ort.run(graph, samples.get(i)).get("y").floats();
            assertThat(together).hasSize(ROWS * alone.length);
            for (int j = 0; j < alone.length; j++) {
                assertThat(together[i * alone.length + j]).as("row " + i).isCloseTo(alone[j], within(1e-5f));
            }
        }
    }

    private static Arguments named(String name, Consumer<GraphBuilder> middle) {
        return Arguments.of(name, graph(middle));
    }

    static Stream<Arguments> apart() {
        return Stream.of(
                named("a spread to the shape of one sample", b -> {
                    b.longs("shape", 1, 4, 6);
                    b.node("ReduceMean", "m", "t").attribute("axes", new long[] {2});
                    b.node("Expand", "e", "m", "shape");
                    b.node("Sub", "y", "t", "e");
                }),
                named("a slice of positions", b -> {
                    b.longs("s", 1).longs("e", 3).longs("a", 1);
                    b.node("Slice", "y", "t", "s", "e", "a");
                }),
                named("a slice that names the batch as a whole", b -> {
                    b.longs("s", 0, 2).longs("e", Long.MAX_VALUE, 5).longs("a", 0, 2);
                    b.node("Slice", "y", "t", "s", "e", "a");
                }),
                named("repeats of one", b -> {
                    b.longs("r", 1, 2, 1);
                    b.node("Tile", "y", "t", "r");
                }),
                named("two reshapes in a row", b -> {
                    b.longs("flat", 1, 24).longs("back", 1, 6, 4);
                    b.node("Reshape", "f", "t", "flat");
                    b.node("Reshape", "y", "f", "back");
                }),
                named("positions as samples and back", b -> {
                    b.longs("rows", 4, 6).longs("back", 1, 4, 5);
                    b.weight("w", 0.4, 6, 5);
                    b.node("Reshape", "f", "t", "rows");
                    b.node("MatMul", "m", "f", "w");
                    b.node("Reshape", "y", "m", "back");
                }),
                named("a constant of one sample added", b -> {
                    b.weight("k", 1, 1, 4, 6);
                    b.node("Add", "y", "t", "k");
                }),
                named("zeros made for one sample", b -> {
                    b.longs("shape", 1, 4, 6);
                    b.node("ConstantOfShape", "zeros", "shape")
                            .attribute("value", new OnnxAttribute.OfTensor(OnnxTensor.ofFloats(new float[] {.5f}, 1)));
                    b.node("Max", "y", "t", "zeros");
                }),
                named("zeros of one sample put beside", b -> {
                    b.constant("zeros", OnnxTensor.ofFloats(new float[12], 1, 2, 6));
                    b.node("Concat", "y", "t", "zeros").attribute("axis", 1);
                }),
                named("an axis added and dropped", b -> {
                    b.longs("one", 1);
                    b.node("Unsqueeze", "u", "t", "one");
                    b.node("Relu", "r", "u");
                    b.node("Squeeze", "y", "r", "one");
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("apart")
    void samplesThatStayApartAreFreed(String name, OnnxGraph graph) {
        FreedModel freed = FREEING.free(graph, samples());
        equalsRowByRow(graph, freed.graph());
        assertThat(freed.batches()).contains(1, 2, 3, 8);
        assertThat(freed.largestDifference()).isLessThan(1e-5);
    }

    static Stream<Arguments> together() {
        return Stream.of(
                named("the first sample only", b -> {
                    b.longs("s", 0).longs("e", 1).longs("a", 0);
                    b.node("Slice", "y", "t", "s", "e", "a");
                }),
                named("the first sample picked", b -> {
                    b.constant("first", OnnxTensor.scalar(0L));
                    b.node("Gather", "y", "t", "first").attribute("axis", 0);
                }),
                named("the largest over all samples", b -> {
                    b.node("ReduceMax", "m", "t").attribute("axes", new long[] {0});
                    b.node("Sub", "y", "t", "m");
                }),
                named("running sums along the batch", b -> {
                    b.constant("axis", OnnxTensor.scalar(0L));
                    b.node("CumSum", "y", "t", "axis");
                }),
                named("the batch turned to another axis", b -> {
                    b.node("Transpose", "turned", "t").attribute("perm", new long[] {1, 0, 2});
                    b.node("Softmax", "s", "turned").attribute("axis", 1);
                    b.node("Transpose", "y", "s").attribute("perm", new long[] {1, 0, 2});
                }),
                named("a mean over everything", b -> {
                    b.node("ReduceMean", "m", "t").attribute("keepdims", 1);
                    b.node("Mul", "y", "t", "m");
                }),
                named("an axis of one that is dropped", b -> {
                    b.longs("zero", 0);
                    b.node("Squeeze", "s", "t", "zero");
                    b.node("MatMul", "y", "s", "w");
                    b.weight("w", 0.4, 6, 6);
                }),
                named("samples joined in one row", b -> {
                    b.node("Flatten", "f", "t").attribute("axis", 0);
                    b.node("Softmax", "y", "f").attribute("axis", 0);
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("together")
    void samplesThatMeetAreRefused(String name, OnnxGraph graph) {
        assertThatThrownBy(() -> FREEING.free(graph, samples()))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(test) cannot be freed")
                .hasMessageContaining("Maybe");
    }

    /** Batch-mates that only influence each other beyond a threshold are found as long as one sample crosses it. */
    @Test
    void anInfluenceThatIsRareIsFoundOnTheSamplesThatShowIt() {
        OnnxGraph graph = graph(b -> {
            b.node("ReduceMax", "m", "x")
                    .attribute("axes", new long[] {0, 1, 2})
                    .attribute("keepdims", 1);
            b.constant("limit", OnnxTensor.scalar(100f)).constant("zero", OnnxTensor.scalar(0f));
            b.node("Sub", "over", "m", "limit");
            b.node("Max", "excess", "over", "zero");
            b.node("Add", "y", "t", "excess");
        });
        List<Map<String, Tensor>> calm = samples();
        assertThat(FREEING.free(graph, calm).largestDifference()).isZero();
        List<Map<String, Tensor>> loud = new ArrayList<>(calm);
        float[] spike = new float[24];
        spike[3] = 500;
        loud.add(Map.of("x", Tensor.of(spike, 1, 4, 6)));
        assertThatThrownBy(() -> FREEING.free(graph, loud)).isInstanceOf(UnsupportedOperatorException.class);
    }
}
