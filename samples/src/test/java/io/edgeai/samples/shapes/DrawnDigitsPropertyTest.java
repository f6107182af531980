package io.edgeai.samples.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrawnDigitsPropertyTest {
    private static final DrawnDigits TASK = DrawnDigits.defaults();

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double correlation(double[] a, double[] b) {
        double meanA = Arrays.stream(a).average().orElseThrow();
        double meanB = Arrays.stream(b).average().orElseThrow();
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (a[i] - meanA) * (b[i] - meanB);
            aa += (a[i] - meanA) * (a[i] - meanA);
            bb += (b[i] - meanB) * (b[i] - meanB);
        }
        return ab / Math.sqrt(aa * bb);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 9, 10, 11, 99, 250})
    void classesComeInTurnForAnyCount(int count) {
        LabelledImages images = TASK.draw(count, 5);
        int[] histogram = new int[10];
        for (int i = 0; i < count; i++) {
            assertThat(images.label(i)).isEqualTo(i % 10);
            histogram[images.label(i)]++;
        }
        int most = Arrays.stream(histogram).max().orElseThrow();
        int least = Arrays.stream(histogram).min().orElseThrow();

        assertThat(most - least).isLessThanOrEqualTo(1);
        assertThat(images.size()).isEqualTo(count);
        assertThat(images.pixels()).hasSize(count * 400);
    }

    /** Splits drawn with different seeds share no picture, nor does one split hold a picture twice. */
    @Test
    void splitsAreDisjoint() {
        Set<List<Byte>> seen = new HashSet<>();
        int drawn = 0;
        for (long seed : new long[] {0, 1, 2, 3, -1, 100, 200, Long.MAX_VALUE, Long.MIN_VALUE}) {
            LabelledImages images = TASK.draw(200, seed);
            for (int i = 0; i < images.size(); i++) {
                List<Byte> bytes = new java.util.ArrayList<>();
                for (byte b : images.bytes(i)) {
                    bytes.add(b);
                }
                seen.add(bytes);
                drawn++;
            }
        }
        assertThat(seen).hasSize(drawn);
    }

    /** The noise of one seed is not that of another, shifted by a pixel or more: all shifts are tried. */
    @Test
    void noiseOfNeighbouringSeedsIsUnrelated() {
        DrawnDigits noise = new DrawnDigits(32, 0, 0, 0, 0, 0, 0.05, 1e-9, 0.5, 0);
        int n = 900;
        for (int apart : new int[] {1, 2, 3, 4, 10}) {
            for (int digit = 0; digit < 10; digit++) {
                float[] one = noise.draw(digit + 1, 7).image(digit);
                float[] two = noise.draw(digit + 1, 7 + apart).image(digit);
                for (int shift = -12; shift <= 12; shift++) {
                    double[] a = new double[n];
                    double[] b = new double[n];
                    for (int p = 0; p < n; p++) {
                        a[p] = one[50 + p];
                        b[p] = two[50 + p + shift];
                    }
                    // of 900 unrelated numbers a correlation of 0.2 is six standard errors
                    assertThat(correlation(a, b))
                            .as("digit %d, seeds %d apart, shift %d", digit, apart, shift)
                            .isBetween(-0.2, 0.2);
                }
            }
        }
    }

    @Test
    void noiseHasItsDeviationAndIsWhite() {
        float[] pixels = new DrawnDigits(256, 0, 0, 0, 0, 0, 0.05, 1e-9, 0.5, 0)
                .draw(1, 3)
                .image(0);
        double mean = mean(pixels);
        double variance = 0;
        double beside = 0;
        double fourth = 0;
        for (int p = 1; p < pixels.length; p++) {
            double d = pixels[p] - mean;
            variance += d * d;
            fourth += d * d * d * d;
            beside += d * (pixels[p - 1] - mean);
        }
        variance /= pixels.length;

        // standard errors of 65,536 numbers: 0.3 % of the deviation, 0.004, 0.02
        assertThat(Math.sqrt(variance)).isCloseTo(0.05, within(0.0008));
        assertThat(beside / pixels.length / variance).isCloseTo(0, within(0.02));
        assertThat(fourth / pixels.length / variance / variance).isCloseTo(3, within(0.12));
    }

    /** Blur removes what changes from pixel to pixel; the drifted camera has less of it and a lighter ground. */
    @Test
    void driftIsDullerLighterAndBlurred() {
        DrawnDigits clean = new DrawnDigits(20, 0.28, 0.2, 0.27, 0.11, 0.06, 0, 0.75, 0.1, 0);
        LabelledImages before = clean.draw(200, 9);
        LabelledImages after = clean.drifted().draw(200, 9);
        DrawnDigits onlyDull = new DrawnDigits(20, 0.28, 0.2, 0.27, 0.11, 0.06, 0, 0.75 * 0.45, 0.4, 0);
        LabelledImages dull = onlyDull.draw(200, 9);
        int weaker = 0;
        int compared = 0;
        for (int i = 0; i < 200; i++) {
            double contrast = range(before.image(i));
            if (contrast < 0.85) { // brighter ink may have met the white end
                assertThat(range(dull.image(i))).isCloseTo(contrast * 0.45, within(0.002));
                compared++;
            }
            assertThat(range(after.image(i))).isLessThan(range(dull.image(i)) + 1e-6);
            // the same strokes, less sharp: steps between neighbours shrink more than the contrast does
            weaker += steepest(after.image(i)) < 0.8 * steepest(dull.image(i)) ? 1 : 0;
        }
        assertThat(compared).isGreaterThan(100);
        assertThat(weaker).isGreaterThan(190);
        assertThat(mean(after.pixels()) - mean(before.pixels())).isGreaterThan(0.15);
        assertThat(clean.drifted().rotation()).isEqualTo(clean.rotation());
        assertThat(clean.drifted().drifted().ground()).isLessThanOrEqualTo(1);
    }

    private static double range(float[] image) {
        float least = 1;
        float most = 0;
        for (float pixel : image) {
            least = Math.min(least, pixel);
            most = Math.max(most, pixel);
        }
        return most - least;
    }

    private static double steepest(float[] image) {
        double steepest = 0;
        for (int y = 0; y < 20; y++) {
            for (int x = 1; x < 20; x++) {
                steepest = Math.max(steepest, Math.abs(image[y * 20 + x] - image[y * 20 + x - 1]));
            }
        }
        return steepest;
    }

    /** With shift alone, the centre of a digit's ink wanders as far as it may and not further. */
    @Test
    void shiftsStayWithinTheirBound() {
        DrawnDigits shifted = new DrawnDigits(40, 0, 0, 0, 0.1, 0, 0, 1, 0, 0);
        LabelledImages images = shifted.draw(400, 4);
        double[] least = new double[10];
        double[] most = new double[10];
        Arrays.fill(least, 99);
        for (int i = 0; i < 400; i++) {
            double ink = 0;
            double at = 0;
            float[] image = images.image(i);
            for (int p = 0; p < image.length; p++) {
                ink += image[p];
                at += image[p] * (p % 40 + 0.5);
            }
            least[i % 10] = Math.min(least[i % 10], at / ink);
            most[i % 10] = Math.max(most[i % 10], at / ink);
        }
        for (int digit = 0; digit < 10; digit++) {
            // up to 0.1 · 40 pixels either way; 40 uniform draws nearly reach both ends
            assertThat(most[digit] - least[digit]).as("digit %d", digit).isBetween(5.5, 8.2);
        }
    }

    /** A picture's own bytes: brightness times 255, to the nearest. */
    @Test
    void bytesAndCharactersFollowTheBrightness() {
        float[] pixels = {0, 1, 0.5f, 0.25f, 0.001f, 0.999f, 0.0999f, 0.1f, 0.9f};
        LabelledImages images = new LabelledImages(3, 1, pixels, new int[] {0});

        assertThat(images.bytes(0)).containsExactly(0, 255, 128, 64, 0, 255, 25, 26, 230);
        assertThat(images.ascii(0)).isEqualTo(" @+\n: @\n .@\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 5_368_710, Integer.MAX_VALUE})
    void countsNoArrayHoldsAreRefused(int count) {
        assertThatThrownBy(() -> TASK.draw(count, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + count + ")");
    }
}
