package io.edgeai.optimize.prune.solve;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.prune.channels.Layer;
import io.edgeai.optimize.testing.GraphBuilder;
import org.junit.jupiter.api.Test;

/** What each layer is solved for. */
class TargetTest {
    private final GraphBuilder b = new GraphBuilder(13, 2).input("x", -1, 4, 4, 4);

    private static Target of(OnnxGraph graph, String output) {
        Layer layer = ChannelMap.of(graph).layers().stream()
                .filter(each -> each.output().equals(output))
                .findFirst()
                .orElseThrow();
        return Target.of(layer, graph, ShapeInference.infer(graph), graph.consumers());
    }

    @Test
    void aResidualSumIsTheTargetOfItsBranch() {
        b.conv("c", "x", 4, 4);
        b.node("Add", "y", "x", "c");
        assertThat(of(b.output("y").graph(), "c")).isEqualTo(new Target("y", "x", "c_b", false));
    }

    @Test
    void aSumThatSpreadsOneSideIsNot() {
        b.conv("c", "x", 4, 4);
        b.node("GlobalAveragePool", "p", "x");
        b.node("Add", "y", "c", "p");
        assertThat(of(b.output("y").graph(), "c")).isEqualTo(new Target("c", "", "c_b", false));
    }

    @Test
    void aSumOfInputsOfUnknownBatchIsNot() {
        b.input("z", -1, 4, 4, 4);
        b.conv("c", "x", 4, 4);
        b.node("Add", "y", "c", "z");
        assertThat(of(b.output("y").graph(), "c").shortcut()).isEmpty();
    }

    @Test
    void aResultThatOthersReadTooIsItself() {
        b.conv("c", "x", 4, 4);
        b.node("Add", "s", "x", "c");
        b.node("Mul", "y", "s", "c");
        assertThat(of(b.output("y").graph(), "c")).isEqualTo(new Target("c", "", "c_b", false));
    }

    @Test
    void aResultAddedToItselfIsItself() {
        b.conv("c", "x", 4, 4);
        b.node("Add", "y", "c", "c");
        assertThat(of(b.output("y").graph(), "c").value()).isEqualTo("c");
    }

    @Test
    void aConvolutionWithoutABiasMayGetOne() {
        b.weight("w", 0.3, 4, 4, 1, 1);
        b.node("Conv", "c", "x", "w");
        b.node("Add", "y", "x", "c");
        assertThat(of(b.output("y").graph(), "c")).isEqualTo(new Target("y", "x", "", true));
    }

    @Test
    void aProductsBiasIsAddedAfterIt() {
        GraphBuilder t = new GraphBuilder(13, 2).input("x", -1, 5, 8);
        t.weight("w", 0.3, 8, 8).weight("v", 0.3, 8);
        t.node("MatMul", "p", "x", "w");
        t.node("Add", "biased", "v", "p");
        t.node("Add", "y", "biased", "x");
        assertThat(of(t.output("y").graph(), "p")).isEqualTo(new Target("y", "x", "v", false));
    }

    @Test
    void aBiasOfTwoProductsIsNobodysOwn() {
        GraphBuilder t = new GraphBuilder(13, 2).input("x", -1, 5, 8);
        t.weight("w", 0.3, 8, 8).weight("v", 0.3, 8);
        t.node("MatMul", "p", "x", "w");
        t.node("Add", "a", "p", "v");
        t.node("Tanh", "h", "a");
        t.node("MatMul", "q", "h", "w");
        t.node("Add", "y", "q", "v");
        assertThat(of(t.output("y").graph(), "p")).isEqualTo(new Target("p", "", "", false));
    }
}
