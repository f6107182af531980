package io.edgeai.core.train;

import io.edgeai.core.onnx.OnnxNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reductions and softmax against central differences in doubles. */
class GradientReductionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ReduceSum",
                "ReduceMean",
                "ReduceMax",
                "ReduceMin",
                "ReduceSumSquare",
                "ReduceL2",
                "ReduceLogSumExp"
            })
    void overEachChoiceOfAxes(String op) {
        long[][] choices = {{1}, {-1}, {1, 2}, {0, 2}, {}, {2, -2}};
        for (long opset : new long[] {17, 18}) {
            for (int i = 0; i < choices.length; i++) {
                for (int keep = 0; keep < 2; keep++) {
                    GradientCheck check = new GradientCheck(opset, i, choices[i].length == 1);
                    String x = check.value("x", 3, 4, 5);
                    OnnxNode node = check.b.node(op, "r", x).attribute("keepdims", keep);
                    if (choices[i].length > 0 && (opset >= 18 || op.equals("ReduceSum"))) {
                        check.b.longs("axes", choices[i]);
                        node.inputs().add("axes");
                    } else if (choices[i].length > 0) {
                        node.attribute("axes", choices[i]);
                    }
                    check.b.node("Identity", "y", "r");
                    check.verify("y");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Softmax", "LogSoftmax"})
    void softmaxAlongAnyAxis(String op) {
        for (int axis = -1; axis < 3; axis++) {
            GradientCheck check = new GradientCheck(axis + 1, axis != 0);
            check.b.node(op, "y", check.value("x", v -> 2 * v, 3, 4, 5)).attribute("axis", axis);
            check.verify("y");
        }
    }

    @Test
    void meanOverTheFreeBatch() {
        GradientCheck check = new GradientCheck(1, true);
        check.b
                .node("ReduceMean", "m", check.value("x", 3, 4, 5))
                .attribute("axes", new long[] {0, 1})
                .attribute("keepdims", 0);
        check.b.node("Tanh", "y", "m");
        check.verify("y");
    }
}
