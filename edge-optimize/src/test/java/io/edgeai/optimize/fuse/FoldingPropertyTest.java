package io.edgeai.optimize.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.quantize.DynamicQuantizer;
import io.edgeai.optimize.quantize.HalfWeights;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random constants, affine chains, pads and nested graphs: folded graphs answer as before. Messages name the seed. */
class FoldingPropertyTest {
    private static final List<String> UNARY =
            List.of("Neg", "Abs", "Exp", "Tanh", "Sigmoid", "Relu", "Floor", "Erf", "Softplus", "Sign", "Identity");
    private static final List<String> BINARY = List.of("Add", "Sub", "Mul", "Max", "Min");

    @Test
    void constantsOfRandomExpressionsAreWhatTheEngineComputes() {
        for (long seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            GraphBuilder b = new GraphBuilder(13, seed).input("x", 2, 3);
            List<String> values = new ArrayList<>(List.of("w0", "w1"));
            b.weight("w0", 0.5, 2, 3).weight("w1", 0.5, 3);
            for (int i = 0; i < 8; i++) {
                String a = values.get(random.nextInt(values.size()));
                String c = values.get(random.nextInt(values.size()));
                String name = "n" + i;
                if (random.nextBoolean()) {
                    b.node(UNARY.get(random.nextInt(UNARY.size())), name, a);
                } else {
                    b.node(BINARY.get(random.nextInt(BINARY.size())), name, a, c);
                }
                values.add(name);
            }
            b.node("Add", "y", "x", "n7");
            OnnxGraph graph = b.output("y").output("n6").graph();
            OnnxGraph simplified = GraphPasses.simplified(graph, Ort.runtime());
            assertThat(simplified.nodes()).as("seed %d", seed).hasSize(1);
            same(graph, simplified, Ort.tensor(random, 2, 3), 1e-5, "seed " + seed);
        }
    }

