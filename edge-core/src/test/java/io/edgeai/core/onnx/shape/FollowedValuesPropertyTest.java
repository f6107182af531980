package io.edgeai.core.onnx.shape;

import static io.edgeai.core.model.ElementType.FLOAT;
import static io.edgeai.core.model.ElementType.INT32;
import static io.edgeai.core.model.ElementType.INT64;
import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.RawRuntime;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers that inference follows through small tensors are those ONNX Runtime computes. */
class FollowedValuesPropertyTest {
    /** Runs the graph and compares every whole-number tensor that inference claims to know; gives how many. */
    private static int compare(Graphs g, String what) {
        Shapes shapes = ShapeInference.infer(g.graph);
        assertThat(shapes.problems()).as(what).isEmpty();
        Map<String, RawRuntime.Answer> answers;
        try {
            answers = RawRuntime.run(OnnxWriter.toBytes(g.graph), 1, g.inputs);
        } catch (OrtException e) {
            throw new AssertionError(what + " does not run: " + e.getMessage(), e);
        }
        int known = 0;
        for (Map.Entry<String, RawRuntime.Answer> entry : answers.entrySet()) {
            long[] claimed = shapes.constant(entry.getKey()).orElse(null);
            if (claimed != null) {
                known++;
                assertThat(claimed).as("%s: %s", what, entry.getKey()).containsExactly(numbers(entry.getValue()));
            }
        }
        return known;
    }

