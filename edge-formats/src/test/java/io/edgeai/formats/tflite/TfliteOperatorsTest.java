package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.formats.golden.Comparison;
import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.golden.Runner;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import io.edgeai.formats.tflite.file.TfliteReader;
import io.edgeai.formats.tflite.ops.TfliteGraphWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Operators one by one against what the official TFLite 2.20 kernels answered, recorded in {@code expected.txt}. */
class TfliteOperatorsTest {
    private static final Map<String, TfliteCases.Case> CASES = TfliteCases.all();
    private static final Map<String, List<Npy>> EXPECTED = expected();

    static Stream<String> cases() {
        return CASES.keySet().stream();
    }

    private static Map<String, List<Npy>> expected() {
        Map<String, List<Npy>> expected = new LinkedHashMap<>();
        try (InputStream in = TfliteOperatorsTest.class.getResourceAsStream("/tflite/expected.txt")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.split("\n")) {
                String[] parts = line.split(" \\| ?", 3);
                expected.computeIfAbsent(parts[0], k -> new ArrayList<>()).add(array(parts[1], parts[2].strip()));
            }
            return expected;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Npy array(String type, String text) {
        String[] numbers = text.split(" ");
        int width = Integer.parseInt(type.substring(1));
        ByteBuffer data = ByteBuffer.allocate(numbers.length * width).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < numbers.length; i++) {
            switch (type) {
                case "f4" -> data.putFloat(4 * i, Float.parseFloat(numbers[i]));
                case "i8" -> data.putLong(8 * i, Long.parseLong(numbers[i]));
                case "i4" -> data.putInt(4 * i, Integer.parseInt(numbers[i]));
                case "i2" -> data.putShort(2 * i, Short.parseShort(numbers[i]));
                default -> data.put(i, (byte) Integer.parseInt(numbers[i]));
            }
        }
        return new Npy(type, new long[0], data);
    }

    private static OnnxGraph graph(byte[] file) {
        return TfliteImporter.convert(TfliteReader.read(ByteBuffer.wrap(file), "test"))
                .graph();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answersAsTheOfficialKernel(String name) {
        TfliteCases.Case each = Objects.requireNonNull(CASES.get(name));

        List<double[]> outputs = Runner.run(graph(each.file()), each.inputs());

        List<Npy> wanted = Objects.requireNonNull(EXPECTED.get(name), "no expected outputs of " + name);
        assertThat(outputs).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            Comparison found = Comparison.of(wanted.get(i), outputs.get(i));
            boolean small = Set.of("i1", "u1", "i2").contains(wanted.get(i).type());
            assertThat(found.integers() ? (small ? found.beyond() : found.differing()) : found.relative())
                    .as("%s output %d: %s", name, i, found)
                    .satisfies(apart -> assertThat(apart.doubleValue()).isLessThanOrEqualTo(1e-5));
        }
    }

    /** What has no case above is tested by its own closed form below, or said here to have none. */
    @Test
    void everyOperatorHasACase() {
        Set<String> open = new TreeSet<>(TfliteGraphWriter.operators());
        CASES.keySet().forEach(name -> open.remove(name.split(" ")[0]));

        assertThat(open)
                .containsExactlyInAnyOrder(
                        "ASSIGN_VARIABLE",
                        "CALL",
                        "CALL_ONCE",
                        "CONV_3D_TRANSPOSE",
                        "DENSIFY",
                        "LSTM",
                        "NON_MAX_SUPPRESSION_V5",
                        "READ_VARIABLE",
                        "TFLite_Detection_PostProcess",
                        "VAR_HANDLE");
    }

    private static Npy floats(float[] values, long... dims) {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Npy("f4", dims, data);
    }

    @Test
    void everythingWithoutAnEquivalentIsListedOnce() {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 2, 3);
        int a = file.tensor(FLOAT32, 2, 3);
        int b = file.tensor(FLOAT32, 2, 3);
        int c = file.tensor(FLOAT32, 2, 3);
        file.custom("MyOperator", new byte[0], new int[] {x}, a);
        file.op(Builtin.RFFT2D, table(), new int[] {a}, b);
        file.custom("MyOperator", new byte[0], new int[] {b}, c);
        file.op(Builtin.RELU, table(), new int[] {c}, file.output(FLOAT32, 2, 3));

