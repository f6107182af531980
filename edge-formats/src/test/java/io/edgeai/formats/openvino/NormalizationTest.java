package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.UnsupportedOperatorException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Normalizations and softmaxes against their formulas. */
class NormalizationTest {
    @TempDir
    Path folder;

    private final Grid x = Grid.pattern(2, 4, 3, 2);

    /** A statistic over axes, for each place of the input. */
    private static ToDoubleFunction<int[]> over(Grid x, List<Integer> axes, ToDoubleFunction<double[]> rule) {
        Grid reduced = ReductionTest.reduce(x, axes, true, rule);
        return place -> {
            int[] at = place.clone();
            axes.forEach(axis -> at[axis] = 0);
            return reduced.at(at);
        };
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length;
    }

    private static double squares(double[] values) {
        return Arrays.stream(values).map(v -> v * v).sum();
    }

    private static Grid standardized(Grid x, List<Integer> axes, double inside, double outside) {
        var mean = over(x, axes, NormalizationTest::mean);
        var variance = over(x, axes, NormalizationTest::variance);
        return Grid.filled(
                i -> (x.at(i) - mean.applyAsDouble(i)) / (Math.sqrt(variance.applyAsDouble(i) + inside) + outside),
                x.dims());
    }

    /** Set 1 names gamma, beta, data, mean, variance; set 5 names the data first. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void batchesAreNormalizedByGivenStatistics(int set) {
        Grid gamma = Grid.of(1, 2, .5, -1);
        Grid beta = Grid.of(0, 1, -1, .25);
        Grid mean = Grid.of(.5, -.5, 1, 0);
        Grid variance = Grid.of(1, 4, .25, 2);
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        int scale = file.floats(gamma);
        int shift = file.floats(beta);
        int center = file.floats(mean);
        int spread = file.floats(variance);
        int[] inputs =
                set == 1 ? new int[] {scale, shift, in, center, spread} : new int[] {in, scale, shift, center, spread};
        int y = file.op("BatchNormInference-" + set + " epsilon='0.125'", port(x), inputs);
        assertThat(file.answer(y))
                .is(near(Grid.filled(
                        i -> (x.at(i) - mean.at(i[1])) / Math.sqrt(variance.at(i[1]) + .125) * gamma.at(i[1])
                                + beta.at(i[1]),
                        x.dims())));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "across_channels='false' | 2,3",
                "across_channels='true' | 1,2,3",
                "reduction_axes='2' | 2",
                "reduction_axes='1,-1' | 1,3"
            })
    void meanAndVarianceOfTheFirstSet(String over, String axes) {
        IrFile file = new IrFile(folder);
        int y = file.op("MVN-1 normalize_variance='true' eps='0.125' " + over, port(x), file.input(x));
        assertThat(file.answer(y)).is(near(standardized(x, list(axes), .125, 0)));
    }

    private static List<Integer> list(String axes) {
        return Arrays.stream(axes.split(",")).map(Integer::valueOf).toList();
    }

    @ParameterizedTest
    @CsvSource({"inside_sqrt, .125, 0", "INSIDE_SQRT, .125, 0", "outside_sqrt, 0, .125"})
    void theSmallNumberLiesInsideTheRootOrOutside(String mode, double inside, double outside) {
        IrFile file = new IrFile(folder);
        int y = file.op(
                "MVN-6 normalize_variance='true' eps='0.125' eps_mode='" + mode + "'",
                port(x),
                file.input(x),
                file.longs(-1, 1));
        assertThat(file.answer(y)).is(near(standardized(x, List.of(1, 3), inside, outside)));
    }

    @Test
    void withoutVarianceOnlyTheMeanIsTaken() {
        IrFile file = new IrFile(folder);
        int y = file.op(
                "MVN-6 normalize_variance='false' eps='1' eps_mode='inside_sqrt'",
                port(x),
                file.input(x),
                file.longs(2));
        var mean = over(x, List.of(2), NormalizationTest::mean);
        assertThat(file.answer(y)).is(near(Grid.filled(i -> x.at(i) - mean.applyAsDouble(i), x.dims())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"add", "max"})
    void lengthsOverAxes(String mode) {
        IrFile file = new IrFile(folder);
        int y = file.op("NormalizeL2-1 eps='8' eps_mode='" + mode + "'", port(x), file.input(x), file.longs(1, -1));
        var squares = over(x, List.of(1, 3), NormalizationTest::squares);
        assertThat(file.answer(y))
                .is(near(Grid.filled(
                        i -> {
                            double sum = squares.applyAsDouble(i);
                            return x.at(i) / Math.sqrt(mode.equals("add") ? sum + 8 : Math.max(sum, 8));
                        },
                        x.dims())));
    }

    /** Each number is divided by itself then, and 0 stays. */
    @Test
    void aLengthOverNoAxesLeavesOnes() {
        IrFile file = new IrFile(folder);
        Grid x = Grid.of(3, -2, 0, .25);
        int y = file.op("NormalizeL2-1 eps='1e-9' eps_mode='add'", port(x), file.input(x), file.longs());
        assertThat(file.answer(y)).is(near(Grid.of(1, 1, 0, 1)));
    }