    private static long[] numbers(RawRuntime.Answer answer) {
        ByteBuffer bytes = ((ByteBuffer) answer.content()).duplicate().order(ByteOrder.nativeOrder());
        List<Long> values = new ArrayList<>();
        while (bytes.hasRemaining()) {
            values.add(
                    switch (answer.type()) {
                        case "INT64" -> bytes.getLong();
                        case "INT32" -> (long) bytes.getInt();
                        case "BOOL", "INT8" -> (long) bytes.get();
                        case "UINT8" -> bytes.get() & 0xFFL;
                        case "FLOAT" -> whole(bytes.getFloat());
                        case "DOUBLE" -> whole(bytes.getDouble());
                        default -> throw new AssertionError(answer.type());
                    });
        }
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static long whole(double value) {
        assertThat(value).as("claimed to be whole").isEqualTo(Math.rint(value));
        return (long) value;
    }

    private static String number(Graphs g, SplittableRandom random, ElementType type) {
        int count = random.nextInt(1, 4);
        return switch (type) {
            case INT64 -> g.longs(random.longs(count, -9, 10).toArray());
            case INT32 ->
                g.constant(OnnxTensor.ofInts(random.ints(count, -9, 10).toArray(), count));
            default -> {
                float[] values = new float[count];
                for (int i = 0; i < count; i++) {
                    values[i] = random.nextInt(-18, 19) / 2f;
                }
                yield g.constant(OnnxTensor.ofFloats(values, count));
            }
        };
    }

    /** Chains of random arithmetic on constants: claims must hold, and most values must be claimed. */
    @ParameterizedTest
    @ValueSource(strings = {"INT64", "INT32", "FLOAT"})
    void arithmetic(String name) {
        ElementType type = ElementType.valueOf(name);
        int known = 0;
        int all = 0;
        for (long seed = 0; seed < 150; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Graphs g = new Graphs(17);
            List<String> values = new ArrayList<>();
            values.add(number(g, random, type));
            for (int step = 0; step < 6; step++) {
                String left = values.get(random.nextInt(values.size()));
                String right = random.nextInt(3) == 0 ? left : one(g, random, type);
                String[] ops = {
                    "Add", "Sub", "Mul", "Max", "Min", "Neg", "Abs", "Sum", "Less", "Equal", "GreaterOrEqual"
                };
                String op = ops[random.nextInt(ops.length)];
                boolean single = op.equals("Neg") || op.equals("Abs");
                OnnxNode node = single ? g.node(op, left) : g.node(op, left, right);
                boolean runs = type == FLOAT || !op.equals("Sum");
                if (!runs) {
                    g.graph.nodes().remove(node);
                    g.graph.outputs().remove(g.graph.outputs().size() - 1);
                    continue;
                }
                all++;
                if (!List.of("Less", "Equal", "GreaterOrEqual").contains(op)) {
                    values.add(node.output(0));
                }
            }
            if (!g.graph.nodes().isEmpty()) {
                known += compare(g, name + ", seed " + seed);
            }
        }
        assertThat(known).as("of %d", all).isGreaterThan(all / 2);
    }

    private static String one(Graphs g, SplittableRandom random, ElementType type) {
        return switch (type) {
            case INT64 -> g.scalar((long) random.nextInt(-5, 6));
            case INT32 -> g.constant(OnnxTensor.ofInts(new int[] {random.nextInt(-5, 6)}));
            default -> g.scalar(random.nextInt(-5, 6) / 2f);
        };
    }

    @Test
    void divisionsAndRemaindersOfEverySign() {
        for (long a : new long[] {-7, -6, -1, 0, 1, 6, 7}) {
            for (long b : new long[] {-3, -2, 2, 3}) {
                Graphs g = new Graphs(17);
                g.node("Div", g.longs(a), g.longs(b));
                g.node("Mod", g.longs(a), g.longs(b));
                g.node("Mod", g.longs(a), g.longs(b)).attribute("fmod", 1);
                g.node("Mod", g.floatsOf((float) a), g.floatsOf((float) b)).attribute("fmod", 1);
                g.node(
                        "Div",
                        g.constant(OnnxTensor.ofInts(new int[] {(int) a}, 1)),
                        g.constant(OnnxTensor.ofInts(new int[] {(int) b}, 1)));

                assertThat(compare(g, a + " by " + b)).isEqualTo(5);
            }
        }
    }

    /** fmod takes the sign of the dividend; it was once computed as the other remainder. */
    @Test
    void fmodHasTheSignOfTheDividend() {
        Graphs g = new Graphs(17);
        String rest = g.node("Mod", g.longs(-7, 7), g.longs(3, -3))
                .attribute("fmod", 1)
                .output(0);

        assertThat(ShapeInference.infer(g.graph).constant(rest).orElseThrow()).containsExactly(-1, 1);
    }

    /** 2^24+1 is no float; casts and sums of floats once kept it. */
    @Test
    void floatsRoundWholeNumbersBeyondTheirPrecision() {
        Graphs g = new Graphs(17);
        String big = g.node("Cast", g.longs((1 << 24) + 1))
                .attribute("to", FLOAT.onnxCode())
                .output(0);
        String sum = g.node("Add", g.floatsOf(1 << 24), g.floatsOf(1)).output(0);
        g.node("Cast", big).attribute("to", INT64.onnxCode());
        g.node("Cast", sum).attribute("to", INT64.onnxCode());

        assertThat(compare(g, "2^24+1")).isEqualTo(4);
    }

    /** 2^53 and 2^53+1 are one double but two whole numbers. */
    @Test
    void longsBeyondDoublesAreCompared() {
        Graphs g = new Graphs(17);
        String a = g.longs(1L << 53, Long.MAX_VALUE, -3);
        String b = g.longs((1L << 53) + 1, Long.MAX_VALUE - 1, -3);
        for (String op : new String[] {"Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"}) {
            g.node(op, a, b);
        }
        g.node("Abs", g.longs(-(1L << 53) - 1));

        assertThat(compare(g, "large")).isEqualTo(6);
    }

    /** INT32 wraps around; inference then claims nothing rather than a number that INT32 cannot hold. */
    @Test
    void whatInt32CannotHoldIsNotClaimed() {
        Graphs g = new Graphs(17);
        String big = g.constant(OnnxTensor.ofInts(new int[] {Integer.MAX_VALUE}, 1));
        String sum = g.node("Add", big, g.constant(OnnxTensor.ofInts(new int[] {1}, 1)))
                .output(0);

        assertThat(ShapeInference.infer(g.graph).constant(sum)).isEmpty();
        assertThat(compare(g, "overflow")).isZero();
    }

    @Test
    void castsBetweenAllFollowedTypes() {
        ElementType[] types = {FLOAT, ElementType.DOUBLE, INT64, INT32, ElementType.BOOL};
        Graphs g = new Graphs(17);
        int casts = 0;
        for (String from : List.of(
                g.longs(-2, 0, 1, 300),
                g.floatsOf(-2.75f, -0.5f, 0, 0.5f, 2.75f, 7),
                g.constant(OnnxTensor.ofInts(new int[] {-2, 0, 9}, 3)),
                g.constant(OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {0, 1}, 2)))) {
            for (ElementType to : types) {
                String cast =
                        g.node("Cast", from).attribute("to", to.onnxCode()).output(0);
                g.node("Cast", cast).attribute("to", INT64.onnxCode());
                casts += 2;
            }
        }

        assertThat(compare(g, "casts")).isGreaterThanOrEqualTo(casts - 2);
    }

