package io.edgeai.samples.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizationPropertyTest {
    private static List<Double> numbers(Random random, int count) {
        List<Double> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(0.1 + random.nextDouble());
        }
        return numbers;
    }

    /** (v · scale − mean_c) / std_c with c from the image's own indices, channels first and channels last. */
    @Test
    void everyPixelFollowsTheFormula() {
        long seed = 21;
        Random random = new Random(seed);
        for (int round = 0; round < 120; round++) {
            int n = 1 + random.nextInt(3);
            int channels = 2 + random.nextInt(3);
            int height = 5 + random.nextInt(3);
            int width = 5 + random.nextInt(3);
            boolean last = random.nextBoolean();
            boolean bytes = random.nextBoolean();
            Normalization normalization = new Normalization(
                    random.nextDouble() + 0.01,
                    numbers(random, random.nextBoolean() ? 1 : channels),
                    numbers(random, channels));
            byte[] raw = new byte[n * channels * height * width];
            random.nextBytes(raw);
            float[] values = new float[raw.length];
            for (int i = 0; i < raw.length; i++) {
                values[i] = raw[i] & 0xff;
            }
            long[] shape = last ? new long[] {n, height, width, channels} : new long[] {n, channels, height, width};
            Tensor images = bytes ? Tensor.ofBytes(ElementType.UINT8, raw, shape) : Tensor.of(values, shape);
            Tensor result = normalization.apply(images);
            float[] actual = result.floats();

            assertThat(result.shape()).containsExactly(shape);
            for (int i = 0; i < n; i++) {
                for (int c = 0; c < channels; c++) {
                    for (int y = 0; y < height; y++) {
                        for (int x = 0; x < width; x++) {
                            int at = last
                                    ? ((i * height + y) * width + x) * channels + c
                                    : ((i * channels + c) * height + y) * width + x;
                            double mean = normalization
                                    .mean()
                                    .get(normalization.mean().size() == 1 ? 0 : c);
                            double expected = (values[at] * normalization.scale() - mean)
                                    / normalization.std().get(c);
                            assertThat(actual[at])
                                    .as("seed %d, round %d", seed, round)
                                    .isEqualTo((float) expected);
                        }
                    }
                }
            }
        }
    }

    /** With the sample's own mean and deviation the result has mean 0 and deviation 1. */
    @Test
    void standardizingGivesZeroMeanAndUnitDeviation() {
        Random random = new Random(22);
        byte[] raw = new byte[10_000];
        random.nextBytes(raw);
        double sum = 0;
        double squares = 0;
        for (byte b : raw) {
            sum += (b & 0xff) / 255.0;
            squares += (b & 0xff) / 255.0 * (b & 0xff) / 255.0;
        }
        double mean = sum / raw.length;
        double std = Math.sqrt(squares / raw.length - mean * mean);
        float[] result = Normalization.parse("mean=" + mean + ",std=" + std)
                .apply(Tensor.ofBytes(ElementType.UINT8, raw, 100, 100))
                .floats();
        double newSum = 0;
        double newSquares = 0;
        for (float value : result) {
            newSum += value;
            newSquares += value * value;
        }

        assertThat(newSum / raw.length).isCloseTo(0, within(1e-5));
        assertThat(newSquares / raw.length).isCloseTo(1, within(1e-5));
    }

    @Test
    void textsOfAnyPartsParseToTheirNumbers() {
        Random random = new Random(23);
        for (int round = 0; round < 100; round++) {
            int channels = 1 + random.nextInt(4);
            List<Double> mean = numbers(random, channels);
            List<Double> std = numbers(random, channels);
            int divisor = 1 + random.nextInt(300);
            String means = String.join(":", mean.stream().map(String::valueOf).toList());
            String stds = String.join(" : ", std.stream().map(String::valueOf).toList());
            String text = random.nextBoolean()
                    ? "scale=1/" + divisor + ",mean=" + means + ",std=" + stds
                    : "std=" + stds + ", mean =" + means + ",scale=1/" + divisor;

            assertThat(Normalization.parse(text)).isEqualTo(new Normalization(1.0 / divisor, mean, std));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scale=:",
                "mean=:",
                "mean=1:",
                "std=1::2",
                "mean=NaN",
                "std=Infinity",
                "mean=1/0",
                "std=-0",
                "std=1:0",
                "scale=NaN",
                "scale=1/",
                "scale=/2",
                "mean=1/2/3",
                "mean",
                "=1"
            })
    void senselessNumbersAreRefused(String text) {
        assertThatThrownBy(() -> Normalization.parse(text)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void imagesOfSeveralTypesAndEmptyOnes() {
        Normalization rgb = Normalization.parse("mean=.1:.2:.3,std=1");

        assertThat(rgb.apply(Tensor.allocate(ElementType.UINT8, 0, 3, 4, 4)).shape())
                .containsExactly(0, 3, 4, 4);
        assertThatThrownBy(() -> rgb.apply(Tensor.allocate(ElementType.UINT8, 3)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("3 channels");
        for (ElementType other : List.of(ElementType.INT8, ElementType.DOUBLE, ElementType.BOOL)) {
            assertThatThrownBy(() -> rgb.apply(Tensor.allocate(other, 1, 3, 1)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(other.name());
        }
    }
}
