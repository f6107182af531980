package io.edgeai.optimize.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConstraintsTest {
    private static final double INF = Double.POSITIVE_INFINITY;
    private static final Figures GOOD = new Figures(250, 1000, 2, 10, 20, 0.89, 0.9, 0.97, 25, 5000);

    @Test
    void noLimitIsNeverMissed() {
        assertThat(Constraints.NONE.missed(GOOD)).isEmpty();
        assertThat(Constraints.NONE.missed(
                        new Figures(Long.MAX_VALUE, 1, 0, INF, INF, 0, 1, 0, Double.NEGATIVE_INFINITY, Long.MAX_VALUE)))
                .isEmpty();
    }

    @Test
    void eachLimitIsNamedWithBothFigures() {
        assertThat(new Constraints(0.99, 0, -INF, 0, Long.MAX_VALUE, INF, Long.MAX_VALUE).missed(GOOD))
                .hasValue("accuracy 0.8900 is below 0.8910, the floor of 0.9900 of the original's 0.9000");
        assertThat(new Constraints(0, 0.98, -INF, 0, Long.MAX_VALUE, INF, Long.MAX_VALUE).missed(GOOD))
                .hasValueSatisfying(text -> assertThat(text).contains("0.9700").contains("0.9800"));
        assertThat(new Constraints(0, 0, 30, 0, Long.MAX_VALUE, INF, Long.MAX_VALUE).missed(GOOD))
                .hasValueSatisfying(text -> assertThat(text).contains("25.0 dB").contains("30.0 dB"));
        assertThat(new Constraints(0, 0, -INF, 2.5, Long.MAX_VALUE, INF, Long.MAX_VALUE).missed(GOOD))
                .hasValueSatisfying(text -> assertThat(text).contains("2.00×"));
        assertThat(new Constraints(0, 0, -INF, 0, 249, INF, Long.MAX_VALUE).missed(GOOD))
                .hasValueSatisfying(text -> assertThat(text).contains("250").contains("249"));
        assertThat(new Constraints(0, 0, -INF, 0, Long.MAX_VALUE, 9.5, Long.MAX_VALUE).missed(GOOD))
                .hasValueSatisfying(text -> assertThat(text).contains("10.0 µs").contains("9.5 µs"));
        assertThat(new Constraints(0, 0, -INF, 0, Long.MAX_VALUE, INF, 4999).missed(GOOD))
                .hasValueSatisfying(text -> assertThat(text).contains("5000").contains("4999"));
    }

    @Test
    void limitsThatAreJustMetHold() {
        assertThat(new Constraints(0.89 / 0.9 - 1e-12, 0.97, 25, 2, 250, 10, 5000).missed(GOOD))
                .isEmpty();
    }

    @Test
    void whatWasNotMeasuredMissesNothing() {
        Figures unmeasured =
                new Figures(250, 1000, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 1, INF, 1);

        assertThat(new Constraints(1, 1, 60, 1, 250, 1, 1).missed(unmeasured)).isEmpty();
    }

    @Test
    void gainIsSpeedOrSize() {
        assertThat(Constraints.tooLittle(sized(1000, 1.03), 64)).isEmpty();
        assertThat(Constraints.tooLittle(sized(900, 1.0), 64)).isEmpty();
        assertThat(Constraints.tooLittle(sized(901, 1.0), 64))
                .as("less than a tenth")
                .isPresent();
        assertThat(Constraints.tooLittle(sized(900, 1.0), 101))
                .as("too few bytes")
                .isPresent();
        assertThat(Constraints.tooLittle(sized(1000, 1.02), 64)).isPresent();
        assertThat(Constraints.tooLittle(sized(900, Double.NaN), 64))
                .as("speed not measured")
                .isEmpty();
    }

    private static Figures sized(long bytes, double speedup) {
        return new Figures(bytes, 1000, speedup, 1, 1, Double.NaN, Double.NaN, 1, INF, 1);
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new Constraints(1.1, 0, 0, 0, 1, 1, 1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new Constraints(0, Double.NaN, 0, 0, 1, 1, 1))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new Constraints(0, 0, 0, 0, 0, 1, 1)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new Constraints(0, 0, 0, 0, 1, 0, 1)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void preferencesOrderAsTheySay() {
        Figures fast = sized(600, 3.0);
        Figures fastAndSmaller = sized(500, 3.01);
        Figures small = sized(200, 1.0);
        Figures both = sized(260, 2.8);

        assertThat(order(Preference.SPEED, fast, fastAndSmaller, small, both)).startsWith(fastAndSmaller, fast);
        assertThat(order(Preference.SIZE, fast, fastAndSmaller, small, both)).startsWith(small, both);
        assertThat(order(Preference.BALANCED, fast, fastAndSmaller, small, both))
                .startsWith(both);
        assertThat(order(Preference.SIZE, sized(201, 1.0), sized(202, 2.0)))
                .as("same size: the faster one")
                .startsWith(sized(202, 2.0));
    }

    private static List<Figures> order(Preference preference, Figures... figures) {
        return Stream.of(figures).sorted(preference.order()).toList();
    }
}
