package io.edgeai.core.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DifferencePoolTest {
    private static final double ALPHA = 0.05;

    private static SequentialDifference test() {
        return new SequentialDifference(ALPHA, 1000);
    }

    private static DifferencePool pool(List<SequentialDifference> places) {
        return new DifferencePool(
                places.stream().map(SequentialDifference::state).toList());
    }

    /** Oracle: the single test, which has its own. */
    @Test
    void onePlaceAloneIsItsOwnTest() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            SequentialDifference alone = test();
            double shift = random.nextGaussian() / 4;
            int pairs = random.nextInt(400);
            for (int i = 0; i < pairs; i++) {
                alone.add(shift + random.nextGaussian() * (1 + random.nextInt(3)));
            }
            DifferencePool pool = pool(List.of(alone));
            assertThat(pool.pairs()).isEqualTo(alone.pairs());
            assertThat(pool.mean()).isEqualTo(alone.mean(), within(1e-12));
            assertThat(pool.evidence())
                    .as("seed %d", seed)
                    .isEqualTo(alone.evidence(), within(1e-9 * alone.evidence()));
            Interval own = alone.interval();
            Interval pooled = pool.interval();
            if (Double.isInfinite(own.low())) {
                assertThat(pooled.low()).as("seed %d run %d", seed, run).isNegative();
            } else {
                assertThat(pooled.low()).as("seed %d run %d", seed, run).isEqualTo(own.low(), within(1e-9));
                assertThat(pooled.high()).isEqualTo(own.high(), within(1e-9));
            }
        }
    }

    /** Brute force: the mixture integral over λ, by the trapezoidal rule. */
    @Test
    void evidenceIsTheMixtureOverAllPlaces() {
        Random random = new Random(11);
        List<SequentialDifference> places = List.of(test(), test(), test());
        List<List<Double>> seen = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < 90; i++) {
            int place = random.nextInt(3);
            double difference = (place + 1) * (0.4 + random.nextGaussian());
            places.get(place).add(difference);
            seen.get(place).add(difference);
        }
        double integral = 0;
        double cell = 1e-3;
        for (double lambda = -12; lambda <= 12; lambda += cell) {
            double log = -lambda * lambda / 2;
            for (int place = 0; place < 3; place++) {
                double scale = Math.sqrt(places.get(place).state().tau2());
                for (double difference : seen.get(place)) {
                    double x = lambda * scale * difference;
                    log += x - x * x / 2;
                }
            }
            integral += Math.exp(log) / Math.sqrt(2 * Math.PI) * cell;
        }
        assertThat(pool(places).evidence()).isEqualTo(integral, within(1e-6 * integral));
    }

    @Test
    void theIntervalIsWhatTheEvidenceDoesNotRuleOut() {
        Random random = new Random(12);
        List<SequentialDifference> places = List.of(test(), test());
        for (int i = 0; i < 600; i++) {
            places.get(i % 2).add(2 + random.nextGaussian() * (1 + i % 2 * 4));
        }
        DifferencePool pool = pool(places);
        Interval interval = pool.interval();
        assertThat(interval.contains(2)).isTrue();
        double width = interval.high() - interval.low();
        assertThat(pool.evidenceAgainst(interval.low() - width / 1000)).isGreaterThan(1 / ALPHA);
        assertThat(pool.evidenceAgainst(interval.low() + width / 1000)).isLessThan(1 / ALPHA);
        assertThat(pool.evidenceAgainst(interval.high() + width / 1000)).isGreaterThan(1 / ALPHA);
        assertThat(pool.evidenceAgainst(interval.high() - width / 1000)).isLessThan(1 / ALPHA);
        assertThat(pool.sign()).isEqualTo(1);
    }

    @Test
    void theOrderOfPlacesDoesNotMatterAndAnEmptyOneChangesNothing() {
        Random random = new Random(13);
        List<SequentialDifference> places = new ArrayList<>(List.of(test(), test(), test()));
        for (int i = 0; i < 60; i++) {
            places.get(i % 2).add(random.nextGaussian());
        }
        double evidence = pool(places).evidence();
        Collections.reverse(places);
        assertThat(pool(places).evidence()).isEqualTo(evidence, within(1e-12));
        assertThat(pool(places.subList(1, 3)).evidence()).isEqualTo(evidence, within(1e-12));
        assertThat(pool(List.of(test())).interval().contains(1e300)).isTrue();
        assertThat(pool(List.of(test())).mean()).isZero();
    }

    /** At most α of the simulated questions are ever answered wrongly, however often one looks. */
    @Test
    void peekingAtSeveralPlacesErrsAtMostAsOftenAsAllowed() {
        long seed = 14;
        Random random = new Random(seed);
        int runs = 1000;
        int wrong = 0;
        for (int run = 0; run < runs; run++) {
            List<SequentialDifference> places = List.of(test(), test(), test());
            boolean alarmed = false;
            for (int i = 0; i < 600 && !alarmed; i++) {
                int place = random.nextInt(10) < 6 ? 0 : 1 + random.nextInt(2);
                double heavy = random.nextGaussian() / (0.1 + Math.abs(random.nextGaussian()));
                places.get(place).add(heavy * (place + 1));
                alarmed = pool(places).evidence() >= 1 / ALPHA;
            }
            wrong += alarmed ? 1 : 0;
        }
        assertThat(wrong)
                .as("of %d, seed %d", runs, seed)
                .isLessThanOrEqualTo(72); // binomial(1000, .05): P(> 72) = .1 %
    }
}
