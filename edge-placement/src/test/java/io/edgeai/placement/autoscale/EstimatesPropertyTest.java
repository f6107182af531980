package io.edgeai.placement.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.placement.autoscale.ServiceProfile.ColdStart;
import io.edgeai.placement.autoscale.ServiceProfile.Variant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the autoscaler estimates, against plain lists of everything that was seen, closed forms and simulation. */
class EstimatesPropertyTest {
    @Test
    void meanRatesAreThoseOfTheLastTicksThatCoverTheTime() {
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int kept = 1 + random.nextInt(40);
            ArrivalRate rate = new ArrivalRate(kept);
            List<Integer> spans = new ArrayList<>();
            List<Integer> counts = new ArrayList<>();
            for (int tick = 0; tick < 120; tick++) {
                spans.add(1 + random.nextInt(4));
                counts.add(random.nextInt(50));
                rate.add(spans.get(tick), counts.get(tick));
                int wanted = 1 + random.nextInt(60);
                double time = 0;
                double sum = 0;
                for (int back = 0; back < kept && back <= tick && time < wanted; back++) {
                    time += spans.get(tick - back);
                    sum += counts.get(tick - back);
                }
                assertThat(rate.over(wanted)).as("seed %d, tick %d", seed, tick).isCloseTo(sum / time, within(1e-12));
                assertThat(rate.upper(0)).as("seed %d", seed).isEqualTo(rate.rate());
                assertThat(rate.upper(2)).as("seed %d", seed).isGreaterThan(rate.upper(1));
            }
        }
    }

    /** Poisson arrivals, so that counts scatter by their root; the true rate lies in the bound nearly always. */
    @ParameterizedTest
    @CsvSource({"0.5, 1", "5, 2", "40, 3", "300, 4"})
    void aSteadyRateIsKnownAndAStepIsSeenAtOnce(double truth, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ArrivalRate rate = new ArrivalRate(256);
        int inside = 0;
        for (int tick = 0; tick < 400; tick++) {
            rate.add(2, poisson(random, 2 * truth));
            inside += rate.upper(3) >= truth ? 1 : 0;
        }
        assertThat(inside).as("of 400, seed %d", seed).isGreaterThan(380);
        double before = rate.rate();
        rate.add(2, (long) (2 * (10 * truth + 20)));
        assertThat(rate.window()).as("only the newest tick counts after a step").isEqualTo(2);
        assertThat(rate.rate()).isGreaterThan(5 * before);
    }

    /** Knuth's product of uniform numbers, in parts so that it does not underflow. */
    private static long poisson(SplittableRandom random, double mean) {
        long count = 0;
        for (double left = mean; left > 0; left -= 20) {
            double limit = Math.exp(-Math.min(20, left));
            double product = random.nextDouble();
            while (product > limit) {
                count++;
                product *= random.nextDouble();
            }
        }
        return count;
    }

    @Test
    void usualColdStartsAreTheNinthTenthOfTheLastFifty() {
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ColdStarts starts = new ColdStarts(new ColdStart(10, 20));
            List<Double> all = new ArrayList<>();
            for (int i = 0; i < 130; i++) {
                all.add(100 * random.nextDouble());
                starts.add(all.get(i));
                if (all.size() >= 10) {
                    List<Double> last = all.subList(Math.max(0, all.size() - 50), all.size());
                    double usual = starts.usual();
                    long atMost = last.stream().filter(each -> each <= usual).count();
                    long below = last.stream().filter(each -> each < usual).count();
                    assertThat(last).as("seed %d", seed).contains(usual);
                    assertThat(10 * atMost).as("seed %d, %d", seed, i).isGreaterThanOrEqualTo(9L * last.size());
                    assertThat(10 * below).as("seed %d, %d", seed, i).isLessThan(9L * last.size());
                }
            }
        }
    }

    /** Half of lognormal cold starts lie below the median and 95 % below the other figure, whatever the two are. */
    @ParameterizedTest
    @CsvSource({"10, 20", "0.5, 30", "3, 3", "120, 121"})
    void coldStartsHaveTheQuantilesTheyWereToldBy(double median, double p95) {
        ColdStart law = new ColdStart(median, p95);
        assertThat(law.seconds(0)).isEqualTo(median);
        assertThat(law.seconds(Normal.quantile(0.95))).isCloseTo(p95, within(1e-6 * p95));
        double sum = Math.log(law.seconds(Normal.quantile(0.2))) + Math.log(law.seconds(Normal.quantile(0.8)));
        assertThat(sum).as("symmetric in the logarithm").isCloseTo(2 * Math.log(median), within(1e-9));
    }

    @Test
    void normalQuantilesAreOddAndInvertTheIntegralOfTheDensity() {
        for (int i = 1; i < 1000; i++) {
            double p = i / 1000.0;
            double z = Normal.quantile(p);
            assertThat(Normal.quantile(1 - p)).as("p %s", p).isCloseTo(-z, within(1e-8));
            assertThat(integral(z)).as("p %s", p).isCloseTo(p, within(1e-8));
        }
    }

    /** Simpson's rule over 200 steps from 0. */
    private static double integral(double z) {
        int steps = 200;
        double sum = 0;
        for (int k = 0; k <= steps; k++) {
            double x = z * k / steps;
            int weight = k == 0 || k == steps ? 1 : k % 2 == 1 ? 4 : 2;
            sum += weight * Math.exp(-x * x / 2);
        }
        return 0.5 + sum * z / steps / 3 / Math.sqrt(2 * Math.PI);
    }

    /** Moments of the lognormal law from its quantiles: the mean over many equally likely ones. */
    @ParameterizedTest
    @CsvSource({"0.2, 0", "0.2, 0.25", "1.5, 1", "0.03, 2"})
    void serviceTimeQuantilesHaveTheMeanAndVariationTheyWereToldBy(double mean, double scv) {
        Variant variant = new Variant("v", mean, scv, 1);
        int n = 20_000;
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double time = Staffing.serviceQuantile(variant, (i + 0.5) / n);
            sum += time;
            squares += time * time;
        }
        assertThat(sum / n).isCloseTo(mean, within(0.002 * mean));
        assertThat(squares / n / (sum / n) / (sum / n) - 1).isCloseTo(scv, within(0.05 * scv + 1e-9));
    }

    /** M/M/1: P(W > t) = ρ·exp(−μ(1 − ρ)t); M/M/2: P(W > 0) = 2ρ²/(1 + ρ). */
    @Test
    void waitingIsThatOfTheTextbooksSmallestQueues() {
        for (double load = 0.05; load < 1; load += 0.05) {
            Variant variant = new Variant("v", 0.25, 1, 1);
            double rate = load / 0.25;
            for (double patience = 0; patience < 3; patience += 0.3) {
                assertThat(Staffing.late(rate, variant, 1, patience))
                        .as("load %s, patience %s", load, patience)
                        .isCloseTo(load * Math.exp(-4 * (1 - load) * patience), within(1e-12));
            }
            assertThat(Staffing.late(2 * rate, variant, 2, 0))
                    .as("two replicas, load %s each", load)
                    .isCloseTo(2 * load * load / (1 + load), within(1e-12));
        }
        assertThat(Staffing.late(4, new Variant("v", 0.25, 1, 1), 1, 100))
                .as("all of it is busy")
                .isEqualTo(1);
    }

    /** Two policies see the same ticks, one with as many requests again: it never asks for fewer. */
    @Test
    void twiceTheSteadyLoadNeverAsksForFewerReplicas() {
        ServiceProfile profile = ServiceProfile.of(Duration.ofMillis(200), Duration.ofSeconds(1));
        for (long rate = 1; rate <= 400; rate = 2 * rate + 1) {
            QueueingPolicy policy = new QueueingPolicy(profile);
            QueueingPolicy ofMore = new QueueingPolicy(profile);
            int most = 0;
            for (int tick = 1; tick <= 200; tick++) {
                int replicas = policy.decide(steady(tick, rate)).replicas();
                int more = ofMore.decide(steady(tick, 2 * rate)).replicas();
                assertThat(more).as("rate %d, tick %d", rate, tick).isGreaterThanOrEqualTo(replicas);
                most = Math.max(most, replicas);
            }
            double offered = rate / 2.0 * 0.2;
            assertThat((double) most).as("rate %d", rate).isGreaterThanOrEqualTo(offered);
        }
    }

    private static ScalingObservation steady(int tick, long arrivals) {
        return new ScalingObservation(2 * tick, arrivals, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, List.of());
    }
}
