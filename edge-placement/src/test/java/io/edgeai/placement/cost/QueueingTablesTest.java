package io.edgeai.placement.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Closed forms of textbooks for queues, as exact fractions. */
class QueueingTablesTest {
    /** M/M/2 waits with 2ρ²/(1+ρ); M/M/3 with a = 3ρ: (a³/6)/(1−ρ) over the sum of states. */
    @ParameterizedTest
    @CsvSource({
        "2, 0.5, 0.333333333333333",
        "2, 0.8, 0.711111111111111",
        "2, 0.9, 0.852631578947368",
        "3, 0.333333333333333, 0.090909090909091",
        "3, 0.666666666666667, 0.444444444444444"
    })
    void theChanceToWaitIsTheFraction(int servers, double utilisation, double chance) {
        double rate = utilisation * servers * 100;
        assertThat(Queueing.waitProbability(rate, 10, servers)).isCloseTo(chance, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"0.1", "0.25", "0.5", "0.75", "0.9", "0.99"})
    void oneServerFollowsMM1AndMD1(double utilisation) {
        double rate = utilisation * 50;
        double exponential = utilisation / (1 - utilisation) * 20;
        assertThat(Queueing.waitProbability(rate, 20, 1)).isCloseTo(utilisation, within(1e-12));
        assertThat(Queueing.meanWaitMillis(rate, 20, 1, 1)).isCloseTo(exponential, within(1e-9));
        assertThat(Queueing.meanWaitMillis(rate, 20, 1, 0)).isCloseTo(exponential / 2, within(1e-9));
        double median = utilisation <= 0.5 ? 0 : Math.log(utilisation / 0.5) * 20 / (1 - utilisation);
        assertThat(Queueing.waitQuantileMillis(rate, 20, 1, 1, 0.5)).isCloseTo(median, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"1,2", "2,4", "4,8", "8,16"})
    void poolingServersAtEqualLoadShortensTheWait(int few, int many) {
        for (double utilisation = 0.1; utilisation < 0.99; utilisation += 0.1) {
            double small = Queueing.meanWaitMillis(utilisation * few * 100, 10, few, 1);
            double large = Queueing.meanWaitMillis(utilisation * many * 100, 10, many, 1);
            assertThat(large).as("utilisation %s", utilisation).isLessThan(small);
        }
    }
}