    @Test
    void shapesAndIndicesFoldExactly() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 2, 12);
        b.longs("a", 3, 4).longs("first", 2).longs("zero", 0);
        b.node("Concat", "shape", "first", "a").attribute("axis", 0);
        b.node("Gather", "second", "shape", "zero");
        b.node("Concat", "shape2", "second", "a").attribute("axis", 0);
        b.node("Reshape", "r", "x", "shape2");
        b.node("ConstantOfShape", "threes", "a")
                .attribute("value", new OnnxAttribute.OfTensor(OnnxTensor.ofFloats(new float[] {3}, 1)));
        b.node("Mul", "y", "r", "threes");
        OnnxGraph graph = b.output("y").graph();
        OnnxGraph simplified = GraphPasses.simplified(graph, Ort.runtime());
        assertThat(simplified.nodes()).extracting(OnnxNode::op).containsExactly("Reshape", "Mul");
        assertThat(simplified.initializers().get("shape2").longs()).containsExactly(2, 3, 4);
        assertThat(simplified.initializers().get("threes").floats()).hasSize(12).containsOnly(3);
        same(graph, simplified, Ort.tensor(new Random(1), 2, 12), 0, "shapes");
    }

    /** A sequence is no tensor, so it cannot become a constant of the file. */
    @Test
    void sequencesOfConstantsStay() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", 2, 3).weight("w", 1, 2, 3);
        b.node("SequenceConstruct", "list", "w", "w");
        b.node("SequenceInsert", "longer", "list", "x");
        b.node("ConcatFromSequence", "y", "longer").attribute("axis", 0);
        OnnxGraph graph = b.output("y").graph();
        OnnxGraph simplified = GraphPasses.simplified(graph, Ort.runtime());
        same(graph, simplified, Ort.tensor(new Random(1), 2, 3), 0, "sequences");
        GraphBuilder e = new GraphBuilder(13, 2).input("x", 2, 3);
        e.node("SequenceEmpty", "list");
        e.node("SequenceInsert", "longer", "list", "x");
        e.node("ConcatFromSequence", "y", "longer").attribute("axis", 0);
        OnnxGraph empty = e.output("y").graph();
        same(empty, GraphPasses.simplified(empty, Ort.runtime()), Ort.tensor(new Random(1), 2, 3), 0, "empty");
    }

    @Test
    void randomAffineChainsBehindConvolutionsVanish() {
        for (long seed = 0; seed < 24; seed++) {
            Random random = new Random(seed);
            int channels = 2 + random.nextInt(4);
            GraphBuilder b = new GraphBuilder(13, seed).input("x", 2, 3, 6, 6);
            String last = layer(b, random, channels);
            int steps = 1 + random.nextInt(4);
            for (int i = 0; i < steps; i++) {
                String next = i == steps - 1 ? "y" : "s" + i;
                affine(b, random, last, next, channels);
                last = next;
            }
            OnnxGraph graph = b.output("y").graph();
            OnnxGraph simplified = GraphPasses.simplified(graph, Ort.runtime());
            assertThat(simplified.nodes()).as("seed %d", seed).hasSize(1);
            same(graph, simplified, Ort.tensor(random, 2, 3, 6, 6), 2e-3, "seed " + seed);
        }
    }

    private static String layer(GraphBuilder b, Random random, int channels) {
        switch (random.nextInt(3)) {
            case 0 -> b.conv("c", "x", 3, channels);
            case 1 -> {
                b.weight("w", 0.4, channels, 3, 2, 2);
                b.node("Conv", "c", "x", "w").attribute("strides", new long[] {2, 2});
            }
            default -> {
                b.weight("w", 0.4, 3, channels, 2, 2).weight("bias", 1, channels);
                b.node("ConvTranspose", "c", "x", "w", "bias");
            }
        }
        return "c";
    }

    private static void affine(GraphBuilder b, Random random, String from, String to, int channels) {
        b.weight(to + "_k", 0.3, channels, 1, 1);
        float[] values = b.graph().initializers().get(to + "_k").floats();
        for (int i = 0; i < channels; i++) {
            values[i] += Math.copySign(0.5f, values[i]);
        }
        b.constant(to + "_k", OnnxTensor.ofFloats(values, channels, 1, 1));
        switch (random.nextInt(6)) {
            case 0 -> b.node("Add", to, from, to + "_k");
            case 1 -> b.node("Add", to, to + "_k", from);
            case 2 -> b.node("Sub", to, from, to + "_k");
            case 3 -> b.node("Mul", to, to + "_k", from);
            case 4 -> b.node("Div", to, from, to + "_k");
            default -> {
                float[] variance = new float[channels];
                for (int i = 0; i < channels; i++) {
                    variance[i] = 0.2f + random.nextFloat();
                }
                b.weight(to + "_s", 1, channels).weight(to + "_o", 1, channels).weight(to + "_m", 1, channels);
                b.constant(to + "_v", OnnxTensor.ofFloats(variance, channels));
                b.node("BatchNormalization", to, from, to + "_s", to + "_o", to + "_m", to + "_v");
            }
        }
    }

    @Test
    void randomZeroPadsGoIntoTheirConvolution() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            GraphBuilder b = new GraphBuilder(13, seed).input("x", 1, 2, 6, 6).weight("w", 0.4, 3, 2, 3, 3);
            long[] pads = {0, 0, random.nextInt(3), random.nextInt(3), 0, 0, random.nextInt(3), random.nextInt(3)};
            boolean channelsToo = seed % 5 == 4;
            if (channelsToo) {
                pads[1] = 1;
                b.weight("w", 0.4, 3, 3, 3, 3);
            }
            b.longs("pads", pads);
            b.node("Pad", "p", "x", "pads");
            b.node("Conv", "y", "p", "w")
                    .attribute("pads", new long[] {random.nextInt(2), 1, 0, random.nextInt(2)})
                    .attribute("dilations", new long[] {1 + random.nextInt(2), 1});
            OnnxGraph graph = b.output("y").graph();
            OnnxGraph simplified = GraphPasses.simplified(graph, Ort.runtime());
            assertThat(simplified.nodes()).as("seed %d", seed).hasSize(channelsToo ? 2 : 1);
            same(graph, simplified, Ort.tensor(random, 1, 2, 6, 6), 1e-5, "seed " + seed);
        }
    }

    /** A branch whose result is a constant, and one that reads the graph around it, in every form of the model. */
    @ExactByteProducts
    @Test
    void branchesMeanTheSameInEveryForm() {
        for (float sign : new float[] {1, -1}) {
            GraphBuilder b = new GraphBuilder(13, 3).input("x", 1, 20).constant("zero", OnnxTensor.scalar(0f));
            b.weight("w", 0.3, 20, 20);
            b.node("MatMul", "h", "x", "w");
            b.node("ReduceSum", "sum", "x").attribute("keepdims", 0);
            b.node("Greater", "positive", "sum", "zero");
            OnnxGraph then = new OnnxGraph("then", b.graph().info());
            then.initializers().put("a", OnnxTensor.ofFloats(new float[] {4}, 1));
            then.initializers().put("v", OnnxTensor.ofFloats(Ort.normal(new Random(4), 400), 20, 20));
            then.add("Add", "", List.of("a", "a"), List.of("eight"));
            then.add("Identity", "", List.of("h"), List.of("same"));
            then.add("MatMul", "", List.of("same", "v"), List.of("deep"));
            then.add("Add", "", List.of("deep", "eight"), List.of("t"));
            then.outputs().add(OnnxValue.tensor("t", ElementType.FLOAT, 1, 20));
            OnnxGraph other = new OnnxGraph("else", b.graph().info());
            other.initializers().put("ones", OnnxTensor.ofFloats(Ort.normal(new Random(5), 20), 1, 20));
            other.add("Neg", "", List.of("ones"), List.of("e"));
            other.outputs().add(OnnxValue.tensor("e", ElementType.FLOAT, 1, 20));
            b.node("If", "y", "positive")
                    .attribute("then_branch", new OnnxAttribute.OfGraph(then))
                    .attribute("else_branch", new OnnxAttribute.OfGraph(other));
            OnnxGraph graph = b.output("y").graph();
            OnnxGraph base = GraphPasses.simplified(graph, Ort.runtime());
            float[] ones = new float[20];
            java.util.Arrays.fill(ones, sign);
            Tensor x = Tensor.of(ones, 1, 20);
            same(graph, base, x, 1e-5, "simplified " + sign);
            same(graph, HalfWeights.apply(base).graph(), x, 0.05, "fp16 " + sign);
            same(
                    graph,
                    DynamicQuantizer.apply(base, QuantizeSettings.defaults()).graph(),
                    x,
                    0.5,
                    "int8 " + sign);
        }
    }

    /** y = x·w applied n times in a loop, in closed form of a scaled identity. */
    @Test
    void loopsRunAsOftenAsBefore() {
        for (long times = 0; times < 4; times++) {
            GraphBuilder b = new GraphBuilder(13, 4).input("x", 1, 16);
            b.constant("n", OnnxTensor.scalar(times));
            b.constant("go", OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1}));
            OnnxGraph body = new OnnxGraph("body", b.graph().info());
            body.inputs().add(OnnxValue.tensor("i", ElementType.INT64));
            body.inputs().add(OnnxValue.tensor("cond", ElementType.BOOL));
            body.inputs().add(OnnxValue.tensor("state", ElementType.FLOAT, 1, 16));
            float[] twice = new float[256];
            for (int i = 0; i < 16; i++) {
                twice[17 * i] = 2;
            }
            body.initializers().put("w", OnnxTensor.ofFloats(twice, 16, 16));
            body.add("MatMul", "", List.of("state", "w"), List.of("next"));
            body.add("Identity", "", List.of("cond"), List.of("again"));
            body.outputs().add(OnnxValue.tensor("again", ElementType.BOOL));
            body.outputs().add(OnnxValue.tensor("next", ElementType.FLOAT, 1, 16));
            b.node("Loop", "y", "n", "go", "x").attribute("body", new OnnxAttribute.OfGraph(body));
            OnnxGraph graph = b.output("y", 2).graph();
            Tensor x = Ort.tensor(new Random(6), 1, 16);
            OnnxGraph base = GraphPasses.simplified(graph, Ort.runtime());
            for (OnnxGraph form : List.of(
                    base,
                    HalfWeights.apply(base).graph(),
                    DynamicQuantizer.apply(base, QuantizeSettings.defaults()).graph())) {
                float[] y = Objects.requireNonNull(Ort.run(form, Map.of("x", x)).get("y"))
                        .floats();
                for (int i = 0; i < 16; i++) {
                    assertThat(y[i])
                            .as("%d times", times)
                            .isCloseTo(
                                    (float) (x.floats()[i] * Math.pow(2, (double) times)),
                                    org.assertj.core.data.Percentage.withPercentage(0.01));
                }
            }
        }
    }

    private static void same(OnnxGraph before, OnnxGraph after, Tensor x, double allowed, String what) {
        Map<String, Tensor> feed = Map.of("x", x);
        Map<String, Tensor> expected = Ort.runPlain(before, feed);
        Map<String, Tensor> got = Ort.runPlain(after, feed);
        assertThat(got.keySet()).as(what).isEqualTo(expected.keySet());
        expected.forEach((name, tensor) -> {
            Tensor other = Objects.requireNonNull(got.get(name));
            assertThat(other.shape()).as(what).isEqualTo(tensor.shape());
            assertThat(Ort.maxDifference(tensor, other)).as("%s %s", what, name).isLessThanOrEqualTo(allowed);
        });
    }
}
