package io.edgeai.placement.autoscale.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.autoscale.ScalingObservation;
import io.edgeai.placement.autoscale.ScalingPolicy;
import io.edgeai.placement.autoscale.ServiceProfile;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers are those of the published formulas, worked out by hand. */
class PublishedPoliciesTest {
    private static final double TICK = 2;

    /** Two seconds with that many requests in the house and that many replicas at work, on that many pods. */
    private static ScalingObservation seen(int tick, double concurrency, double busy, int ready) {
        return new ScalingObservation(
                tick * TICK, 0, 0, 0, 0, concurrency * TICK, busy * TICK, 0, 0, ready, 0, 0, List.of());
    }

    private static int last(ScalingPolicy policy, int ticks, double concurrency, double busy, int ready) {
        int replicas = 0;
        for (int i = 1; i <= ticks; i++) {
            replicas = policy.decide(seen(i, concurrency, busy, ready)).replicas();
        }
        return replicas;
    }

    @ParameterizedTest
    @CsvSource({
        "7.0, 10, 10", // ceil(7.0 / 0.7)
        "7.1, 10, 11", // ceil(10.14)
        "2.0, 10, 5", // ceil(2.86), but at most halved: floor(10 / 2)
        "0.0, 10, 5",
        "13.0, 10, 19" // ceil(18.57); 1.86 of the ready pods is no panic yet
    })
    void knativeKeepsSeventyPerCentBusy(double concurrency, int ready, int wanted) {
        assertThat(last(new KpaPolicy(0.7, 0, 1000), 40, concurrency, 0, ready)).isEqualTo(wanted);
    }

    @Test
    void knativePanicsOnTwiceTheReadyPodsAndHoldsForAMinute() {
        KpaPolicy policy = new KpaPolicy(0.7, 0, 1000);
        int tick = 0;
        for (int i = 0; i < 40; i++) {
            policy.decide(seen(++tick, 7, 0, 10));
        }
        policy.decide(seen(++tick, 28, 0, 10));
        policy.decide(seen(++tick, 28, 0, 10));
        assertThat(policy.decide(seen(++tick, 28, 0, 10)).replicas())
                .as("ceil(28 / 0.7)")
                .isEqualTo(40);
        for (int i = 0; i < 30; i++) {
            assertThat(policy.decide(seen(++tick, 7, 0, 40)).replicas())
                    .as("second " + 2 * i)
                    .isEqualTo(40);
        }
        policy.decide(seen(++tick, 7, 0, 40));
        assertThat(policy.decide(seen(++tick, 7, 0, 40)).replicas())
                .as("at most halved")
                .isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource({
        "5.0, 10, 10", // 50 %: as wanted
        "5.4, 10, 10", // 8 % above: within the tolerance
        "6.0, 10, 12", // ceil(10 · 0.6 / 0.5)
        "10.0, 4, 8" // saturated: at most max(+4, ×2)
    })
    void theHorizontalAutoscalerFollowsUtilisation(double busy, int ready, int wanted) {
        assertThat(last(new HpaPolicy(0.5, 1000), 16, 0, busy, ready)).isEqualTo(wanted);
    }

    @Test
    void theHorizontalAutoscalerWaitsFiveMinutesToScaleDown() {
        HpaPolicy policy = new HpaPolicy(0.5, 1000);
        int tick = 0;
        for (int i = 0; i < 16; i++) {
            policy.decide(seen(++tick, 0, 5, 10));
        }
        for (int i = 0; i < 135; i++) {
            assertThat(policy.decide(seen(++tick, 0, 1, 10)).replicas())
                    .as("second " + 2 * i)
                    .isEqualTo(10);
        }
        int later = 10;
        for (int i = 0; i < 60; i++) {
            later = policy.decide(seen(++tick, 0, 1, 10)).replicas();
        }
        assertThat(later).as("ceil(10 · 0.1 / 0.5)").isEqualTo(2);
    }

    @Test
    void policiesHaveNames() {
        ServiceProfile profile = ServiceProfile.of(Duration.ofMillis(100), Duration.ofSeconds(1));
        for (String name : ScalingPolicies.NAMES) {
            assertThat(ScalingPolicies.named(name, profile)
                            .decide(seen(1, 1, 1, 1))
                            .replicas())
                    .isPositive();
        }
        assertThatThrownBy(() -> ScalingPolicies.named("magic", profile))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("queueing");
    }
}
