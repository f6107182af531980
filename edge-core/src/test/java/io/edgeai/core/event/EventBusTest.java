package io.edgeai.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.SignalKind;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventBusTest {
    private final List<Throwable> failures = new ArrayList<>();
    private final EventBus bus = new EventBus((event, failure) -> failures.add(failure));
    private final AlertRaised alert =
            new AlertRaised(VersionRef.of("m", 1), SignalKind.LATENCY, 0.7, "slow", Instant.EPOCH);
    private final StageChanged change =
            new StageChanged(VersionRef.of("m", 1), Stage.REGISTERED, Stage.ACTIVE, Instant.EPOCH);

    @Test
    void subscribersGetTheirTypeOnlyInOrder() {
        List<EdgeEvent> all = new ArrayList<>();
        List<AlertRaised> alerts = new ArrayList<>();
        bus.subscribe(EdgeEvent.class, all::add);
        bus.subscribe(AlertRaised.class, alerts::add);

        bus.publish(alert);
        bus.publish(change);

        assertThat(all).containsExactly(alert, change);
        assertThat(alerts).containsExactly(alert);
    }

    @Test
    void aFailingSubscriberIsReportedAndHidesNothingFromTheNext() {
        List<EdgeEvent> seen = new ArrayList<>();
        IllegalStateException failure = new IllegalStateException("mine");
        bus.subscribe(EdgeEvent.class, event -> {
            throw failure;
        });
        bus.subscribe(EdgeEvent.class, seen::add);

        bus.publish(alert);

        assertThat(seen).containsExactly(alert);
        assertThat(failures).containsExactly(failure);
    }

    @Test
    void closingEndsASubscriptionAndClosingTwiceDoesNothing() {
        List<EdgeEvent> seen = new ArrayList<>();
        EventBus.AutoSubscription subscription = bus.subscribe(EdgeEvent.class, seen::add);
        bus.publish(alert);
        subscription.close();
        subscription.close();
        bus.publish(change);

        assertThat(seen).containsExactly(alert);
    }

    @Test
    void twoSubscriptionsOfOneListenerAreTwo() {
        List<EdgeEvent> seen = new ArrayList<>();
        EventBus.AutoSubscription first = bus.subscribe(EdgeEvent.class, seen::add);
        bus.subscribe(EdgeEvent.class, event -> seen.add(event));
        first.close();
        bus.publish(alert);

        assertThat(seen).hasSize(1);
    }
}
