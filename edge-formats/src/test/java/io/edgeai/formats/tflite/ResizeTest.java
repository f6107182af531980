package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT8;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.formats.tflite.file.Builtin;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Resizing up and down by the coordinates of the reference kernels (resize_bilinear.h, resize_nearest_neighbor.h). */
class ResizeTest {
    private static final int RUNS = 40;

    private static double scale(int in, int out, boolean corners) {
        return corners && out > 1 ? (in - 1.0) / (out - 1) : (double) in / out;
    }

    private static int nearest(int at, int in, int out, boolean corners, boolean half) {
        double place = (at + (half ? .5 : 0)) * scale(in, out, corners);
        int found = (int) (corners ? Math.floor(place + .5) : Math.floor(place + 1e-9));
        return Math.max(0, Math.min(in - 1, found));
    }

    /** How much a source row or column weighs in a destination one. */
    private static double weight(int at, int from, int in, int out, boolean corners, boolean half) {
        double place = half ? (at + .5) * scale(in, out, false) - .5 : at * scale(in, out, corners);
        int low = Math.max(0, (int) Math.floor(place));
        int high = Math.min(in - 1, (int) Math.ceil(place));
        double share = place - low;
        return (low == from ? 1 - share : 0) + (high == from ? share : 0);
    }

    private static Numbers resized(Numbers x, int[] to, boolean bilinear, boolean corners, boolean half) {
        int[] dims = {x.dims[0], to[0], to[1], x.dims[3]};
        return Numbers.computed(dims, at -> {
            double sum = 0;
            for (int r = 0; r < x.dims[1]; r++) {
                for (int c = 0; c < x.dims[2]; c++) {
                    double share = bilinear
                            ? weight(at[1], r, x.dims[1], to[0], corners, half)
                                    * weight(at[2], c, x.dims[2], to[1], corners, half)
                            : nearest(at[1], x.dims[1], to[0], corners, half) == r
                                            && nearest(at[2], x.dims[2], to[1], corners, half) == c
                                    ? 1
                                    : 0;
                    sum += share * x.at(at[0], r, c, at[3]);
                }
            }
            return sum;
        });
    }

    private static OneOperator operator(boolean bilinear, boolean corners, boolean half) {
        int first = bilinear ? 2 : 0;
        return new OneOperator(
                bilinear ? Builtin.RESIZE_BILINEAR : Builtin.RESIZE_NEAREST_NEIGHBOR,
                table().with(first, corners).with(first + 1, half));
    }

    @ParameterizedTest
    @CsvSource({
        "true,false,false",
        "true,true,false",
        "true,false,true",
        "false,false,false",
        "false,true,false",
        "false,false,true"
    })
    void imagesAreResized(boolean bilinear, boolean corners, boolean half) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Numbers x = Numbers.reals(random, 2, 1 + random.nextInt(6), 1 + random.nextInt(6), 3);
            int[] to = {1 + random.nextInt(9), 1 + random.nextInt(9)};

            double[] found = operator(bilinear, corners, half)
                    .fed(x)
                    .given(Numbers.ints(to), seed % 2 == 0)
                    .into(FLOAT32, 2, to[0], to[1], 3)
                    .answer();

            assertThat(resized(x, to, bilinear, corners, half).relative(found))
                    .as("seed %d from %d x %d to %d x %d", seed, x.dims[1], x.dims[2], to[0], to[1])
                    .isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @CsvSource({"true,false,true,1", "true,true,false,1", "false,false,true,0"})
    void eightBitImagesAreResizedWithinAQuantum(boolean bilinear, boolean corners, boolean half, int quanta) {
        for (long seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            Numbers x = Numbers.whole(INT8, random, 1, 2 + random.nextInt(4), 2 + random.nextInt(4), 2)
                    .scaled(.1, -7);
            int[] to = {1 + random.nextInt(9), 1 + random.nextInt(9)};

            double[] found = operator(bilinear, corners, half)
                    .fed(x)
                    .constant(Numbers.ints(to))
                    .into(INT8, .1, -7, 1, to[0], to[1], 2)
                    .answer();

            Numbers exact = resized(x, to, bilinear, corners, half).quantized(INT8, .1, -7);
            assertThat(exact.apart(found)).as("seed %d", seed).isLessThanOrEqualTo(quanta);
        }
    }
}
