package io.edgeai.optimize.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.RandomNets;
import io.edgeai.optimize.testing.WideNets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchFreeingTest {
    private static final BatchFreeing FREEING = new BatchFreeing(Ort.runtime());

    private static List<Map<String, Tensor>> samples(int count, long... shape) {
        Random random = new Random(5);
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(Map.of("x", Ort.tensor(random, shape)));
        }
        return samples;
    }

    /** Fixes the batch of the only input, as exporters do. */
    private static OnnxGraph fixed(OnnxGraph graph) {
        graph.inputs().replaceAll(input -> {
            OnnxType.OfTensor type = (OnnxType.OfTensor) java.util.Objects.requireNonNull(input.type());
            List<Dim> dims = new ArrayList<>(java.util.Objects.requireNonNull(type.shape()));
            dims.set(0, Dim.of(1));
            return new OnnxValue(input.name(), new OnnxType.OfTensor(type.element(), dims));
        });
        return graph;
    }

    /** Five samples at once against each alone, with the engine and without this package's own proof. */
    private static void sameAlone(OnnxGraph graph, FreedModel freed, List<Map<String, Tensor>> samples) {
        int count = 5;
        long[] shape = samples.get(0).get("x").shape();
        int each = samples.get(0).get("x").floats().length;
        float[] all = new float[count * each];
        for (int i = 0; i < count; i++) {
            System.arraycopy(samples.get(i).get("x").floats(), 0, all, i * each, each);
        }
        shape[0] = count;
        float[] together = Ort.run(freed.graph(), Map.of("x", Tensor.of(all, shape)))
                .get("y")
                .floats();
        for (int i = 0; i < count; i++) {
            float[] alone = Ort.run(graph, samples.get(i)).get("y").floats();
            for (int j = 0; j < alone.length; j++) {
                assertThat(together[i * alone.length + j])
                        .isCloseTo(
                                alone[j],
                                org.assertj.core.api.Assertions.within(1e-4f * Math.max(1, Math.abs(alone[j]))));
            }
        }
        assertThat(((OnnxType.OfTensor) freed.graph().inputs().get(0).type())
                        .shape()
                        .get(0))
                .isEqualTo(Dim.symbolic("batch"));
    }

    @Test
    void networksWithoutShapesInsideNeedOnlyTheirEndsOpened() {
        for (long seed = 0; seed < 6; seed++) {
            for (OnnxGraph graph : List.of(fixed(RandomNets.of(seed, 13)), fixed(WideNets.of(seed, 13)))) {
                byte[] before = OnnxWriter.toBytes(graph);
                List<Map<String, Tensor>> samples = samples(5, 1, 3, 8, 8);
                FreedModel freed = FREEING.free(graph, samples);
                assertThat(freed.changes()).as("seed %d", seed).isEmpty();
                assertThat(OnnxWriter.toBytes(graph)).as("seed %d", seed).isEqualTo(before);
                sameAlone(graph, freed, samples);
            }
        }
    }

    private static OnnxGraph reshaping(int opset, long... shape) {
        GraphBuilder b = new GraphBuilder(opset, 1).input("x", 1, 4, 6);
        b.node("Tanh", "t", "x");
        b.longs("shape", shape);
        b.node("Reshape", "r", "t", "shape");
        b.node("Sigmoid", "y", "r");
        return b.output("y").graph();
    }

    @Test
    void shapesThatHoldTheBatchAreFreed() {
        for (long[] shape :
                new long[][] {{1, 24}, {1, -1}, {1, 6, 4}, {1, 2, -1, 3}, {-1, 24}, {0, 24}, {4, 6}, {24}}) {
            OnnxGraph graph = reshaping(13, shape);
            List<Map<String, Tensor>> samples = samples(5, 1, 4, 6);
            FreedModel freed = FREEING.free(graph, samples);
            sameAlone(graph, freed, samples);
            assertThat(freed.largestDifference()).isZero();
            assertThat(freed.batches()).contains(1, 2, 8);
        }
        OnnxGraph exported = reshaping(14, 1, 2, -1, 3); // as PyTorch writes it
        exported.nodes().get(1).attribute("allowzero", 1);
        List<Map<String, Tensor>> samples = samples(5, 1, 4, 6);
        sameAlone(exported, FREEING.free(exported, samples), samples);
        assertThat(FREEING.free(reshaping(13, 1, 24), samples(2, 1, 4, 6)).changes())
                .containsExactly("Reshape(r): shape [1, 24] became [-1, 24]");
        assertThat(FREEING.free(reshaping(13, -1, 24), samples(2, 1, 4, 6)).changes())
                .isEmpty();
    }

    /** Attention as exporters write it: heads split off and joined again with the batch of 1 in every shape. */
    @Test
    void attentionWithFixedShapesIsFreed() {
        GraphBuilder b = new GraphBuilder(13, 3).input("x", 1, 5, 8);
        b.longs("rows", 5, 8).longs("heads", 1, 5, 2, 4).longs("back", 1, 5, 8);
        b.node("Reshape", "flat", "x", "rows");
        for (String part : List.of("q", "k", "v")) {
            b.weight(part + "_w", 0.4, 8, 8);
            b.node("MatMul", part + "_m", "flat", part + "_w");
            b.node("Reshape", part + "_h", part + "_m", "heads");
            b.node("Transpose", part, part + "_h")
                    .attribute("perm", part.equals("k") ? new long[] {0, 2, 3, 1} : new long[] {0, 2, 1, 3});
        }
        b.node("MatMul", "scores", "q", "k");
        b.node("Softmax", "weights", "scores").attribute("axis", -1);
        b.node("MatMul", "mixed", "weights", "v");
        b.node("Transpose", "turned", "mixed").attribute("perm", new long[] {0, 2, 1, 3});
        b.node("Reshape", "y", "turned", "back");
        OnnxGraph graph = b.output("y", 3).graph();
        List<Map<String, Tensor>> samples = samples(6, 1, 5, 8);

        FreedModel freed = FREEING.free(graph, samples);

        assertThat(freed.changes()).hasSize(5);
        sameAlone(graph, freed, samples);
    }

    private static OnnxGraph lstm(boolean computedStates) {
        GraphBuilder b = new GraphBuilder(14, 3).input("x", 1, 6, 3);
        b.node("Transpose", "steps", "x").attribute("perm", new long[] {1, 0, 2});
        b.weight("w", 0.5, 1, 16, 3).weight("r", 0.5, 1, 16, 4).weight("b", 0.2, 1, 32);
        if (computedStates) {
            b.longs("state", 1, 1, 4);
            b.node("ConstantOfShape", "h", "state")
                    .attribute("value", new OnnxAttribute.OfTensor(OnnxTensor.ofFloats(new float[] {.5f}, 1)));
            b.node("ConstantOfShape", "c", "state");
        } else {
            b.weight("h", 1, 1, 1, 4).weight("c", 1, 1, 1, 4);
        }
        b.graph()
                .add("LSTM", "l", List.of("steps", "w", "r", "b", "", "h", "c"), List.of("", "last"))
                .attribute("hidden_size", 4);
        b.node("Transpose", "turned", "last").attribute("perm", new long[] {1, 0, 2});
        b.longs("shape", 1, 4);
        b.node("Reshape", "y", "turned", "shape");
        return b.output("y", 2).graph();
    }

    @Test
    void initialStatesAreStretched() {
        for (boolean computed : new boolean[] {false, true}) {
            OnnxGraph graph = lstm(computed);
            List<Map<String, Tensor>> samples = samples(6, 1, 6, 3);
            FreedModel freed = FREEING.free(graph, samples);
            sameAlone(graph, freed, samples);
            assertThat(freed.changes()).anyMatch(change -> change.contains("stretched"));
        }
    }

    @Test
    void constantsJoinedWithSamplesAreStretched() {
        GraphBuilder b = new GraphBuilder(13, 3).input("x", 1, 4, 3);
        b.weight("token", 1, 1, 1, 3);
        b.node("Concat", "joined", "x", "token").attribute("axis", 1);
        b.node("Softmax", "y", "joined").attribute("axis", 1);
        OnnxGraph graph = b.output("y", 3).graph();
        List<Map<String, Tensor>> samples = samples(6, 1, 4, 3);

        sameAlone(graph, FREEING.free(graph, samples), samples);
    }

    private static OnnxGraph mixing(String op, long axis) {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 6);
        b.node("Exp", "e", "x");
        if (op.equals("Softmax")) {
            b.node("Softmax", "y", "e").attribute("axis", axis);
        } else {
            b.node("ReduceMean", "m", "e").attribute("axes", new long[] {axis}).attribute("keepdims", 1);
            b.node("Sub", "y", "e", "m");
        }
        return b.output("y", 2).graph();
    }

    @Test
    void modelsThatMixSamplesAreRefused() {
        for (OnnxGraph graph : List.of(mixing("Softmax", 0), mixing("ReduceMean", 0))) {
            assertThatThrownBy(() -> FREEING.free(graph, samples(4, 1, 6)))
                    .isInstanceOf(UnsupportedOperatorException.class)
                    .hasMessageContaining("batch of (2)")
                    .hasMessageContaining("mixes samples");
        }
        for (OnnxGraph graph : List.of(mixing("Softmax", 1), mixing("ReduceMean", 1))) {
            sameAlone(graph, FREEING.free(graph, samples(5, 1, 6)), samples(5, 1, 6));
        }
    }

    @Test
    void anAnswerThatDropsTheBatchIsRefused() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 6);
        b.node("ReduceSum", "y", "x").attribute("keepdims", 0);
        OnnxGraph sum = b.output("y").graph();
        assertThatThrownBy(() -> FREEING.free(sum, samples(3, 1, 6)))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("output (y)");
    }

    @Test
    void inputsThatAreTheSameForAllStayAsTheyAre() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 6).input("scale", 1, 6);
        b.node("Mul", "y", "x", "scale");
        OnnxGraph graph = b.output("y", 2).graph();
        Tensor scale = Ort.tensor(new Random(9), 1, 6);
        Random random = new Random(1);
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            samples.add(Map.of("x", Ort.tensor(random, 1, 6), "scale", scale));
        }
        FreedModel freed = FREEING.free(graph, samples, Set.of("x"));
        assertThat(((OnnxType.OfTensor) freed.graph().inputs().get(1).type()).shape())
                .containsExactly(Dim.of(1), Dim.of(6));

        samples.add(Map.of("x", Ort.tensor(random, 1, 6), "scale", Ort.tensor(random, 1, 6)));
        assertThatThrownBy(() -> FREEING.free(graph, samples, Set.of("x")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(scale)");
        assertThat(FREEING.free(graph, samples).largestDifference()).isZero();
    }

    @Test
    void whatProvesNothingIsRefused() {
        OnnxGraph graph = fixed(RandomNets.of(1, 13));
        Map<String, Tensor> one = samples(1, 1, 3, 8, 8).get(0);
        assertThatThrownBy(() -> FREEING.free(graph, List.of(one, one)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(1) different samples");
        assertThatThrownBy(() -> FREEING.free(RandomNets.of(1, 13), samples(3, 1, 3, 8, 8)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("open already");
        assertThatThrownBy(() -> FREEING.free(graph, samples(3, 1, 3, 8, 8), Set.of("z")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(z)");
        assertThatThrownBy(() -> FREEING.free(graph, List.of(Map.of())))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(x)");
    }

    @Test
    void integersComeOutAsTheyWere() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 9);
        b.node("ArgMax", "y", "x").attribute("axis", 1).attribute("keepdims", 0);
        OnnxGraph graph = b.output("y").graph();
        FreedModel freed = FREEING.free(graph, samples(8, 1, 9));
        assertThat(freed.graph().inputs().get(0).type())
                .isInstanceOfSatisfying(OnnxType.OfTensor.class, type -> assertThat(type.element())
                        .isEqualTo(ElementType.FLOAT));
        assertThat(freed.largestDifference()).isZero();
    }
}
