package io.edgeai.optimize.prune.solve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowsTest {
    @ParameterizedTest
    @CsvSource({"10, 1, 4096", "10, 4096, 1", "10, 5000, 1", "10, 100, 41", "1024, 2, 4096", "2000, 3, 5334"})
    void eightForEachFeatureAndAtLeast4096OverAllSamples(int features, int samples, int perSample) {
        assertThat(Rows.forFeatures(features, samples, 1).perSample()).isEqualTo(perSample);
    }

    @Test
    void allPositionsWhereThereAreNoMoreThanThat() {
        assertThat(new Rows(5, 1).of(0, 5)).containsExactly(0, 1, 2, 3, 4);
        assertThat(new Rows(5, 1).of(0, 2)).containsExactly(0, 1);
        assertThat(new Rows(5, 1).of(0, 0)).isEmpty();
    }

    @Test
    void equalSeedsLookAtEqualPlacesAndSamplesAtTheirOwn() {
        Rows rows = new Rows(50, 7);
        long[] first = rows.of(0, 10_000);
        assertThat(first).hasSize(50).isEqualTo(new Rows(50, 7).of(0, 10_000));
        assertThat(first).isNotEqualTo(rows.of(1, 10_000)).isNotEqualTo(new Rows(50, 8).of(0, 10_000));
        assertThat(Arrays.stream(first)).allMatch(position -> position >= 0 && position < 10_000);
    }

    @Test
    void everyPositionIsLookedAtSometime() {
        Rows rows = new Rows(10, 3);
        boolean[] seen = new boolean[40];
        for (int sample = 0; sample < 100; sample++) {
            for (long position : rows.of(sample, 40)) {
                seen[(int) position] = true;
            }
        }
        assertThat(seen).doesNotContain(false);
    }
}