        assertThatThrownBy(() -> graph(file.bytes()))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(MyOperator is a custom operator) x 2 at operator 0, operator 2")
                .hasMessageContaining("(RFFT2D has no mapping) x 1 at operator 1")
                .hasMessageNotContaining("RELU")
                .hasMessageContaining("Maybe");
    }

    /** A batch of three gives what three batches of one give: nothing took the declared size for the real one. */
    @Test
    void anOpenBatchIsServedAtAnySize() {
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 1, 4, 4, 2);
        int y = file.tensor(FLOAT32, 1, 4, 4, 2);
        int m = file.tensor(FLOAT32, 1, 2);
        int z = file.output(FLOAT32, 1, 3);
        for (int[] each : new int[][] {{x, -1, 4, 4, 2}, {y, -1, 4, 4, 2}, {m, -1, 2}, {z, -1, 3}}) {
            file.signature(each[0], Arrays.copyOfRange(each, 1, each.length));
        }
        float[] kernel = new float[2 * 3 * 3 * 2];
        Arrays.setAll(new double[kernel.length], i -> kernel[i] = (i % 7 - 3) / 4f);
        file.op(
                Builtin.CONV_2D,
                table().with(1, 1).with(2, 1).with(3, (byte) 1),
                new int[] {x, file.floats(kernel, 2, 3, 3, 2), file.floats(new float[] {.5f, -.5f}, 2)},
                y);
        file.op(Builtin.MEAN, table(), new int[] {y, file.vector(1, 2)}, m);
        file.op(
                Builtin.FULLY_CONNECTED,
                table(),
                new int[] {m, file.floats(new float[] {1, 2, 3, 4, 5, 6}, 3, 2), -1},
                z);
        OnnxGraph graph = graph(file.bytes());
        float[] batch = new float[3 * 32];
        for (int i = 0; i < batch.length; i++) {
            batch[i] = (i * 31 % 17 - 8) / 3f;
        }

        double[] together =
                Runner.run(graph, List.of(floats(batch, 3, 4, 4, 2))).get(0);

        for (int i = 0; i < 3; i++) {
            float[] one = Arrays.copyOfRange(batch, 32 * i, 32 * i + 32);
            double[] alone = Runner.run(graph, List.of(floats(one, 1, 4, 4, 2))).get(0);
            assertThat(Arrays.copyOfRange(together, 3 * i, 3 * i + 3))
                    .usingComparatorWithPrecision(1e-6)
                    .containsExactly(alone);
        }
        assertThat(graph.inputs().get(0).type().toString()).contains("N");
    }

    /** Chains of convolutions stay channels first: one transpose in, one out, whatever is in between. */
    @Test
    void layoutsChangeOnlyWhereTheyMust() {
        OnnxGraph graph = graph(
                Objects.requireNonNull(CASES.get("two convolutions and a sum")).file());

        assertThat(graph.nodes().stream().map(OnnxNode::op))
                .containsExactlyInAnyOrder("Transpose", "Conv", "Relu", "Conv", "Add", "Mul", "Transpose");
    }

    @Test
    void quantizedOperatorsStandBetweenDequantizeAndQuantize() {
        OnnxGraph graph =
                graph(Objects.requireNonNull(CASES.get("CONV_2D int8 0")).file());

        assertThat(graph.nodes().stream().map(OnnxNode::op))
                .containsExactlyInAnyOrder(
                        "Transpose",
                        "DequantizeLinear",
                        "DequantizeLinear",
                        "DequantizeLinear",
                        "Conv",
                        "Relu",
                        "QuantizeLinear",
                        "Transpose");
    }

    /** Two anchors that overlap and one apart: the weaker of the two goes. */
    @Test
    void detectionsAreDecodedSuppressedAndFilledUp() {
        TfliteFile file = new TfliteFile();
        int boxes = file.input(FLOAT32, 1, 3, 4);
        int scores = file.input(FLOAT32, 1, 3, 3);
        int anchors = file.floats(new float[] {.5f, .5f, 1, 1, .5f, .5f, .9f, 1, 3, 3, 1, 2}, 3, 4);
        byte[] options = FlexOptions.map(Map.of(
                "max_detections", 4,
                "max_classes_per_detection", 1,
                "num_classes", 2,
                "nms_iou_threshold", .5f,
                "nms_score_threshold", .1f,
                "y_scale", 10f,
                "x_scale", 10f,
                "h_scale", 5f,
                "w_scale", 5f));
        file.custom(
                "TFLite_Detection_PostProcess",
                options,
                new int[] {boxes, scores, anchors},
                file.output(FLOAT32, 1, 4, 4),
                file.output(FLOAT32, 1, 4),
                file.output(FLOAT32, 1, 4),
                file.output(FLOAT32, 1));
        float[] codes = {0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0};
        float[] votes = {.9f, .2f, .7f, .9f, .8f, .1f, 0, .3f, .6f}; // background first

        List<double[]> found = Runner.run(graph(file.bytes()), List.of(floats(codes, 1, 3, 4), floats(votes, 1, 3, 3)));

        assertThat(found.get(3)).containsExactly(2);
        assertThat(found.get(1)).containsExactly(0, 1, 0, 0);
        assertThat(found.get(2)).usingComparatorWithPrecision(1e-6).containsExactly(.8, .6, 0, 0);
        // The second anchor as it is; the third moved down by 5/10 of its height.
        assertThat(found.get(0))
                .usingComparatorWithPrecision(1e-6)
                .containsExactly(.05, 0, .95, 1, 3, 2, 4, 4, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void sixteenBitValuesKeepTheirScale() {
        TfliteFile file = new TfliteFile();
        int x = file.input(TensorType.INT16, 1, 4);
        int y = file.output(INT8, 1, 4);
        file.quantize(x, .001f, 0).quantize(y, .1f, 3).op(Builtin.QUANTIZE, table(), new int[] {x}, y);
        ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        data.putShort((short) 1000)
                .putShort((short) -2049)
                .putShort((short) 0)
                .putShort((short) 32767)
                .rewind();

        double[] found = Runner.run(graph(file.bytes()), List.of(new Npy("i2", new long[] {1, 4}, data)))
                .get(0);

        assertThat(found).containsExactly(13, -17, 3, 127); // 1.0, -2.049, 0 and 32.767 in steps of .1 around 3
    }
}
