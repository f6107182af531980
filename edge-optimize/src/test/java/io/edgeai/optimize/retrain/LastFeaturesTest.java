package io.edgeai.optimize.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class LastFeaturesTest {
    private static GraphBuilder perceptron(int hidden) {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 6);
        b.weight("w1", 1, 6, hidden).weight("w2", 1, hidden, 3).weight("b2", 1, 3);
        b.node("MatMul", "h", "x", "w1");
        b.node("Relu", "r", "h");
        b.node("MatMul", "m", "r", "w2");
        b.node("Add", "sum", "b2", "m");
        b.node("Softmax", "y", "sum");
        return b;
    }

    @Test
    void ofAConvolutionalNetworkTheMapBeforeThePool() {
        assertThat(LastFeatures.of(GraphBuilder.residualNet(13, 2)))
                .contains(new LastFeatures("r3", List.of(16L, 8L, 8L)));
    }

    @Test
    void ofAPerceptronTheLastHiddenUnitsWhateverEndsIt() {
        assertThat(LastFeatures.of(perceptron(5).output("y", 2).graph())).contains(new LastFeatures("r", List.of(5L)));
        assertThat(LastFeatures.of(perceptron(5).output("sum", 2).graph()))
                .contains(new LastFeatures("r", List.of(5L)));
    }

    @Test
    void ofAConvolutionThatGivesTheClasses() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3, 8, 8);
        b.conv("c1", "x", 3, 4);
        b.node("Relu", "r1", "c1");
        b.conv("c2", "r1", 4, 10);
        b.node("GlobalAveragePool", "pool", "c2");
        b.node("Flatten", "y", "pool");
        assertThat(LastFeatures.of(b.output("y", 2).graph())).contains(new LastFeatures("r1", List.of(4L, 8L, 8L)));
    }

    @Test
    void noneWhereTheLastLayerReadsTheInputOrTwoValuesOrNoLayerEndsIt() {
        GraphBuilder linear = new GraphBuilder(13, 1).input("x", -1, 6).weight("w", 1, 6, 3);
        linear.node("MatMul", "y", "x", "w");
        assertThat(LastFeatures.of(linear.output("y", 2).graph())).isEmpty();

        GraphBuilder product = new GraphBuilder(13, 1).input("x", -1, 6).weight("w", 1, 6, 3);
        product.node("MatMul", "a", "x", "w");
        product.node("Sigmoid", "b", "a");
        product.node("Transpose", "t", "b").attribute("perm", new long[] {1, 0});
        product.node("MatMul", "y", "a", "t");
        assertThat(LastFeatures.of(product.output("y", 2).graph())).isEmpty();

        OnnxGraph residual = GraphBuilder.residualNet(13, 2);
        residual.outputs().clear();
        residual.outputs()
                .add(io.edgeai.core.onnx.OnnxValue.tensor("r3", io.edgeai.core.model.ElementType.FLOAT, -1, 16, 8, 8));
        assertThat(LastFeatures.of(residual)).as("a sum of two computed values").isEmpty();
    }

    @Test
    void noneWhereADimensionIsFree() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3, -1, -1);
        b.conv("c1", "x", 3, 4);
        b.node("Relu", "r1", "c1");
        b.node("GlobalAveragePool", "pool", "r1");
        b.node("Flatten", "flat", "pool");
        b.weight("w", 1, 4, 2).weight("bias", 1, 2);
        b.node("Gemm", "y", "flat", "w", "bias");
        assertThat(LastFeatures.of(b.output("y", 2).graph())).isEmpty();
    }

    @Test
    void channelsMayDifferAndNothingElse() {
        LastFeatures map = new LastFeatures("a", List.of(16L, 8L, 8L));
        assertThat(map.alike(new LastFeatures("b", List.of(12L, 8L, 8L)))).isTrue();
        assertThat(map.alike(new LastFeatures("b", List.of(16L, 4L, 8L)))).isFalse();
        assertThat(map.alike(new LastFeatures("b", List.of(16L)))).isFalse();
        LastFeatures tokens = new LastFeatures("a", List.of(40L, 128L));
        assertThat(tokens.alike(new LastFeatures("b", List.of(40L, 64L)))).isTrue();
        assertThat(tokens.alike(new LastFeatures("b", List.of(20L, 128L)))).isFalse();
        assertThat(tokens.channels()).isEqualTo(128);
        assertThat(map.channels()).isEqualTo(16);
        assertThat(map.plane()).isEqualTo(64);
    }
}
