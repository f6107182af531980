package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueRangeTest {
    private static ValueRange zeroToTen() {
        ValueRange range = new ValueRange();
        range.learn(0);
        range.learn(10);
        return range;
    }

    @ParameterizedTest
    @CsvSource({"-0.5,0.5", "15,5", "10,0", "0.1,0", "5,0", "-10,10", "110,100"})
    void howFarOutsideIsInTenthsOfTheRange(double value, double tenths) {
        assertThat(zeroToTen().beyond(value)).isCloseTo(tenths, within(1e-2));
    }

    @ParameterizedTest
    @CsvSource({"-1,0", "0.01,1", "1.24,1", "1.26,2", "4.9,4", "5.1,5", "8.8,8", "10,8", "10.01,9", "1e9,9"})
    void symbolsAreEightBinsAndTwoOutsides(double value, int symbol) {
        assertThat(zeroToTen().symbol(value)).isEqualTo(symbol);
    }

    @Test
    void withoutARangeNothingIsOutside() {
        ValueRange range = new ValueRange();
        assertThat(range.beyond(5)).isZero();
        assertThat(range.symbol(5)).isZero();
        range.learn(3);
        assertThat(range.beyond(1e9)).isZero();
        assertThat(range.symbol(3)).isEqualTo(1);
        assertThat(range.symbol(4)).isEqualTo(9);
        assertThat(range.symbol(2)).isZero();
        assertThat(range.allTimeSpan()).isZero();
    }

    /** Both ends come in by 1/16,000 a row, so a span decays by (1 − 2/16,000) a row while all is in the middle. */
    @Test
    void theRunningRangeShrinksAndTheAllTimeOneDoesNot() {
        ValueRange range = zeroToTen();
        int rows = 8000;
        for (int i = 0; i < rows; i++) {
            range.learn(5);
        }
        double half = 5 * Math.pow(1 - 2.0 / 16_000, rows);
        assertThat(range.beyond(5 + half * 1.2)).isCloseTo(1, within(1e-2));
        assertThat(range.beyond(5 - half * 1.2)).isCloseTo(1, within(1e-2));
        assertThat(range.allTimeSpan()).isEqualTo(10);
    }

    @Test
    void theAllTimeSpanIsThatOfAllValues() {
        Random random = new Random(1);
        ValueRange range = new ValueRange();
        double low = Double.MAX_VALUE;
        double high = -Double.MAX_VALUE;
        for (int i = 0; i < 5000; i++) {
            double value = random.nextGaussian() * Math.exp(random.nextGaussian());
            low = Math.min(low, value);
            high = Math.max(high, value);
            range.learn(value);
            assertThat(range.allTimeSpan()).isEqualTo(high - low);
            assertThat(range.beyond(value)).isZero();
            assertThat(range.symbol(value)).isBetween(1, 8);
        }
    }

    @Test
    void aValueJustLearntIsInsideWhateverCameBefore() {
        ValueRange range = new ValueRange();
        for (double value : new double[] {1e15, -1e15, 0, 1e-300, -1e-300, 1e15}) {
            range.learn(value);
            assertThat(range.beyond(value)).isZero();
            assertThat(range.symbol(value)).isBetween(1, 8);
        }
    }
}
