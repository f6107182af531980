package io.edgeai.federated;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stopping a run in each of its phases, also while participants hang. */
class CancellationTest {
    private final DenseNetwork network = DenseNetwork.softmax(2, 2);
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final ExecutorService executor = Executors.newFixedThreadPool(2);

    @AfterEach
    void letGo() {
        release.countDown();
        executor.shutdownNow();
    }

    private FederatedCoordinator.Builder federation(int crowd) {
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .rounds(4);
        for (int i = 0; i < crowd; i++) {
            builder.participant(FederatedParticipant.of("p" + i, 1, task -> {
                calls.incrementAndGet();
                return Update.of(task.parameters(), 1);
            }));
        }
        return builder;
    }

    /** Hangs until the test ends; does not listen to interrupts, as native code does not. */
    private FederatedParticipant hanging() {
        return FederatedParticipant.of("hangs", 1, task -> {
            calls.incrementAndGet();
            entered.countDown();
            boolean interrupted = false;
            while (release.getCount() > 0) {
                try {
                    release.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return Update.of(task.parameters(), 1);
        });
    }

    private static Progress cancelledWhen(BooleanSupplier condition) {
        return new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return condition.getAsBoolean();
            }
        };
    }

    /** Four rounds of five: cancelling after n calls stops before call n + 1, in the round to which that belongs. */
    @ParameterizedTest
    @CsvSource({"0,1", "1,1", "4,1", "6,2", "9,2", "14,3", "19,4"})
    void stopsBeforeTheNextParticipant(int after, int round) {
        assertThatThrownBy(() -> federation(5)
                        .progress(cancelledWhen(() -> calls.get() >= after))
                        .build()
                        .run())
                .isInstanceOf(OperationCancelledException.class)
                .hasMessage("The federated run was cancelled in round (" + round + ").");
        assertThat(calls).hasValue(after);
    }

    /** Whoever asks after the last round of work has come too late only if it is after the run's last check. */
    @Test
    void cancellingAfterTheLastParticipantStillStops() {
        assertThatThrownBy(() -> federation(5)
                        .progress(cancelledWhen(() -> calls.get() >= 20))
                        .build()
                        .run())
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("round (4)");
    }

    @Test
    void cancellingInTheListenerStopsTheNextRound() {
        AtomicBoolean stop = new AtomicBoolean();
        assertThatThrownBy(() -> federation(3)
                        .onRound(round -> stop.set(round.round() == 2))
                        .progress(cancelledWhen(stop::get))
                        .build()
                        .run())
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("round (3)");
        assertThat(calls).hasValue(6);
    }

    /** Regression: the run listened to nobody while it waited, so a participant that hung could not be given up. */
    @Test
    void aHangingParticipantDoesNotHoldACancelledRun() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        FederatedCoordinator coordinator = federation(2)
                .participant(hanging())
                .executor(executor, 2)
                .progress(cancelledWhen(stop::get))
                .build();
        CompletableFuture<Throwable> outcome = CompletableFuture.supplyAsync(() -> thrownBy(coordinator));
        assertThat(entered.await(2, MINUTES)).isTrue();
        stop.set(true);
        assertThat(outcome.get(2, MINUTES))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("round (1)");
        assertThat(release.getCount()).isEqualTo(1);
    }

    private static Throwable thrownBy(FederatedCoordinator coordinator) {
        try {
            coordinator.run();
            return new AssertionError("ran to its end");
        } catch (RuntimeException e) {
            return e;
        }
    }

    @Test
    void anInterruptEndsTheWaitAndStaysSet() throws Exception {
        FederatedCoordinator coordinator =
                federation(0).participant(hanging()).executor(executor, 1).build();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean flag = new AtomicBoolean();
        Thread runner = new Thread(() -> {
            thrown.set(thrownBy(coordinator));
            flag.set(Thread.currentThread().isInterrupted());
        });
        runner.start();
        assertThat(entered.await(2, MINUTES)).isTrue();
        runner.interrupt();
        runner.join(MINUTES.toMillis(2));
        assertThat(thrown.get())
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("interrupted in round (1)")
                .hasMessageContaining("participant (hangs)");
        assertThat(flag).isTrue();
    }

    /** One thread, busy with who hangs: the three behind it were handed over but never began. */
    @Test
    void whatIsQueuedDoesNotRunAfterCancelling() throws Exception {
        ExecutorService single = Executors.newSingleThreadExecutor();
        FederatedCoordinator.Builder builder =
                FederatedCoordinator.builder().model(network).selection(Selection.all());
        builder.participant(hanging());
        for (int i = 0; i < 3; i++) {
            builder.participant(FederatedParticipant.of("p" + i, 1, task -> {
                calls.incrementAndGet();
                return Update.of(task.parameters(), 1);
            }));
        }
        CompletableFuture<Thread> runner = new CompletableFuture<>();
        CompletableFuture<FederatedRun> future = builder.executor(single, 2)
                .onPhase((round, phase) -> runner.complete(Thread.currentThread()))
                .build()
                .start();
        assertThat(entered.await(2, MINUTES)).isTrue();
        future.cancel(true);
        runner.get(2, MINUTES).join(MINUTES.toMillis(2));
        assertThat(runner.join().isAlive()).isFalse();
        release.countDown();
        single.shutdown();
        assertThat(single.awaitTermination(2, MINUTES)).isTrue();
        assertThat(calls).hasValue(1);
        assertThat(future).isCancelled();
    }

    /** Slow is not lost: the run waits as long as it takes where nobody asks to stop. */
    @Test
    void aSlowParticipantIsWaitedFor() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<FederatedRun> future = new CompletableFuture<>();
        FederatedCoordinator coordinator = federation(1)
                .participant(hanging())
                .rounds(1)
                .executor(executor, 2)
                .progress(cancelledWhen(() -> asked.incrementAndGet() < 0))
                .build();
        new Thread(() -> future.complete(coordinator.run())).start();
        assertThat(entered.await(2, MINUTES)).isTrue();
        await().atMost(2, MINUTES).until(() -> asked.get() > 5);
        assertThat(future).isNotDone();
        release.countDown();
        assertThat(future.get(2, MINUTES).rounds().get(0).reported()).isEqualTo(2);
    }

    @Test
    void aRunAfterACancelledOneBeginsAnew() {
        AtomicBoolean stop = new AtomicBoolean(true);
        FederatedCoordinator coordinator =
                federation(3).progress(cancelledWhen(stop::get)).build();
        assertThatThrownBy(coordinator::run).isInstanceOf(OperationCancelledException.class);
        stop.set(false);
        assertThat(coordinator.run().rounds()).hasSize(4);
        assertThat(calls).hasValue(12);
    }
}
