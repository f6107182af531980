package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From reals to integers and back: real = scale * (integer - zero point). */
class ScalesTest {
    @ParameterizedTest
    @CsvSource({"INT8,.03,-7", "UINT8,.03,120", "INT16,.0002,0"})
    void realsBecomeTheNearestInteger(TensorType type, double scale, long zero) {
        Numbers x = Numbers.computed(new int[] {400}, at -> (at[0] - 190) / 37.0);

        double[] found = new OneOperator(Builtin.QUANTIZE, table())
                .fed(x)
                .into(type, scale, zero, 400)
                .answer();

        Numbers exact = x.quantized(type, scale, zero);
        assertThat(exact.apart(found)).isLessThanOrEqualTo(1);
        for (int i = 0; i < found.length; i++) {
            double steps = x.stored[i] / (float) scale + zero;
            boolean inside = steps > Numbers.least(type) && steps < Numbers.most(type);
            assertThat(inside ? Math.abs(found[i] - steps) : 0)
                    .as("%s", x.stored[i])
                    .isLessThanOrEqualTo(.5001);
        }
    }

    @ParameterizedTest
    @CsvSource({"INT8,.03,-7", "UINT8,.05,120", "INT16,.0002,0"})
    void integersBecomeReals(TensorType type, double scale, long zero) {
        Numbers q = Numbers.whole(type, new Random(1), 300).scaled(scale, zero);

        double[] found = new OneOperator(Builtin.DEQUANTIZE, table())
                .fed(q)
                .into(FLOAT32, 300)
                .answer();

        assertThat(Numbers.computed(q.dims, q::at).relative(found)).isLessThan(1e-6);
    }

    /** The scales of a constant run along one of its dimensions. */
    @ParameterizedTest
    @CsvSource({"0", "1", "2"})
    void eachIndexOfADimensionHasItsScale(int axis) {
        Numbers q = Numbers.whole(INT8, new Random(axis), 3, 3, 3).scaled(new float[] {.5f, .1f, .02f}, axis);

        double[] found = new OneOperator(Builtin.DEQUANTIZE, table())
                .constant(q)
                .into(FLOAT32, 3, 3, 3)
                .answer();

        assertThat(Numbers.computed(q.dims, q::at).relative(found)).isLessThan(1e-6);
    }

    @ParameterizedTest
    @CsvSource({
        "INT8,INT8",
        "INT8,UINT8",
        "UINT8,INT8",
        "INT16,INT8",
        "INT8,INT16",
        "INT16,INT16",
        "INT32,INT8",
        "INT32,INT16"
    })
    void integersChangeTheirScaleWithinOneQuantum(TensorType from, TensorType to) {
        long zero = from == INT8 ? -7 : from == TensorType.UINT8 ? 130 : 0;
        Numbers q = (from == INT32
                        ? Numbers.between(INT32, new Random(2), -40000, 40000, 200)
                        : Numbers.whole(from, new Random(2), 200))
                .scaled(from == TensorType.INT16 || from == INT32 ? .0001 : .03, zero);
        long target = to == TensorType.INT16 ? 0 : to == INT8 ? 4 : 100;
        double scale = to == TensorType.INT16 ? .0002 : .041;

        double[] found = new OneOperator(Builtin.QUANTIZE, table())
                .fed(q)
                .into(to, scale, target, 200)
                .answer();

        Numbers exact = Numbers.computed(q.dims, q::at).quantized(to, scale, target);
        assertThat(exact.apart(found)).isLessThanOrEqualTo(1);
    }

    /** 32-bit results, as accumulators in front of a layer in other arithmetic. */
    @Test
    void integersOf32BitsAsResult() {
        Numbers q = Numbers.whole(TensorType.INT16, new Random(2), 100).scaled(.001, 0);

        double[] found = new OneOperator(Builtin.QUANTIZE, table())
                .fed(q)
                .into(INT32, .0004, 0, 100)
                .answer();

        for (int i = 0; i < 100; i++) {
            assertThat(found[i]).isCloseTo(q.flat(i) / .0004f, org.assertj.core.data.Offset.offset(.51));
        }
    }

    /** Bounds move so that zero is a step; every result is a step between them (fake_quant of the kernels). */
    @ParameterizedTest
    @CsvSource({"-1,1.1,8,false", "0,6,8,true", "-.4,2.3,4,false", "-3,-1,5,false", "1,4,3,true", "-8,8,16,false"})
    void roundingToSteps(float min, float max, int bits, boolean narrow) {
        Numbers x = Numbers.computed(new int[] {200}, at -> (at[0] - 99) / 20.3);

        double[] found = new OneOperator(
                        Builtin.FAKE_QUANT,
                        table().with(0, min).with(1, max).with(2, bits).with(3, narrow))
                .fed(x)
                .into(FLOAT32, 200)
                .answer();

        double least = narrow ? 1 : 0;
        double most = Math.pow(2, bits) - 1;
        double scale = (max - min) / (most - least);
        double zero = Math.max(least, Math.min(most, Math.floor(least - min / scale + .5)));
        for (int i = 0; i < 200; i++) {
            double clamped = Math.max((least - zero) * scale, Math.min((most - zero) * scale, x.stored[i]));
            double steps = found[i] / scale + zero;
            assertThat(found[i])
                    .as("%s", x.stored[i])
                    .isCloseTo(clamped, org.assertj.core.data.Offset.offset(scale * .501));
            assertThat(steps).isCloseTo(Math.rint(steps), org.assertj.core.data.Offset.offset(.02));
        }
    }

    @ParameterizedTest
    @CsvSource({"0,0,8", "2,1,8", "-1,1,1", "-1,1,17"})
    void stepsThatAreNoneAreRefused(float min, float max, int bits) {
        OneOperator fake = new OneOperator(
                        Builtin.FAKE_QUANT, table().with(0, min).with(1, max).with(2, bits))
                .fed(Numbers.reals(new double[2], 2))
                .into(FLOAT32, 2);

        assertThatThrownBy(fake::graph)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("FAKE_QUANT quantizes to " + bits + " bits");
    }

    @Test
    void resultsWithAScaleForEachIndexAreRefused() {
        OneOperator relu = new OneOperator(Builtin.RELU, table())
                .fed(Numbers.whole(INT8, new Random(1), 2, 3).scaled(.1, 0))
                .into(INT8, 2, 3);
        relu.file.quantize(1, new float[] {.1f, .2f, .3f}, 1);

        assertThatThrownBy(relu::graph)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("RELU computes a value with a scale for each channel");
    }
}
