package io.edgeai.core.onnx.opset;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Each operator that changed between sets 7 and 13, with random attributes, before and after in the engine. */
class OpsetUpgradePropertyTest {
    private static final int TRIES = 4;

    private interface Model {
        OnnxGraph make(long opset, Random random, long[] shape);
    }

    @Test
    void softmaxesOverRandomAxes() {
        for (String op : List.of("Softmax", "LogSoftmax", "Hardmax")) {
            everySet(7, op, (opset, random, shape) -> {
                GraphBuilder b = new GraphBuilder(opset, 1).input("x", shape);
                int axis = random.nextInt(shape.length);
                boolean fromTheEnd = opset >= 11 && random.nextBoolean();
                b.node("Abs", "a", "x");
                b.node(op, "y", "a").attribute("axis", fromTheEnd ? axis - shape.length : axis);
                return b.output("y").graph();
            });
        }
    }

    @Test
    void softmaxOfAValueWithAKnownRank() {
        everySet(7, "Softmax", (opset, random, shape) -> {
            GraphBuilder b = new GraphBuilder(opset, 1).input("x", shape);
            b.node("Softmax", "y", "x").attribute("axis", shape.length - 1);
            return b.output("y", shape.length).graph();
        });
    }

    @Test
    void squeezeAndUnsqueezeOfRandomAxes() {
        everySet(7, "Unsqueeze", (opset, random, shape) -> {
            GraphBuilder b = new GraphBuilder(opset, 1).input("x", shape);
            long first = random.nextInt(shape.length + 1);
            long second = shape.length + 1L;
            b.node("Unsqueeze", "u", "x").attribute("axes", new long[] {first, second});
            if (random.nextBoolean()) {
                b.node("Squeeze", "y", "u").attribute("axes", new long[] {first});
            } else {
                b.node("Squeeze", "y", "u");
            }
            return b.output("y").graph();
        });
    }

    @Test
    void reduceSumWithAndWithoutAxes() {
        everySet(7, "ReduceSum", (opset, random, shape) -> {
            GraphBuilder b = new GraphBuilder(opset, 1).input("x", shape);
            OnnxNode sum = b.node("ReduceSum", "s", "x").attribute("keepdims", 1);
            if (random.nextBoolean()) {
                sum.attribute("axes", new long[] {random.nextInt(shape.length)});
            }
            OnnxNode mean = b.node("ReduceMean", "m", "x").attribute("keepdims", 1);
            mean.attribute("axes", new long[] {0});
            b.node("Sub", "y", "s", "m");
            return b.output("y").graph();
        });
    }

    @Test
    void splitEvenlyAndByRandomSizes() {
        everySet(7, "Split", (opset, random, shape) -> {
            GraphBuilder b = new GraphBuilder(opset, 1).input("x", shape);
            int axis = random.nextInt(shape.length);
            OnnxNode split =
                    b.graph().add("Split", "", List.of("x"), List.of("a", "c")).attribute("axis", axis);
            if (shape[axis] % 2 != 0 || random.nextBoolean()) {
                split.attribute("split", new long[] {1, shape[axis] - 1});
            }
            b.node("Concat", "y", "c", "a").attribute("axis", axis);
            return b.output("y").graph();
        });
    }

    @Test
    void clipWithEitherLimit() {
        everySet(7, "Clip", (opset, random, shape) -> {
            GraphBuilder b = new GraphBuilder(opset, 1).input("x", shape);
            float low = -random.nextFloat();
            boolean limited = random.nextBoolean();
            if (opset < 11) {
                OnnxNode clip = b.node("Clip", "y", "x").attribute("min", low);
                if (limited) {
                    clip.attribute("max", 0.4f);
                }
            } else {
                b.constant("low", OnnxTensor.scalar(low)).constant("high", OnnxTensor.scalar(0.4f));
                OnnxNode clip = b.node("Clip", "y", "x", "low");
                if (limited) {
                    clip.inputs().add("high");
                }
            }
            return b.output("y").graph();
        });
    }

