package io.edgeai.placement.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.edgeai.core.error.InvalidInputException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AutoscalerTest {
    private static final ServiceProfile SERVICE = ServiceProfile.of(Duration.ofMillis(500), Duration.ofSeconds(2));

    private final AtomicLong now = new AtomicLong();
    private final List<ScalingDecision> applied = new CopyOnWriteArrayList<>();
    private final ScalingTarget target = new ScalingTarget() {
        @Override
        public Replicas replicas() {
            return new Replicas(
                    applied.isEmpty() ? 0 : applied.get(applied.size() - 1).replicas(), 0);
        }

        @Override
        public void apply(ScalingDecision decision) {
            applied.add(decision);
        }
    };

    private void pass(double seconds) {
        now.addAndGet((long) (seconds * 1e9));
    }

    @Test
    void countsWhatItIsTold() {
        List<ScalingObservation> seen = new CopyOnWriteArrayList<>();
        Autoscaler autoscaler = Autoscaler.builder(SERVICE, target)
                .ticker(now::get)
                .policy(each -> {
                    seen.add(each);
                    return new ScalingDecision(3, 0, "three");
                })
                .build();
        autoscaler.tick();
        autoscaler.arrived();
        pass(1);
        autoscaler.arrived();
        autoscaler.started();
        pass(2);
        autoscaler.finished(Duration.ofSeconds(2));
        pass(1);
        autoscaler.tick();

        ScalingObservation second = seen.get(1);
        assertThat(second.seconds()).isEqualTo(4);
        assertThat(second.arrivals()).isEqualTo(2);
        assertThat(second.completions()).isEqualTo(1);
        assertThat(second.serviceSquares()).isEqualTo(4);
        assertThat(second.concurrencySeconds())
                .as("1 for 1 s, 2 for 2 s, 1 for 1 s")
                .isEqualTo(6);
        assertThat(second.busySeconds()).isEqualTo(2);
        assertThat(second.waiting()).isEqualTo(1);
        assertThat(second.busy()).isZero();
        assertThat(second.ready()).isEqualTo(3);
        assertThat(autoscaler.last().reason()).isEqualTo("three");
    }

    @Test
    void aRequestToAVanishedServiceIsDecidedUponAtOnce() {
        Autoscaler autoscaler = Autoscaler.builder(SERVICE.replicas(0, 10), target)
                .ticker(now::get)
                .build();
        autoscaler.tick();
        pass(100);
        assertThat(autoscaler.tick().replicas()).isZero();
        pass(0.5);

        autoscaler.arrived();

        assertThat(applied.get(applied.size() - 1).replicas()).isPositive();
    }

    @Test
    void aTargetThatFailsIsAskedAgain() {
        AtomicLong calls = new AtomicLong();
        ScalingTarget failing = new ScalingTarget() {
            @Override
            public Replicas replicas() {
                calls.incrementAndGet();
                throw new IllegalStateException("The site is away.");
            }

            @Override
            public void apply(ScalingDecision decision) {
                applied.add(decision);
            }
        };
        try (Autoscaler autoscaler = Autoscaler.builder(SERVICE, failing)
                .every(Duration.ofMillis(100))
                .build()
                .start()) {
            await().atMost(Duration.ofMinutes(1)).until(() -> calls.get() >= 2);
            assertThat(autoscaler.start()).isSameAs(autoscaler);
        }
        assertThat(applied).isEmpty();
        assertThatThrownBy(() -> Autoscaler.builder(SERVICE, failing).every(Duration.ZERO))
                .isInstanceOf(InvalidInputException.class);
    }
}
