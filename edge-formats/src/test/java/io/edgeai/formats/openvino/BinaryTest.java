package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Functions of two numbers: arithmetic, comparison, logic and bits, with the ways shapes are matched. */
class BinaryTest {
    @TempDir
    Path folder;

    private static Arguments of(String operation, DoubleBinaryOperator wanted) {
        return Arguments.of(operation, wanted);
    }

    private static double truth(boolean holds) {
        return holds ? 1 : 0;
    }

    static Stream<Arguments> arithmetic() {
        return Stream.of(
                of("Add-1", Double::sum),
                of("Subtract-1", (a, b) -> a - b),
                of("Multiply-1", (a, b) -> a * b),
                of("Divide-1", (a, b) -> a / b),
                of("Maximum-1", Math::max),
                of("Minimum-1", Math::min),
                of("SquaredDifference-1", (a, b) -> (a - b) * (a - b)),
                of("Mod-1", (a, b) -> a % b),
                of("FloorMod-1", (a, b) -> a - Math.floor(a / b) * b));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("arithmetic")
    void realNumbers(String operation, DoubleBinaryOperator wanted) {
        Grid a = Grid.pattern(3, 4);
        Grid b = Grid.of(.75, -1.5, 2, -.625);
        IrFile file = new IrFile(folder);
        int y = file.op(operation + " auto_broadcast='numpy'", port(a), file.input(a), file.floats(b));
        assertThat(file.answer(y)).is(near(Grid.filled(i -> wanted.applyAsDouble(a.at(i), b.at(i[1])), 3, 4)));
    }

    @Test
    void powersOfPositiveNumbersAndWholePowersOfNegativeOnes() {
        Grid base = Grid.of(2, .5, 9, -2, -1.5);
        Grid exponent = Grid.of(3, -2, .5, 3, 2);
        IrFile file = new IrFile(folder);
        int y = file.op("Power-1", port(base), file.input(base), file.input(exponent));
        assertThat(file.answer(y)).is(near(Grid.filled(i -> Math.pow(base.at(i), exponent.at(i)), 5)));
    }

    /** Python's way: Divide rounds down, FloorMod has the divisor's sign, Mod the dividend's. */
    static Stream<Arguments> wholeArithmetic() {
        return Stream.of(
                of("Add-1", Double::sum),
                of("Subtract-1", (a, b) -> a - b),
                of("Multiply-1", (a, b) -> a * b),
                of("Divide-1", (a, b) -> Math.floor(a / b)),
                of("Divide-1 m_pythondiv='true'", (a, b) -> Math.floor(a / b)),
                of("Divide-1 m_pythondiv='false'", (a, b) -> (int) (a / b)),
                of("Maximum-1", Math::max),
                of("Minimum-1", Math::min),
                of("SquaredDifference-1", (a, b) -> (a - b) * (a - b)),
                of("Mod-1", (a, b) -> a % b),
                of("FloorMod-1", (a, b) -> Math.floorMod((int) a, (int) b)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wholeArithmetic")
    void wholeNumbersOfEveryWidth(String operation, DoubleBinaryOperator wanted) {
        Grid a = Grid.of(7, -7, 7, -7, 6, 0);
        Grid b = Grid.of(2, 2, -2, -2, 3, 5);
        for (String type : new String[] {"i8", "i16", "i32", "i64"}) {
            IrFile file = new IrFile(folder);
            String port = port(type.toUpperCase(Locale.ROOT), 6);
            int y = file.op(operation, port, file.input(type, a), file.input(type, b));
            assertThat(file.answer(y)).as(type).is(near(Grid.filled(i -> wanted.applyAsDouble(a.at(i), b.at(i)), 6)));
        }
    }

    static Stream<Arguments> comparisons() {
        return Stream.of(
                of("Equal-1", (a, b) -> truth(a == b)),
                of("NotEqual-1", (a, b) -> truth(a != b)),
                of("Greater-1", (a, b) -> truth(a > b)),
                of("GreaterEqual-1", (a, b) -> truth(a >= b)),
                of("Less-1", (a, b) -> truth(a < b)),
                of("LessEqual-1", (a, b) -> truth(a <= b)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("comparisons")
    void comparisonsOfEveryType(String operation, DoubleBinaryOperator wanted) {
        Grid a = Grid.of(1, 2, 3, 3);
        Grid b = Grid.of(3, 2, 1, 3);
        for (String type : new String[] {"f32", "f64", "i8", "u8", "i32", "i64"}) {
            IrFile file = new IrFile(folder);
            int y = file.op(operation, port("BOOL", 4), file.input(type, a), file.input(type, b));
            assertThat(file.answer(y)).as(type).is(near(Grid.filled(i -> wanted.applyAsDouble(a.at(i), b.at(i)), 4)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "LogicalAnd-1, boolean, '0,0,0,1'",
        "LogicalOr-1, boolean, '0,1,1,1'",
        "LogicalXor-1, boolean, '0,1,1,0'",
        "BitwiseAnd-13, boolean, '0,0,0,1'",
        "BitwiseOr-13, boolean, '0,1,1,1'",
        "BitwiseXor-13, boolean, '0,1,1,0'",
        "BitwiseAnd-13, u8, '0,0,0,1'",
        "BitwiseOr-13, i32, '0,1,1,1'",
        "BitwiseXor-13, i64, '0,1,1,0'"
    })
    void logicAndBits(String operation, String type, String wanted) {
        IrFile file = new IrFile(folder);
        int a = file.input(type, Grid.of(0, 0, 1, 1));
        int b = file.input(type, Grid.of(0, 1, 0, 1));
        String port = port(type.equals("boolean") ? "BOOL" : type.toUpperCase(Locale.ROOT), 4);
        double[] table =
                Stream.of(wanted.split(",")).mapToDouble(Double::parseDouble).toArray();
        assertThat(file.answer(file.op(operation, port, a, b))).is(near(Grid.of(table)));
    }

    @ParameterizedTest
    @CsvSource({"2.3.4.5, 3.4, 1, 1", "2.3.4.5, 4.5, -1, 2", "2.3.4.5, 2, 0, 0", "2.3.4.5, 3.1, 1, 1", "2.3, 2.3, -1, 0"
    })
    void paddlesBroadcastStartsAtAnAxis(String left, String right, int axis, int first) {
        Grid a = Grid.pattern(dims(left));
        Grid b = Grid.pattern(dims(right)).map(v -> v * 3);
        IrFile file = new IrFile(folder);
        int y = file.op("Add-1 auto_broadcast='pdpd' axis='" + axis + "'", port(a), file.input(a), file.input(b));
        Grid wanted = Grid.filled(
                i -> {
                    int[] place = new int[b.dims().length];
                    for (int k = 0; k < place.length; k++) {
                        place[k] = b.dims()[k] == 1 ? 0 : i[first + k];
                    }
                    return a.at(i) + b.at(place);
                },
                a.dims());
        assertThat(file.answer(y)).is(near(wanted));
    }

    private static int[] dims(String text) {
        return Stream.of(text.split("\\.")).mapToInt(Integer::parseInt).toArray();
    }

    @Test
    void broadcastingAnOpenShapeAlongAnAxisIsRefused() {
        IrFile file = new IrFile(folder);
        int a = file.input(Grid.pattern(2, 3, 4));
        int b = file.open(Grid.pattern(3), -1);
        file.result(file.op("Add-1 auto_broadcast='pdpd' axis='1'", port("FP32", 2, 3, 4), a, b));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("unknown size along axis 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"f32", "i32", "i64", "u8"})
    void selectionPicksByConditionAndSpreadsItsShapes(String type) {
        Grid condition = new Grid(new double[] {1, 0}, 2, 1);
        Grid yes = Grid.of(1, 2, 3);
        Grid no = new Grid(new double[] {9});
        IrFile file = new IrFile(folder);
        int y = file.op(
                "Select-1",
                port(type.equals("f32") ? "FP32" : type.toUpperCase(Locale.ROOT), 2, 3),
                file.input("boolean", condition),
                file.input(type, yes),
                file.constant(type, no));
        assertThat(file.answer(y)).is(near(Grid.filled(i -> i[0] == 0 ? yes.at(i[1]) : 9, 2, 3)));
    }

    @Test
    void slopesOfPReluStandForChannelsOrSpreadLikeNumpy() {
        Grid x = Grid.pattern(2, 3, 3);
        Grid channels = Grid.of(.5, .25, 2);
        Grid last = new Grid(new double[] {.5, .25, 2}, 1, 1, 3);
        Grid narrow = Grid.pattern(2, 3, 4);
        Grid columns = Grid.of(.5, .25, 2, 3);
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        file.result(file.op("PReLU-1", port(x), in, file.floats(channels)));
        file.result(file.op("PReLU-1", port(x), in, file.floats(last)));
        file.result(file.op("PReLU-1", port(x), in, file.floats(Grid.of(.125))));
        file.result(file.op("PReLU-1", port(narrow), file.input(narrow), file.floats(columns)));
        var found = file.answers();
        assertThat(found.get(0)).is(near(Grid.filled(i -> x.at(i) * (x.at(i) < 0 ? channels.at(i[1]) : 1), 2, 3, 3)));
        assertThat(found.get(1)).is(near(Grid.filled(i -> x.at(i) * (x.at(i) < 0 ? channels.at(i[2]) : 1), 2, 3, 3)));
        assertThat(found.get(2)).is(near(x.map(v -> v < 0 ? v / 8 : v)));
        assertThat(found.get(3))
                .as("a slope for each column, not channel")
                .is(near(Grid.filled(i -> narrow.at(i) * (narrow.at(i) < 0 ? columns.at(i[2]) : 1), 2, 3, 4)));
    }
}
