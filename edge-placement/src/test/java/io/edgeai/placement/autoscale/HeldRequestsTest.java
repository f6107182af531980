package io.edgeai.placement.autoscale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.OverloadedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests to a service without replicas, on a clock set by hand. */
class HeldRequestsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final ServiceProfile SERVICE =
            ServiceProfile.of(Duration.ofMillis(500), Duration.ofSeconds(2)).replicas(0, 10);

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicBoolean up = new AtomicBoolean();
    private final List<Double> starts = new ArrayList<>();
    private final List<ScalingObservation> seen = new CopyOnWriteArrayList<>();
    private final QueueingPolicy policy = new QueueingPolicy(SERVICE);
    private final ScalingTarget target = new ScalingTarget() {
        @Override
        public Replicas replicas() {
            boolean ready = up.get() && asked.get() > 0;
            List<Double> ended = List.copyOf(starts);
            starts.clear();
            return new Replicas(ready ? asked.get() : 0, ready ? 0 : asked.get(), ended);
        }

        @Override
        public void apply(ScalingDecision decision) {
            asked.set(decision.replicas());
        }
    };
    private final Autoscaler scaler = Autoscaler.builder(SERVICE, target)
            .policy(observed -> {
                seen.add(observed);
                return policy.decide(observed);
            })
            .ticker(now::get)
            .build();
    private final ExecutorService callers = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        scaler.close();
        callers.shutdownNow();
    }

    private CompletableFuture<String> ask(HeldRequests requests) {
        return CompletableFuture.supplyAsync(() -> requests.call(() -> "answer"), callers);
    }

    private static void waitFor(HeldRequests requests, int held) {
        await().atMost(PATIENCE).until(() -> requests.held() == held);
    }

    @Test
    void aRequestWakesTheServiceAndWaitsForIt() {
        HeldRequests requests = HeldRequests.of(scaler, 10, Duration.ofHours(1));
        CompletableFuture<String> one = ask(requests);
        CompletableFuture<String> two = ask(requests);
        waitFor(requests, 2);
        assertThat(asked.get()).as("asked for at once").isPositive();
        scaler.look();
        assertThat(one).isNotDone();
        assertThat(two).isNotDone();
        up.set(true);
        scaler.look();
        assertThat(one.orTimeout(1, TimeUnit.MINUTES).join()).isEqualTo("answer");
        assertThat(two.orTimeout(1, TimeUnit.MINUTES).join()).isEqualTo("answer");
        assertThat(requests.held()).isZero();
        assertThat(requests.call(() -> "at once")).isEqualTo("at once");
        now.addAndGet(1_000_000_000L);
        scaler.tick();
        ScalingObservation last = seen.get(seen.size() - 1);
        assertThat(seen.stream().mapToLong(ScalingObservation::arrivals).sum()).isEqualTo(3);
        assertThat(seen.stream().mapToLong(ScalingObservation::completions).sum())
                .isEqualTo(3);
        assertThat(last.waiting()).isZero();
        assertThat(last.busy()).isZero();
    }

    @Test
    void afterGoingToSleepRequestsWaitAgain() {
        HeldRequests requests = HeldRequests.of(scaler, 10, Duration.ofHours(1));
        up.set(true);
        CompletableFuture<String> first = ask(requests);
        assertThat(first.orTimeout(1, TimeUnit.MINUTES).join()).isEqualTo("answer");
        up.set(false);
        for (int i = 0; i < 200 && asked.get() > 0; i++) {
            now.addAndGet(2_000_000_000L);
            scaler.tick();
        }
        assertThat(asked.get()).isZero();
        CompletableFuture<String> second = ask(requests);
        waitFor(requests, 1);
        assertThat(asked.get()).isPositive();
        up.set(true);
        scaler.tick();
        assertThat(second.orTimeout(1, TimeUnit.MINUTES).join()).isEqualTo("answer");
    }

    @Test
    void whoWaitsTooLongOrIsOneTooManyIsToldSo() {
        HeldRequests requests = HeldRequests.of(scaler, 1, Duration.ofMinutes(10));
        CompletableFuture<String> held = ask(requests);
        waitFor(requests, 1);
        assertThatThrownBy(() -> requests.call(() -> "never"))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("(1) requests wait")
                .hasMessageContaining("Maybe");
        now.addAndGet(Duration.ofMinutes(10).toNanos());
        scaler.look();
        assertThatThrownBy(() -> held.orTimeout(1, TimeUnit.MINUTES).join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(InferenceTimeoutException.class)
                .hasMessageContaining("PT10M");
        scaler.tick();
        assertThat(seen.get(seen.size() - 1).waiting())
                .as("who left does not wait")
                .isZero();
    }

    @Test
    void closingLetsTheWaitingGo() {
        HeldRequests requests = HeldRequests.of(scaler, 10, Duration.ofHours(1));
        CompletableFuture<String> held = ask(requests);
        waitFor(requests, 1);
        scaler.close();
        assertThatThrownBy(() -> held.orTimeout(1, TimeUnit.MINUTES).join())
                .hasCauseInstanceOf(OperationCancelledException.class);
    }

    @Test
    void aFailureIsTheCallersAndTheReplicaIsFreeAgain() {
        up.set(true);
        HeldRequests requests = HeldRequests.of(scaler, 10, Duration.ofHours(1));
        assertThatThrownBy(() -> requests.call(() -> {
                    throw new IllegalStateException("broken");
                }))
                .hasMessage("broken");
        scaler.tick();
        assertThat(seen.get(seen.size() - 1).busy()).isZero();
    }

    @Test
    void coldStartsAreToldToThePolicyOnce() {
        starts.add(7.5);
        scaler.tick();
        scaler.tick();
        assertThat(seen.get(0).coldStarts()).containsExactly(7.5);
        assertThat(seen.get(1).coldStarts()).isEmpty();
    }

    @Test
    void boundsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> HeldRequests.of(scaler, 0, PATIENCE)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> HeldRequests.of(scaler, 1, Duration.ZERO)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> HeldRequests.of(scaler, 1, Duration.ofHours(2)))
                .isInstanceOf(InvalidInputException.class);
    }
}
