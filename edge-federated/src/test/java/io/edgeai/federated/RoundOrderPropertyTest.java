package io.edgeai.federated;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Strategy;
import io.edgeai.federated.training.DenseNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Updates are combined in the order of selection, whoever finishes first. */
class RoundOrderPropertyTest {
    private static final int CROWD = 7;
    private final DenseNetwork network = DenseNetwork.softmax(2, 2);

    /** Latches force the participants to finish in a random order, which differs from the order of selection. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyOrderOfFinishingGivesTheSameBits(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] finish = permutation(random);
        float[] steps = new float[CROWD];
        for (int i = 0; i < CROWD; i++) {
            steps[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-6, 6)));
        }
        int[] chosen = permutation(random);
        Recorder alone = new Recorder();
        float[] expected = federation(alone, chosen, free(steps)).build().run().parameters();

        Recorder raced = new Recorder();
        ExecutorService executor = Executors.newFixedThreadPool(CROWD);
        try {
            FederatedRun run = federation(raced, chosen, queueing(steps, finish))
                    .executor(executor, CROWD)
                    .build()
                    .run();
            assertThat(run.rounds().get(0).failures()).as("seed %d", seed).isEmpty();
            assertThat(run.parameters()).as("seed %d", seed).isEqualTo(expected);
        } finally {
            executor.shutdownNow();
        }
        assertThat(raced.firsts).as("seed %d", seed).isEqualTo(alone.firsts);
        assertThat(raced.firsts.get(0))
                .as("seed %d", seed)
                .containsExactlyElementsOf(
                        IntStream.of(chosen).mapToObj(i -> steps[i]).toList());
    }

    private List<FederatedParticipant> free(float[] steps) {
        List<FederatedParticipant> all = new ArrayList<>();
        for (int i = 0; i < steps.length; i++) {
            all.add(Recorder.plus("p" + i, 1 + i, steps[i]));
        }
        return all;
    }

    /** Participant {@code finish[k]} returns only after {@code finish[k − 1]} has. */
    private List<FederatedParticipant> queueing(float[] steps, int[] finish) {
        CountDownLatch[] done = new CountDownLatch[CROWD];
        for (int k = 0; k < CROWD; k++) {
            done[k] = new CountDownLatch(1);
        }
        FederatedParticipant[] all = new FederatedParticipant[CROWD];
        for (int k = 0; k < CROWD; k++) {
            int place = k;
            int who = finish[k];
            all[who] = FederatedParticipant.of("p" + who, 1 + who, task -> {
                if (place > 0) {
                    waitFor(done[place - 1]);
                }
                done[place].countDown();
                return Update.of(Recorder.shifted(task, steps[who]), 1 + who);
            });
        }
        return List.of(all);
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            if (!latch.await(2, MINUTES)) {
                throw new IllegalStateException("nobody came");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private FederatedCoordinator.Builder federation(
            Recorder recorder, int[] chosen, List<FederatedParticipant> participants) {
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg().aggregator(recorder))
                .selection((round, population, random) -> chosen)
                .rounds(1);
        participants.forEach(builder::participant);
        return builder;
    }

    private static int[] permutation(SplittableRandom random) {
        int[] values = new int[CROWD];
        for (int i = 0; i < CROWD; i++) {
            int j = random.nextInt(i + 1);
            values[i] = values[j];
            values[j] = i;
        }
        return values;
    }

    /** Counts submissions against updates taken: what is between lies in memory. */
    @ParameterizedTest
    @CsvSource({"1,1", "2,4", "3,6", "10,20", "16,30"})
    void atMostTwiceTheParallelismIsInMemory(int parallelism, int window) {
        Recorder recorder = new Recorder();
        AtomicInteger submitted = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Executor executor = work -> {
            int inside = submitted.incrementAndGet() - recorder.taken.get();
            most.accumulateAndGet(inside, Math::max);
            work.run();
        };
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg().aggregator(recorder))
                .selection(Selection.all())
                .executor(executor, parallelism)
                .rounds(3);
        for (int i = 0; i < 30; i++) {
            builder.participant(Recorder.plus("p" + i, 1, i));
        }
        builder.build().run();
        assertThat(submitted).hasValue(90);
        assertThat(most).hasValue(window);
    }

    /** A participant may scribble over what it gets, and keep what it sent: nobody else sees it. */
    @Test
    void participantsCannotChangeWhatOthersReceive() {
        List<Float> received = new ArrayList<>();
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .strategy(Strategies.fedAvg())
                .selection(Selection.all())
                .rounds(2);
        for (int i = 0; i < 4; i++) {
            builder.participant(FederatedParticipant.of("p" + i, 1, task -> {
                received.add(task.parameters()[0]);
                float[] scribbled = task.parameters();
                scribbled[0] = 1000;
                return Update.of(Recorder.shifted(task, 1), 1);
            }));
        }
        builder.build().run();
        assertThat(received).containsExactly(0f, 0f, 0f, 0f, 1f, 1f, 1f, 1f);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, 77})
    void seedsOfTasksDifferAndRepeat(long seed) {
        List<Long> first = seeds(seed);
        assertThat(first).as("seed %d", seed).hasSize(5 * 12).doesNotHaveDuplicates();
        assertThat(seeds(seed)).as("seed %d", seed).isEqualTo(first);
        assertThat(seeds(seed + 1)).as("seed %d", seed).doesNotContainAnyElementsOf(first);
    }

    private List<Long> seeds(long seed) {
        List<Long> seeds = new ArrayList<>();
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .selection(Selection.all())
                .rounds(5)
                .seed(seed);
        for (int i = 0; i < 12; i++) {
            builder.participant(FederatedParticipant.of("p" + i, 1, task -> {
                seeds.add(task.seed());
                return Update.of(task.parameters(), 1);
            }));
        }
        builder.build().run();
        return seeds;
    }

    /** The choice of a round depends on seed and round only, not on what happened before. */
    @Test
    void whoIsChosenDoesNotDependOnTheStrategyOrOnFailures() {
        List<String> plain = chosen(Strategies.fedAvg(), false);
        assertThat(chosen(Strategies.fedAdam(), false)).isEqualTo(plain);
        assertThat(chosen(Strategies.fedProxAdaptive(), true)).isEqualTo(plain);
        assertThat(plain).hasSize(18);
        assertThat(plain.subList(0, 3)).isNotEqualTo(plain.subList(3, 6));
    }

    private List<String> chosen(Strategy strategy, boolean oneFails) {
        List<String> names = new ArrayList<>();
        FederatedCoordinator.Builder builder = FederatedCoordinator.builder()
                .model(network)
                .strategy(strategy)
                .selection(Selection.count(3))
                .rounds(6);
        for (int i = 0; i < 20; i++) {
            String id = "p" + i;
            boolean fails = oneFails && i % 2 == 0;
            builder.participant(FederatedParticipant.of(id, 1, task -> {
                names.add(id);
                return Update.of(fails && names.size() % 3 != 0 ? new float[0] : task.parameters(), 1);
            }));
        }
        builder.build().run();
        return names;
    }
}