    @Test
    void grnDividesByTheLengthOverChannels() {
        IrFile file = new IrFile(folder);
        int y = file.op("GRN-1 bias='0.5'", port(x), file.input(x));
        var squares = over(x, List.of(1), NormalizationTest::squares);
        assertThat(file.answer(y))
                .is(near(Grid.filled(i -> x.at(i) / Math.sqrt(squares.applyAsDouble(i) + .5), x.dims())));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void neighboursAmongChannels(int size) {
        IrFile file = new IrFile(folder);
        int y = file.op(
                "LRN-1 alpha='2' beta='0.75' bias='1.5' size='" + size + "'", port(x), file.input(x), file.longs(1));
        Grid wanted = Grid.filled(
                i -> {
                    double squares = 0;
                    for (int c = Math.max(0, i[1] - size / 2); c <= Math.min(3, i[1] + size / 2); c++) {
                        squares += x.at(i[0], c, i[2], i[3]) * x.at(i[0], c, i[2], i[3]);
                    }
                    return x.at(i) / Math.pow(1.5 + 2. / size * squares, .75);
                },
                x.dims());
        assertThat(file.answer(y)).is(near(wanted));
    }

    @Test
    void neighboursInSpaceAreRefused() {
        IrFile file = new IrFile(folder);
        file.result(file.op("LRN-1 size='3'", port(x), file.input(x), file.longs(2, 3)));
        assertThatThrownBy(file::imported)
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("normalizes over axes [2, 3]");
    }

    @Test
    void groupsOfChannels() {
        Grid scale = Grid.of(1, 2, .5, -1);
        Grid bias = Grid.of(0, 1, -1, .25);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "GroupNormalization-12 num_groups='2' epsilon='0.125'",
                port(x),
                file.input(x),
                file.floats(scale),
                file.floats(bias));
        Grid wanted =
                standardized(x.shaped(2, 2, 2 * 3 * 2), List.of(2), .125, 0).shaped(x.dims());
        assertThat(file.answer(y)).is(near(Grid.filled(i -> wanted.at(i) * scale.at(i[1]) + bias.at(i[1]), x.dims())));
    }

    @ParameterizedTest
    @CsvSource({"-1, 3", "1, 1", "0, 0"})
    void softmaxAlongAnAxis(int stated, int axis) {
        var total = over(x, List.of(axis), v -> Arrays.stream(v).map(Math::exp).sum());
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        file.result(file.op("SoftMax-8 axis='" + stated + "'", port(x), in));
        file.result(file.op("LogSoftmax-5 axis='" + stated + "'", port(x), in));
        var found = file.answers();
        Grid wanted = Grid.filled(i -> Math.exp(x.at(i)) / total.applyAsDouble(i), x.dims());
        assertThat(found.get(0)).is(near(wanted));
        assertThat(found.get(1)).is(near(wanted.map(Math::log)));
    }

    @Test
    void softmaxWithoutAnAxisRunsAlongTheSecond() {
        IrFile file = new IrFile(folder);
        Grid found = file.answer(file.op("SoftMax-1", port(x), file.input(x)));
        Grid sums = ReductionTest.reduce(
                found, List.of(1), false, v -> Arrays.stream(v).sum());
        assertThat(sums)
                .is(near(new Grid(IntStream.range(0, 12).mapToDouble(i -> 1).toArray(), 2, 3, 2)));
    }
}
