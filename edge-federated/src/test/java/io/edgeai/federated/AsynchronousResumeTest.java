package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.strategy.ServerOptimizer;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Weighting;
import io.edgeai.federated.training.DenseNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that end early and go on from their journal, against the rule applied to all that was acknowledged. */
@Timeout(120)
class AsynchronousResumeTest {
    private static final DenseNetwork NETWORK = DenseNetwork.softmax(2, 2);
    private static final int BUFFER = 3;

    @TempDir
    Path folder;

    private FederatedCoordinator.Builder federation(Desks desks) {
        return FederatedCoordinator.builder()
                .model(NETWORK)
                .initialParameters(new float[NETWORK.layout().size()])
                .strategy(Strategies.fedAvg().weighting(Weighting.uniform()).server(ServerOptimizer.momentum(0.5, 1)))
                .asynchronous(Buffering.of(4, BUFFER))
                .population(() -> List.copyOf(desks.all()))
                .journal(folder.resolve("run.journal"))
                .rounds(5);
    }

    /** On a thread of its own; done when the journal is closed. */
    private CompletableFuture<FederatedRun> running(Desks desks, AtomicBoolean stop) {
        FederatedCoordinator coordinator =
                federation(desks).progress(new Stoppable(stop)).build();
        CompletableFuture<FederatedRun> running = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        running.complete(coordinator.run());
                    } catch (RuntimeException e) {
                        running.completeExceptionally(e);
                    }
                })
                .start();
        return running;
    }

    private record Stoppable(AtomicBoolean stop) implements Progress {
        @Override
        public void update(String stage, long done, long total) {}

        @Override
        public boolean cancelled() {
            return stop.get();
        }
    }

    /** After each number of answers it ends, and another coordinator takes over with the same participants. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 7, 8, 13})
    void whatWasAcknowledgedCountsOnceAndOpenTasksStayTheSame(int answers) throws Exception {
        Desks desks = new Desks(6);
        List<Desks.Job> came = new ArrayList<>();
        AtomicBoolean stop = new AtomicBoolean();
        CompletableFuture<FederatedRun> first = running(desks, stop);
        for (int i = 0; i < answers; i++) {
            Desks.Job job = desks.begun();
            job.answer();
            came.add(job);
            assertThat(desks.receipt())
                    .isEqualTo(new Receipt(job.task().round(), job.task().updateId(), true, ""));
        }
        List<Desks.Job> open = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            open.add(desks.begun());
        }
        stop.set(true);
        assertThatThrownBy(first::join).hasCauseInstanceOf(OperationCancelledException.class);
        CompletableFuture<FederatedRun> second = running(desks, new AtomicBoolean());
        Map<Integer, Receipt> repeated = new HashMap<>();
        for (int i = 0; i < came.stream().map(Desks.Job::desk).distinct().count(); i++) {
            Receipt receipt = desks.receipt();
            repeated.put(receipt.round(), receipt);
        }
        assertThat(repeated.values()).allMatch(Receipt::accepted);
        assertThat(came).extracting(job -> job.task().round()).containsAll(repeated.keySet());
        for (Desks.Job before : open) {
            Desks.Job again = desks.begun();
            assertThat(again.task().updateId()).isEqualTo(before.task().updateId());
            assertThat(again.task().version()).isEqualTo(before.task().version());
            again.answer();
            came.add(again);
            if (came.size() <= 5 * BUFFER) {
                assertThat(desks.receipt().accepted()).isTrue();
            }
        }
        while (came.size() < 5 * BUFFER) {
            Desks.Job job = desks.begun();
            job.answer();
            came.add(job);
            assertThat(desks.receipt().accepted()).isTrue();
        }
        assertThat(second.join().lastParameters()[0])
                .as("after %d answers", answers)
                .isCloseTo((float) expected(came), within(1e-4f));
    }

    private static double expected(List<Desks.Job> came) {
        double[] models = new double[6];
        double momentum = 0;
        for (int move = 1; move <= 5; move++) {
            double mean = 0;
            for (Desks.Job job : came.subList((move - 1) * BUFFER, move * BUFFER)) {
                int began = 0;
                while (Math.abs(models[began] - job.start()[0]) > 1e-4) {
                    began++;
                }
                mean += job.change() / Math.sqrt(move - began) / BUFFER;
            }
            momentum = 0.5 * momentum + mean;
            models[move] = models[move - 1] + momentum;
        }
        return models[5];
    }

    @Test
    void aJournalOfRoundsOrOfAnotherBufferIsRefused() {
        Path file = folder.resolve("run.journal");
        FederatedParticipant one = FederatedParticipant.of("a", 1, task -> Update.of(task.parameters(), 1));
        FederatedCoordinator.builder()
                .model(NETWORK)
                .population(() -> List.of(one))
                .journal(file)
                .rounds(1)
                .build()
                .run();
        assertThatThrownBy(() -> federation(new Desks(1)).build().run())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("a run in rounds wrote it");
        Path other = folder.resolve("other.journal");
        FederatedCoordinator.Builder asynchronous = FederatedCoordinator.builder()
                .model(NETWORK)
                .population(() -> List.of(one))
                .journal(other)
                .rounds(1);
        asynchronous
                .asynchronous(Buffering.of(1, 1))
                .models(Codec.int8())
                .build()
                .run();
        assertThatThrownBy(() ->
                        asynchronous.asynchronous(Buffering.of(1, 2)).build().run())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("1 updates at a time")
                .hasMessageContaining("2 updates at a time");
        assertThat(asynchronous
                        .asynchronous(Buffering.of(3, 1))
                        .rounds(2)
                        .build()
                        .run()
                        .rounds())
                .as("more movements, and more at work, are no other plan")
                .hasSize(2);
    }
}