    @Test
    void padWithRandomWidthsModesAndValues() {
        everySet(7, "Pad", (opset, random, shape) -> {
            GraphBuilder b = new GraphBuilder(opset, 1).input("x", shape);
            String mode = List.of("constant", "edge", "reflect").get(random.nextInt(3));
            long[] pads = random.longs(2L * shape.length, 0, 2).toArray();
            float value = random.nextFloat();
            OnnxNode pad = b.node("Pad", "y", "x").attribute("mode", mode);
            if (opset < 11) {
                pad.attribute("pads", pads).attribute("value", value);
            } else {
                b.longs("pads", pads).constant("value", OnnxTensor.scalar(value));
                pad.inputs().addAll(List.of("pads", "value"));
            }
            return b.output("y").graph();
        });
    }

    @Test
    void sliceOfRandomPieces() {
        everySet(7, "Slice", (opset, random, shape) -> {
            GraphBuilder b = new GraphBuilder(opset, 1).input("x", shape);
            int axis = random.nextInt(shape.length);
            long start = random.nextInt((int) shape[axis]);
            long end = random.nextBoolean() ? Long.MAX_VALUE : start + 1;
            boolean all = axis == 0 && random.nextBoolean();
            OnnxNode slice = b.node("Slice", "y", "x");
            if (opset < 10) {
                slice.attribute("starts", new long[] {start}).attribute("ends", new long[] {end});
                if (!all) {
                    slice.attribute("axes", new long[] {axis});
                }
            } else {
                b.longs("s", start).longs("e", end).longs("ax", axis);
                slice.inputs().addAll(List.of("s", "e", "ax"));
            }
            return b.output("y").graph();
        });
    }

    @Test
    void topKAlongRandomAxes() {
        everySet(7, "TopK", (opset, random, shape) -> {
            GraphBuilder b = new GraphBuilder(opset, 1).input("x", shape);
            int axis = random.nextInt(shape.length);
            long k = 1L + random.nextInt((int) shape[axis]);
            OnnxNode top =
                    b.graph().add("TopK", "", List.of("x"), List.of("y", "ids")).attribute("axis", axis);
            if (opset < 10) {
                top.attribute("k", k);
            } else {
                b.longs("k", k);
                top.inputs().add("k");
            }
            return b.output("y").graph();
        });
    }

    @Test
    void upsampleAndResizeByRandomFactors() {
        for (String mode : List.of("nearest", "linear")) {
            everySet(7, mode, (opset, random, ignored) -> {
                GraphBuilder b = new GraphBuilder(opset, 1).input("x", 1, 2, 4, 4);
                float up = 1 + random.nextInt(5) / 2f;
                List<Float> scales = List.of(1f, 1f, up, up);
                b.constant("scales", OnnxTensor.ofFloats(new float[] {1, 1, up, up}, 4));
                if (opset < 9) {
                    b.node("Upsample", "y", "x")
                            .attribute("mode", mode)
                            .attribute("scales", new OnnxAttribute.OfFloats(scales));
                } else if (opset == 9) {
                    b.node("Upsample", "y", "x", "scales").attribute("mode", mode);
                } else if (opset == 10) {
                    b.node("Resize", "y", "x", "scales").attribute("mode", mode);
                } else {
                    b.constant("roi", OnnxTensor.ofFloats(new float[0], 0));
                    b.node("Resize", "y", "x", "roi", "scales")
                            .attribute("mode", mode)
                            .attribute(
                                    "coordinate_transformation_mode",
                                    List.of("half_pixel", "asymmetric", "align_corners")
                                            .get(random.nextInt(3)));
                }
                return b.output("y").graph();
            });
        }
    }

