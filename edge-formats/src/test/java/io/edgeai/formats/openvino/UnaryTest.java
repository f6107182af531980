package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.Grid.sigmoid;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions of one number, each against its definition. */
class UnaryTest {
    @TempDir
    Path folder;

    private static double any(double x) {
        return x;
    }

    private static double positive(double x) {
        return Math.abs(x) + .125;
    }

    private static double withinOne(double x) {
        return x / 4;
    }

    private static Arguments of(String operation, DoubleUnaryOperator domain, DoubleUnaryOperator wanted) {
        return Arguments.of(operation, domain, wanted);
    }

    /** The integral of the bell curve by Simpson's rule. */
    private static double erf(double x) {
        int steps = 2000;
        double h = x / steps;
        double sum = 0;
        for (int i = 0; i <= steps; i++) {
            double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.exp(-(i * h) * (i * h));
        }
        return 2 / Math.sqrt(Math.PI) * sum * h / 3;
    }

    private static double softplus(double x) {
        return Math.log1p(Math.exp(x));
    }

    static Stream<Arguments> functions() {
        return Stream.of(
                of("Abs-1", UnaryTest::any, Math::abs),
                of("Acos-1", UnaryTest::withinOne, Math::acos),
                of("Acosh-4", x -> Math.abs(x) + 1, x -> Math.log(x + Math.sqrt(x * x - 1))),
                of("Asin-1", UnaryTest::withinOne, Math::asin),
                of("Asinh-4", UnaryTest::any, x -> Math.log(x + Math.sqrt(x * x + 1))),
                of("Atan-1", UnaryTest::any, Math::atan),
                of("Atanh-4", UnaryTest::withinOne, x -> .5 * Math.log((1 + x) / (1 - x))),
                of("Ceiling-1", UnaryTest::any, Math::ceil),
                of("Clamp-1 min='-1' max='1.5'", UnaryTest::any, x -> Math.max(-1, Math.min(1.5, x))),
                of("Clamp-1 min='0' max='inf'", UnaryTest::any, x -> Math.max(0, x)),
                of("Clamp-1 min='-inf' max='1'", UnaryTest::any, x -> Math.min(1, x)),
                of("Cos-1", UnaryTest::any, Math::cos),
                of("Cosh-1", UnaryTest::any, Math::cosh),
                of("Elu-1 alpha='0.5'", UnaryTest::any, x -> x > 0 ? x : .5 * Math.expm1(x)),
                of("Erf-1", UnaryTest::any, UnaryTest::erf),
                of("Exp-1", UnaryTest::any, Math::exp),
                of("Floor-1", UnaryTest::any, Math::floor),
                of("Gelu-2", UnaryTest::any, x -> .5 * x * (1 + erf(x / Math.sqrt(2)))),
                of("Gelu-7 approximation_mode='ERF'", UnaryTest::any, x -> .5 * x * (1 + erf(x / Math.sqrt(2)))),
                of(
                        "Gelu-7 approximation_mode='TANH'",
                        UnaryTest::any,
                        x -> .5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + .044715 * x * x * x)))),
                of("HSigmoid-5", UnaryTest::any, x -> Math.min(Math.max(x + 3, 0), 6) / 6),
                of("HSwish-4", UnaryTest::any, x -> x * Math.min(Math.max(x + 3, 0), 6) / 6),
                of("Identity-16", UnaryTest::any, x -> x),
                of("Log-1", UnaryTest::positive, Math::log),
                of("Mish-4", UnaryTest::any, x -> x * Math.tanh(softplus(x))),
                of("Negative-1", UnaryTest::any, x -> -x),
                of("ReLU-1", UnaryTest::any, x -> Math.max(0, x)),
                of("Round-5 mode='half_to_even'", x -> x * 2, Math::rint),
                of("Round-5 mode='half_away_from_zero'", x -> x * 2, x -> Math.signum(x) * Math.round(Math.abs(x))),
                of("Sigmoid-1", UnaryTest::any, Grid::sigmoid),
                of("Sign-1", UnaryTest::any, Math::signum),
                of("Sin-1", UnaryTest::any, Math::sin),
                of("Sinh-1", UnaryTest::any, Math::sinh),
                of("SoftPlus-4", UnaryTest::any, UnaryTest::softplus),
                of("SoftSign-9", UnaryTest::any, x -> x / (1 + Math.abs(x))),
                of("Sqrt-1", UnaryTest::positive, Math::sqrt),
                of("Swish-4", UnaryTest::any, x -> x * sigmoid(x)),
                of("Tan-1", UnaryTest::withinOne, Math::tan),
                of("Tanh-1", UnaryTest::any, Math::tanh));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("functions")
    void eachNumber(String operation, DoubleUnaryOperator domain, DoubleUnaryOperator wanted) {
        Grid x = Grid.pattern(2, 3, 4).map(domain);
        IrFile file = new IrFile(folder);
        int y = file.op(operation, port(x), file.input(x));
        assertThat(file.answer(y)).is(near(x.map(wanted)));
    }

    /** Just below one half, and odd numbers so great that adding one half would round them. */
    @Test
    void roundingAwayFromZeroIsExactAtItsEdges() {
        Grid x = Grid.of(0.49999997f, -0.49999997f, 8388609, -8388609, 2.5, -3.5, 0);
        IrFile file = new IrFile(folder);
        int y = file.op("Round-5 mode='half_away_from_zero'", port(x), file.input(x));
        assertThat(file.answer(y)).is(near(Grid.of(0, 0, 8388609, -8388609, 3, -4, 0), 0));
    }

    @ParameterizedTest
    @CsvSource({
        "i32, min='-2' max='3', -2",
        "i32, min='-1.5' max='3.9', -1",
        "i64, min='-3.402823e+38' max='3', -9",
        "i32, min='-3.402823e+38' max='3.402823e+38', -9",
        "i8, min='-inf' max='3.402823e+38', -9"
    })
    void boundsOfWholeNumbersLieWithinThem(String type, String bounds, double ofMinusNine) {
        Grid x = Grid.of(-9, -1, 0, 3);
        IrFile file = new IrFile(folder);
        int y = file.op("Clamp-1 " + bounds, port(type.toUpperCase(java.util.Locale.ROOT), 4), file.input(type, x));
        assertThat(file.answer(y)).as(bounds).is(near(Grid.of(ofMinusNine, -1, 0, 3)));
    }

    @ParameterizedTest
    @CsvSource({"Abs-1, '3,0,5'", "Negative-1, '3,0,-5'", "Sign-1, '-1,0,1'", "ReLU-1, '0,0,5'"})
    void wholeNumbers(String operation, String wanted) {
        IrFile file = new IrFile(folder);
        int y = file.op(operation, port("I32", 3), file.input("i32", Grid.of(-3, 0, 5)));
        double[] numbers =
                Stream.of(wanted.split(",")).mapToDouble(Double::parseDouble).toArray();
        assertThat(file.answer(y)).is(near(Grid.of(numbers)));
    }

    @ParameterizedTest
    @CsvSource({
        "IsNaN-10, '1,0,0,0'",
        "IsFinite-10, '0,0,0,1'",
        "IsInf-10, '0,1,1,0'",
        "IsInf-10 detect_negative='false', '0,1,0,0'",
        "IsInf-10 detect_positive='0', '0,0,1,0'"
    })
    void numbersThatAreNone(String operation, String wanted) {
        IrFile file = new IrFile(folder);
        int x = file.input(Grid.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1));
        double[] truth =
                Stream.of(wanted.split(",")).mapToDouble(Double::parseDouble).toArray();
        assertThat(file.answer(file.op(operation, port("BOOL", 4), x))).is(near(Grid.of(truth)));
    }

    @Test
    void notOfTruthAndOfBits() {
        IrFile file = new IrFile(folder);
        Grid truth = Grid.of(1, 0);
        int no = file.op("LogicalNot-1", port("BOOL", 2), file.input("boolean", truth));
        int bits = file.op("BitwiseNot-13", port("I32", 3), file.input("i32", Grid.of(0, -1, 12)));
        int one = file.op("BitwiseNot-13", port("BOOL", 2), file.input("boolean", truth));
        file.result(no);
        file.result(bits);
        file.result(one);
        assertThat(file.answers().get(0)).is(near(Grid.of(0, 1)));
        assertThat(file.answers().get(1)).is(near(Grid.of(-1, 0, -13)));
        assertThat(file.answers().get(2)).as("of truth values").is(near(Grid.of(0, 1)));
    }

    @Test
    void hardSigmoidAndSeluTakeTheirConstants() {
        Grid x = Grid.pattern(3, 4);
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        int hard = file.op("HardSigmoid-1", port(x), in, file.scalar(.25), file.scalar(.375));
        int selu = file.op("Selu-1", port(x), in, file.floats(Grid.of(1.5)), file.floats(Grid.of(.5)));
        int swish = file.op("Swish-4", port(x), in, file.scalar(.75));
        file.result(hard);
        file.result(selu);
        file.result(swish);
        var found = file.answers();
        assertThat(found.get(0)).is(near(x.map(v -> Math.max(0, Math.min(1, .25 * v + .375)))));
        assertThat(found.get(1)).is(near(x.map(v -> .5 * (v > 0 ? v : 1.5 * Math.expm1(v)))));
        assertThat(found.get(2)).is(near(x.map(v -> v * sigmoid(.75 * v))));
    }
}
