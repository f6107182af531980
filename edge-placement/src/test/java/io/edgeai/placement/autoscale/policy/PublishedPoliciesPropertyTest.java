package io.edgeai.placement.autoscale.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.placement.autoscale.ScalingObservation;
import io.edgeai.placement.autoscale.ScalingPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random histories, each decision recomputed from the whole history by the published formulas. */
class PublishedPoliciesPropertyTest {
    private static final int TICKS = 400;

    /** Ticks of 1 to 5 s with loads that jump; pods follow what was decided last. */
    private static ScalingObservation next(SplittableRandom random, List<ScalingObservation> before, int ready) {
        double last = before.isEmpty() ? 0 : before.get(before.size() - 1).seconds();
        double span = 1 + random.nextInt(5);
        double load = random.nextInt(8) == 0 ? random.nextDouble() * 60 : ready * 0.6 * random.nextDouble();
        return new ScalingObservation(
                last + span,
                0,
                0,
                0,
                0,
                load * span,
                Math.min(load, ready) * span,
                0,
                0,
                ready,
                random.nextInt(3),
                0,
                List.of());
    }

    /** Σ numerator / Σ denominator of ticks later than that; numbers of whole seconds, so sums are exact enough. */
    private static double concurrency(List<ScalingObservation> seen, double later) {
        double requests = 0;
        double time = 0;
        for (int i = 0; i < seen.size(); i++) {
            if (seen.get(i).seconds() > later) {
                requests += seen.get(i).concurrencySeconds();
                time += seen.get(i).seconds() - (i == 0 ? 0 : seen.get(i - 1).seconds());
            }
        }
        return requests / time;
    }

    @Test
    void knativeOfTheWholeHistory() {
        for (long seed = 0; seed < 25; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int least = random.nextInt(3);
            int most = 20 + random.nextInt(100);
            double target = 0.5 + 0.4 * random.nextDouble();
            ScalingPolicy policy = new KpaPolicy(target, least, most);
            List<ScalingObservation> seen = new ArrayList<>();
            double lastWish = Double.NEGATIVE_INFINITY;
            int held = 0;
            int ready = 1;
            for (int tick = 0; tick < TICKS; tick++) {
                seen.add(next(random, seen, ready));
                double now = seen.get(tick).seconds();
                int pods = Math.max(1, ready);
                double stable = Math.ceil(concurrency(seen, now - 60) / target);
                double panic = Math.ceil(concurrency(seen, now - 6) / target);
                int floor = pods / 2;
                int wanted = (int) Math.max(stable, floor);
                if (panic >= 2 * pods) {
                    lastWish = now;
                    held = Math.max(held, pods);
                } else if (now - lastWish > 60) {
                    held = 0;
                    lastWish = Double.NEGATIVE_INFINITY;
                }
                if (now - lastWish <= 60) {
                    held = Math.max(held, (int) Math.max(wanted, Math.max(panic, floor)));
                    wanted = held;
                }
                int decided = policy.decide(seen.get(tick)).replicas();
                assertThat(decided)
                        .as("seed %d, tick %d", seed, tick)
                        .isEqualTo(Math.max(least, Math.min(most, wanted)));
                ready = random.nextInt(4) == 0 ? decided : ready;
            }
        }
    }

    @Test
    void theHorizontalAutoscalerOfTheWholeHistory() {
        for (long seed = 0; seed < 25; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int most = 10 + random.nextInt(60);
            double target = 0.3 + 0.5 * random.nextDouble();
            ScalingPolicy policy = new HpaPolicy(target, most);
            List<ScalingObservation> seen = new ArrayList<>();
            List<double[]> recommendations = new ArrayList<>();
            double lastSync = Double.NEGATIVE_INFINITY;
            int desired = 1;
            int ready = 1;
            for (int tick = 0; tick < TICKS; tick++) {
                ScalingObservation now = next(random, seen, ready);
                seen.add(now);
                if (now.seconds() >= lastSync + 15) {
                    lastSync = now.seconds();
                    int current = Math.max(1, now.ready() + now.starting());
                    double ratio = utilisation(seen) / target;
                    double wanted = Math.abs(ratio - 1) <= 0.1 ? current : Math.ceil(Math.max(1, ready) * ratio);
                    wanted = Math.min(wanted, Math.max(current + 4, current * 2));
                    int clamped = (int) Math.max(1, Math.min(most, wanted));
                    recommendations.add(new double[] {now.seconds(), clamped});
                    int largest = 0;
                    for (double[] each : recommendations) {
                        largest = each[0] >= now.seconds() - 300 ? Math.max(largest, (int) each[1]) : largest;
                    }
                    desired = clamped < current ? Math.min(current, largest) : clamped;
                }
                assertThat(policy.decide(now).replicas())
                        .as("seed %d, tick %d", seed, tick)
                        .isEqualTo(desired);
                ready = random.nextInt(4) == 0 ? desired : ready;
            }
        }
    }

    /** Of the last 30 seconds: replicas at work by replicas there. */
    private static double utilisation(List<ScalingObservation> seen) {
        double now = seen.get(seen.size() - 1).seconds();
        double busy = 0;
        double there = 0;
        for (int i = 0; i < seen.size(); i++) {
            if (seen.get(i).seconds() > now - 30) {
                busy += seen.get(i).busySeconds();
                there += Math.max(1, seen.get(i).ready())
                        * (seen.get(i).seconds() - (i == 0 ? 0 : seen.get(i - 1).seconds()));
            }
        }
        return busy / there;
    }

    /** The same second by second, twice as much from some point on: never fewer pods. */
    @Test
    void moreLoadNeverMeansFewerPods() {
        for (long seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            double factor = 1 + 3 * random.nextDouble();
            ScalingPolicy knative = new KpaPolicy(0.7, 0, 500);
            ScalingPolicy knativeOfMore = new KpaPolicy(0.7, 0, 500);
            ScalingPolicy horizontal = new HpaPolicy(0.5, 500);
            ScalingPolicy horizontalOfMore = new HpaPolicy(0.5, 500);
            for (int second = 1; second <= 300; second++) {
                double load = 10 * random.nextDouble();
                ScalingObservation little = steady(second, load);
                ScalingObservation more = steady(second, load * factor);
                assertThat(knativeOfMore.decide(more).replicas())
                        .as("KPA, seed %d, second %d", seed, second)
                        .isGreaterThanOrEqualTo(knative.decide(little).replicas());
                assertThat(horizontalOfMore.decide(more).replicas())
                        .as("HPA, seed %d, second %d", seed, second)
                        .isGreaterThanOrEqualTo(horizontal.decide(little).replicas());
            }
        }
    }

    private static ScalingObservation steady(int second, double load) {
        return new ScalingObservation(second, 0, 0, 0, 0, load, Math.min(10, load), 0, 0, 10, 0, 0, List.of());
    }
}