    @Test
    void dropoutBatchNormAndScatter() {
        everySet(7, "Dropout", (opset, random, shape) -> {
            GraphBuilder b = new GraphBuilder(opset, 1).input("x", shape);
            OnnxNode dropout = b.node("Dropout", "d", "x");
            if (opset < 12) {
                dropout.attribute("ratio", 0.4f);
            } else if (random.nextBoolean()) {
                b.constant("ratio", OnnxTensor.scalar(0.4f));
                dropout.inputs().add("ratio");
            }
            b.node("Neg", "y", "d");
            return b.output("y").graph();
        });
        everySet(7, "BatchNormalization", (opset, random, shape) -> {
            GraphBuilder b = new GraphBuilder(opset, 1).input("x", shape);
            long c = shape[1];
            b.weight("s", 1, c).weight("o", 1, c).weight("m", 1, c);
            float[] variance = new float[(int) c];
            Arrays.fill(variance, 0.3f + random.nextFloat());
            b.constant("v", OnnxTensor.ofFloats(variance, c));
            OnnxNode norm = b.node("BatchNormalization", "y", "x", "s", "o", "m", "v");
            norm.attribute("epsilon", 1e-3f);
            if (opset < 9) {
                norm.attribute("spatial", 1);
            }
            return b.output("y").graph();
        });
        everySet(9, "Scatter", (opset, random, shape) -> {
            GraphBuilder b = new GraphBuilder(opset, 1).input("x", shape);
            int axis = random.nextInt(shape.length);
            long[] one = new long[shape.length];
            Arrays.fill(one, 1);
            b.constant("i", OnnxTensor.ofLongs(new long[] {random.nextInt((int) shape[axis])}, one));
            b.weight("u", 1, one);
            b.node(opset < 11 ? "Scatter" : "ScatterElements", "y", "x", "i", "u")
                    .attribute("axis", axis);
            return b.output("y").graph();
        });
    }

    /** The padding value must have the type of what is padded, which need not be float. */
    @Test
    void padOfDoublesAndOfIntegersComputedInside() {
        for (long opset = 7; opset <= 10; opset++) {
            OnnxGraph graph = OnnxGraph.create("doubles", opset);
            graph.info().irVersion(4);
            graph.inputs().add(OnnxValue.tensor("x", ElementType.DOUBLE, 2, 3));
            graph.add("Neg", "", List.of("x"), List.of("n"));
            graph.add("Pad", "", List.of("n"), List.of("y"))
                    .attribute("pads", new long[] {1, 0, 0, 2})
                    .attribute("value", 2.5f);
            graph.outputs().add(OnnxValue.tensor("y", ElementType.DOUBLE, 3, 5));
            Map<String, Tensor> feed = Map.of("x", Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3));
            double[] expected = {2.5, 2.5, 2.5, 2.5, 2.5, -1, -2, -3, 2.5, 2.5, -4, -5, -6, 2.5, 2.5};
            assertThat(Objects.requireNonNull(Ort.runPlain(graph, feed).get("y"))
                            .doubles())
                    .containsExactly(expected);
            assertThat(Objects.requireNonNull(Ort.runPlain(OpsetUpgrade.raised(graph), feed)
                                    .get("y"))
                            .doubles())
                    .as("set %d", opset)
                    .containsExactly(expected);
        }
    }

    private static void everySet(long from, String what, Model model) {
        for (long opset = from; opset <= 12; opset++) {
            for (int i = 0; i < TRIES; i++) {
                long seed = opset * 1000 + i;
                Random random = new Random(seed);
                long[] shape = random.longs(2 + random.nextInt(3), 2, 5).toArray();
                OnnxGraph graph = model.make(opset, random, shape);
                graph.info().irVersion(opset <= 10 ? 4 : 6);
                same(graph, what + " set " + opset + " seed " + seed);
            }
        }
    }

    private static void same(OnnxGraph graph, String what) {
        OnnxValue input = graph.inputs().get(0);
        long[] shape = ((io.edgeai.core.onnx.OnnxType.OfTensor) Objects.requireNonNull(input.type()))
                .shape().stream().mapToLong(io.edgeai.core.model.Dim::size).toArray();
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(8), shape));
        int nodes = graph.nodes().size();
        Tensor before = Objects.requireNonNull(Ort.runPlain(graph, feed).get("y"));
        OnnxGraph raised = OpsetUpgrade.raised(graph);
        Tensor after = Objects.requireNonNull(Ort.runPlain(raised, feed).get("y"));
        assertThat(raised.info().opset()).as(what).isEqualTo(13);
        assertThat(after.shape()).as(what).isEqualTo(before.shape());
        assertThat(Ort.maxDifference(before, after)).as(what).isLessThan(1e-6);
        assertThat(graph.nodes()).as("%s: the graph given", what).hasSize(nodes);
        assertThat(OpsetUpgrade.raised(raised).nodes())
                .as("%s: raising again changes nothing", what)
                .hasSameSizeAs(raised.nodes());
    }
}
