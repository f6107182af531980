package io.edgeai.samples.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ThinningTest {
    private static final long SEED = 12;

    private static double[] positions(int length) {
        return IntStream.range(0, length).asDoubleStream().toArray();
    }

    @Test
    void everyPartKeepsItsExtremesAtTheirPlaces() {
        Random random = new Random(SEED);
        for (int round = 0; round < 50; round++) {
            int parts = 1 + random.nextInt(40);
            int length = 2 * parts + 1 + random.nextInt(500);
            double[] y =
                    random.doubles(length).map(v -> v < 0.1 ? Double.NaN : v).toArray();

            Thinning thin = Thinning.of(positions(length), y, parts);

            String what = "seed " + SEED + ", round " + round;
            assertThat(thin.x()).as(what).hasSizeLessThanOrEqualTo(2 * parts).isSorted();
            for (int i = 0; i < thin.x().length; i++) {
                assertThat(thin.y()[i]).as(what).isEqualTo(y[(int) thin.x()[i]]);
            }
            for (int part = 0; part < parts; part++) {
                double[] whole = Arrays.copyOfRange(
                        y, (int) ((long) length * part / parts), (int) ((long) length * (part + 1) / parts));
                double[] values =
                        Arrays.stream(whole).filter(v -> !Double.isNaN(v)).toArray();
                if (values.length > 0) {
                    assertThat(thin.y())
                            .as(what)
                            .contains(Arrays.stream(values).min().orElseThrow())
                            .contains(Arrays.stream(values).max().orElseThrow());
                }
            }
        }
    }

    @Test
    void aShortSeriesIsKept() {
        double[] y = {3, 1, Double.NaN, 2};

        Thinning thin = Thinning.of(positions(4), y, 2);

        assertThat(thin.y()).containsExactly(y);
        assertThat(thin.x()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void aGapAsLongAsAPartStays() {
        double[] y = new double[100];
        Arrays.fill(y, 40, 60, Double.NaN);

        assertThat(Thinning.of(positions(100), y, 10).y()).contains(Double.NaN).contains(0.0);
    }
}
