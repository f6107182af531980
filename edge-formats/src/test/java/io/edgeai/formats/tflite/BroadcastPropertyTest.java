package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.BOOL;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT16;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT64;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static io.edgeai.formats.tflite.file.TensorType.UINT8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators on pairs of elements, with every way shapes can stretch, in every type their kernels take. */
class BroadcastPropertyTest {
    private static final int RUNS = 20;

    private static final Map<Builtin, DoubleBinaryOperator> RULES = Map.ofEntries(
            Map.entry(Builtin.ADD, (a, b) -> a + b),
            Map.entry(Builtin.SUB, (a, b) -> a - b),
            Map.entry(Builtin.MUL, (a, b) -> a * b),
            Map.entry(Builtin.DIV, (a, b) -> a / b),
            Map.entry(Builtin.MAXIMUM, Math::max),
            Map.entry(Builtin.MINIMUM, Math::min),
            Map.entry(Builtin.SQUARED_DIFFERENCE, (a, b) -> (a - b) * (a - b)),
            Map.entry(Builtin.POW, Math::pow),
            Map.entry(Builtin.ATAN2, Math::atan2),
            Map.entry(Builtin.FLOOR_DIV, (a, b) -> Math.floor(a / b)),
            Map.entry(Builtin.FLOOR_MOD, (a, b) -> a - Math.floor(a / b) * b),
            Map.entry(Builtin.EQUAL, (a, b) -> a == b ? 1 : 0),
            Map.entry(Builtin.NOT_EQUAL, (a, b) -> a != b ? 1 : 0),
            Map.entry(Builtin.LESS, (a, b) -> a < b ? 1 : 0),
            Map.entry(Builtin.LESS_EQUAL, (a, b) -> a <= b ? 1 : 0),
            Map.entry(Builtin.GREATER, (a, b) -> a > b ? 1 : 0),
            Map.entry(Builtin.GREATER_EQUAL, (a, b) -> a >= b ? 1 : 0),
            Map.entry(Builtin.BITWISE_XOR, (a, b) -> (long) a ^ (long) b),
            Map.entry(Builtin.RIGHT_SHIFT, (a, b) -> (long) a >> (long) Math.max(0, Math.min(31, b))));

    /** Two shapes that stretch to a third. */
    private record Shapes(int[] left, int[] right, int[] both) {
        static Shapes draw(Random random) {
            int rank = 1 + random.nextInt(4);
            int[] both = new int[rank];
            Arrays.setAll(both, i -> 1 + random.nextInt(4));
            int[] left = shrunk(random, both, random.nextInt(rank));
            int[] right = shrunk(random, both, left.length < rank ? 0 : random.nextInt(rank));
            for (int i = 1; i <= rank; i++) {
                int a = i <= left.length ? left[left.length - i] : 1;
                int b = i <= right.length ? right[right.length - i] : 1;
                both[rank - i] = Math.max(a, b);
            }
            return new Shapes(left, right, both);
        }

        private static int[] shrunk(Random random, int[] dims, int cut) {
            int[] found = Arrays.copyOfRange(dims, cut, dims.length);
            for (int i = 0; i < found.length; i++) {
                found[i] = random.nextInt(4) == 0 ? 1 : found[i];
            }
            return found;
        }

        Numbers apply(Numbers a, Numbers b, DoubleBinaryOperator rule) {
            return Numbers.computed(both, at -> rule.applyAsDouble(a.broadcast(at), b.broadcast(at)));
        }

        @Override
        public String toString() {
            return Arrays.toString(left) + " with " + Arrays.toString(right);
        }
    }

