package io.edgeai.core.event;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Delivers events to subscribers of their type, synchronously and in order of subscription. Thread-safe.
 */
public final class EventBus {
    private final List<Subscription<?>> subscriptions = new CopyOnWriteArrayList<>();
    private final BiConsumer<EdgeEvent, RuntimeException> onSubscriberFailure;

    /** @param onSubscriberFailure receives what a subscriber threw; delivery goes on with the next subscriber */
    public EventBus(BiConsumer<EdgeEvent, RuntimeException> onSubscriberFailure) {
        this.onSubscriberFailure = onSubscriberFailure;
    }

    /** Calls {@code subscriber} for each event of {@code type} or a subtype until the returned handle is closed. */
    public <T extends EdgeEvent> AutoSubscription subscribe(Class<T> type, Consumer<? super T> subscriber) {
        Subscription<T> subscription = new Subscription<>(type, subscriber);
        subscriptions.add(subscription);
        return () -> subscriptions.remove(subscription);
    }

    public void publish(EdgeEvent event) {
        for (Subscription<?> subscription : subscriptions) {
            try {
                subscription.offer(event);
            } catch (RuntimeException e) {
                onSubscriberFailure.accept(event, e);
            }
        }
    }

    /** Ends a subscription when closed; closing twice does nothing. */
    @FunctionalInterface
    public interface AutoSubscription extends AutoCloseable {
        @Override
        void close();
    }

    /** No record: two subscriptions of one listener are two, so they must not be equal. */
    private static final class Subscription<T extends EdgeEvent> {
        private final Class<T> type;
        private final Consumer<? super T> subscriber;

        private Subscription(Class<T> type, Consumer<? super T> subscriber) {
            this.type = type;
            this.subscriber = subscriber;
        }

        void offer(EdgeEvent event) {
            if (type.isInstance(event)) {
                subscriber.accept(type.cast(event));
            }
        }
    }
}
