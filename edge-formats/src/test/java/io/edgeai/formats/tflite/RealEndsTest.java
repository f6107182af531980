package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.golden.Runner;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import io.edgeai.formats.tflite.file.TfliteReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Quantized models that take and give real numbers, and real operators amid quantized ones. */
class RealEndsTest {
    private static final int HIGH = 4;
    private static final int WIDE = 5;
    private static final int IN = 2;
    private static final int OUT = 3;

    private static double[] run(TfliteFile file, float[] x) {
        OnnxGraph graph = TfliteImporter.convert(TfliteReader.read(ByteBuffer.wrap(file.bytes()), "test"))
                .graph();
        ByteBuffer bytes = ByteBuffer.allocate(4 * x.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(x);
        return Runner.run(graph, List.of(new Npy("f4", new long[] {1, HIGH, WIDE, IN}, bytes)))
                .get(0);
    }

    private static int quantized(TfliteFile file, float scale, int zero, int... dims) {
        int tensor = file.tensor(INT8, dims);
        file.quantize(tensor, scale, zero);
        return tensor;
    }

    private static float[] numbers(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (random.nextInt(201) - 100) / 50f;
        }
        return numbers;
    }

    private static double step(double real, float scale, int zero) {
        return (Math.max(-128, Math.min(127, Math.rint(real / scale) + zero)) - zero) * (double) scale;
    }

    /** The last convolution runs channels first; real numbers leave channels last. */
    @Test
    void aQuantizedConvolutionGivesRealNumbers() {
        Random random = new Random(1);
        int[] weights = random.ints((long) OUT * IN, -127, 128).toArray();
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 1, HIGH, WIDE, IN);
        int q = quantized(file, .02f, 3, 1, HIGH, WIDE, IN);
        file.op(Builtin.QUANTIZE, table(), new int[] {x}, q);
        int kernel = file.bytes(INT8, weights, OUT, 1, 1, IN);
        file.quantize(kernel, .01f, 0);
        int bias = file.ints(new int[] {500, -700, 90}, OUT);
        file.quantize(bias, .02f * .01f, 0);
        int y = quantized(file, .05f, -6, 1, HIGH, WIDE, OUT);
        file.op(Builtin.CONV_2D, TfliteCases.conv(0, 1, 1, 0), new int[] {q, kernel, bias}, y);
        file.op(Builtin.DEQUANTIZE, table(), new int[] {y}, file.output(FLOAT32, 1, HIGH, WIDE, OUT));
        float[] given = numbers(random, HIGH * WIDE * IN);

        double[] found = run(file, given);

        for (int place = 0; place < HIGH * WIDE; place++) {
            for (int o = 0; o < OUT; o++) {
                double sum = new int[] {500, -700, 90}[o] * .02f * .01f;
                for (int i = 0; i < IN; i++) {
                    sum += step(given[place * IN + i], .02f, 3) * weights[o * IN + i] * .01f;
                }
                assertThat(found[place * OUT + o])
                        .as("place %d, channel %d", place, o)
                        .isCloseTo(step(sum, .05f, -6), within(.0501));
            }
        }
    }

    /** ONNX Runtime must not round the weights of a convolution that the file computes in real numbers. */
    @Test
    void realWeightsBetweenQuantizedValuesAreNotRounded() {
        Random random = new Random(2);
        float[] weights = new float[OUT * IN];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) random.nextGaussian() * (i == 0 ? 40 : 1);
        }
        TfliteFile file = new TfliteFile();
        int x = file.input(FLOAT32, 1, HIGH, WIDE, IN);
        int q = quantized(file, .02f, 3, 1, HIGH, WIDE, IN);
        file.op(Builtin.QUANTIZE, table(), new int[] {x}, q);
        int real = file.tensor(FLOAT32, 1, HIGH, WIDE, IN);
        file.op(Builtin.DEQUANTIZE, table(), new int[] {q}, real);
        int sums = file.tensor(FLOAT32, 1, HIGH, WIDE, OUT);
        file.op(
                Builtin.CONV_2D,
                TfliteCases.conv(0, 1, 1, 0),
                new int[] {real, file.floats(weights, OUT, 1, 1, IN), file.floats(new float[OUT], OUT)},
                sums);
        int y = file.output(TensorType.INT8, 1, HIGH, WIDE, OUT);
        file.quantize(y, .01f, 0);
        file.op(Builtin.QUANTIZE, table(), new int[] {sums}, y);
        float[] given = numbers(random, HIGH * WIDE * IN);

        double[] found = run(file, given);

        for (int place = 0; place < HIGH * WIDE; place++) {
            for (int o = 0; o < OUT; o++) {
                double sum = 0;
                for (int i = 0; i < IN; i++) {
                    sum += step(given[place * IN + i], .02f, 3) * weights[o * IN + i];
                }
                assertThat(found[place * OUT + o])
                        .as("place %d, channel %d", place, o)
                        .isCloseTo(Math.max(-128, Math.min(127, Math.rint(sum / .01f))), within(1.0));
            }
        }
    }
}