    private static double[] run(Builtin op, Numbers a, Numbers b, TensorType out, Shapes shapes, boolean constant) {
        return new OneOperator(op, table())
                .fed(a)
                .given(b, constant)
                .into(out, shapes.both)
                .answer();
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "ADD",
                "SUB",
                "MUL",
                "DIV",
                "MAXIMUM",
                "MINIMUM",
                "SQUARED_DIFFERENCE",
                "ATAN2",
                "FLOOR_DIV",
                "FLOOR_MOD"
            })
    void realNumbers(Builtin op) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Shapes shapes = Shapes.draw(random);
            Numbers a = Numbers.reals(random, shapes.left);
            Numbers b = Numbers.computed(shapes.right, at -> random.nextBoolean() ? 1.5 : -.75);

            double[] found = run(op, a, b, FLOAT32, shapes, seed % 2 == 0);

            assertThat(shapes.apply(a, b, RULES.get(op)).relative(found))
                    .as("%s seed %d %s", op, seed, shapes)
                    .isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT32", "INT64"})
    void wholeNumbersAreExact(TensorType type) {
        for (Builtin op : new Builtin[] {
            Builtin.ADD,
            Builtin.SUB,
            Builtin.MUL,
            Builtin.MAXIMUM,
            Builtin.MINIMUM,
            Builtin.SQUARED_DIFFERENCE,
            Builtin.FLOOR_DIV,
            Builtin.FLOOR_MOD
        }) {
            for (long seed = 0; seed < RUNS; seed++) {
                Random random = new Random(seed);
                Shapes shapes = Shapes.draw(random);
                Numbers a = Numbers.between(type, random, -40, 40, shapes.left);
                Numbers b =
                        Numbers.computed(shapes.right, at -> (1 + random.nextInt(7)) * (random.nextBoolean() ? 1 : -1));
                Numbers divisors = Numbers.of(type, b.stored, b.dims);

                double[] found = run(op, a, divisors, type, shapes, seed % 2 == 0);

                assertThat(found)
                        .as("%s seed %d %s", op, seed, shapes)
                        .containsExactly(shapes.apply(a, divisors, RULES.get(op)).stored);
            }
        }
    }

    /** Small integers without a scale are numbers of their own; ONNX Runtime has few kernels for them. */
    @ParameterizedTest
    @CsvSource({
        "MAXIMUM,INT8",
        "MINIMUM,UINT8",
        "MAXIMUM,INT16",
        "FLOOR_DIV,INT8",
        "FLOOR_DIV,INT16",
        "FLOOR_MOD,INT8",
        "FLOOR_MOD,INT16",
        "BITWISE_XOR,INT8",
        "BITWISE_XOR,UINT8",
        "BITWISE_XOR,INT16",
        "BITWISE_XOR,INT32",
        "RIGHT_SHIFT,INT8",
        "RIGHT_SHIFT,INT16",
        "RIGHT_SHIFT,INT32",
        "RIGHT_SHIFT,UINT8",
        "ADD,INT16"
    })
    void smallWholeNumbersAreExact(Builtin op, TensorType type) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Shapes shapes = Shapes.draw(random);
            int least = type == UINT8 ? 0 : -100;
            Numbers a = Numbers.between(type, random, least, 100, shapes.left);
            Numbers b = Numbers.computed(
                    shapes.right, at -> (1 + random.nextInt(9)) * (type == UINT8 || random.nextBoolean() ? 1 : -1));
            Numbers right = Numbers.of(type, b.stored, b.dims);

            double[] found = run(op, a, right, type, shapes, seed % 2 == 0);

            assertThat(found)
                    .as("seed %d %s", seed, shapes)
                    .containsExactly(shapes.apply(a, right, RULES.get(op)).stored);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL"})
    void comparisonsInEveryType(Builtin op) {
        for (TensorType type : new TensorType[] {FLOAT32, INT32, INT64, INT8, UINT8, INT16}) {
            for (long seed = 0; seed < 4; seed++) {
                Random random = new Random(seed);
                Shapes shapes = Shapes.draw(random);
                Numbers a = Numbers.between(type, random, 0, 3, shapes.left);
                Numbers b = Numbers.between(type, random, 0, 3, shapes.right);

                double[] found = run(op, a, b, BOOL, shapes, seed % 2 == 0);

                assertThat(found)
                        .as("%s seed %d %s", type, seed, shapes)
                        .containsExactly(shapes.apply(a, b, RULES.get(op)).stored);
            }
        }
    }

    /** Integers of two scales are compared by what they stand for. */
    @ParameterizedTest
    @EnumSource(names = {"LESS", "GREATER_EQUAL", "EQUAL"})
    void quantizedComparisonsCompareReals(Builtin op) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Shapes shapes = Shapes.draw(random);
            Numbers a = Numbers.whole(INT8, random, shapes.left).scaled(.5, 3);
            Numbers b = Numbers.whole(INT8, random, shapes.right).scaled(.25, -6);

            double[] found = run(op, a, b, BOOL, shapes, false);

            assertThat(found).as("seed %d %s", seed, shapes).containsExactly(shapes.apply(a, b, RULES.get(op)).stored);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ADD,INT8,.09", "SUB,INT8,.09", "MUL,INT8,.1", "DIV,INT8,.5", "MAXIMUM,INT8,.05", "SQUARED_DIFFERENCE,INT8,.4",
        "ADD,UINT8,.09", "SUB,UINT8,.09", "MUL,UINT8,.1", "MINIMUM,UINT8,.05", "ADD,INT16,.002", "MUL,INT16,.01",
        "SUB,INT16,.002"
    })
    void quantizedNumbersAreWithinOneQuantum(Builtin op, TensorType type, double out) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Shapes shapes = Shapes.draw(random);
            long zero = type == INT16 ? 0 : type == UINT8 ? 120 : 7;
            double step = type == INT16 ? .001 : .04;
            Numbers a = Numbers.whole(type, random, shapes.left).scaled(step, zero);
            Numbers b = op == Builtin.DIV
                    ? Numbers.between(type, random, 30, 120, shapes.right).scaled(step, zero)
                    : Numbers.whole(type, random, shapes.right).scaled(step * 1.25, zero);

            double[] found = new OneOperator(op, table())
                    .fed(a)
                    .given(b, seed % 2 == 0)
                    .into(type, out, zero, shapes.both)
                    .answer();

            Numbers exact = shapes.apply(a, b, RULES.get(op)).quantized(type, out, zero);
            assertThat(exact.apart(found)).as("seed %d %s", seed, shapes).isLessThanOrEqualTo(1);
        }
    }

    /** RELU, RELU_N1_TO_1, RELU6 and TANH behind the sum, in reals, integers and quantized. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void fusedActivations(int activation) {
        DoubleBinaryOperator rule = (a, b) -> switch (activation) {
            case 1 -> Math.max(0, a + b);
            case 2 -> Math.max(-1, Math.min(1, a + b));
            case 3 -> Math.max(0, Math.min(6, a + b));
            case 4 -> Math.tanh(a + b);
            default -> a + b;
        };
        Random random = new Random(activation);
        Shapes shapes = new Shapes(new int[] {5, 4}, new int[] {4}, new int[] {5, 4});
        Numbers a = Numbers.between(FLOAT32, random, -9, 9, 5, 4);
        Numbers b = Numbers.between(FLOAT32, random, -9, 9, 4);
        Numbers small = Numbers.whole(INT8, random, 5, 4).scaled(.05, 0);
        Numbers other = Numbers.whole(INT8, random, 4).scaled(.05, 0);

        double[] reals = new OneOperator(Builtin.ADD, table().with(0, (byte) activation))
                .fed(a)
                .fed(b)
                .into(FLOAT32, 5, 4)
                .answer();
        double[] quantized = new OneOperator(Builtin.ADD, table().with(0, (byte) activation))
                .fed(small)
                .fed(other)
                .into(INT8, .07, -3, 5, 4)
                .answer();

        assertThat(shapes.apply(a, b, rule).apart(reals)).isLessThan(1e-5);
        assertThat(shapes.apply(small, other, rule).quantized(INT8, .07, -3).apart(quantized))
                .isLessThanOrEqualTo(1);
        if (activation < 4) {
            double[] whole = new OneOperator(Builtin.ADD, table().with(0, (byte) activation))
                    .fed(Numbers.of(INT32, a.stored, 5, 4))
                    .fed(Numbers.of(INT32, b.stored, 4))
                    .into(INT32, 5, 4)
                    .answer();
            assertThat(whole).containsExactly(shapes.apply(a, b, rule).stored);
        }
    }

    @Test
    void anActivationThatIsNotElementwiseIsRefused() {
        OneOperator add = new OneOperator(Builtin.ADD, table().with(0, (byte) 5))
                .fed(Numbers.scalar(FLOAT32, 1))
                .fed(Numbers.scalar(FLOAT32, 2))
                .into(FLOAT32);

        assertThatThrownBy(add::graph)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("(ADD has the fused activation 5) x 1 at operator 0");
    }

    /** The corners of the plane, where the quotient of y and x is no number. */
    @Test
    void anglesOnTheAxes() {
        Numbers y = Numbers.reals(new double[] {0, 1, 0, -1, 0, 2, -2}, 7);
        Numbers x = Numbers.reals(new double[] {1, 0, -1, 0, 0, -2, -2}, 7);

        double[] found = new OneOperator(Builtin.ATAN2, table())
                .fed(y)
                .fed(x)
                .into(FLOAT32, 7)
                .answer();

        double pi = Math.PI;
        assertThat(found)
                .usingComparatorWithPrecision(1e-6)
                .containsExactly(0, pi / 2, pi, -pi / 2, 0, 3 * pi / 4, -3 * pi / 4);
    }

    @Test
    void powersOfRealAndWholeNumbers() {
        Random random = new Random(3);
        Numbers base = Numbers.between(INT32, random, -3, 3, 4, 3);
        Numbers exponent = Numbers.between(INT32, random, 0, 4, 3);
        Numbers real = Numbers.computed(new int[] {4, 3}, at -> .25 + random.nextInt(12) / 4.0);
        Shapes shapes = new Shapes(base.dims, exponent.dims, base.dims);
        Numbers share = Numbers.reals(random, 3);

        assertThat(run(Builtin.POW, base, exponent, INT32, shapes, false))
                .containsExactly(shapes.apply(base, exponent, Math::pow).stored);
        assertThat(shapes.apply(real, share, Math::pow).relative(run(Builtin.POW, real, share, FLOAT32, shapes, true)))
                .isLessThan(1e-5);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "INT32"})
    void sumsOfMany(TensorType type) {
        Random random = new Random(8);
        OneOperator sum = new OneOperator(Builtin.ADD_N, table());
        double[] exact = new double[6];
        for (int i = 0; i < 5; i++) {
            Numbers each = Numbers.between(type, random, -9, 9, 2, 3);
            sum.given(each, i == 3);
            Arrays.setAll(exact, k -> exact[k] + each.stored[k]);
        }

        assertThat(sum.into(type, 2, 3).answer()).containsExactly(exact);
    }

    @ParameterizedTest
    @CsvSource({"LOGICAL_AND", "LOGICAL_OR"})
    void truthValuesStretch(Builtin op) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Shapes shapes = Shapes.draw(random);
            Numbers a = Numbers.whole(BOOL, random, shapes.left);
            Numbers b = Numbers.whole(BOOL, random, shapes.right);

            double[] found = run(op, a, b, BOOL, shapes, seed % 2 == 0);

            DoubleBinaryOperator rule = op == Builtin.LOGICAL_AND ? (p, q) -> p * q : Math::max;
            assertThat(found).as("seed %d %s", seed, shapes).containsExactly(shapes.apply(a, b, rule).stored);
        }
    }

    /** Slopes for each channel, one for all, in reals and in integers of three scales. */
    @Test
    void slopesOfNegativeValuesStretch() {
        Random random = new Random(5);
        DoubleBinaryOperator rule = (x, slope) -> x >= 0 ? x : slope * x;
        Numbers x = Numbers.reals(random, 2, 3, 2, 4);
        Numbers q = Numbers.whole(INT8, random, 2, 3, 2, 4).scaled(.05, 4);
        for (int[] dims : new int[][] {{1, 1, 4}, {3, 2, 4}, {1}}) {
            Shapes shapes = new Shapes(x.dims, dims, x.dims);
            Numbers slope = Numbers.reals(random, dims);
            Numbers small = Numbers.whole(INT8, random, dims).scaled(.01, -2);

            double[] reals = run(Builtin.PRELU, x, slope, FLOAT32, shapes, true);
            double[] quantized = new OneOperator(Builtin.PRELU, table())
                    .fed(q)
                    .constant(small)
                    .into(INT8, .06, -9, x.dims)
                    .answer();

            assertThat(shapes.apply(x, slope, rule).apart(reals)).isLessThan(1e-5);
            assertThat(shapes.apply(q, small, rule).quantized(INT8, .06, -9).apart(quantized))
                    .isLessThanOrEqualTo(1);
        }
    }
}
