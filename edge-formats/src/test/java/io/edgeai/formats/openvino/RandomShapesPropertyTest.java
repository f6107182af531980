package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random shapes and attributes against plain loops; the seed stands in every failure. */
class RandomShapesPropertyTest {
    @TempDir
    Path folder;

    static LongStream seeds() {
        return LongStream.range(0, 25);
    }

    private static int[] sizes(Random random, int count, int from, int to) {
        return IntStream.generate(() -> random.nextInt(from, to)).limit(count).toArray();
    }

    private static Window window(Random random, int axes) {
        int[] kernel = sizes(random, axes, 1, 4);
        return new Window(
                kernel,
                sizes(random, axes, 1, 4),
                Arrays.stream(kernel).map(k -> random.nextInt(k)).toArray(),
                Arrays.stream(kernel).map(k -> random.nextInt(k)).toArray(),
                sizes(random, axes, 1, 3));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void convolutions(long seed) {
        Random random = new Random(seed);
        int axes = random.nextInt(1, 4);
        Window window = window(random, axes);
        int groups = random.nextInt(1, 3);
        int each = random.nextInt(1, 3);
        Grid x = Grid.random(random, Window.shape(random.nextInt(1, 3), groups * each, sizes(random, axes, 5, 9)));
        Grid w = Grid.random(random, Window.shape(groups * random.nextInt(1, 3), each, window.kernel()));
        Grid wanted = window.convolve(x, w, groups);
        IrFile file = new IrFile(folder);
        int[] grouped = IntStream.concat(
                        IntStream.of(groups, w.dims()[0] / groups),
                        Arrays.stream(w.dims()).skip(1))
                .toArray();
        int y = groups == 1
                ? file.op("Convolution-1" + window.attributes(), port(wanted), file.input(x), file.floats(w))
                : file.op(
                        "GroupConvolution-1" + window.attributes(),
                        port(wanted),
                        file.input(x),
                        file.floats(w.shaped(grouped)));
        assertThat(file.answer(y))
                .as("seed %s, %s groups, %s", seed, groups, window.attributes())
                .is(near(wanted));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void pools(long seed) {
        Random random = new Random(seed);
        int axes = random.nextInt(1, 4);
        Window drawn = window(random, axes);
        Window window = new Window(drawn.kernel(), drawn.strides(), drawn.begin(), drawn.end(), Window.same(axes, 1));
        Grid x = Grid.random(random, Window.shape(2, 2, sizes(random, axes, 4, 9)));
        boolean greatest = random.nextBoolean();
        boolean padding = random.nextBoolean();
        Grid wanted = Grid.filled(
                out -> {
                    double[] covered = window.covered(x, out);
                    if (greatest) {
                        return Arrays.stream(covered).max().orElse(0);
                    }
                    int count = padding ? Grid.count(window.kernel()) : covered.length;
                    return Arrays.stream(covered).sum() / count;
                },
                Window.shape(2, 2, window.output(Window.spatial(x), false)));
        IrFile file = new IrFile(folder);
        String operation = greatest ? "MaxPool-1" : "AvgPool-1 exclude-pad='" + !padding + "'";
        int y = file.op(operation + window.attributes(), port(wanted), file.input(x));
        assertThat(file.answer(y))
                .as("seed %s, %s %s", seed, operation, window.attributes())
                .is(near(wanted));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void broadcasting(long seed) {
        Random random = new Random(seed);
        int rank = random.nextInt(1, 5);
        int[] full = sizes(random, rank, 1, 4);
        Grid a = Grid.random(random, shrunk(random, full));
        Grid b = Grid.random(random, shrunk(random, full));
        int[] dims = new int[Math.max(a.dims().length, b.dims().length)];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = Math.max(size(a, dims.length, i), size(b, dims.length, i));
        }
        Grid wanted = Grid.filled(i -> spread(a, i) - spread(b, i), dims);
        IrFile file = new IrFile(folder);
        int y = file.op("Subtract-1 auto_broadcast='numpy'", port(wanted), file.input(a), file.input(b));
        assertThat(file.answer(y)).as("seed %s, %s and %s", seed, a, b).is(near(wanted));
    }

    /** Some sizes become 1, and some leading ones go. */
    private static int[] shrunk(Random random, int[] full) {
        int from = random.nextInt(full.length);
        return Arrays.stream(full, from, full.length)
                .map(d -> random.nextInt(3) == 0 ? 1 : d)
                .toArray();
    }

    private static int size(Grid grid, int rank, int axis) {
        int at = axis - rank + grid.dims().length;
        return at < 0 ? 1 : grid.dims()[at];
    }

    private static double spread(Grid grid, int[] place) {
        int[] own = new int[grid.dims().length];
        for (int i = 0; i < own.length; i++) {
            own[i] = grid.dims()[i] == 1 ? 0 : place[place.length - own.length + i];
        }
        return grid.at(own);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void reductions(long seed) {
        Random random = new Random(seed);
        int rank = random.nextInt(1, 5);
        Grid x = Grid.random(random, sizes(random, rank, 1, 5));
        List<Integer> axes = IntStream.range(0, rank)
                .filter(i -> random.nextBoolean())
                .boxed()
                .toList();
        if (axes.isEmpty()) {
            axes = List.of(rank - 1);
        }
        boolean keep = random.nextBoolean();
        boolean sum = random.nextBoolean();
        Grid wanted = ReductionTest.reduce(
                x,
                axes,
                keep,
                v -> sum ? Arrays.stream(v).sum() : Arrays.stream(v).max().orElseThrow());
        IrFile file = new IrFile(folder);
        long[] stated = axes.stream()
                .mapToLong(a -> random.nextBoolean() ? a : a - rank)
                .toArray();
        int y = file.op(
                (sum ? "ReduceSum" : "ReduceMax") + "-1 keep_dims='" + keep + "'",
                port(wanted),
                file.input(x),
                file.longs(stated));
        assertThat(file.answer(y))
                .as("seed %s, axes %s", seed, Arrays.toString(stated))
                .is(near(wanted));
    }

    /** Both slicing operations on the same bounds, some of them beyond the ends. */
    @ParameterizedTest
    @MethodSource("seeds")
    void slices(long seed) {
        Random random = new Random(seed);
        int rank = random.nextInt(1, 4);
        Grid x = Grid.random(random, sizes(random, rank, 1, 6));
        long[] begin = new long[rank];
        long[] end = new long[rank];
        long[] steps = new long[rank];
        int[][] places = new int[rank][];
        for (int i = 0; i < rank; i++) {
            int size = x.dims()[i];
            steps[i] = random.nextBoolean() ? random.nextInt(1, 3) : -random.nextInt(1, 3);
            begin[i] = random.nextInt(-size, size + 3); // still lower, backwards, NumPy and ONNX differ
            end[i] = random.nextInt(-size - 2, size + 3);
            places[i] = places((int) begin[i], (int) end[i], (int) steps[i], size);
        }
        Grid wanted = Grid.filled(
                out -> x.at(IntStream.range(0, rank).map(i -> places[i][out[i]]).toArray()),
                Arrays.stream(places).mapToInt(p -> p.length).toArray());
        IrFile file = new IrFile(folder);
        int in = file.input(x);
        int from = file.longs(begin);
        int to = file.longs(end);
        int by = file.longs(steps);
        file.result(file.op("StridedSlice-1 begin_mask='0' end_mask='0'", port(wanted), in, from, to, by));
        file.result(file.op("Slice-8", port(wanted), in, from, to, by));
        List<Grid> found = file.answers();
        String what = "seed " + seed + ", " + Arrays.toString(begin) + ":" + Arrays.toString(end) + ":"
                + Arrays.toString(steps);
        assertThat(found.get(0)).as("StridedSlice, " + what).is(near(wanted));
        assertThat(found.get(1)).as("Slice, " + what).is(near(wanted));
    }

    /** The places a slice of Python names. */
    private static int[] places(int begin, int end, int step, int size) {
        int least = step > 0 ? 0 : -1;
        int most = step > 0 ? size : size - 1;
        int from = Math.max(least, Math.min(most, begin < 0 ? begin + size : begin));
        int to = Math.max(least, Math.min(most, end < 0 ? end + size : end));
        return IntStream.iterate(from, i -> step > 0 ? i < to : i > to, i -> i + step)
                .toArray();
    }
}
