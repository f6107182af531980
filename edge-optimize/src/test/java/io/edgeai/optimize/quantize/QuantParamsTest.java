package io.edgeai.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantParamsTest {
    @Test
    void knownRanges() {
        assertThat(QuantParams.asymmetric(new ValueRange(0, 255))).isEqualTo(new QuantParams(1, 0));
        assertThat(QuantParams.asymmetric(new ValueRange(-255, 0))).isEqualTo(new QuantParams(1, 255));
        assertThat(QuantParams.asymmetric(new ValueRange(-128, 127))).isEqualTo(new QuantParams(1, 128));
        assertThat(QuantParams.asymmetric(new ValueRange(51, 255)))
                .as("zero is always inside")
                .isEqualTo(new QuantParams(1, 0));
        assertThat(QuantParams.asymmetric(new ValueRange(-255, -51))).isEqualTo(new QuantParams(1, 255));
    }

    @Test
    void rangesOfNoWidthGetAHarmlessScale() {
        assertThat(QuantParams.asymmetric(new ValueRange(0, 0))).isEqualTo(new QuantParams(1, 0));
        assertThat(QuantParams.asymmetric(new ValueRange(0, 1e-38f))).isEqualTo(new QuantParams(1, 0));
    }

    @Test
    void zeroIsExactAndErrorsStayBelowHalfAStep() {
        Random random = new Random(21);
        for (int round = 0; round < 400; round++) {
            float a = (float) (random.nextGaussian() * Math.exp(random.nextGaussian() * 4));
            float b = (float) (random.nextGaussian() * Math.exp(random.nextGaussian() * 4));
            ValueRange range = new ValueRange(Math.min(a, b), Math.max(a, b));
            QuantParams params = QuantParams.asymmetric(range);
            String what = "round " + round + " of seed 21: " + range;
            assertThat(params.dequantize(params.quantize(0))).as(what).isZero();
            assertThat(params.zeroPoint()).as(what).isBetween(0, 255);
            for (int i = 0; i <= 50; i++) {
                float value = range.low() + (range.high() - range.low()) * i / 50;
                double error = Math.abs(params.dequantize(params.quantize(value)) - value);
                assertThat(error)
                        .as(what)
                        .isLessThanOrEqualTo(params.scale() * 1.0001 * (edge(params, value) ? 1 : .5));
            }
        }
    }

    /** The rounding of the zero point may push one end of the range half a step out. */
    private static boolean edge(QuantParams params, float value) {
        int level = params.quantize(value);
        return level == 0 || level == 255;
    }

    @Test
    void noOtherScaleAndZeroPointFitTheRangeBetter() {
        Random random = new Random(4);
        for (int round = 0; round < 30; round++) {
            ValueRange range = new ValueRange(-random.nextFloat() * 3, random.nextFloat() * 5);
            QuantParams ours = QuantParams.asymmetric(range);
            double least = Double.POSITIVE_INFINITY;
            for (int zero = 0; zero <= 255; zero++) {
                double scale =
                        Math.max(zero == 0 ? 0 : -range.low() / zero, zero == 255 ? 0 : range.high() / (255 - zero));
                boolean fits = (zero > 0 || range.low() == 0) && (zero < 255 || range.high() == 0);
                least = fits ? Math.min(least, scale) : least;
            }
            assertThat((double) ours.scale()).as("round %d of seed 4", round).isCloseTo(least, within(0.01 * least));
        }
    }

    @Test
    void quantizesAsOnnxRuntimeDoes() {
        Random random = new Random(6);
        QuantParams params = QuantParams.asymmetric(new ValueRange(-1.3f, 2.7f));
        float[] values = new float[2000];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 7 == 0
                    ? (i % 200 - params.zeroPoint() + 0.5f) * params.scale()
                    : (float) random.nextGaussian() * 2;
        }
        GraphBuilder b = new GraphBuilder(13, 1).input("x", values.length);
        b.constant("s", OnnxTensor.scalar(params.scale()));
        b.constant("z", OnnxTensor.ofBytes(ElementType.UINT8, new byte[] {(byte) params.zeroPoint()}));
        b.node("QuantizeLinear", "q", "x", "s", "z");
        b.node("DequantizeLinear", "y", "q", "s", "z");
        OnnxGraph graph = b.output("q").output("y").graph();
        Map<String, Tensor> answer = Ort.runPlain(graph, Map.of("x", Tensor.of(values, values.length)));
        byte[] levels = Objects.requireNonNull(answer.get("q")).bytes();
        float[] back = Objects.requireNonNull(answer.get("y")).floats();
        for (int i = 0; i < values.length; i++) {
            assertThat(params.quantize(values[i])).as("%s", values[i]).isEqualTo(levels[i] & 0xFF);
            assertThat(params.dequantize(levels[i] & 0xFF)).isEqualTo(back[i]);
        }
    }
}
