package io.edgeai.optimize.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Classifiers that do not answer with 32-bit scores, as those of scikit-learn and XGBoost. */
class ChosenClassTest {
    private static Accuracy accuracy(OnnxGraph graph, LabelledData data) {
        try (InferenceSession session = Ort.open(graph)) {
            return Accuracy.measure(session, graph, data, Progress.NONE);
        }
    }

    @Test
    void scoresMayBeDoubles() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", ElementType.DOUBLE, -1, 3);
        b.node("Identity", "scores", "x");
        LabelledData data = LabelledData.of(
                List.of(
                        Map.of("x", Tensor.of(new double[] {.1, .2, .7}, 1, 3)),
                        Map.of("x", Tensor.of(new double[] {.3, .4, .4}, 1, 3)),
                        Map.of("x", Tensor.of(new double[] {.9, 0, .1}, 1, 3))),
                new int[] {2, 1, 1});

        assertThat(accuracy(b.output("scores").graph(), data).correct()).isEqualTo(2);
    }

    @Test
    void aSingleWholeNumberIsTheClass() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", ElementType.DOUBLE, -1, 3);
        b.node("ArgMax", "class", "x").attribute("axis", 1).attribute("keepdims", 0);
        LabelledData data = LabelledData.of(
                List.of(
                        Map.of("x", Tensor.of(new double[] {0, 1, 0}, 1, 3)),
                        Map.of("x", Tensor.of(new double[] {1, 0, 0}, 1, 3))),
                new int[] {1, 2});

        assertThat(accuracy(b.output("class").graph(), data).correct()).isEqualTo(1);
    }

    private static OnnxGraph logistic() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", -1, 1);
        b.node("Sigmoid", "probability", "x");
        return b.output("probability", 2).graph();
    }

    /** Sigmoid(0) is one half, which counts as class 1. */
    @Test
    void aSingleProbabilityMeansClassOneFromOneHalfOn() {
        LabelledData data = LabelledData.of(new float[][] {{-.1f}, {0}, {3}, {-2}}, new int[] {0, 1, 1, 1});

        assertThat(accuracy(logistic(), data).correct()).isEqualTo(3);
        assertThatThrownBy(() -> accuracy(logistic(), LabelledData.of(new float[][] {{1}}, new int[] {2})))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Label (2)")
                .hasMessageContaining("2 classes");
    }

    @Test
    void aSingleNumberThatIsNoProbabilityIsNoClass() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", -1, 1).constant("one", OnnxTensor.scalar(1f));
        b.node("Add", "price", "x", "one");

        assertThatThrownBy(
                        () -> accuracy(b.output("price", 2).graph(), LabelledData.of(new float[][] {{1}}, new int[1])))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not" + " a classifier");
    }
}
