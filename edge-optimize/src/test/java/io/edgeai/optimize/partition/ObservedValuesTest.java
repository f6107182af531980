package io.edgeai.optimize.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is known of values and nodes before anything is cut. */
class ObservedValuesTest {
    private static ObservedValues observed(OnnxGraph graph, Map<String, Tensor> feed, List<String> values) {
        return ObservedValues.of(
                Ort.runtime(), graph, SessionOptions.defaults().slots(1).optimize(false), feed, values);
    }

    private static OnnxType.OfTensor type(ObservedValues values, String name) {
        return (OnnxType.OfTensor) values.types().get(name).type();
    }

    @Test
    void sizesAreElementsTimesBytesOfTheirType() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 5);
        b.node("ArgMax", "where", "x").attribute("axis", 1).attribute("keepdims", 0);
        b.node("Greater", "above", "x", "x");
        b.node("Cast", "half", "x").attribute("to", ElementType.FLOAT16.onnxCode());
        b.node("ReduceSum", "sum", "x").attribute("keepdims", 0);
        OnnxGraph graph = b.output("where").graph();
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(1), 3, 5));
        ObservedValues values = observed(graph, feed, List.of("x", "where", "above", "half", "sum"));
        assertThat(values.bytes()).isEqualTo(Map.of("x", 60L, "where", 24L, "above", 15L, "half", 30L, "sum", 4L));
        assertThat(type(values, "where").element()).isEqualTo(ElementType.INT64);
        assertThat(type(values, "above").element()).isEqualTo(ElementType.BOOL);
        assertThat(type(values, "sum").shape()).isEmpty();
        assertThat(type(values, "x").shape()).hasSize(2);
    }

    @Test
    void moreValuesThanAreWatchedAtOnce() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2);
        List<String> names = new ArrayList<>();
        String last = "x";
        for (int i = 0; i < 150; i++) {
            b.node("Neg", "v" + i, last);
            last = "v" + i;
            names.add(last);
        }
        ObservedValues values = observed(b.output(last).graph(), Map.of("x", Tensor.of(new float[2], 2)), names);
        assertThat(values.bytes())
                .hasSize(151)
                .allSatisfy((name, bytes) -> assertThat(bytes).as(name).isEqualTo(8));
    }

    @Test
    void sequencesAreNotTensorsAndHaveNoSize() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 3);
        b.node("SplitToSequence", "list", "x").attribute("axis", 0);
        b.node("ConcatFromSequence", "y", "list").attribute("axis", 0);
        OnnxGraph graph = b.output("y").graph();
        assertThatThrownBy(() -> PipelineSplitter.builder()
                        .rounds(1)
                        .refinements(0)
                        .kernels(Kernels.PORTABLE)
                        .build()
                        .split(graph, List.of(Map.of("x", Tensor.of(new float[6], 2, 3)))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(0) places, too few for 2 stages")
                .hasMessageContaining("Maybe");
    }

    /** 20,000 operations and 5,000 bytes a microsecond; a product counts two operations. */
    @Test
    void timesWithoutAnEngineFollowFromOperationsAndBytes() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 50).weight("w", 1, 50, 30);
        b.node("MatMul", "m", "x", "w");
        b.node("MatMul", "y", "x", "w");
        NodeChain chain = new NodeChain(b.output("m").output("y").graph());
        double[] micros = NodeProfile.ofCosts(chain, Map.of("x", Ort.tensor(new Random(1), 7, 50)))
                .micros();
        double operations = 2.0 * 7 * 50 * 30;
        double bytes = 4.0 * (7 * 50 + 50 * 30 + 7 * 30);
        assertThat(micros).hasSize(2);
        assertThat(micros[0]).isCloseTo(operations / 20_000 + bytes / 5_000, within(1e-9));
        assertThat(micros[1]).isEqualTo(micros[0]);
    }

    @Test
    void aTierThatIsNotThereIsNamed() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 8);
        b.node("Exp", "a", "x");
        b.node("Neg", "y", "a");
        TierPlan plan = TierPlanner.builder()
                .tier("device", 1)
                .link(Link.memory())
                .tier("cloud", 1)
                .build()
                .plan(b.output("y").graph(), Map.of("x", Ort.tensor(new Random(1), 1, 8)));
        assertThat(plan.graphs(plan.allOn(0))).hasSize(2).element(1).isNull();
        assertThat(plan.graphs(plan.allOn(1))).hasSize(2).element(0).isNull();
        for (int none : new int[] {-1, 2}) {
            assertThatThrownBy(() -> plan.allOn(none))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no tier (" + none + "), only 0 to 1");
        }
        assertThat(plan.explain(1).lines()).hasSize(2);
    }
}
