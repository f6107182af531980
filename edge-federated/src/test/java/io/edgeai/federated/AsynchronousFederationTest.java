package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.selection.Stragglers;
import io.edgeai.federated.strategy.Aggregator;
import io.edgeai.federated.strategy.Strategies;
import io.edgeai.federated.strategy.Weighting;
import io.edgeai.federated.training.DenseNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Movements of a model whose updates come in an order that the test makes, against the rule applied to what came. */
@Timeout(120)
class AsynchronousFederationTest {
    private static final DenseNetwork NETWORK = DenseNetwork.softmax(2, 2);

    private final AtomicLong clock = new AtomicLong();

    private static FederatedCoordinator.Builder federation(Buffering how, List<? extends FederatedParticipant> all) {
        return FederatedCoordinator.builder()
                .model(NETWORK)
                .strategy(Strategies.fedAvg().weighting(Weighting.samples()))
                .initialParameters(new float[NETWORK.layout().size()])
                .asynchronous(how)
                .population(() -> List.copyOf(all));
    }

    private static Update plusOne(RoundTask task, int samples) {
        float[] parameters = task.parameters();
        for (int i = 0; i < parameters.length; i++) {
            parameters[i]++;
        }
        return Update.of(parameters, samples);
    }

    private static FederatedParticipant adding(String id) {
        return FederatedParticipant.of(id, 1, task -> plusOne(task, 1));
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "3,1,2", "4,3,3", "6,5,4", "6,2,5"})
    void theModelFollowsWhatCame(int concurrency, int buffer, long seed) {
        Desks desks = new Desks(6);
        List<float[]> models = new ArrayList<>();
        CompletableFuture<FederatedRun> running = federation(Buffering.of(concurrency, buffer), desks.all())
                .rounds(30)
                .onModel((round, model) -> models.add(model.parameters()))
                .build()
                .start();
        Map<Integer, Desks.Job> answered = new HashMap<>();
        SplittableRandom random = new SplittableRandom(seed);
        while (!running.isDone()) {
            Desks.Job next = desks.one(random);
            if (next != null) {
                answered.put(next.task().round(), next);
                next.answer();
            }
        }
        FederatedRun run = running.join();
        List<Desks.Job> came = desks.receipts().stream()
                .filter(Receipt::accepted)
                .map(receipt -> answered.get(receipt.round()))
                .toList();
        assertThat(came).as("receipts, seed %d", seed).hasSize(30 * buffer).doesNotContainNull();
        assertThat(desks.most()).as("at work at a time").isLessThanOrEqualTo(concurrency);
        models.add(0, new float[NETWORK.layout().size()]);
        for (int move = 1; move <= 30; move++) {
            List<Desks.Job> batch = came.subList((move - 1) * buffer, move * buffer);
            double sum = 0;
            double weights = 0;
            double stale = 0;
            for (Desks.Job job : batch) {
                int began = models.indexOf(models.stream()
                        .filter(model -> model[0] == job.start()[0])
                        .findFirst()
                        .orElseThrow());
                int age = move - 1 - began;
                sum += job.samples() * job.change() / Math.sqrt(1 + age);
                weights += job.samples();
                stale += age;
            }
            assertThat(models.get(move)[0] - (double) models.get(move - 1)[0])
                    .as("move %d, seed %d", move, seed)
                    .isCloseTo(sum / weights, within(2e-5));
            assertThat(run.rounds().get(move - 1).staleness()).isCloseTo(stale / buffer, within(1e-12));
            assertThat(run.rounds().get(move - 1).reported()).isEqualTo(buffer);
        }
    }

    /** Inline participants end in the order in which they began, so a run can be repeated. */
    @Test
    void aRunInOneThreadRepeatsItself() {
        List<FederatedParticipant> all = List.of(adding("a"), adding("b"), adding("c"));
        FederatedRun first =
                federation(Buffering.of(2, 3), all).rounds(20).build().run();
        FederatedRun second =
                federation(Buffering.of(2, 3), all).rounds(20).build().run();
        assertThat(first.lastParameters()).isEqualTo(second.lastParameters());
        assertThat(first.lastParameters()[0]).isPositive();
    }

    /** One holds its work until the model has moved three times, where only two are waited for. */
    @Test
    void whoIsTooStaleIsNotWaitedFor() {
        List<CompletableFuture<Update>> never = new ArrayList<>();
        Receipts slow = new Receipts("slow", task -> {
            never.add(new CompletableFuture<>());
            return never.get(never.size() - 1);
        });
        FederatedRun run = federation(Buffering.of(2, 1).maximumStaleness(2), List.of(slow, adding("quick")))
                .rounds(8)
                .build()
                .run();
        assertThat(never).isNotEmpty().allMatch(CompletableFuture::isCancelled);
        assertThat(slow.heard())
                .isNotEmpty()
                .allMatch(receipt -> !receipt.accepted())
                .first()
                .extracting(Receipt::reason)
                .isEqualTo("the model moved more than 2 times since it began");
        assertThat(run.rounds().stream().mapToInt(RoundResult::late).sum()).isPositive();
        assertThat(run.rounds()).allMatch(round -> round.failures().isEmpty());
    }

    /** By a clock that stands still a failed participant stays alone; each second that passes it is asked once more at most. */
    @Test
    void whoFailsIsLeftAloneForAWhile() {
        AtomicInteger asked = new AtomicInteger();
        List<Integer> seen = new ArrayList<>();
        FederatedParticipant failing = FederatedParticipant.of("failing", 1, task -> {
            asked.incrementAndGet();
            throw new IllegalStateException("no data today");
        });
        FederatedRun run = federation(Buffering.of(2, 1), List.of(failing, adding("good")))
                .rounds(60)
                .ticker(clock::get)
                .onRound(round -> {
                    seen.add(asked.get());
                    if (round.round() == 20) {
                        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1001));
                    } else if (round.round() == 40) {
                        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(1001)); // two seconds are due the second time
                    }
                })
                .build()
                .run();
        assertThat(seen.get(19)).isEqualTo(1);
        assertThat(seen.get(39)).isEqualTo(2);
        assertThat(seen.get(59)).isEqualTo(2);
        assertThat(run.rounds().stream().flatMap(round -> round.failures().stream()))
                .hasSize(2)
                .allMatch(failure -> failure.reason().contains("no data today"));
    }

    @Test
    void withoutUsableUpdatesItEndsAfterItsPatience() {
        FederatedParticipant broken = FederatedParticipant.of("broken", 1, task -> Update.of(new float[1], 1));
        List<FederatedParticipant> all = List.of(broken);
        assertThatThrownBy(() -> federation(Buffering.of(1, 1).patience(Duration.ofSeconds(90)), all)
                        .population(() -> {
                            clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
                            return all;
                        })
                        .ticker(clock::get)
                        .build()
                        .run())
                .isInstanceOf(QuorumNotReachedException.class)
                .hasMessageContaining("PT1M30S")
                .hasMessageContaining("broken, its update has (1) parameters, not 6");
    }

    @Test
    void workThatTakesLongerThanTheWindowIsReplaced() {
        CompletableFuture<Update> never = new CompletableFuture<>();
        Receipts stuck = new Receipts("stuck", task -> {
            clock.addAndGet(TimeUnit.SECONDS.toNanos(31));
            return never;
        });
        AtomicInteger comes = new AtomicInteger();
        FederatedRun run = federation(Buffering.of(1, 1), List.of())
                .population(() -> comes.getAndIncrement() == 0 ? List.of(stuck) : List.of(stuck, adding("other")))
                .rules(RoundRules.defaults().reportingWindow(Duration.ofSeconds(30)))
                .ticker(clock::get)
                .rounds(3)
                .build()
                .run();
        assertThat(run.rounds()).hasSize(3);
        assertThat(stuck.heard()).first().extracting(Receipt::reason).isEqualTo("it was not waited for any longer");
    }

    @Test
    void aModelInACodecIsMovedByTheChangeOfWhatWasSent() {
        float[] initial = {1.01f, 2.02f, 3.03f, 4.04f, 5.05f, 6.06f};
        FederatedRun run = federation(Buffering.of(1, 1), List.of(adding("a")))
                .initialParameters(initial)
                .models(Codec.int8())
                .rounds(1)
                .build()
                .run();
        for (int i = 0; i < initial.length; i++) {
            assertThat(run.lastParameters()[i]).isCloseTo(initial[i] + 1, within(1e-6f));
        }
        assertThat(run.rounds().get(0).bytesDown()).isLessThan(4 * 6);
    }

    @Test
    void whatDoesNotFitIsListedAtOnce() {
        assertThatThrownBy(() -> federation(Buffering.defaults(), List.of())
                        .strategy(Strategies.fedProxAdaptive().aggregator(Aggregator.coordinateMedian()))
                        .selection(Selection.count(2))
                        .stragglers(new Stragglers(0.5))
                        .localEpochs(2)
                        .rules(RoundRules.defaults().goal(3))
                        .secureAggregation()
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("excludes secureAggregation(..)")
                .hasMessageContaining("takes parameters only")
                .hasMessageContaining("looks at all of a round")
                .hasMessageContaining("has no rounds to select for")
                .hasMessageContaining("no stragglers to simulate")
                .hasMessageContaining("has no goal");
        assertThatThrownBy(() -> Buffering.of(0, 1)).hasMessageContaining("concurrency (0)");
        assertThatThrownBy(() -> Buffering.defaults().patience(Duration.ZERO)).hasMessageContaining("patience (PT0S)");
    }
}
