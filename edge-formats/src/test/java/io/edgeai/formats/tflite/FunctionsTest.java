package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.BOOL;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT16;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static io.edgeai.formats.tflite.file.TensorType.UINT8;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions of one element against their formulas, in reals and in the integers their kernels know. */
class FunctionsTest {
    /** A function, its formula, and a scale that its results fit into. */
    private record Function(Builtin operator, Table options, double scale, DoubleUnaryOperator rule) {
        @Override
        public String toString() {
            return operator + " " + options;
        }
    }

    private static double clamp(double x, double low, double high) {
        return Math.max(low, Math.min(high, x));
    }

    private static double gelu(double x) {
        double tail = 0; // the normal distribution's integral from 0, by Simpson's rule
        int steps = 400;
        for (int i = 0; i <= steps; i++) {
            double t = x * i / steps;
            tail += Math.exp(-t * t / 2) * (i == 0 || i == steps ? 1 : i % 2 == 0 ? 2 : 4);
        }
        return x * (.5 + tail * x / steps / 3 / Math.sqrt(2 * Math.PI));
    }

    static Stream<Function> signed() {
        double root = Math.sqrt(2 / Math.PI);
        return Stream.of(
                new Function(Builtin.ABS, table(), .04, Math::abs),
                new Function(Builtin.NEG, table(), .04, x -> -x),
                new Function(Builtin.SQUARE, table(), .15, x -> x * x),
                new Function(Builtin.LOGISTIC, table(), 1 / 256.0, x -> 1 / (1 + Math.exp(-x))),
                new Function(Builtin.TANH, table(), 1 / 128.0, Math::tanh),
                new Function(Builtin.SIN, table(), 1 / 128.0, Math::sin),
                new Function(Builtin.COS, table(), 1 / 128.0, Math::cos),
                new Function(Builtin.EXP, table(), .5, Math::exp),
                new Function(Builtin.ELU, table(), .05, x -> x < 0 ? Math.expm1(x) : x),
                new Function(Builtin.FLOOR, table(), .05, Math::floor),
                new Function(Builtin.CEIL, table(), .05, Math::ceil),
                new Function(Builtin.ROUND, table(), .05, Math::rint),
                new Function(Builtin.SIGN, table(), .02, Math::signum),
                new Function(Builtin.HARD_SWISH, table(), .04, x -> x * clamp(x + 3, 0, 6) / 6),
                new Function(Builtin.RELU, table(), .03, x -> Math.max(0, x)),
                new Function(Builtin.RELU6, table(), .04, x -> clamp(x, 0, 6)),
                new Function(Builtin.RELU_N1_TO_1, table(), .02, x -> clamp(x, -1, 1)),
                new Function(Builtin.RELU_0_TO_1, table(), .02, x -> clamp(x, 0, 1)),
                new Function(Builtin.LEAKY_RELU, table().with(0, .25f), .04, x -> x < 0 ? x / 4 : x),
                new Function(Builtin.GELU, table(), .04, FunctionsTest::gelu),
                new Function(
                        Builtin.GELU,
                        table().with(0, true),
                        .04,
                        x -> x / 2 * (1 + Math.tanh(root * (x + .044715 * x * x * x)))));
    }

    /** A step falls between two floats that an integer's scale may tell apart or not. */
    static Stream<Function> withoutSteps() {
        return signed().filter(
                        f -> !Set.of(Builtin.FLOOR, Builtin.CEIL, Builtin.ROUND).contains(f.operator));
    }

    static Stream<Function> positive() {
        return Stream.of(
                new Function(Builtin.LOG, table(), .05, Math::log),
                new Function(Builtin.SQRT, table(), .03, Math::sqrt),
                new Function(Builtin.RSQRT, table(), .06, x -> 1 / Math.sqrt(x)));
    }

    private static Numbers exact(Numbers x, DoubleUnaryOperator rule) {
        return Numbers.computed(x.dims, at -> rule.applyAsDouble(x.at(at)));
    }

    private static double[] run(Function function, Numbers x) {
        return new OneOperator(function.operator, function.options)
                .fed(x)
                .into(FLOAT32, x.dims)
                .answer();
    }

    @ParameterizedTest
    @MethodSource("signed")
    void realNumbers(Function function) {
        Numbers x = Numbers.reals(new Random(function.operator.name().length()), 2, 5, 3, 7);

        assertThat(exact(x, function.rule).relative(run(function, x))).isLessThan(1e-5);
    }

    @ParameterizedTest
    @MethodSource("positive")
    void positiveRealNumbers(Function function) {
        Random random = new Random(function.operator.name().length());
        Numbers x = Numbers.computed(new int[] {4, 9}, at -> (1 + random.nextInt(500)) / 64.0);

        assertThat(exact(x, function.rule).relative(run(function, x))).isLessThan(1e-5);
    }

