package io.edgeai.monitor.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareTest {
    /** The examples of Newcombe (1998), Statistics in Medicine 17, table I, method 3. */
    @ParameterizedTest
    @CsvSource({"81, 263, 0.2553, 0.3662", "15, 148, 0.0624, 0.1605", "0, 20, 0.0000, 0.1611", "1, 29, 0.0061, 0.1718"})
    void theIntervalIsWilsons(long hits, long total, double low, double high) {
        Share share = new Share(hits, total);
        assertThat(share.low()).isCloseTo(low, within(5e-5));
        assertThat(share.high()).isCloseTo(high, within(5e-5));
        Share others = new Share(total - hits, total);
        assertThat(others.high()).as("what is not hit is its mirror").isCloseTo(1 - share.low(), within(1e-12));
    }

    @Test
    void theIntervalCoversTheTruthInAbout95Of100() {
        Random random = new Random(4);
        for (double truth : new double[] {0.02, 0.2, 0.5, 0.9}) {
            int covered = 0;
            for (int trial = 0; trial < 4000; trial++) {
                int hits = 0;
                for (int i = 0; i < 200; i++) {
                    hits += random.nextDouble() < truth ? 1 : 0;
                }
                Share share = new Share(hits, 200);
                covered += share.low() <= truth && truth <= share.high() ? 1 : 0;
            }
            assertThat(covered / 4000.0).as("true share %s, seed 4", truth).isBetween(0.92, 0.98);
        }
    }

    @Test
    void nothingCountedIsNothingKnown() {
        assertThat(new Share(0, 0).value()).isNaN();
        assertThat(new Share(0, 0).low()).isZero();
        assertThat(new Share(0, 0).high()).isEqualTo(1);
        assertThatThrownBy(() -> new Share(3, 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(3)");
    }
}
