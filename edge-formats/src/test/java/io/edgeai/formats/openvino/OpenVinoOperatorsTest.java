package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.IrFile.output;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Operations one by one against closed forms and plain loops written here. */
class OpenVinoOperatorsTest {
    private static final double CLOSE = 2e-5;

    @TempDir
    Path folder;

    private static float[] values(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = ((i * 37 + 11) % 23 - 11) / 4f;
        }
        return values;
    }

    private static void close(double[] found, double... wanted) {
        assertThat(found).usingComparatorWithPrecision(CLOSE).containsExactly(wanted);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    static final Map<String, DoubleUnaryOperator> UNARY = Map.ofEntries(
            Map.entry("Abs", Math::abs),
            Map.entry("Atan", Math::atan),
            Map.entry("Ceiling", Math::ceil),
            Map.entry("Cos", Math::cos),
            Map.entry("Exp", Math::exp),
            Map.entry("Floor", Math::floor),
            Map.entry("Negative", x -> -x),
            Map.entry("ReLU", x -> Math.max(0, x)),
            Map.entry("Sigmoid", OpenVinoOperatorsTest::sigmoid),
            Map.entry("Sign", Math::signum),
            Map.entry("Sin", Math::sin),
            Map.entry("Sinh", Math::sinh),
            Map.entry("Cosh", Math::cosh),
            Map.entry("Tanh", Math::tanh),
            Map.entry("SoftPlus", x -> Math.log1p(Math.exp(x))),
            Map.entry("SoftSign", x -> x / (1 + Math.abs(x))),
            Map.entry("HSwish", x -> x * Math.min(Math.max(x + 3, 0), 6) / 6),
            Map.entry("HSigmoid", x -> Math.min(Math.max(x + 3, 0), 6) / 6),
            Map.entry("Mish", x -> x * Math.tanh(Math.log1p(Math.exp(x)))),
            Map.entry("Swish", x -> x * sigmoid(x)),
            Map.entry("Elu alpha=\"0.5\"", x -> x > 0 ? x : .5 * Math.expm1(x)),
            Map.entry("Clamp min=\"-1\" max=\"1.5\"", x -> Math.max(-1, Math.min(1.5, x))),
            Map.entry("Round mode=\"half_to_even\"", Math::rint),
            Map.entry("Round mode=\"half_away_from_zero\"", x -> Math.signum(x) * Math.floor(Math.abs(x) + .5)),
            Map.entry(
                    "Gelu approximation_mode=\"TANH\"",
                    x -> .5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + .044715 * x * x * x)))));

    static Stream<String> unary() {
        return UNARY.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("unary")
    void eachElement(String name) {
        String[] parts = name.split(" ", 2);
        float[] x = values(24);
        IrFile file = new IrFile();
        int y = file.op(
                parts[0], "opset7", parts.length > 1 ? parts[1] : "", port("FP32", 2, 12), file.input(x, 2, 12));

        double[] found = file.answer(folder, y);

        for (int i = 0; i < x.length; i++) {
            assertThat(found[i])
                    .as("%s of %s", name, x[i])
                    .isCloseTo(UNARY.get(name).applyAsDouble(x[i]), org.assertj.core.data.Offset.offset(CLOSE));
        }
    }

    static final Map<String, DoubleBinaryOperator> BINARY = Map.of(
            "Add", Double::sum,
            "Subtract", (a, b) -> a - b,
            "Multiply", (a, b) -> a * b,
            "Divide", (a, b) -> a / b,
            "Maximum", Math::max,
            "Minimum", Math::min,
            "SquaredDifference", (a, b) -> (a - b) * (a - b),
            "Mod", (a, b) -> a % b,
            "FloorMod", (a, b) -> a - Math.floor(a / b) * b);

    static Stream<String> binary() {
        return BINARY.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("binary")
    void pairsOfElements(String name) {
        float[] a = values(12);
        float[] b = {.75f, -1.5f, 2, -.625f};
        IrFile file = new IrFile();
        int y = file.op(
                name, "opset1", "auto_broadcast=\"numpy\"", port("FP32", 3, 4), file.input(a, 3, 4), file.floats(b, 4));

        double[] found = file.answer(folder, y);

        for (int i = 0; i < a.length; i++) {
            assertThat(found[i])
                    .as("%s of %s, %s", name, a[i], b[i % 4])
                    .isCloseTo(
                            BINARY.get(name).applyAsDouble(a[i], b[i % 4]), org.assertj.core.data.Offset.offset(CLOSE));
        }
    }

    @Test
    void integersAreDividedDownwards() {
        IrFile file = new IrFile();
        int a = file.inputInts(new int[] {7, -7, 7, -7, 6}, 5);
        int b = file.inputInts(new int[] {2, 2, -2, -2, 3}, 5);
        assertThat(file.answer(folder, file.op("Divide", "opset1", "m_pythondiv=\"true\"", port("I32", 5), a, b)))
                .containsExactly(3, -4, -4, 3, 2);
    }

    /** Direct sums over the window, padding as stated. */
    private static double[] convolution(
            float[] x, float[] w, int h, int wide, int in, int out, int k, int stride, int pad, int groups) {
        int oh = (h + 2 * pad - k) / stride + 1;
        int ow = (wide + 2 * pad - k) / stride + 1;
        double[] y = new double[out * oh * ow];
        for (int o = 0; o < out; o++) {
            int each = in / groups;
            int first = o / (out / groups) * each;
            for (int r = 0; r < oh; r++) {
                for (int c = 0; c < ow; c++) {
                    for (int i = 0; i < each; i++) {
                        for (int kr = 0; kr < k; kr++) {
                            for (int kc = 0; kc < k; kc++) {
                                int xr = r * stride + kr - pad;
                                int xc = c * stride + kc - pad;
                                if (xr >= 0 && xr < h && xc >= 0 && xc < wide) {
                                    y[(o * oh + r) * ow + c] += x[((first + i) * h + xr) * wide + xc]
                                            * w[((o * each + i) * k + kr) * k + kc];
                                }
                            }
                        }
                    }
                }
            }
        }
        return y;
    }

    @Test
    void convolutionsWithAndWithoutGroups() {
        float[] x = values(4 * 5 * 6);
        float[] w = values(6 * 4 * 9);
        String window = "strides=\"2,2\" pads_begin=\"1,1\" pads_end=\"1,1\" dilations=\"1,1\" auto_pad=\"explicit\"";
        IrFile file = new IrFile();
        int y = file.op(
                "Convolution",
                "opset1",
                window,
                port("FP32", 1, 6, 3, 3),
                file.input(x, 1, 4, 5, 6),
                file.floats(w, 6, 4, 3, 3));
        close(file.answer(folder, y), convolution(x, w, 5, 6, 4, 6, 3, 2, 1, 1));

        float[] grouped = values(6 * 2 * 9);
        IrFile second = new IrFile();
        int z = second.op(
                "GroupConvolution",
                "opset1",
                window,
                port("FP32", 1, 6, 3, 3),
                second.input(x, 1, 4, 5, 6),
                second.floats(grouped, 2, 3, 2, 3, 3));
        close(second.answer(folder, z), convolution(x, grouped, 5, 6, 4, 6, 3, 2, 1, 2));
    }

    /** The transpose is defined by the inner product: <conv(x), y> = <x, backprop(y)>. */
    @Test
    void backpropagationIsTheTransposeOfConvolution() {
        float[] x = values(2 * 7 * 7);
        float[] w = values(3 * 2 * 9);
        float[] y = values(3 * 3 * 3);
        double[] forward = convolution(x, w, 7, 7, 2, 3, 3, 2, 0, 1);
        IrFile file = new IrFile();
        int back = file.op(
                "ConvolutionBackpropData",
                "opset1",
                "strides=\"2,2\" pads_begin=\"0,0\" pads_end=\"0,0\" dilations=\"1,1\" output_padding=\"0,0\"",
                port("FP32", 1, 2, 7, 7),
                file.input(y, 1, 3, 3, 3),
                file.floats(w, 3, 2, 3, 3));

        double[] backward = file.answer(folder, back);

        double left = 0;
        for (int i = 0; i < y.length; i++) {
            left += forward[i] * y[i];
        }
        double right = 0;
        for (int i = 0; i < x.length; i++) {
            right += backward[i] * x[i];
        }
        assertThat(right).isCloseTo(left, org.assertj.core.data.Offset.offset(1e-3));
    }

    @ParameterizedTest
    @CsvSource({"floor,true,'1.5,2.5'", "ceil,true,'1.5,2.5,3'", "ceil,false,'1.5,2.5,3'"})
    void averagesOverWindows(String rounding, String exclude, String wanted) {
        IrFile file = new IrFile();
        double[] expected = Arrays.stream(wanted.split(","))
                .mapToDouble(Double::parseDouble)
                .toArray();
        int y = file.op(
                "AvgPool",
                "opset1",
                "kernel=\"2\" strides=\"1\" pads_begin=\"0\" pads_end=\"0\" exclude-pad=\"" + exclude
                        + "\" rounding_type=\"" + rounding + "\"",
                port("FP32", 1, 1, 2),
                file.input(new float[] {1, 2, 3}, 1, 1, 3));
        close(file.answer(folder, y), Arrays.copyOf(expected, 2));
    }

    @Test
    void adaptivePoolsShareTheInputOut() {
        float[] x = {1, 2, 3, 4, 5, 6, 7};
        IrFile file = new IrFile();
        int y = file.op("AdaptiveAvgPool", "opset8", "", port("FP32", 1, 1, 3), file.input(x, 1, 1, 7), file.longs(3));
        close(file.answer(folder, y), 2, 4, 6);
        IrFile second = new IrFile();
        int z = second.op(
                "AdaptiveMaxPool", "opset8", "", port("FP32", 1, 1, 3), second.input(x, 1, 1, 7), second.longs(3));
        close(second.answer(folder, z), 3, 5, 7);
    }

    @Test
    void slicesFollowTheirMasks() {
        IrFile file = new IrFile();
        int y = file.op(
                "StridedSlice",
                "opset1",
                "begin_mask=\"1,0,0\" end_mask=\"0,1,0\" shrink_axis_mask=\"0,0,1\" new_axis_mask=\"\" ellipsis_mask=\"\"",
                port("FP32", 2, 2),
                file.input(values(24), 3, 4, 2),
                file.longs(9, 1, 1),
                file.longs(2, 0, 2),
                file.longs(1, 2, 1));
        float[] v = values(24);
        close(file.answer(folder, y), v[3], v[7], v[11], v[15]);
    }

    @Test
    void movesAndJoins() {
        float[] v = values(8);
        IrFile file = new IrFile();
        int x = file.input(v, 2, 4);
        int parts = file.ops(
                "VariadicSplit",
                "opset1",
                "",
                new String[] {port("FP32", 2, 1), port("FP32", 2, 3)},
                x,
                file.whole(1),
                file.longs(1, -1));
        int joined = file.op("Concat", "opset1", "axis=\"1\"", port("FP32", 2, 4), output(parts, 1), parts);
        int rolled = file.op("Roll", "opset7", "", port("FP32", 2, 4), joined, file.longs(1), file.longs(1));
        close(file.answer(folder, rolled), v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
    }

    @Test
    void blocksMoveBetweenSpaceDepthAndBatch() {
        float[] v = values(16);
        IrFile file = new IrFile();
        int x = file.input(v, 1, 1, 4, 4);
        int deep =
                file.op("SpaceToDepth", "opset1", "mode=\"depth_first\" block_size=\"2\"", port("FP32", 1, 4, 2, 2), x);
        int back = file.op(
                "DepthToSpace", "opset1", "mode=\"depth_first\" block_size=\"2\"", port("FP32", 1, 1, 4, 4), deep);
        int batch = file.op(
                "SpaceToBatch",
                "opset2",
                "",
                port("FP32", 4, 1, 2, 2),
                back,
                file.longs(1, 1, 2, 2),
                file.longs(0, 0, 0, 0),
                file.longs(0, 0, 0, 0));
        int space = file.op(
                "BatchToSpace",
                "opset2",
                "",
                port("FP32", 1, 1, 4, 4),
                batch,
                file.longs(1, 1, 2, 2),
                file.longs(0, 0, 0, 0),
                file.longs(0, 0, 0, 0));
        file.result(batch);
        var found = file.result(space).run(folder);
        close(
                found.get(0),
                v[0],
                v[2],
                v[8],
                v[10],
                v[1],
                v[3],
                v[9],
                v[11],
                v[4],
                v[6],
                v[12],
                v[14],
                v[5],
                v[7],
                v[13],
                v[15]);
        double[] whole = new double[16];
        Arrays.setAll(whole, i -> v[i]);
        close(found.get(1), whole);
    }

    @Test
    void fakeQuantizationRoundsToLevels() {
        float[] x = {-3, -1, -.4f, 0, .26f, 1, 5};
        IrFile file = new IrFile();
        int y = file.op(
                "FakeQuantize",
                "opset1",
                "levels=\"5\"",
                port("FP32", 7),
                file.input(x, 7),
                file.scalar(-1),
                file.scalar(1),
                file.scalar(0),
                file.scalar(8));
        // Steps of one half in, of two out; -0.4 lies nearest to -0.5, 0.26 to 0.5.
        close(file.answer(folder, y), 0, 0, 2, 4, 6, 8, 8);
    }

    @Test
    void fakeQuantizationOfEightBitsBecomesIntegerNodes() {
        IrFile file = new IrFile();
        int low = file.scalar(0);
        int high = file.scalar(2.55f);
        int y = file.op(
                "FakeQuantize",
                "opset1",
                "levels=\"256\"",
                port("FP32", 4),
                file.input(new float[] {-1, .014f, 1.236f, 9}, 4),
                low,
                high,
                low,
                high);
        file.result(y);
        assertThat(file.graph(folder).nodes().stream().map(OnnxNode::op))
                .containsExactly("QuantizeLinear", "DequantizeLinear");
        close(file.run(folder).get(0), 0, .01, 1.24, 2.55);
    }

    @Test
    void compressedWeightsAreUnfolded() {
        IrFile file = new IrFile();
        int half = file.halves(new short[] {0x3c00, (short) 0xc000, 0x3555}, 3);
        int wide = file.op("Convert", "opset1", "destination_type=\"f32\"", port("FP32", 3), half);
        int y = file.op("Add", "opset1", "", port("FP32", 3), file.input(new float[] {1, 1, 1}, 3), wide);
        close(file.answer(folder, y), 2, -1, 1.33325);

        IrFile packed = new IrFile();
        int four = packed.bytes("u4", new byte[] {0x21, (byte) 0xf0}, 4);
        int real = packed.op("Convert", "opset1", "destination_type=\"f32\"", port("FP32", 4), four);
        int z = packed.op("Multiply", "opset1", "", port("FP32", 4), packed.input(new float[] {1, 1, 1, 2}, 4), real);
        close(packed.answer(folder, z), 1, 2, 0, 30);
    }

    @Test
    void normalizationsAreWhatTheyAreCalled() {
        float[] x = {1, 2, 3, 4, 6, 8};
        IrFile file = new IrFile();
        int y = file.op(
                "MVN",
                "opset6",
                "normalize_variance=\"true\" eps=\"0\" eps_mode=\"inside_sqrt\"",
                port("FP32", 2, 3),
                file.input(x, 2, 3),
                file.longs(1));
        double one = Math.sqrt(1.5);
        close(file.answer(folder, y), -one, 0, one, -one, 0, one);

        IrFile second = new IrFile();
        int z = second.op(
                "NormalizeL2",
                "opset1",
                "eps=\"0\" eps_mode=\"add\"",
                port("FP32", 2, 3),
                second.input(x, 2, 3),
                second.longs(1));
        double a = Math.sqrt(14);
        double b = Math.sqrt(116);
        close(second.answer(folder, z), 1 / a, 2 / a, 3 / a, 4 / b, 6 / b, 8 / b);

        IrFile third = new IrFile();
        int n = third.op(
                "GroupNormalization",
                "opset12",
                "num_groups=\"2\" epsilon=\"0\"",
                port("FP32", 1, 4, 2),
                third.input(new float[] {1, 2, 3, 4, 0, 0, 2, 2}, 1, 4, 2),
                third.floats(new float[] {1, 1, 2, 2}, 4),
                third.floats(new float[] {0, 0, 0, 5}, 4));
        double s = Math.sqrt(1.25);
        close(third.answer(folder, n), -1.5 / s, -.5 / s, .5 / s, 1.5 / s, -2, -2, 7, 7);
    }

    @Test
    void resizingCountsCoordinatesAsTold() {
        IrFile file = new IrFile();
        int y = file.op(
                "Interpolate",
                "opset4",
                "mode=\"linear_onnx\" shape_calculation_mode=\"sizes\" coordinate_transformation_mode=\"half_pixel\" nearest_mode=\"floor\" antialias=\"false\" pads_begin=\"0\" pads_end=\"0\"",
                port("FP32", 1, 1, 1, 4),
                file.input(new float[] {0, 4}, 1, 1, 1, 2),
                file.longs(1, 4),
                file.floats(new float[] {1, 2}, 2),
                file.longs(2, 3));
        close(file.answer(folder, y), 0, 1, 3, 4);
    }

    @Test
    void theGreatestAreFoundAndBoxesSuppressed() {
        IrFile file = new IrFile();
        int top = file.ops(
                "TopK",
                "opset3",
                "axis=\"-1\" mode=\"max\" sort=\"index\"",
                new String[] {port("FP32", 2), port("I32", 2)},
                file.input(new float[] {1, 9, 3, 7}, 4),
                file.whole(2));
        var found = file.result(top).result(output(top, 1)).run(folder);
        close(found.get(0), 9, 7);
        close(found.get(1), 1, 3);

        IrFile second = new IrFile();
        int boxes = second.input(new float[] {0, 0, 2, 2, 0, 0, 2, 1.9f, 3, 3, 4, 4}, 1, 3, 4);
        int scores = second.input(new float[] {.5f, .9f, .7f}, 1, 1, 3);
        int chosen = second.ops(
                "NonMaxSuppression",
                "opset5",
                "box_encoding=\"corner\" sort_result_descending=\"true\" output_type=\"i64\"",
                new String[] {port("I64", 3, 3), port("FP32", 3, 3), port("I64", 1)},
                boxes,
                scores,
                second.whole(3),
                second.scalar(.5f),
                second.scalar(0));
        var kept = second.result(chosen)
                .result(output(chosen, 1))
                .result(output(chosen, 2))
                .run(folder);
        close(kept.get(0), 0, 0, 1, 0, 0, 2);
        close(kept.get(1), 0, 0, .9f, 0, 0, .7f);
        close(kept.get(2), 2);
    }
}
