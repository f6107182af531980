package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Reductions over axes and running sums. */
class ReductionTest {
    @TempDir
    Path folder;

    private static Arguments of(String operation, ToDoubleFunction<double[]> wanted) {
        return Arguments.of(operation, wanted);
    }

    private static double product(double[] values) {
        return Arrays.stream(values).reduce(1, (a, b) -> a * b);
    }

    static Stream<Arguments> reductions() {
        return Stream.of(
                of("ReduceSum-1", v -> Arrays.stream(v).sum()),
                of("ReduceMean-1", v -> Arrays.stream(v).average().orElseThrow()),
                of("ReduceProd-1", ReductionTest::product),
                of("ReduceMax-1", v -> Arrays.stream(v).max().orElseThrow()),
                of("ReduceMin-1", v -> Arrays.stream(v).min().orElseThrow()),
                of("ReduceL1-4", v -> Arrays.stream(v).map(Math::abs).sum()),
                of("ReduceL2-4", v -> Math.sqrt(Arrays.stream(v).map(x -> x * x).sum())));
    }

    /** The numbers at a place of the result, over all places of the axes that were reduced. */
    static Grid reduce(Grid x, List<Integer> axes, boolean keep, ToDoubleFunction<double[]> rule) {
        int[] dims = x.dims();
        int[] kept = dims.clone();
        axes.forEach(axis -> kept[axis] = 1);
        Grid full = Grid.filled(
                out -> {
                    double[] found = new double[Grid.count(dims) / Grid.count(kept)];
                    int[] n = new int[1];
                    Grid.each(dims, in -> {
                        boolean same = true;
                        for (int i = 0; i < in.length; i++) {
                            same &= axes.contains(i) || in[i] == out[i];
                        }
                        if (same) {
                            found[n[0]++] = x.at(in);
                        }
                    });
                    return rule.applyAsDouble(found);
                },
                kept);
        int[] left = java.util.stream.IntStream.range(0, dims.length)
                .filter(i -> keep || !axes.contains(i))
                .map(i -> kept[i])
                .toArray();
        return full.shaped(left);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reductions")
    void overPositiveAndNegativeAxesKeptOrNot(String operation, ToDoubleFunction<double[]> rule) {
        Grid x = Grid.pattern(2, 3, 4);
        Grid kept = reduce(x, List.of(0, 2), true, rule);
        Grid dropped = reduce(x, List.of(1), false, rule);
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        file.result(file.op(operation + " keep_dims='true'", port(kept), in, file.longs(-1, 0)));
        file.result(file.op(operation + " keep_dims='false'", port(dropped), in, file.whole(1)));
        file.result(file.op(operation, port(dropped), in, file.constant("i32", Grid.of(1))));
        var found = file.answers();
        assertThat(found.get(0)).is(near(kept));
        assertThat(found.get(1)).is(near(dropped));
        assertThat(found.get(2)).as("axes are dropped where nothing is said").is(near(dropped));
    }

    @Test
    void noAxesAreNoReduction() {
        Grid x = Grid.pattern(2, 3);
        IrFile file = new IrFile(folder);
        int y = file.op("ReduceSum-1", port(x), file.input(x), file.longs());
        assertThat(file.answer(y)).is(near(x));
    }

    @ParameterizedTest
    @CsvSource({"i8", "u8", "i32", "i64"})
    void wholeNumbersStayWhole(String type) {
        Grid x = new Grid(new double[] {1, 5, 3, 4, 2, 2}, 2, 3);
        String port = port(type.toUpperCase(Locale.ROOT), 2);
        IrFile file = new IrFile(folder);
        int in = file.input(type, x);
        for (String each : new String[] {"Sum", "Mean", "Prod", "Max", "Min"}) {
            file.result(file.op("Reduce" + each + "-1", port, in, file.longs(1)));
        }
        var found = file.answers();
        assertThat(found.get(0)).is(near(Grid.of(9, 8)));
        assertThat(found.get(1)).as("a mean is cut").is(near(Grid.of(3, 2)));
        assertThat(found.get(2)).is(near(Grid.of(15, 16)));
        assertThat(found.get(3)).is(near(Grid.of(5, 4)));
        assertThat(found.get(4)).is(near(Grid.of(1, 2)));
    }

    @Test
    void allAndAny() {
        Grid x = new Grid(new double[] {1, 1, 0, 1, 0, 0}, 3, 2);
        IrFile file = new IrFile(folder);
        int in = file.input("boolean", x);
        file.result(file.op("ReduceLogicalAnd-1", port("BOOL", 3), in, file.longs(1)));
        file.result(file.op("ReduceLogicalOr-1 keep_dims='true'", port("BOOL", 3, 1), in, file.longs(-1)));
        var found = file.answers();
        assertThat(found.get(0)).is(near(Grid.of(1, 0, 0)));
        assertThat(found.get(1)).is(near(Grid.of(1, 1, 0).shaped(3, 1)));
    }

    @ParameterizedTest
    @CsvSource({
        "exclusive='false' reverse='false', '1,3,6,10'",
        "exclusive='true' reverse='false', '0,1,3,6'",
        "exclusive='false' reverse='true', '10,9,7,4'",
        "exclusive='true' reverse='true', '9,7,4,0'"
    })
    void runningSums(String attributes, String wanted) {
        double[] sums =
                Stream.of(wanted.split(",")).mapToDouble(Double::parseDouble).toArray();
        IrFile file = new IrFile(folder);
        int in = file.input(new Grid(new double[] {1, 2, 3, 4}, 1, 4));
        int y = file.op("CumSum-3 " + attributes, port("FP32", 1, 4), in, file.whole(-1));
        assertThat(file.answer(y)).is(near(Grid.of(sums).shaped(1, 4)));
    }
}
