package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JumpsTest {
    private final Recent recent = new Recent(Jumps.ROWS);
    private final Jumps jumps = new Jumps(SurpriseScale::new);
    private final Random random = new Random(4);

    private double add(double value) {
        recent.add(value);
        return together(jumps);
    }

    private double together(Jumps which) {
        double[] surprises = new double[Groups.BUILT_IN];
        which.update(recent, 1, 3, surprises);
        return Math.hypot(surprises[Groups.JUMP], surprises[Groups.LONG_JUMP]);
    }

    private void usual(int rows, double level) {
        for (int i = 0; i < rows; i++) {
            add(level + random.nextGaussian());
        }
    }

    @Test
    void fewerRowsThanItLooksAtSayNothing() {
        for (int i = 0; i < Jumps.ROWS - 1; i++) {
            assertThat(add(1000 * i)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {12, -12})
    void oneRowFarFromThoseBeforeIsASurpriseAndALevelIsNot(double size) {
        usual(3000, 100);
        assertThat(add(100 + size)).as("seed 4").isGreaterThan(3.5);
        usual(50, 100 + size);
        assertThat(add(100 + size)).as("the new level, seed 4").isLessThan(2.5);
    }

    /** Each row is within what is usual, the mean of three is not. */
    @Test
    void threeRowsSlightlyOffAreMoreThanOne() {
        usual(3000, 100);
        double first = add(102);
        add(102);
        assertThat(add(102)).as("seed 4").isGreaterThan(first);
    }

    @Test
    void savedAndRestoredItGoesOnTheSame() {
        usual(500, 10);
        StateFlow saved = StateFlow.saving();
        jumps.state(saved);
        Jumps other = new Jumps(SurpriseScale::new);
        other.state(StateFlow.restoring(ByteBuffer.wrap(saved.bytes())));
        recent.add(17);
        assertThat(together(other)).isEqualTo(together(jumps)).isPositive();
    }
}