    /** All 256 integers at once. */
    @ParameterizedTest
    @MethodSource("withoutSteps")
    void everyEightBitIntegerIsWithinOneQuantum(Function function) {
        for (TensorType type : new TensorType[] {INT8, UINT8}) {
            int least = Numbers.least(type);
            Numbers x = Numbers.computed(new int[] {256}, at -> least + at[0]);
            Numbers q = Numbers.of(type, x.stored, 256).scaled(.04, least + 130);

            double[] found = new OneOperator(function.operator, function.options)
                    .fed(q)
                    .into(type, function.scale, least + 100, 256)
                    .answer();

            Numbers exact = exact(q, function.rule).quantized(type, function.scale, least + 100);
            assertThat(exact.apart(found)).as("%s", type).isLessThanOrEqualTo(1);
        }
    }

    /** Functions with kernels for 16 bits. */
    @ParameterizedTest
    @ValueSource(strings = {"ABS", "LOGISTIC", "TANH", "RELU", "RELU6", "LEAKY_RELU", "HARD_SWISH"})
    void sixteenBitIntegersAreWithinOneQuantum(Builtin operator) {
        Function function =
                signed().filter(f -> f.operator == operator).findFirst().orElseThrow();
        Numbers q = Numbers.whole(INT16, new Random(7), 300).scaled(.00025, 0);

        double[] found = new OneOperator(operator, function.options)
                .fed(q)
                .into(INT16, function.scale / 128, 0, 300)
                .answer();

        Numbers exact = exact(q, function.rule).quantized(INT16, function.scale / 128, 0);
        assertThat(exact.apart(found)).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"ABS,INT32", "ABS,INT64", "NEG,INT32", "NEG,INT64", "SQUARE,INT32", "SIGN,INT32", "RELU,INT32"})
    void wholeNumbersStayWhole(Builtin operator, TensorType type) {
        Function function =
                signed().filter(f -> f.operator == operator).findFirst().orElseThrow();
        Numbers x = Numbers.between(type, new Random(1), -99, 99, 40);

        double[] found =
                new OneOperator(operator, table()).fed(x).into(type, 40).answer();

        assertThat(found).containsExactly(exact(x, function.rule).stored);
    }

    private static Numbers softmax(Numbers x, double beta, boolean logarithm) {
        int classes = x.dims[x.dims.length - 1];
        return Numbers.computed(x.dims, at -> {
            double sum = 0;
            int[] other = at.clone();
            for (int c = 0; c < classes; c++) {
                other[at.length - 1] = c;
                sum += Math.exp(beta * x.at(other));
            }
            double share = Math.exp(beta * x.at(at)) / sum;
            return logarithm ? Math.log(share) : share;
        });
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,.5", "3,2", "4,1"})
    void softmaxRunsOverTheLastDimension(int rank, float beta) {
        int[] dims = {3, 2, 4, 5};
        Numbers x = Numbers.reals(new Random(rank), java.util.Arrays.copyOf(dims, rank));

        double[] found = new OneOperator(Builtin.SOFTMAX, table().with(0, beta))
                .fed(x)
                .into(FLOAT32, x.dims)
                .answer();
        double[] logarithms = new OneOperator(Builtin.LOG_SOFTMAX, table())
                .fed(x)
                .into(FLOAT32, x.dims)
                .answer();

        assertThat(softmax(x, beta, false).relative(found)).isLessThan(1e-6);
        assertThat(softmax(x, 1, true).relative(logarithms)).isLessThan(1e-6);
    }

    @ParameterizedTest
    @CsvSource({"INT8,-128,256", "UINT8,0,256", "INT16,0,32768"})
    void quantizedSoftmaxIsWithinOneQuantum(TensorType type, long zero, double steps) {
        Numbers x = Numbers.whole(type, new Random(4), 6, 10).scaled(type == INT16 ? .0002 : .05, 0);

        double[] found = new OneOperator(Builtin.SOFTMAX, table().with(0, 1f))
                .fed(x)
                .into(type, 1 / steps, zero, 6, 10)
                .answer();

        assertThat(softmax(x, 1, false).quantized(type, 1 / steps, zero).apart(found))
                .isLessThanOrEqualTo(1);
    }

    @Test
    void quantizedLogarithmsOfSoftmaxAreWithinOneQuantum() {
        Numbers x = Numbers.whole(INT8, new Random(4), 6, 10).scaled(.05, 9);

        double[] found = new OneOperator(Builtin.LOG_SOFTMAX, table())
                .fed(x)
                .into(INT8, 16 / 256.0, 127, 6, 10)
                .answer();

        assertThat(softmax(x, 1, true).quantized(INT8, 16 / 256.0, 127).apart(found))
                .isLessThanOrEqualTo(1);
    }

    @Test
    void negationOfTruth() {
        double[] found = new OneOperator(Builtin.LOGICAL_NOT, table())
                .fed(Numbers.of(BOOL, new double[] {0, 1, 1}, 3))
                .into(BOOL, 3)
                .answer();

        assertThat(found).containsExactly(1, 0, 0);
    }
}
