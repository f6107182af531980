package io.edgeai.optimize.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Residual normalizations in every spelling, fused, against their formula in doubles. */
class LayerNormalizationFormulaTest {
    private static final int ROWS = 5;

    /** How one normalization of the sum of "x" and "r" is written. */
    private record Spelling(
            boolean spelled, boolean product, boolean swapped, boolean biased, float epsilon, int width) {
        static Spelling random(Random random) {
            return new Spelling(
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextBoolean(),
                    random.nextInt(3) > 0,
                    (float) Math.pow(10, -2 - random.nextInt(4)),
                    3 + random.nextInt(40));
        }
    }

    private static OnnxGraph graph(Spelling s, long seed) {
        GraphBuilder b =
                new GraphBuilder(17, seed).input("x", -2, ROWS, s.width).input("r", -2, ROWS, s.width);
        b.weight("g", 1, s.width).weight("h", 1, s.width);
        b.node("Add", "sum", s.swapped ? new String[] {"r", "x"} : new String[] {"x", "r"});
        if (!s.spelled) {
            b.node("LayerNormalization", "y", s.biased ? new String[] {"sum", "g", "h"} : new String[] {"sum", "g"})
                    .attribute("epsilon", s.epsilon);
            return b.output("y", 3).graph();
        }
        b.constant("eps", OnnxTensor.scalar(s.epsilon)).constant("two", OnnxTensor.scalar(2f));
        b.node("ReduceMean", "mean", "sum").attribute("axes", new long[] {s.swapped ? 2 : -1});
        b.node("Sub", "centred", "sum", "mean");
        if (s.product) {
            b.node("Mul", "square", "centred", "centred");
        } else {
            b.node("Pow", "square", "centred", "two");
        }
        b.node("ReduceMean", "variance", "square").attribute("axes", new long[] {-1});
        b.node("Add", "stable", s.swapped ? new String[] {"eps", "variance"} : new String[] {"variance", "eps"});
        b.node("Sqrt", "deviation", "stable");
        b.node("Div", "unit", "centred", "deviation");
        b.node("Mul", "scaled", s.product ? new String[] {"g", "unit"} : new String[] {"unit", "g"});
        b.node("Add", "y", s.product ? new String[] {"h", "scaled"} : new String[] {"scaled", "h"});
        return b.output("y", 3).graph();
    }

    private static double[] formula(Spelling s, float[] x, float[] r, float[] g, float[] h) {
        double[] y = new double[x.length];
        for (int from = 0; from < x.length; from += s.width) {
            double mean = 0;
            for (int i = 0; i < s.width; i++) {
                mean += ((double) x[from + i] + r[from + i]) / s.width;
            }
            double variance = 0;
            for (int i = 0; i < s.width; i++) {
                variance += Math.pow((double) x[from + i] + r[from + i] - mean, 2) / s.width;
            }
            for (int i = 0; i < s.width; i++) {
                double unit = ((double) x[from + i] + r[from + i] - mean) / Math.sqrt(variance + s.epsilon);
                y[from + i] = unit * g[i] + (s.biased || s.spelled ? h[i] : 0);
            }
        }
        return y;
    }

    @Test
    void everySpellingIsOneOperatorWithTheFormulasAnswer() {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Spelling spelling = Spelling.random(random);
            OnnxGraph graph = graph(spelling, seed);
            TransformerFusion.Fused fused = TransformerFusion.apply(graph, Ort.runtime());
            assertThat(fused.graph().nodes())
                    .as("seed " + seed + ", " + spelling)
                    .extracting(OnnxNode::op)
                    .containsExactly("SkipLayerNormalization");
            Tensor x = Ort.tensor(random, 2, ROWS, spelling.width);
            Tensor r = Ort.tensor(random, 2, ROWS, spelling.width);
            float[] y = Ort.run(fused.graph(), Map.of("x", x, "r", r)).get("y").floats();
            double[] expected = formula(
                    spelling,
                    x.floats(),
                    r.floats(),
                    graph.initializers().get("g").floats(),
                    graph.initializers().get("h").floats());
            for (int i = 0; i < y.length; i++) {
                assertThat((double) y[i]).as("seed " + seed + ", " + spelling).isCloseTo(expected[i], within(2e-4));
            }
        }
    }

    @Test
    void aStackOfBlocksIsFusedFromEndToEnd() {
        GraphBuilder b = new GraphBuilder(17, 3).input("x", -1, ROWS, 16);
        b.weight("w", 0.3, 16, 16);
        String last = "x";
        for (int i = 0; i < 4; i++) {
            b.weight("g" + i, 1, 16).weight("h" + i, 1, 16);
            b.node("MatMul", "m" + i, last, "w");
            b.node("Add", "s" + i, "m" + i, last);
            b.node("LayerNormalization", "n" + i, "s" + i, "g" + i, "h" + i);
            last = "n" + i;
        }
        b.node("Identity", "y", last);
        OnnxGraph graph = b.output("y", 3).graph();
        TransformerFusion.Fused fused = TransformerFusion.apply(graph, Ort.runtime());
        assertThat(fused.normalizations()).isEqualTo(4);
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(1), 3, ROWS, 16));
        assertThat(Ort.maxDifference(
                        Ort.run(graph, feed).get("y"),
                        Ort.run(fused.graph(), feed).get("y")))
                .isLessThan(1e-4);
    }

    @Test
    void aSumThatIsAnOutputAndAnOldOperatorSetAreLeftAlone() {
        Spelling plain = new Spelling(true, true, false, true, 1e-5f, 8);
        OnnxGraph seen = graph(plain, 1);
        seen.outputs().add(new io.edgeai.core.onnx.OnnxValue("sum", null));
        assertThat(TransformerFusion.apply(seen, Ort.runtime()).changed()).isFalse();
        OnnxGraph old = graph(plain, 1);
        old.info().opsets().put("", 10L);
        assertThat(TransformerFusion.apply(old, Ort.runtime()).changed()).isFalse();
    }

    @Test
    void aScaleOfAnotherWidthIsSpreadAndNotFused() {
        GraphBuilder b = new GraphBuilder(17, 1).input("x", -1, ROWS, 8).input("r", -1, ROWS, 1);
        b.weight("g", 1, 8).weight("h", 1, 8);
        b.node("Add", "sum", "x", "r");
        b.node("LayerNormalization", "y", "sum", "g", "h");
        assertThat(TransformerFusion.apply(b.output("y", 3).graph(), Ort.runtime())
                        .changed())
                .isFalse();
    }
}
