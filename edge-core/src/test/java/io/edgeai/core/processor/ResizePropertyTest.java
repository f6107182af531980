package io.edgeai.core.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random sizes against the published filter as sums over all pixels, and against ONNX's Resize with antialias. */
class ResizePropertyTest {
    private static double filter(Resampling resampling, double distance) {
        double x = Math.abs(distance);
        if (resampling == Resampling.BILINEAR) {
            return Math.max(0, 1 - x);
        }
        if (x <= 1) {
            return 1.5 * x * x * x - 2.5 * x * x + 1;
        }
        return x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0;
    }

    /** One line of values at another length, every old value weighed. */
    private static double[] line(double[] from, int length, Resampling resampling) {
        double scale = (double) from.length / length;
        double stretch = Math.max(1, scale);
        double[] to = new double[length];
        for (int i = 0; i < length; i++) {
            double sum = 0;
            double weights = 0;
            for (int j = 0; j < from.length; j++) {
                double weight = filter(resampling, (j + 0.5 - (i + 0.5) * scale) / stretch);
                sum += weight * from[j];
                weights += weight;
            }
            to[i] = Math.max(0, Math.min(255, Math.floor(sum / weights + 0.5)));
        }
        return to;
    }

    private static double[][] channel(Image image, int channel, int width, int height, Resampling resampling) {
        double[][] wide = new double[image.height()][];
        for (int y = 0; y < image.height(); y++) {
            double[] row = new double[image.width()];
            for (int x = 0; x < row.length; x++) {
                row[x] = image.at(x, y, channel);
            }
            wide[y] = line(row, width, resampling);
        }
        double[][] result = new double[height][width];
        for (int x = 0; x < width; x++) {
            double[] column = new double[wide.length];
            for (int y = 0; y < column.length; y++) {
                column[y] = wide[y][x];
            }
            double[] tall = line(column, height, resampling);
            for (int y = 0; y < height; y++) {
                result[y][x] = tall[y];
            }
        }
        return result;
    }

    @Test
    void everyPixelIsTheWeighedSumToARounding() {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            Image image = Images.random(random, 1 + random.nextInt(40), 1 + random.nextInt(40));
            int width = 1 + random.nextInt(40);
            int height = 1 + random.nextInt(40);
            for (Resampling filter : new Resampling[] {Resampling.BILINEAR, Resampling.BICUBIC}) {
                Image resized = Resize.to(width, height).with(filter).apply(image);
                for (int channel = 0; channel < 3; channel++) {
                    double[][] expected = channel(image, channel, width, height, filter);
                    for (int i = 0; i < width * height; i++) {
                        assertThat(Math.abs(resized.at(i % width, i / width, channel) - expected[i / width][i % width]))
                                .as("seed %d, %s of %s at %d", seed, filter, image, i)
                                .isLessThanOrEqualTo(1);
                    }
                }
            }
        }
    }

    @Test
    void shrinkingIsOnnxsResizeWithAntialiasToARounding() {
        Random random = new Random(77);
        Image image = Images.random(random, 60, 44);
        for (Resampling filter : new Resampling[] {Resampling.BILINEAR, Resampling.BICUBIC}) {
            GraphBuilder builder = new GraphBuilder(18, 1).input("x", 1, 3, 44, 60);
            builder.constant("sizes", OnnxTensor.ofLongs(new long[] {1, 3, 17, 23}, 4));
            builder.node("Resize", "y", "x", "", "", "sizes")
                    .attribute("mode", filter == Resampling.BILINEAR ? "linear" : "cubic")
                    .attribute("cubic_coeff_a", -0.5f)
                    .attribute("exclude_outside", 1)
                    .attribute("antialias", 1);
            Tensor pixels = ImageTensor.unit().scale(1).apply(List.of(image));
            float[] expected = Ort.run(builder.output("y", 4).graph(), Map.of("x", pixels))
                    .get("y")
                    .floats();
            float[] actual = ImageTensor.unit()
                    .scale(1)
                    .apply(List.of(Resize.to(23, 17).with(filter).apply(image)))
                    .floats();
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i])
                        .as("%s, value %d, seed 77", filter, i)
                        .isBetween(expected[i] - 1.01f, expected[i] + 1.01f);
            }
        }
    }
}
