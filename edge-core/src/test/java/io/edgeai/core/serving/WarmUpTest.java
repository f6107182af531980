package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmUpTest {
    private static final VersionRef V1 = VersionRef.of("m", 1);
    private static final VersionRef V2 = VersionRef.of("m", 2);

    /** Notes the named requests it is given, in order with the array ones of its parent. */
    private static final class Noting extends FakeSession {
        final List<Map<String, Tensor>> requests = new ArrayList<>();
        private final Signature signature;

        Noting(Signature signature) {
            super(new AtomicLong(), 0, 0, FakeSession::doubled);
            this.signature = signature;
        }

        @Override
        public Signature signature() {
            return signature;
        }

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
            requests.add(inputs);
            if (inputs.containsKey("bad")) {
                throw new InvalidInputException("bad request");
            }
            return inputs;
        }
    }

    private static Noting session(TensorSpec... inputs) {
        return new Noting(new Signature(List.of(inputs), List.of()));
    }

    private static ModelEndpoint.Builder endpoint(WarmUp warmUp, Map<VersionRef, Noting> sessions) {
        return ModelEndpoint.builder()
                .opener(sessions::get)
                .warmUp(version -> warmUp)
                .split(TrafficSplit.all(V1));
    }

    @Test
    void recordedRequestsAreAnsweredBeforeTheFirstCaller() {
        Noting one = session();
        Noting two = session();
        Map<String, Tensor> first = Map.of("a", Tensor.of(new float[] {1}, 1));
        Map<String, Tensor> second = Map.of("b", Tensor.of(new float[] {2}, 1));
        try (ModelEndpoint endpoint = endpoint(WarmUp.of(List.of(first, second)), Map.of(V1, one, V2, two))
                .build()) {
            assertThat(one.requests).containsExactly(first, second);
            assertThat(two.requests).isEmpty();
            endpoint.split(TrafficSplit.all(V2));
            assertThat(two.requests).containsExactly(first, second);
            assertThat(endpoint.answered()).as("none of them is a caller's").containsEntry(V2, 0L);
        }
    }

    @Test
    void aVersionThatFailsARecordedRequestIsNotPutInService() {
        WarmUp strict = WarmUp.of(List.of(Map.of("bad", Tensor.of(new float[] {1}, 1))));
        Map<VersionRef, Noting> sessions = Map.of(V1, session(), V2, session());
        try (ModelEndpoint endpoint = ModelEndpoint.builder()
                .opener(sessions::get)
                .warmUp(version -> version.equals(V2) ? strict : WarmUp.NONE)
                .split(TrafficSplit.all(V1))
                .build()) {
            assertThatThrownBy(() -> endpoint.split(TrafficSplit.all(V2)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("bad request");
            assertThat(endpoint.answered()).containsOnlyKeys(V1);
            assertThat(sessions.get(V2).closed).isTrue();
            assertThat(endpoint.predict(new float[] {3, 4})).containsExactly(6, 8);
        }
    }

    @Test
    void generatedRequestsHaveTheSignaturesTypesAndShapes() {
        Noting session = session(
                TensorSpec.of("x", ElementType.FLOAT, -1, 3),
                TensorSpec.of("ids", ElementType.INT64, 2),
                TensorSpec.of("text", ElementType.STRING, -1));
        endpoint(WarmUp.generated(2), Map.of(V1, session)).build().close();

        assertThat(session.requests).hasSize(2);
        Map<String, Tensor> request = session.requests.get(0);
        assertThat(request.get("x").shape()).containsExactly(1, 3);
        for (float value : request.get("x").floats()) {
            assertThat(value).isGreaterThanOrEqualTo(-1).isLessThan(1).isNotZero();
        }
        assertThat(request.get("ids").longs()).containsExactly(0, 0);
        assertThat(request.get("text").strings()).containsExactly("");
        assertThat(session.batches).as("and the path of plain arrays").containsExactly(1, 1);
    }

    @Test
    void aGeneratedRequestThatTheModelRefusesHindersNothing() {
        Noting picky = session(TensorSpec.of("bad", ElementType.FLOAT, 1));
        try (ModelEndpoint endpoint =
                endpoint(WarmUp.generated(5), Map.of(V1, picky)).build()) {
            assertThat(picky.requests).hasSize(1);
            assertThat(endpoint.predict(new float[] {1, 2})).containsExactly(2, 4);
        }
    }

    @Test
    void recordedOnesGoFirstWhereBothAreGiven() {
        Noting session = session(TensorSpec.of("x", ElementType.FLOAT, 1));
        Map<String, Tensor> real = Map.of("x", Tensor.of(new float[] {7}, 1));
        endpoint(WarmUp.generated(1).and(WarmUp.of(List.of(real))), Map.of(V1, session))
                .build()
                .close();

        assertThat(session.requests).hasSize(2).first().isEqualTo(real);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 100_001})
    void runsHaveBounds(int runs) {
        assertThatThrownBy(() -> WarmUp.generated(runs))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(" + runs + ")");
    }
}
