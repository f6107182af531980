package io.edgeai.federated;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.training.DenseNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RunControlTest {
    private final DenseNetwork network = DenseNetwork.softmax(3, 2);
    private final AtomicInteger calls = new AtomicInteger();
    private final FederatedParticipant echo = FederatedParticipant.of("echo", 1, task -> {
        calls.incrementAndGet();
        return Update.of(task.parameters(), 1);
    });

    private FederatedCoordinator.Builder echoing() {
        return FederatedCoordinator.builder().model(network).participant(echo).selection(Selection.all());
    }

    @Test
    void startRunsOnAThreadOfItsOwn() throws Exception {
        List<String> threads = new ArrayList<>();
        FederatedRun run = echoing()
                .rounds(3)
                .onRound(round -> threads.add(Thread.currentThread().getName()))
                .build()
                .start()
                .get(2, MINUTES);
        assertThat(run.rounds()).hasSize(3);
        assertThat(threads).hasSize(3).allMatch(name -> name.startsWith("edgeai-federated-"));
    }

    /** The first round does not end before the future is cancelled, so there is no second. */
    @Test
    void cancellingTheFutureStopsTheRun() throws Exception {
        CompletableFuture<Thread> runner = new CompletableFuture<>();
        CountDownLatch cancelled = new CountDownLatch(1);
        CompletableFuture<FederatedRun> future = echoing()
                .rounds(Integer.MAX_VALUE)
                .onRound(round -> {
                    runner.complete(Thread.currentThread());
                    waitFor(cancelled);
                })
                .build()
                .start();
        Thread running = runner.get(2, MINUTES);
        future.cancel(true);
        cancelled.countDown();
        running.join(MINUTES.toMillis(2));
        assertThat(running.isAlive()).isFalse();
        assertThat(calls).hasValue(1);
        assertThat(future).isCancelled();
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void failuresReachTheFuture() {
        CompletableFuture<FederatedRun> future = FederatedCoordinator.builder()
                .model(network)
                .participant(FederatedParticipant.of("broken", 1, task -> {
                    throw new IllegalStateException("no");
                }))
                .build()
                .start();
        assertThatThrownBy(() -> future.get(2, MINUTES)).hasCauseInstanceOf(QuorumNotReachedException.class);
    }

    @Test
    void progressCountsRoundsAndCancels() {
        List<Long> done = new ArrayList<>();
        Progress progress = new Progress() {
            @Override
            public void update(String phase, long reached, long total) {
                assertThat(phase).isEqualTo("rounds");
                assertThat(total).isEqualTo(9);
                done.add(reached);
            }

            @Override
            public boolean cancelled() {
                return done.contains(4L);
            }
        };
        assertThatThrownBy(() -> echoing().rounds(9).progress(progress).build().run())
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("round (5)");
        assertThat(done).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(calls).hasValue(4);
    }

    @Test
    void anExecutorThatRefusesIsAnErrorOfTheCaller() {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        executor.shutdown();
        assertThatThrownBy(() -> echoing().executor(executor, 2).build().run())
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("(echo)");
    }

    @Test
    void errorsOfTheVirtualMachineAreNotFailuresOfAParticipant() {
        FederatedParticipant fatal = FederatedParticipant.of("fatal", 1, task -> {
            throw new AssertionError("stop");
        });
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            assertThatThrownBy(() -> echoing()
                            .participant(fatal)
                            .executor(executor, 1)
                            .build()
                            .run())
                    .isInstanceOf(AssertionError.class);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void secondsComeFromTheClockGiven() {
        AtomicLong clock = new AtomicLong();
        FederatedRun run = echoing()
                .rounds(2)
                .ticker(() -> clock.getAndAdd(500_000_000))
                .build()
                .run();
        assertThat(run.rounds()).extracting(RoundResult::seconds).containsExactly(0.5, 0.5);
    }

    /** Two thousand participants with a model of 4 MB: keeping all updates would need 8 GB, the test JVM has 2. */
    @Test
    void memoryDoesNotGrowWithTheNumberOfParticipants() {
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder().model(DenseNetwork.softmax(99_999, 10));
        AtomicInteger updates = new AtomicInteger();
        for (int i = 0; i < 2000; i++) {
            builder.participant(FederatedParticipant.of("p" + i, 1 + i % 7, task -> {
                updates.incrementAndGet();
                float[] parameters = task.parameters();
                parameters[0] += 1;
                return Update.of(parameters, 1);
            }));
        }
        FederatedRun run = builder.strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .rounds(1)
                .build()
                .run();
        assertThat(updates).hasValue(2000);
        assertThat(run.parameters()[0]).isEqualTo(1);
        assertThat(run.parameters()).hasSize(1_000_000);
    }
}