    @Test
    void roundings() {
        Graphs g = new Graphs(17);
        String x = g.floatsOf(-2.5f, -1.5f, -0.4f, 0, 0.5f, 1.5f, 2.5f, 3.7f);
        for (String op : new String[] {"Floor", "Ceil", "Round"}) {
            g.node(op, x);
        }
        g.node("Sqrt", g.floatsOf(0, 1, 4, 144));
        g.node("Not", g.constant(OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1, 0}, 2)));
        g.node("Pow", g.longs(2, -3, 7), g.longs(10, 3, 0));

        assertThat(compare(g, "roundings")).isEqualTo(6);
    }

    @Test
    void logicOnKnownAndUnknownOperands() {
        Graphs g = new Graphs(17);
        String known = g.constant(OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {0, 0, 1, 1}, 4));
        String other = g.constant(OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {0, 1, 0, 1}, 4));
        for (String op : new String[] {"And", "Or", "Xor"}) {
            g.node(op, known, other);
        }
        g.node("Where", known, g.longs(1, 2, 3, 4), g.longs(9));

        assertThat(compare(g, "logic")).isEqualTo(4);
    }

    /** Cuts, joins, turns and picks of constants of random shape. */
    @Test
    void movesOfElements() {
        for (long seed = 0; seed < 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Graphs g = new Graphs(17);
            long[] dims = random.longs(random.nextInt(1, 4), 1, 5).toArray();
            int count = (int) java.util.Arrays.stream(dims).reduce(1, (a, b) -> a * b);
            String x =
                    g.constant(OnnxTensor.ofLongs(random.longs(count, -99, 99).toArray(), dims));
            long axis = random.nextInt(-dims.length, dims.length);
            long size = dims[(int) (axis < 0 ? axis + dims.length : axis)];
            int known = 3;
            g.node(
                    "Slice",
                    x,
                    g.longs(random.nextInt(-5, 5)),
                    g.longs(random.nextInt(-5, 6)),
                    g.longs(axis),
                    g.longs(random.nextBoolean() ? 1 + random.nextInt(3) : -1 - random.nextInt(3)));
            g.node("Gather", x, g.longs(random.nextLong(-size, size), random.nextLong(-size, size)))
                    .attribute("axis", axis);
            g.node("Transpose", x);
            if (size > 1) {
                g.node("Split", 2, x, g.longs(1, size - 1)).attribute("axis", axis);
                known += 2;
            }
            if (dims.length == 1) {
                g.node("Concat", x, x).attribute("axis", 0);
                g.node("ReduceSum", x, g.longs(0)).attribute("keepdims", random.nextInt(2));
                g.node("ReduceProd", x).attribute("axes", new long[] {0});
                g.node("ReduceMax", x).attribute("axes", new long[] {-1});
                g.node("ReduceMin", x).attribute("axes", new long[] {0});
                known += 5;
            }
            g.node("Reshape", x, g.longs(-1));
            g.node("Unsqueeze", x, g.longs(0));
            g.node("Expand", x, g.longs(2, 1, 1, 1));

            assertThat(compare(g, "seed " + seed)).as("seed %d", seed).isEqualTo(known + 3);
        }
    }

    @Test
    void rangesOfWholeAndFractionalSteps() {
        for (long seed = 0; seed < 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Graphs g = new Graphs(17);
            long delta = random.nextBoolean() ? random.nextLong(1, 4) : -random.nextLong(1, 4);
            g.node("Range", g.scalar(random.nextLong(-9, 9)), g.scalar(random.nextLong(-9, 9)), g.scalar(delta));
            float step = random.nextInt(1, 12) / 10f;
            g.node(
                    "Range",
                    g.scalar(random.nextInt(-9, 9) / 10f),
                    g.scalar(random.nextInt(-9, 20) / 10f),
                    g.scalar(random.nextBoolean() ? step : -step));

            assertThat(compare(g, "seed " + seed)).isPositive();
            assertThat(g.compare("range, seed " + seed).open()).isEmpty();
        }
    }

    /** Shapes taken apart and put together, as exporters write them: the target equals what the runtime computes. */
    @Test
    void shapeChains() {
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Graphs g = new Graphs(17);
            long[] dims = random.longs(4, 1, 6).toArray();
            String x = g.floats(dims);
            String shape = g.node("Shape", x).output(0);
            List<String> parts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String one = g.node("Gather", shape, g.scalar((long) (random.nextBoolean() ? i : i - 4)))
                        .output(0);
                parts.add(g.node("Unsqueeze", one, g.longs(0)).output(0));
            }
            String product = g.node("Mul", parts.get(2), parts.get(3)).output(0);
            String target = g.node("Concat", parts.get(1), parts.get(0), product)
                    .attribute("axis", 0)
                    .output(0);
            String y = g.node("Reshape", x, target).output(0);
            String rows = g.node("Slice", shape, g.longs(0), g.longs(2)).output(0);
            String all = g.node("ReduceProd", rows).attribute("keepdims", 1).output(0);
            g.node(
                    "Reshape",
                    y,
                    g.node("Concat", all, g.longs(-1)).attribute("axis", 0).output(0));
            String half = g.node("Div", g.node("Add", product, g.longs(1)).output(0), g.longs(2))
                    .output(0);
            g.node("ConstantOfShape", half)
                    .attribute(
                            "value",
                            new io.edgeai.core.onnx.OnnxAttribute.OfTensor(OnnxTensor.ofLongs(new long[] {4}, 1)));

            assertThat(g.compare("seed " + seed).open()).isEmpty();
            assertThat(compare(g, "seed " + seed)).as("all but the data").isGreaterThanOrEqualTo(15);
        }
    }

    /** A tensor above 512 elements is not followed: its numbers are unknown, its shape is not. */
    @Test
    void largeTensorsAreNotFollowed() {
        for (int size : new int[] {512, 513}) {
            Graphs g = new Graphs(17);
            String range = g.node("Range", g.scalar(0L), g.scalar((long) size), g.scalar(1L))
                    .output(0);
            String more = g.node("Add", range, g.longs(1)).output(0);

            Shapes shapes = ShapeInference.infer(g.graph);

            assertThat(shapes.constant(range).isPresent()).isEqualTo(size == 512);
            assertThat(shapes.constant(more).isPresent()).isEqualTo(size == 512);
            assertThat(shapes.complete(more)).isTrue();
        }
    }

    /** Pieces of a known tensor whose sizes are not all known: no piece's numbers are claimed. */
    @Test
    void splitsAtUnknownPlacesClaimNoNumbers() {
        Graphs g = new Graphs(17);
        g.graph
                .inputs()
                .add(new OnnxValue(
                        "n",
                        new io.edgeai.core.onnx.OnnxType.OfTensor(
                                FLOAT,
                                List.of(
                                        io.edgeai.core.model.Dim.symbolic("n"),
                                        io.edgeai.core.model.Dim.symbolic("m")))));
        String sizes = g.node("Concat", g.node("Shape", "n").output(0), g.longs(1))
                .attribute("axis", 0)
                .output(0);
        OnnxNode split = g.node("Split", 3, g.longs(5, 6, 7), sizes);

        Shapes shapes = ShapeInference.infer(g.graph);

        assertThat(shapes.dims(split.output(0)).orElseThrow()).hasToString("[n]");
        assertThat(shapes.dims(split.output(2)).orElseThrow()).hasToString("[1]");
        assertThat(shapes.constant(split.output(2)))
                .as("it is 7 at n=m=1, not 5")
                .isEmpty();
    }
}
