package io.edgeai.monitor.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EffectSizesTest {
    private static final DriftTest TEST = DriftTest.ofDefaults();

    private static double[] gaussian(Random random, int n, double mean) {
        return IntStream.range(0, n)
                .mapToDouble(i -> mean + random.nextGaussian())
                .toArray();
    }

    /** A shift of 0.3 deviations is 0.3, however many rows make it significant or not. */
    @ParameterizedTest
    @CsvSource({"100, 0.25", "20000, 0.02"})
    void aShiftIsToldInDeviations(int rows, double error) {
        Random random = new Random(2);
        double[] before = gaussian(random, rows, 5);
        double[] now =
                Arrays.stream(gaussian(random, rows, 5)).map(v -> v + 0.3).toArray();

        EffectSizes effects = TEST.compare(before, now).effects();

        assertThat(effects.wasserstein()).isCloseTo(0.3, within(error));
        assertThat(effects.unseenShare()).isNaN();
    }

    /** The figure of the usual tables: 63 on each side find half a deviation in 80 of 100 cases. */
    @Test
    void theLeastShiftThatIsFoundFollowsFromTheRows() {
        assertThat(EffectSizes.minimumDetectable(63, 63)).isCloseTo(0.5, within(0.002));
        double[] values = gaussian(new Random(1), 63, 0);
        assertThat(TEST.compare(values, values).effects().minimumDetectable()).isCloseTo(0.5, within(0.002));
    }

    /** Really found in 80 of 100 cases, give or take: the test looks for more than a shift. */
    @Test
    void thePromisedPowerIsAboutThere() {
        Random random = new Random(5);
        double least = EffectSizes.minimumDetectable(200, 200);
        int found = 0;
        for (int trial = 0; trial < 300; trial++) {
            found += TEST.compare(gaussian(random, 200, 0), gaussian(random, 200, least))
                            .drifted()
                    ? 1
                    : 0;
        }
        assertThat(found / 300.0).as("seed 5").isBetween(0.68, 0.88);
    }

    @Test
    void unseenNamesAreCounted() {
        List<String> before = new ArrayList<>(Collections.nCopies(60, "a"));
        List<String> now = new ArrayList<>(Collections.nCopies(45, "a"));
        now.addAll(Collections.nCopies(15, "b"));

        ColumnDrift column = TEST.compare(
                        List.of(Column.categorical("c", before)), List.of(Column.categorical("c", now)))
                .columns()
                .get(0);

        assertThat(column.effects().unseenShare()).isEqualTo(0.25);
        assertThat(column.effects().wasserstein()).isNaN();
        // p = (1, 0), q = (¾, ¼): ½·1·log2(1/0.875) + ½·(0.75·log2(0.75/0.875) + 0.25·log2(2))
        assertThat(column.effects().jensenShannon()).isCloseTo(0.1379, within(5e-5));
    }

    @Test
    void tooFewRowsHaveNoEffects() {
        assertThat(TEST.compare(new double[20], new double[20]).effects()).isEqualTo(EffectSizes.NONE);
    }
}
