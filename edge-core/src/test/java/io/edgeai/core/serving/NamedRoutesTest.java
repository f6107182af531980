package io.edgeai.core.serving;

import static io.edgeai.core.serving.NamedSession.assertAnswered;
import static io.edgeai.core.serving.NamedSession.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Batches of named requests meet versions, taps and changes of the split as single ones do. */
@Timeout(600)
class NamedRoutesTest {
    private static final VersionRef V1 = VersionRef.of("m", 1);
    private static final VersionRef V2 = VersionRef.of("m", 2);

    private final AtomicLong clock = new AtomicLong();
    private final NamedSession first = new NamedSession(clock, 1, 100_000, 0);
    private final NamedSession second = new NamedSession(clock, 1, 100_000, 0);

    private ModelEndpoint.Builder serving(TrafficSplit split) {
        return ModelEndpoint.builder()
                .opener(version -> version.equals(V1) ? first : second)
                .split(split)
                .ticker(clock::get)
                .maxBatch(16);
    }

    private static List<Map<String, Tensor>> some(int count) {
        List<Map<String, Tensor>> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(request("r" + i, 1, 2, i));
        }
        return requests;
    }

    @Test
    void eachVersionRunsItsShareTogether() {
        try (ModelEndpoint endpoint =
                serving(TrafficSplit.all(V1)).standby(Duration.ofDays(1)).build()) {
            for (VersionRef version : List.of(V1, V2)) {
                endpoint.split(TrafficSplit.all(version));
                for (int size = 2; size <= 16; size *= 2) {
                    assertThat(endpoint.predictAll(some(size))).hasSize(size);
                }
            }
            endpoint.split(TrafficSplit.all(V1).and(V2, 1));
            first.runs.clear();
            second.runs.clear();
            List<Map<String, Tensor>> requests = some(400);
            List<Map<String, Tensor>> answers = endpoint.predictAll(requests);
            for (int i = 0; i < 400; i++) {
                assertAnswered(answers.get(i), requests.get(i));
            }
            long rows = 0;
            for (NamedSession session : List.of(first, second)) {
                long ours = session.runs.stream().mapToLong(run -> run.get(0)).sum();
                assertThat(ours).as("binomial, 400 at 1/2: 6 deviations are 60").isBetween(140L, 260L);
                assertThat(session.runs).as("full batches but the last").hasSize((int) (ours + 15) / 16);
                rows += ours;
            }
            assertThat(rows).isEqualTo(400);
        }
    }

    @Test
    void aVersionThatWasReplacedMeanwhileLeavesItsRequestsToTheNext() {
        try (ModelEndpoint endpoint = serving(TrafficSplit.all(V1)).build()) {
            assertThat(endpoint.predictAll(some(4))).hasSize(4);
            endpoint.split(TrafficSplit.all(V2));
            List<CompletableFuture<Map<String, Tensor>>> later =
                    some(4).stream().map(endpoint::predictAsync).toList();
            for (int i = 0; i < 4; i++) {
                assertAnswered(later.get(i).join(), some(4).get(i));
            }
            assertThat(first.closed).isTrue();
            assertThat(endpoint.answered()).containsExactly(Map.entry(V2, 4L));
        }
    }

    @Test
    void aTapSeesEachRequestOfABatch() {
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        try (ModelEndpoint endpoint = serving(TrafficSplit.all(V1))
                .tap(
                        1,
                        tapped -> seen.add(NamedSession.tensor(tapped.inputs(), "tag")
                                        .strings()[0] + " "
                                + NamedSession.tensor(tapped.outputs(), "sum").floats()[0]))
                .build()) {
            assertThat(endpoint.predictAll(some(4))).hasSize(4);
            assertThat(endpoint.predictAll(some(4))).hasSize(4);
            assertThat(first.runs).as("shared").endsWith(List.of(4L, 2L));
        }
        assertThat(seen).hasSize(8).contains("r0/0 1.0", "r1/0 3.0", "r2/0 5.0", "r3/0 7.0");
    }

    @Test
    void aUnitMeetsOneVersionAndIsToldWhich() {
        TrafficSplit split = TrafficSplit.all(V1).and(V2, 1);
        try (ModelEndpoint endpoint = serving(split).build()) {
            for (int i = 0; i < 20; i++) {
                String unit = "unit-" + i;
                NamedAnswer answer = endpoint.answer(unit, request(unit, 1, 2, i), Duration.ofMinutes(1), Priority.LOW);
                assertThat(answer.version())
                        .isEqualTo(split.arms().get(split.armOf(unit)).version());
                assertAnswered(answer.outputs(), request(unit, 1, 2, i));
            }
        }
    }

    @Test
    void theFirstFailureInOrderIsThatOfTheBulk() {
        try (ModelEndpoint endpoint = serving(TrafficSplit.all(V1)).build()) {
            List<Map<String, Tensor>> requests = some(6);
            requests.set(2, request("poison", 1, 2, FakeSession.POISON));
            requests.set(4, Map.of());
            assertThatThrownBy(() -> endpoint.predictAll(requests)).hasMessage("poison");
            assertThat(endpoint.predictAll(List.<Map<String, Tensor>>of())).isEmpty();
        }
    }
}
