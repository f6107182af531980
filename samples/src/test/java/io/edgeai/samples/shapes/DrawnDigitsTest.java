package io.edgeai.samples.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrawnDigitsTest {
    private static final DrawnDigits TASK = DrawnDigits.defaults();

    @Test
    void theSameSeedDrawsTheSamePictures() {
        LabelledImages one = TASK.draw(50, 7);
        LabelledImages two = TASK.draw(50, 7);
        LabelledImages other = TASK.draw(50, 8);

        assertThat(one.pixels()).containsExactly(two.pixels());
        assertThat(one.pixels()).isNotEqualTo(other.pixels());
    }

    @Test
    void aPictureDependsOnItsNumberAlone() {
        assertThat(TASK.draw(30, 7).image(12)).containsExactly(TASK.draw(13, 7).image(12));
    }

    @Test
    void classesAreBalancedAndPixelsLegal() {
        LabelledImages images = TASK.draw(200, 1);

        assertThat(images.size()).isEqualTo(200);
        assertThat(images.side()).isEqualTo(20);
        assertThat(images.classes()).isEqualTo(10);
        int[] counts = new int[10];
        Arrays.stream(images.labels()).forEach(label -> counts[label]++);
        assertThat(counts).containsOnly(20);
        for (float pixel : images.pixels()) {
            assertThat(pixel).isBetween(0f, 1f);
        }
        assertThat(images.tensor().shape()).containsExactly(200, 1, 20, 20);
    }

    @Test
    void picturesOfOneClassDiffer() {
        LabelledImages images = TASK.draw(40, 3);

        assertThat(images.image(3)).isNotEqualTo(images.image(13));
        assertThat(images.label(3)).isEqualTo(images.label(13)).isEqualTo(3);
    }

    @Test
    void slicesAreViewsOfTheSameOrder() {
        LabelledImages images = TASK.draw(30, 3);
        LabelledImages part = images.slice(10, 20);

        assertThat(part.size()).isEqualTo(10);
        assertThat(part.image(4)).containsExactly(images.image(14));
        assertThat(part.label(4)).isEqualTo(images.label(14));
    }

    @Test
    void arraysAreCopies() {
        LabelledImages images = TASK.draw(10, 3);
        float before = images.image(0)[0];
        images.image(0)[0] = 9;
        images.pixels()[0] = 9;
        images.labels()[0] = 9;

        assertThat(images.image(0)[0]).isEqualTo(before);
        assertThat(images.label(0)).isZero();
    }

    @Test
    void previewsShowInk() {
        LabelledImages clean = new DrawnDigits(24, 0, 0, 0, 0, 0, 0, 1, 0, 0).draw(10, 3);

        String one = clean.ascii(1);
        assertThat(one.lines()).hasSize(24);
        assertThat(one).contains("@");
        byte[] bytes = clean.bytes(1);
        assertThat(bytes).hasSize(576).contains((byte) 0).satisfies(all -> {
            int most = 0;
            for (byte b : all) {
                most = Math.max(most, Byte.toUnsignedInt(b));
            }
            assertThat(most).isGreaterThan(200);
        });
    }

    @Test
    void undistortedDigitsAreTheSameEveryTimeUpToThePen() {
        DrawnDigits still = new DrawnDigits(20, 0, 0, 0, 0, 0, 0, 1, 0, 0);
        LabelledImages images = still.draw(20, 1);
        for (int digit = 0; digit < 10; digit++) {
            assertThat(correlation(images.image(digit), images.image(digit + 10)))
                    .isGreaterThan(0.85);
        }
        for (int a = 0; a < 10; a++) {
            for (int b = 0; b < a; b++) {
                assertThat(correlation(images.image(a), images.image(b)))
                        .as("%d and %d", a, b)
                        .isLessThan(0.9);
            }
        }
    }

    @Test
    void driftDullsThePicture() {
        LabelledImages before = TASK.draw(500, 5);
        LabelledImages after = TASK.drifted().draw(500, 5);

        assertThat(mean(after.pixels()) - mean(before.pixels())).isGreaterThan(0.1);
        assertThat(spread(after.pixels())).isLessThan(0.8 * spread(before.pixels()));
    }

    @Test
    void strokesCoverTheirArea() {
        float[] coverage = new StrokeRaster(40).draw(List.of(new double[] {10, 20, 30, 20}), 3);
        double area = 0;
        for (float pixel : coverage) {
            area += pixel;
        }

        // a stadium: rectangle 20 × 6 and a circle of radius 3
        assertThat(area).isCloseTo(20 * 6 + Math.PI * 9, within(2.0));
        assertThat(coverage[20 * 40 + 20]).isEqualTo(1f);
        assertThat(coverage[5 * 40 + 20]).isZero();
    }

    @Test
    void strokesOffThePictureAreClipped() {
        float[] coverage = new StrokeRaster(10).draw(List.of(new double[] {-50, -50, 60, 60}), 1);

        assertThat(coverage[0]).isGreaterThan(0.5f);
        assertThat(coverage[9]).isZero();
        assertThat(new StrokeRaster(10).draw(List.of(new double[] {5, 5, 5, 5}), 1)[5 * 10 + 5])
                .isGreaterThan(0.7f);
    }

    @Test
    void blurKeepsTheSumAndLowersThePeak() {
        float[] dot = new float[21 * 21];
        dot[10 * 21 + 10] = 1;
        float[] blurred = StrokeRaster.blurred(dot, 21, 1.5);

        double sum = 0;
        for (float pixel : blurred) {
            sum += pixel;
        }
        assertThat(sum).isCloseTo(1, within(1e-4));
        assertThat(blurred[10 * 21 + 10]).isCloseTo((float) (1 / (2 * Math.PI * 2.25)), within(0.003f));
    }

    @Test
    void senselessSettingsAreRefused() {
        assertThatThrownBy(() -> new DrawnDigits(4, 0, 0, 0, 0, 0, 0, 1, 0, 0))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new DrawnDigits(20, 0, 0, 0, 0, 0, 0, 0, 0, 0)).hasMessageContaining("contrast");
        assertThatThrownBy(() -> new DrawnDigits(20, -1, 0, 0, 0, 0, 0, 1, 0, 0))
                .hasMessageContaining("negative");
        assertThatThrownBy(() -> new LabelledImages(2, 1, new float[3], new int[1]))
                .hasMessageContaining("(3)");
    }

    /** The task's difficulty, with learners written here: softmax regression fails on one in five, a network hardly. */
    @Test
    void aLinearModelDoesNotSolveItAndASmallNetworkDoes() {
        LabelledImages train = TASK.draw(4000, 100);
        LabelledImages test = TASK.draw(1000, 200);

        double linear = Learner.accuracy(train, test, 0, 10, 0.05, 1);
        double network = Learner.accuracy(train, test, 64, 15, 0.1, 1);

        assertThat(linear).isBetween(0.65, 0.88);
        assertThat(network).isGreaterThan(0.93);
    }

    private static double correlation(float[] a, float[] b) {
        double meanA = mean(a);
        double meanB = mean(b);
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

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double spread(float[] values) {
        double mean = mean(values);
        double sum = 0;
        for (float value : values) {
            sum += (value - mean) * (value - mean);
        }
        return Math.sqrt(sum / values.length);
    }
}
