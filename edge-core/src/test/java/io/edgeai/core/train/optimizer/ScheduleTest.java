package io.edgeai.core.train.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void constantStays() {
        assertThat(Schedule.constant(0.25).at(0, 10)).isEqualTo(0.25);
        assertThat(Schedule.constant(0.25).at(9, 10)).isEqualTo(0.25);
    }

    @Test
    void cosineBeginsAtThePeakPassesTheMiddleHalfWayAndEndsAtTheFloor() {
        Schedule cosine = Schedule.cosine(1, 0.2);

        assertThat(cosine.at(0, 101)).isEqualTo(1);
        assertThat(cosine.at(50, 101)).isCloseTo(0.6, within(1e-12));
        assertThat(cosine.at(100, 101)).isCloseTo(0.2, within(1e-12));
        assertThat(cosine.at(200, 101)).isCloseTo(0.2, within(1e-12));
        assertThat(cosine.at(0, 1)).isEqualTo(1);
        // cos(π/4) = √½ at a quarter of the way
        assertThat(cosine.at(25, 101)).isCloseTo(0.2 + 0.8 * (1 + Math.sqrt(0.5)) / 2, within(1e-12));
    }

    @Test
    void stepsFallByTheFactor() {
        Schedule steps = Schedule.steps(0.8, 0.5, 10);

        assertThat(List.of(0L, 9L, 10L, 19L, 20L, 30L).stream().map(at -> steps.at(at, 100)))
                .containsExactly(0.8, 0.8, 0.4, 0.4, 0.2, 0.1);
    }

    @Test
    void warmUpRisesInAStraightLineAndThenTheScheduleBegins() {
        Schedule warm = Schedule.cosine(1, 0).warmUp(4);

        assertThat(warm.at(0, 104)).isCloseTo(0.2, within(1e-12));
        assertThat(warm.at(3, 104)).isCloseTo(0.8, within(1e-12));
        assertThat(warm.at(4, 104)).isEqualTo(1);
        assertThat(warm.at(103, 104)).isCloseTo(0, within(1e-12));
        assertThat(Schedule.constant(1).warmUp(0).at(0, 1)).isEqualTo(1);
    }

    @Test
    void impossibleSettingsAreRefused() {
        List<Runnable> wrong = List.of(
                () -> Schedule.constant(0),
                () -> Schedule.constant(Double.NaN),
                () -> Schedule.cosine(0.1, 0.2),
                () -> Schedule.steps(0.1, 0, 1),
                () -> Schedule.steps(0.1, 0.5, 0),
                () -> Schedule.constant(1).warmUp(-1));

        for (Runnable make : wrong) {
            assertThatThrownBy(make::run)
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Maybe");
        }
    }
}
