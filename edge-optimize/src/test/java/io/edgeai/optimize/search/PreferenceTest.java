package io.edgeai.optimize.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which of two candidates wins. */
class PreferenceTest {
    private static Figures of(double speedup, double share) {
        return new Figures(Math.round(share * 1_000_000), 1_000_000, speedup, 1, 1, 1, 1, 1, 1, 1);
    }

    @ParameterizedTest(name = "{0}: {1}x at {2} of the size beats {3}x at {4}")
    @CsvSource({
        "BALANCED, 2.01, 1, 1, 0.25",
        "BALANCED, 1, 0.2499, 2, 1",
        "BALANCED, 1.5, 0.5, 1.5, 0.6",
        "BALANCED, 1.5, 0.5, 1.4, 0.5",
        "SPEED, 1.5, 1, 1.2, 0.1",
        "SPEED, 1.001, 0.3, 1.003, 0.9",
        "SPEED, 1, 0.9, 0.5, 0.01",
        "SIZE, 0.5, 0.25, 4, 0.5",
        "SIZE, 2, 0.302, 1, 0.3",
        "SIZE, 1, 0.3, 1.5, 0.9"
    })
    void oneBeatsTheOther(Preference preference, double speed, double share, double otherSpeed, double otherShare) {
        Figures winner = of(speed, share);
        Figures loser = of(otherSpeed, otherShare);
        assertThat(preference.order().compare(winner, loser)).isNegative();
        assertThat(preference.order().compare(loser, winner)).isPositive();
    }

    @Test
    void twiceAsFastIsWorthAQuarterOfTheSize() {
        assertThat(Preference.BALANCED.score(of(2, 1)))
                .isCloseTo(Preference.BALANCED.score(of(1, 0.25)), within(1e-12));
        assertThat(Preference.BALANCED.score(of(4, 0.5)))
                .isCloseTo(Preference.BALANCED.score(of(2, 0.125)), within(1e-12));
    }

    @ParameterizedTest
    @EnumSource(Preference.class)
    void aSpeedNotMeasuredCountsAsOne(Preference preference) {
        assertThat(preference.order().compare(of(Double.NaN, 0.5), of(1, 0.5))).isZero();
    }

    @ParameterizedTest
    @EnumSource(Preference.class)
    void whatIsClearlyBetterInBothComesFirst(Preference preference) {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            List<Figures> figures = new ArrayList<>();
            double speed = 0.5;
            double share = 1;
            for (int i = 0; i < 6; i++) {
                figures.add(of(speed, share));
                speed *= 1.04 + random.nextDouble();
                share = share * (0.6 + 0.2 * random.nextDouble()) - 0.03;
                share = Math.max(share, 0.001);
            }
            List<Figures> shuffled = new ArrayList<>(figures);
            java.util.Collections.shuffle(shuffled, random);
            shuffled.sort(preference.order());
            java.util.Collections.reverse(shuffled);
            assertThat(shuffled).as("seed " + seed).isEqualTo(figures);
        }
    }
}
