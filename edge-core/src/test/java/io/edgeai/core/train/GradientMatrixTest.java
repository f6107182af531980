package io.edgeai.core.train;

import io.edgeai.core.onnx.OnnxNode;
import org.junit.jupiter.api.Test;

/** Matrix products against central differences in doubles. */
class GradientMatrixTest {
    @Test
    void gemmTransposedScaledAndBiasedInAllWays() {
        for (int form = 0; form < 16; form++) {
            boolean transA = (form & 1) != 0;
            boolean transB = (form & 2) != 0;
            boolean bias = (form & 4) != 0;
            boolean scaled = (form & 8) != 0;
            GradientCheck check = new GradientCheck(form, !transA);
            String a = transA ? check.value("a", 5, 3) : check.value("a", 3, 5);
            check.weight("b", transB ? new long[] {4, 5} : new long[] {5, 4});
            if (bias) {
                check.weight("c", scaled ? new long[] {1, 4} : new long[] {4});
            }
            OnnxNode node = bias ? check.b.node("Gemm", "y", a, "b", "c") : check.b.node("Gemm", "y", a, "b");
            node.attribute("transA", transA ? 1 : 0).attribute("transB", transB ? 1 : 0);
            if (scaled) {
                node.attribute("alpha", 0.7f).attribute("beta", 1.3f);
            }
            check.verify("y");
        }
    }

    @Test
    void gemmWithAScalarOrColumnBias() {
        for (long[] dims : new long[][] {{}, {1}, {3, 1}, {3, 4}}) {
            GradientCheck check = new GradientCheck(dims.length, false);
            check.b.node("Gemm", "y", check.value("a", 3, 5), check.weight("b", 5, 4), check.weight("c", dims));
            check.verify("y");
        }
    }

    @Test
    void matMulOfAllRanks() {
        long[][] pairs = {
            {3, 4}, {4, 5},
            {2, 3, 4}, {4, 5},
            {2, 3, 4, 5}, {5, 2},
            {2, 3, 4}, {2, 4, 5},
            {2, 3, 4}, {1, 4, 5},
            {2, 1, 3, 4}, {3, 4, 2},
            {2, 3, 4}, {4},
            {3, 4}, {4},
        };
        for (int i = 0; i < pairs.length; i += 2) {
            for (boolean free : new boolean[] {false, true}) {
                GradientCheck check = new GradientCheck(i, free);
                String a = check.value("a", pairs[i]);
                String b = pairs[i + 1].length == pairs[i].length && pairs[i].length == 3 && pairs[i + 1][0] == 2
                        ? check.value("b", pairs[i + 1])
                        : check.weight("b", pairs[i + 1]);
                check.b.node("MatMul", "y", a, b);
                check.verify("y");
            }
        }
    }

    @Test
    void matMulWithTheNarrowOperandFirst() {
        long[][] pairs = {{4}, {4, 5}, {4}, {2, 4, 5}, {3, 4}, {2, 4, 5}, {1, 3, 4}, {2, 2, 4, 5}};
        for (int i = 0; i < pairs.length; i += 2) {
            GradientCheck check = new GradientCheck(i, false);
            check.b.node("MatMul", "y", check.value("a", pairs[i]), check.value("b", pairs[i + 1]));
            check.verify("y");
        }
    }

    @Test
    void twoVectors() {
        GradientCheck check = new GradientCheck(1, false);
        check.b.node("MatMul", "p", check.value("a", 4), check.value("b", 4));
        check.b.node("Unsqueeze", "y", "p", "zero");
        check.b.longs("zero", 0);
        check.verify("y");
    }
}
