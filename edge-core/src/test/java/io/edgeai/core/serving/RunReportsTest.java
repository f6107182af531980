package io.edgeai.core.serving;

import static io.edgeai.core.serving.NamedSession.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.spi.InferenceListener;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a listener hears of runs and of waiting; a run costs 100 and each sample 10 of a hand-set clock. */
class RunReportsTest {
    private static final VersionRef VERSION = VersionRef.of("m", 1);

    private final AtomicLong clock = new AtomicLong(1_000);
    private final Heard heard = new Heard();

    private static final class Heard implements InferenceListener {
        private final List<String> all = Collections.synchronizedList(new ArrayList<>());
        private final AtomicLong shared = new AtomicLong();
        private final AtomicLong told = new AtomicLong();
        private final AtomicLong longestWait = new AtomicLong();

        @Override
        public void success(long latencyNanos) {
            all.add("success " + latencyNanos);
        }

        @Override
        public void success(long latencyNanos, long waitedNanos) {
            all.add("success " + latencyNanos + " waited " + waitedNanos);
            told.incrementAndGet();
            longestWait.accumulateAndGet(waitedNanos, Math::max);
        }

        @Override
        public void ran(int requests, long nanos) {
            all.add("ran " + requests + " in " + nanos);
            shared.addAndGet(requests);
        }

        @Override
        public void failure(long latencyNanos, Throwable error) {
            all.add("failure");
        }
    }

    private Arm arm(FakeSession session) {
        AtomicLong own = new AtomicLong();
        BatchProfile profile = BatchProfile.measure(FakeSession.doubling(own, 100, 10), own::get);
        return new Arm(VERSION, session, heard, profile, new Arm.Settings(clock::get, -1));
    }

    private Arm batching() {
        return arm(FakeSession.doubling(clock, 100, 10));
    }

    private static void answer(Arm arm, List<SampleRequest> requests) {
        new Runner(arm.company, 32, arm, request -> 0).answer(requests);
        requests.forEach(request -> assertThat(request.answer).isCompleted());
    }

    @Test
    void whatRunsAloneAndAtOnceIsToldByItsLatencyOnly() {
        arm(FakeSession.doubling(clock, 100, 10)).predict(new float[] {1, 2}, 0);
        assertThat(heard.all).containsExactly("success 110");
    }

    @Test
    void requestsThatWaitedShareARunThatIsToldOnce() {
        Arm arm = batching();
        List<SampleRequest> requests = List.of(
                new SampleRequest(new float[] {1, 2}, 400),
                new SampleRequest(new float[] {3, 4}, 600),
                new SampleRequest(new float[] {5, 6}, Request.NOW));
        answer(arm, requests);
        assertThat(heard.all)
                .containsExactly(
                        "ran 3 in 130", "success 130 waited 600", "success 130 waited 400", "success 130 waited 0");
    }

    @Test
    void oneThatWaitedAndRunsAloneIsARunOfOne() {
        answer(batching(), List.of(new SampleRequest(new float[] {1, 2}, 250)));
        assertThat(heard.all).containsExactly("ran 1 in 110", "success 110 waited 750");
    }

    @Test
    void inputsGivenTogetherHaveNotWaited() {
        batching().predictEach(new float[][] {{1, 2}, {3, 4}}, 0);
        assertThat(heard.all).containsExactly("ran 2 in 120", "success 120 waited 0", "success 120 waited 0");
    }

    /** Whoever serves the line, each answer told as waiting is in one run that was told. */
    @Test
    void callersInLineAreToldWithTheirRun() throws InterruptedException {
        SlottedSession session = new SlottedSession(clock, 1, 100, 10);
        session.freeSlotsShow = false;
        Arm arm = arm(session);
        ExecutorService callers = Executors.newCachedThreadPool();
        try {
            List<CompletableFuture<float[]>> calls = new ArrayList<>();
            calls.add(CompletableFuture.supplyAsync(() -> arm.predict(new float[] {1, 1}, 0), callers));
            Ample.await().until(() -> session.permits.hasQueuedThreads());
            for (int i = 2; i <= 5; i++) {
                float value = i;
                calls.add(CompletableFuture.supplyAsync(() -> arm.predict(new float[] {value, 1}, 0), callers));
            }
            Ample.await().until(() -> arm.waiting() == 4);
            clock.addAndGet(2 * Combiner.PATIENCE_NANOS);
            session.permits.release(1000);
            calls.forEach(call ->
                    assertThat(call.orTimeout(1, TimeUnit.MINUTES).join()).hasSize(2));
        } finally {
            callers.shutdown();
            assertThat(callers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(heard.told).hasValue(4);
        assertThat(heard.shared).hasValue(4);
        assertThat(heard.longestWait.get()).isBetween(2 * Combiner.PATIENCE_NANOS, 3 * Combiner.PATIENCE_NANOS);
        assertThat(heard.all).filteredOn(told -> told.matches("success \\d+")).hasSize(1);
    }

    /** A worker is held by the first; those behind it wait for as long, and share a run. */
    @Test
    void namedRequestsInTheQueueAreToldWithTheirWait() {
        NamedSession session = new NamedSession(clock, 1, 100, 10);
        AtomicLong own = new AtomicLong();
        BatchProfile known = BatchProfile.measure(FakeSession.doubling(own, 100, 10), own::get);
        try (ModelEndpoint endpoint = ModelEndpoint.builder()
                .opener(version -> session)
                .split(TrafficSplit.all(VERSION))
                .listeners(version -> heard)
                .ticker(clock::get)
                .batchProfiles(version -> known)
                .sampleEvery(0)
                .build()) {
            session.gated = true;
            List<CompletableFuture<Map<String, Tensor>>> answers = new ArrayList<>();
            answers.add(endpoint.predictAsync(request("first", 1, 2, 0)));
            Ample.await().until(session.permits::hasQueuedThreads);
            for (int i = 0; i < 3; i++) {
                answers.add(endpoint.predictAsync(request("later" + i, 1, 2, i)));
            }
            clock.addAndGet(5_000);
            session.gated = false;
            session.permits.release(10);
            answers.forEach(answer -> answer.orTimeout(1, TimeUnit.MINUTES).join());
            Ample.await().until(() -> heard.told.get() == 4);
        }
        assertThat(heard.shared).hasValue(4);
        assertThat(heard.longestWait.get())
                .as("the trial of a batch is waited for too")
                .isGreaterThanOrEqualTo(5_000L);
        assertThat(heard.all).as("no answer is told twice").noneMatch(told -> told.matches("success \\d+"));
    }

    @Test
    void theListenerIsAskedForByTheDevice() {
        FakeSession session = new FakeSession(clock, 1, 1, FakeSession::doubled) {
            @Override
            public String device() {
                return "cuda:1";
            }
        };
        List<String> asked = new ArrayList<>();
        InferenceListener.Factory factory = new InferenceListener.Factory() {
            @Override
            public InferenceListener listen(VersionRef version) {
                return heard;
            }

            @Override
            public InferenceListener listen(VersionRef version, String device) {
                asked.add(version + " on " + device);
                return heard;
            }
        };
        try (ModelEndpoint endpoint = ModelEndpoint.builder()
                .opener(version -> session)
                .split(TrafficSplit.all(VERSION))
                .listeners(factory)
                .build()) {
            endpoint.predict(new float[] {1, 2});
        }
        assertThat(asked).containsExactly("m@1 on cuda:1");
        assertThat(heard.all).hasSize(1);
    }
}
