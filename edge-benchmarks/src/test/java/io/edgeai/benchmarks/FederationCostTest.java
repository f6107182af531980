package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.federated.privacy.AnalyticGaussian;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The work is done that is timed: small pieces of it give the right results. */
class FederationCostTest {
    @Test
    void averagingGivesTheMean() {
        List<FederationCost.Row> rows = FederationCost.rows("averaging", "", 100, 2);

        SplittableRandom random = new SplittableRandom(1);
        double mean = random.ints(10_000, 0, 1 << 20).average().orElseThrow() / (1 << 20);
        assertThat(rows).singleElement().satisfies(row -> {
            assertThat(row.work()).isEqualTo("10 updates of 10000");
            assertThat(row.result()).isCloseTo(mean, within(1e-9));
            assertThat(row.fastest()).isBetween(0.0, row.first());
            assertThat(row.toString()).startsWith("| 10 updates of 10000 | ");
        });
    }

    /** Sampling costs less than the same noise without it. */
    @Test
    void accountantsSayWhatTheReleasesCost() {
        List<FederationCost.Row> rows = FederationCost.rows("accountants", "", 1000, 1);

        double unsampled = AnalyticGaussian.epsilon(1 / Math.sqrt(10), 1e-5);
        assertThat(rows).hasSize(2).allSatisfy(row -> assertThat(row.result()).isBetween(0.0, unsampled));
        assertThat(rows.get(1).result())
                .as("pld")
                .isLessThanOrEqualTo(rows.get(0).result());
    }

    @Test
    void roundsLearn() {
        assertThat(FederationCost.rows("rounds", "", 50, 1)).singleElement().satisfies(row -> assertThat(row.result())
                .isGreaterThan(0.3));
    }
}
