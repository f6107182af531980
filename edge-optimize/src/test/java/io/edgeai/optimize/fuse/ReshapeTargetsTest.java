package io.edgeai.optimize.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReshapeTargetsTest {
    private final GraphBuilder b = new GraphBuilder(17, 5);

    /** x reshaped to its first two sizes times {@code heads}, as exporters write it, and the sizes given. */
    private OnnxGraph computed(long[] dims, long first, long... then) {
        b.input("x", dims);
        b.node("Shape", "shape", "x");
        b.constant("place", OnnxTensor.scalar(first));
        b.node("Gather", "size", "shape", "place").attribute("axis", 0);
        b.constant("heads", OnnxTensor.scalar(4L)).longs("zero", 0).longs("then", then);
        b.node("Mul", "times", "size", "heads");
        b.node("Unsqueeze", "one", "times", "zero");
        b.node("Concat", "target", "one", "then").attribute("axis", 0);
        b.node("Reshape", "y", "x", "target");
        return b.output("y").graph();
    }

    private static void equal(OnnxGraph before, OnnxGraph after, long... dims) {
        Tensor x = Ort.tensor(new Random(1), dims);
        Tensor expected = Ort.run(before, Map.of("x", x)).get("y");
        Tensor actual = Ort.run(after, Map.of("x", x)).get("y");
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.floats()).isEqualTo(expected.floats());
    }

    @Test
    void aSizeComputedFromTheBatchIsLeftToReshape() {
        OnnxGraph graph = computed(new long[] {-2, 8, 6}, 0, 2, 6);
        OnnxGraph simple = GraphPasses.simplified(graph, Ort.runtime());
        assertThat(simple.nodes()).extracting(OnnxNode::op).containsExactly("Reshape");
        assertThat(simple.initializers().get(simple.nodes().get(0).input(1)).longs())
                .containsExactly(-1, 2, 6);
        for (long batch = 1; batch <= 3; batch++) {
            equal(graph, simple, batch, 8, 6);
        }
    }

    @Test
    void sizesThatStayAreCopied() {
        b.input("x", -2, -3, 12);
        b.node("Shape", "shape", "x");
        b.longs("start", 0).longs("end", 2).longs("parts", 3, 4);
        b.node("Slice", "lead", "shape", "start", "end");
        b.node("Concat", "target", "lead", "parts").attribute("axis", 0);
        b.node("Reshape", "y", "x", "target").attribute("allowzero", 1);
        OnnxGraph graph = b.output("y").graph();
        OnnxGraph simple = GraphPasses.simplified(graph, Ort.runtime());
        assertThat(simple.nodes()).extracting(OnnxNode::op).containsExactly("Reshape");
        assertThat(simple.initializers().get(simple.nodes().get(0).input(1)).longs())
                .containsExactly(0, 0, 3, 4);
        equal(graph, simple, 2, 5, 12);
    }

    @Test
    void twoOpenSizesAreStillComputed() {
        b.input("x", -2, -3, 12);
        b.node("Shape", "shape", "x");
        b.longs("turn", 1, 0, 2);
        b.node("Gather", "target", "shape", "turn").attribute("axis", 0);
        b.node("Reshape", "y", "x", "target");
        OnnxGraph graph = b.output("y").graph();
        OnnxGraph simple = GraphPasses.simplified(graph, Ort.runtime());
        assertThat(simple.nodes()).extracting(OnnxNode::op).contains("Shape", "Reshape");
        equal(graph, simple, 2, 5, 12);
    }

    @Test
    void aTargetThatIsGivenStaysOne() {
        b.input("x", -2, 8).longs("target", -1, 2, 4);
        b.node("Reshape", "y", "x", "target");
        assertThat(new ReshapeTargets().apply(b.output("y").graph())).isZero();
    }
}
