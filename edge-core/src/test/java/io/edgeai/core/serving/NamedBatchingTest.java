package io.edgeai.core.serving;

import static io.edgeai.core.serving.NamedSession.assertAnswered;
import static io.edgeai.core.serving.NamedSession.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.spi.InferenceListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run costs 100 µs of a hand-set clock whatever is in it, so that sharing one pays. */
@Timeout(600)
class NamedBatchingTest {
    private static final VersionRef V1 = VersionRef.of("m", 1);
    private static final long RUN = 100_000;

    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger successes = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final NamedSession session = new NamedSession(clock, 1, RUN, 0);

    private final InferenceListener listener = new InferenceListener() {
        @Override
        public void success(long latencyNanos) {
            successes.incrementAndGet();
        }

        @Override
        public void failure(long latencyNanos, Throwable error) {
            failures.incrementAndGet();
        }
    };

    private ModelEndpoint.Builder serving(NamedSession served) {
        return ModelEndpoint.builder()
                .opener(version -> served)
                .split(TrafficSplit.all(V1))
                .ticker(clock::get)
                .listeners(version -> listener)
                .workers(1)
                .maxBatch(8);
    }

    /** Requests of one row and two columns. */
    private static List<Map<String, Tensor>> some(int count) {
        List<Map<String, Tensor>> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(request("r" + i, 1, 2, 10 * i));
        }
        return requests;
    }

    /** Tries batches of all sizes up to eight, and forgets that it did. */
    private void learn(ModelEndpoint endpoint, NamedSession served) {
        for (int size = 2; size <= 8; size *= 2) {
            assertThat(endpoint.predictAll(some(size))).hasSize(size);
        }
        served.runs.clear();
        served.tags.clear();
        served.limits.clear();
        successes.set(0);
        failures.set(0);
    }

    /** Sends requests to the endpoint's one worker while it is held up, so that all but the first wait together. */
    private List<CompletableFuture<Map<String, Tensor>>> whileHeld(
            ModelEndpoint endpoint, List<Map<String, Tensor>> requests) {
        List<CompletableFuture<Map<String, Tensor>>> later = new ArrayList<>();
        session.gated = true;
        later.add(endpoint.predictAsync(request("first", 1, 2, 0)));
        Ample.await().until(session.permits::hasQueuedThreads);
        requests.forEach(request -> later.add(endpoint.predictAsync(request)));
        return later;
    }

    private void letGo() {
        session.gated = false;
        session.permits.release();
    }

    @Test
    void requestsThatWaitTogetherShareARun() {
        try (ModelEndpoint endpoint = serving(session).build()) {
            learn(endpoint, session);
            List<Map<String, Tensor>> requests = some(11);
            List<CompletableFuture<Map<String, Tensor>>> later = whileHeld(endpoint, requests);
            letGo();
            for (int i = 0; i < requests.size(); i++) {
                assertAnswered(later.get(i + 1).join(), requests.get(i));
            }
            assertThat(session.runs).containsExactly(List.of(1L, 2L), List.of(8L, 2L), List.of(3L, 2L));
            assertThat(successes).as("each request counts").hasValue(12);
            assertThat(endpoint.answered()).containsEntry(V1, 12L + 2 + 4 + 8);
        }
    }

    @Test
    void rowsOfOneShapeAreJoinedWhateverComesBetween() {
        try (ModelEndpoint endpoint = serving(session).build()) {
            learn(endpoint, session);
            List<Map<String, Tensor>> requests = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                requests.add(request("wide" + i, 1, 2, i));
                requests.add(request("long" + i, 1, 1, i));
            }
            assertThat(endpoint.predictAll(requests)).hasSize(12); // the other shape is tried
            session.runs.clear();
            List<Map<String, Tensor>> answers = endpoint.predictAll(requests);
            for (int i = 0; i < requests.size(); i++) {
                assertAnswered(answers.get(i), requests.get(i));
            }
            assertThat(session.runs).containsExactlyInAnyOrder(List.of(6L, 2L), List.of(6L, 1L));
        }
    }

    @Test
    void requestsOfSeveralRowsFillABatchByTheirRows() {
        try (ModelEndpoint endpoint = serving(session).build()) {
            List<Map<String, Tensor>> requests = new ArrayList<>();
            for (int rows : new int[] {3, 4, 3, 5, 8, 9, 1}) {
                requests.add(request("r" + rows, rows, 2, rows));
            }
            assertThat(endpoint.predictAll(requests)).hasSize(7); // two and two of three to four rows are tried
            session.runs.clear();
            List<Map<String, Tensor>> answers = endpoint.predictAll(requests);
            for (int i = 0; i < requests.size(); i++) {
                assertAnswered(answers.get(i), requests.get(i));
            }
            assertThat(session.runs)
                    .as("3 + 4, 3 + 5; one that fills a batch or more runs as it is, and so does the last")
                    .containsExactlyInAnyOrder(
                            List.of(7L, 2L), List.of(8L, 2L), List.of(8L, 2L), List.of(9L, 2L), List.of(1L, 2L));
        }
    }

    @Test
    void oneThatFailsDoesNotFailItsNeighbours() {
        try (ModelEndpoint endpoint = serving(session).build()) {
            learn(endpoint, session);
            List<Map<String, Tensor>> requests = some(8);
            requests.set(3, request("poison", 1, 2, FakeSession.POISON));
            List<CompletableFuture<Map<String, Tensor>>> later = whileHeld(endpoint, requests);
            letGo();
            for (int i = 0; i < requests.size(); i++) {
                CompletableFuture<Map<String, Tensor>> answer = later.get(i + 1);
                if (i == 3) {
                    assertThatThrownBy(answer::join).hasRootCauseMessage("poison");
                } else {
                    assertAnswered(answer.join(), requests.get(i));
                }
            }
            assertThat(session.runs).as("alone, together, each alone").hasSize(1 + 1 + 8);
            assertThat(successes).hasValue(8);
            assertThat(failures).hasValue(1);
        }
    }

    @Test
    void aRequestThatDoesNotFitIsNotJoined() {
        try (ModelEndpoint endpoint = serving(session).build()) {
            learn(endpoint, session);
            Map<String, Tensor> uneven =
                    Map.of("x", Tensor.of(new float[4], 2, 2), "tag", Tensor.of(new String[] {"one"}, 1));
            Map<String, Tensor> wrong =
                    Map.of("x", Tensor.of(new int[2], 1, 2), "tag", Tensor.of(new String[] {"ints"}, 1));
            List<Map<String, Tensor>> requests = some(4);
            requests.add(uneven);
            requests.add(wrong);
            requests.add(Map.of("x", Tensor.of(new float[2], 1, 2)));
            List<CompletableFuture<Map<String, Tensor>>> later = whileHeld(endpoint, requests);
            letGo();
            for (int i = 0; i < 4; i++) {
                assertAnswered(later.get(i + 1).join(), requests.get(i));
            }
            assertThat(later.get(5).join()).containsKey("sum");
            assertThatThrownBy(later.get(6)::join).hasMessageContaining("INT32");
            assertThatThrownBy(later.get(7)::join).hasRootCauseMessage("no tag in [x]");
            assertThat(session.runs).startsWith(List.of(1L, 2L), List.of(4L, 2L));
        }
    }

    @Test
    void whoseTimePassesInTheQueueDoesNotRun() {
        try (ModelEndpoint endpoint = serving(session).build()) {
            learn(endpoint, session);
            List<Map<String, Tensor>> requests = some(3);
            List<CompletableFuture<Map<String, Tensor>>> later = whileHeld(endpoint, requests);
            CompletableFuture<Map<String, Tensor>> hasty =
                    endpoint.predictAsync(request("hasty", 1, 2, 1), Priority.NORMAL, Duration.ofNanos(50_000));
            letGo(); // the run that holds the queue up takes 100 µs
            assertThatThrownBy(hasty::join).hasCauseInstanceOf(InferenceTimeoutException.class);
            for (int i = 0; i < 3; i++) {
                assertAnswered(later.get(i + 1).join(), requests.get(i));
            }
            assertThat(session.runs).containsExactly(List.of(1L, 2L), List.of(3L, 2L));
            assertThat(session.limits).containsOnly(0L);
        }
    }

    @Test
    void theDeadlineOfTheEndpointCountsFromTheCallAndLimitsTheBatch() {
        try (ModelEndpoint endpoint =
                serving(session).deadline(Duration.ofMillis(10)).build()) {
            learn(endpoint, session);
            List<CompletableFuture<Map<String, Tensor>>> later = whileHeld(endpoint, some(2));
            clock.addAndGet(1_000_000);
            later.add(endpoint.predictAsync(request("later", 1, 2, 5)));
            letGo();
            later.forEach(CompletableFuture::join);
            assertThat(session.limits).containsExactly(10_000_000L, 10_000_000L - 1_000_000 - RUN);
        }
    }

    /** A batch of five is expected to take five eighths of 100 µs, as one of eight does; who has 200 left runs alone. */
    @Test
    void whoIsInHasteDoesNotShortenTheRunOfTheOthers() {
        try (ModelEndpoint endpoint = serving(session).build()) {
            learn(endpoint, session);
            List<Map<String, Tensor>> requests = some(4);
            List<CompletableFuture<Map<String, Tensor>>> later = whileHeld(endpoint, requests);
            CompletableFuture<Map<String, Tensor>> hasty =
                    endpoint.predictAsync(request("hasty", 1, 2, 1), Priority.NORMAL, Duration.ofNanos(300_000));
            letGo();
            assertAnswered(hasty.join(), request("hasty", 1, 2, 1));
            later.forEach(CompletableFuture::join);
            assertThat(session.runs).containsExactly(List.of(1L, 2L), List.of(1L, 2L), List.of(4L, 2L));
            assertThat(session.limits).containsExactly(0L, 200_000L, 0L);
        }
    }

    @Test
    void cancelledOnesDoNotRun() {
        try (ModelEndpoint endpoint = serving(session).build()) {
            learn(endpoint, session);
            List<CompletableFuture<Map<String, Tensor>>> later = whileHeld(endpoint, some(4));
            assertThat(later.get(2).cancel(true)).isTrue();
            letGo();
            for (int i : new int[] {1, 3, 4}) {
                assertThat(later.get(i).join()).containsKey("sum");
            }
            assertThat(later.get(2)).isCancelled();
            assertThat(session.runs).containsExactly(List.of(1L, 2L), List.of(3L, 2L));
        }
    }

    @Test
    void higherPriorityLeavesTheQueueFirst() {
        try (ModelEndpoint endpoint = serving(session).maxBatch(1).build()) {
            List<CompletableFuture<Map<String, Tensor>>> later = whileHeld(endpoint, List.of());
            for (Priority priority : List.of(Priority.LOW, Priority.NORMAL, Priority.HIGH)) {
                later.add(endpoint.predictAsync(request(priority.name(), 1, 2, 1), priority));
            }
            letGo();
            later.forEach(CompletableFuture::join);
            assertThat(session.tags).containsExactly("first/0", "HIGH/0", "NORMAL/0", "LOW/0");
        }
    }

    @Test
    void whoStillWaitsWhenTheEndpointClosesIsTold() {
        List<CompletableFuture<Map<String, Tensor>>> later;
        try (ModelEndpoint endpoint = serving(session).build()) {
            later = whileHeld(endpoint, some(3));
            CompletableFuture<Void> closing = CompletableFuture.runAsync(endpoint::close);
            Ample.await().until(endpoint::closed);
            letGo();
            closing.join();
            assertThatThrownBy(() -> endpoint.predictAsync(request("late", 1, 2, 1)))
                    .isInstanceOf(LifecycleException.class);
        }
        for (CompletableFuture<Map<String, Tensor>> answer : later.subList(1, 4)) {
            assertThatThrownBy(answer::join).hasCauseInstanceOf(LifecycleException.class);
        }
    }

    @Test
    void aFullQueueRefuses() {
        try (ModelEndpoint endpoint = serving(session).maxQueue(2).build()) {
            List<CompletableFuture<Map<String, Tensor>>> later = whileHeld(endpoint, some(2));
            assertThatThrownBy(() -> endpoint.predictAsync(request("third", 1, 2, 1)))
                    .isInstanceOf(OverloadedException.class);
            letGo();
            assertThat(later).allSatisfy(answer -> assertThat(answer.join()).containsKey("sum"));
        }
    }

    @Test
    void aModelOfAFixedBatchRunsEachAlone() {
        NamedSession fixed = new NamedSession(clock, 1, RUN, 0) {
            @Override
            Dim rowDim() {
                return Dim.of(1);
            }
        };
        try (ModelEndpoint endpoint = serving(fixed).build()) {
            List<Map<String, Tensor>> requests = some(8);
            List<Map<String, Tensor>> answers = endpoint.predictAll(requests);
            for (int i = 0; i < 8; i++) {
                assertAnswered(answers.get(i), requests.get(i));
            }
            assertThat(fixed.runs).hasSize(8).containsOnly(List.of(1L, 2L));
        }
    }

    /** Answers the mean of the batch besides: found out at the first trial, in which each still gets its own answer. */
    @Test
    void aModelWhoseAnswersDependOnBatchMatesIsNeverBatched() {
        NamedSession dependent = new NamedSession(clock, 1, RUN, 0) {
            @Override
            Map<String, Tensor> answer(Tensor x, Tensor tag) {
                Map<String, Tensor> outputs = super.answer(x, tag);
                float[] sums = NamedSession.tensor(outputs, "sum").floats();
                float all = 0;
                for (float sum : sums) {
                    all += sum;
                }
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += all / sums.length - sums[i];
                }
                outputs.put("sum", Tensor.of(sums, sums.length));
                return outputs;
            }
        };
        try (ModelEndpoint endpoint = serving(dependent).build()) {
            List<Map<String, Tensor>> requests = some(6);
            for (int round = 0; round < 2; round++) {
                dependent.runs.clear();
                List<Map<String, Tensor>> answers = endpoint.predictAll(requests);
                for (int i = 0; i < requests.size(); i++) {
                    assertAnswered(answers.get(i), requests.get(i));
                }
            }
            assertThat(dependent.runs).as("after the trial").hasSize(6).containsOnly(List.of(1L, 2L));
            dependent.batches.clear();
            assertThat(endpoint.predictAll(new float[][] {{1, 2}, {3, 4}, {5, 6}}))
                    .hasDimensions(3, 2);
            assertThat(dependent.batches).as("samples neither").containsExactly(1, 1, 1);
        }
    }

    /** Of a deadline of 1 ms, four runs of 100 µs leave more than half, and eight do not. */
    @Test
    void aTrialDoesNotMakeThoseInItLate() {
        try (ModelEndpoint endpoint =
                serving(session).deadline(Duration.ofMillis(1)).build()) {
            for (int round = 0; round <= Trials.MOST_FAILURES; round++) {
                session.runs.clear();
                assertThat(endpoint.predictAll(some(8))).hasSize(8);
            }
            assertThat(session.runs).as("given up").hasSize(8).containsOnly(List.of(1L, 2L));
            assertThat(endpoint.predictAll(some(4))).hasSize(4);
            session.runs.clear();
            assertThat(endpoint.predictAll(some(4))).hasSize(4);
            assertThat(session.runs).containsExactly(List.of(4L, 2L));
        }
    }

    /** Ten rows cost what ten runs do: nothing is gained, so nothing waits. */
    @Test
    void whereSharingARunSavesNothingEachRunsAlone() {
        NamedSession linear = new NamedSession(clock, 1, 0, RUN);
        try (ModelEndpoint endpoint = serving(linear).build()) {
            learn(endpoint, linear);
            assertThat(endpoint.predictAll(some(8))).hasSize(8);
            assertThat(linear.runs).hasSize(8).containsOnly(List.of(1L, 2L));
        }
    }

    /** Its answer has one row whatever it is asked: nothing to deal out, so it is left alone after three trials. */
    @Test
    void anAnswerThatCannotBeDealtOutIsTriedThreeTimes() {
        NamedSession summing = new NamedSession(clock, 1, RUN, 0) {
            @Override
            Map<String, Tensor> answer(Tensor x, Tensor tag) {
                Map<String, Tensor> outputs = super.answer(x, tag);
                outputs.put("sum", Tensor.of(new float[] {1}, 1));
                return outputs;
            }
        };
        try (ModelEndpoint endpoint = serving(summing).build()) {
            for (int round = 0; round < 4; round++) {
                summing.runs.clear();
                assertThat(endpoint.predictAll(some(4))).hasSize(4).allSatisfy(answer -> assertThat(
                                NamedSession.tensor(answer, "twice").shape())
                        .containsExactly(1, 2));
            }
            assertThat(summing.runs).hasSize(4).containsOnly(List.of(1L, 2L));
        }
    }
}
