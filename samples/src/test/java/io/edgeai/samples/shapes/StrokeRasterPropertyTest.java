package io.edgeai.samples.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The oracle counts, for each pixel, which of 20 × 20 points in it lie within the pen's reach of a stroke. */
class StrokeRasterPropertyTest {
    private static final int SUB = 20;

    private static double distance(double x, double y, double[] stroke) {
        double nearest = Double.MAX_VALUE;
        for (int p = 0; p + 3 < stroke.length; p += 2) {
            double ax = stroke[p];
            double ay = stroke[p + 1];
            double bx = stroke[p + 2];
            double by = stroke[p + 3];
            // ternary search for the nearest point of the segment: the distance along it is convex
            double low = 0;
            double high = 1;
            for (int i = 0; i < 60; i++) {
                double one = low + (high - low) / 3;
                double two = high - (high - low) / 3;
                double first = Math.hypot(x - ax - one * (bx - ax), y - ay - one * (by - ay));
                double second = Math.hypot(x - ax - two * (bx - ax), y - ay - two * (by - ay));
                if (first < second) {
                    high = two;
                } else {
                    low = one;
                }
            }
            double t = (low + high) / 2;
            nearest = Math.min(nearest, Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)));
        }
        return nearest;
    }

    private static double[] stroke(Random random, int side) {
        double[] stroke = new double[2 * (2 + random.nextInt(3))];
        for (int i = 0; i < stroke.length; i++) {
            stroke[i] = random.nextDouble() * (side + 6) - 3;
        }
        return stroke;
    }

    /** Anti-aliasing by distance errs by at most half a pixel, where strokes meet, and far less on the whole. */
    @Test
    void coverageIsNearTheSupersampledArea() {
        long seed = 600;
        Random random = new Random(seed);
        int side = 8;
        for (int round = 0; round < 6; round++) {
            List<double[]> strokes = List.of(stroke(random, side), stroke(random, side));
            double radius = 0.8 + random.nextDouble() * 1.5;
            float[] coverage = new StrokeRaster(side).draw(strokes, radius);
            double total = 0;
            double exact = 0;
            double squares = 0;
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    int inside = 0;
                    for (int s = 0; s < SUB * SUB; s++) {
                        double px = x + (s % SUB + 0.5) / SUB;
                        double py = y + (Math.floorDiv(s, SUB) + 0.5) / SUB;
                        double nearest = strokes.stream()
                                .mapToDouble(stroke -> distance(px, py, stroke))
                                .min()
                                .orElseThrow();
                        inside += nearest <= radius ? 1 : 0;
                    }
                    double area = inside / (double) (SUB * SUB);
                    total += coverage[y * side + x];
                    exact += area;
                    assertThat((double) coverage[y * side + x])
                            .as("seed %d, round %d, pixel %d %d", seed, round, x, y)
                            .isCloseTo(area, within(0.5));
                    squares += Math.pow(coverage[y * side + x] - area, 2);
                }
            }
            assertThat(Math.sqrt(squares / side / side))
                    .as("seed %d, round %d", seed, round)
                    .isLessThan(0.08);
            assertThat(total).as("seed %d, round %d", seed, round).isCloseTo(exact, within(0.06 * exact + 0.6));
        }
    }

    /** Each pixel exactly: 1/2 + radius − distance of its centre, from 0 to 1. */
    @Test
    void everyPixelFollowsTheDistanceOfItsCentre() {
        long seed = 601;
        Random random = new Random(seed);
        int side = 12;
        for (int round = 0; round < 60; round++) {
            List<double[]> strokes = List.of(stroke(random, side), stroke(random, side));
            double radius = random.nextDouble() * 3;
            float[] coverage = new StrokeRaster(side).draw(strokes, radius);
            for (int p = 0; p < coverage.length; p++) {
                double x = p % side + 0.5;
                double y = Math.floorDiv(p, side) + 0.5;
                double nearest = Math.min(distance(x, y, strokes.get(0)), distance(x, y, strokes.get(1)));
                double expected = Math.max(0, Math.min(1, radius + 0.5 - nearest));
                assertThat((double) coverage[p])
                        .as("seed %d, round %d, pixel %d", seed, round, p)
                        .isCloseTo(expected, within(1e-5));
            }
        }
    }

    @Test
    void theOrderAndDirectionOfStrokesDoNotMatter() {
        Random random = new Random(602);
        for (int round = 0; round < 50; round++) {
            double[] a = stroke(random, 16);
            double[] b = stroke(random, 16);
            double[] reversed = new double[a.length];
            for (int p = 0; p < a.length; p += 2) {
                reversed[a.length - 2 - p] = a[p];
                reversed[a.length - 1 - p] = a[p + 1];
            }
            float[] one = new StrokeRaster(16).draw(List.of(a, b), 1.2);
            float[] two = new StrokeRaster(16).draw(List.of(b, reversed), 1.2);
            for (int p = 0; p < one.length; p++) {
                assertThat(two[p]).isCloseTo(one[p], within(1e-5f));
            }
        }
        assertThat(new StrokeRaster(4).draw(List.of(), 3)).containsOnly(0);
        assertThat(new StrokeRaster(4).draw(List.of(new double[] {-40, -40, -30, -30}), 3))
                .containsOnly(0);
    }

    /** A separable blur equals the two-dimensional sum over the Gaussian with repeated edges. */
    @Test
    void blurEqualsTheTwoDimensionalSum() {
        long seed = 603;
        Random random = new Random(seed);
        int side = 9;
        for (double sigma : new double[] {0.4, 0.9, 1.7}) {
            float[] image = new float[side * side];
            for (int p = 0; p < image.length; p++) {
                image[p] = random.nextFloat();
            }
            float[] blurred = StrokeRaster.blurred(image, side, sigma);
            int radius = (int) Math.ceil(3 * sigma);
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    double sum = 0;
                    double weights = 0;
                    for (int dy = -radius; dy <= radius; dy++) {
                        for (int dx = -radius; dx <= radius; dx++) {
                            double weight = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
                            int sx = Math.max(0, Math.min(side - 1, x + dx));
                            int sy = Math.max(0, Math.min(side - 1, y + dy));
                            sum += weight * image[sy * side + sx];
                            weights += weight;
                        }
                    }
                    assertThat((double) blurred[y * side + x])
                            .as("seed %d, sigma %s", seed, sigma)
                            .isCloseTo(sum / weights, within(1e-5));
                }
            }
        }
    }
}
