package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.ShadowReport;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShadowAndStandbyTest {
    private static final VersionRef V1 = VersionRef.of("m", 1);
    private static final VersionRef V2 = VersionRef.of("m", 2);
    private static final VersionRef V3 = VersionRef.of("m", 3);
    private final AtomicLong now = new AtomicLong();
    private final List<String> opened = new ArrayList<>();
    private final List<FakeSession> sessions = new ArrayList<>();
    private final CountDownLatch go = new CountDownLatch(1);

    /** Version 1 gives its input back, version 2 the same in the other order, version 3 waits to be let go. */
    private InferenceSession open(VersionRef version) {
        opened.add(version.toString());
        FakeSession session =
                new FakeSession(new AtomicLong(), 0, 0, input -> switch (version.number()) {
                    case 1 -> input.clone();
                    case 2 -> new float[] {input[1], input[0]};
                    default -> held(input);
                }) {
                    @Override
                    public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
                        return inputs;
                    }
                };
        sessions.add(session);
        return session;
    }

    private float[] held(float[] input) {
        try {
            go.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return input;
    }

    private ModelEndpoint.Builder endpoint() {
        return ModelEndpoint.builder()
                .opener(this::open)
                .split(TrafficSplit.all(V1))
                .ticker(now::get)
                .maxBatch(1);
    }

    private static ShadowReport after(ModelEndpoint endpoint, long requests) {
        Ample.await()
                .until(() -> endpoint.shadowReport().orElseThrow().compared()
                                + endpoint.shadowReport().orElseThrow().failed()
                        >= requests);
        return endpoint.shadowReport().orElseThrow();
    }

    @Test
    void theShadowAnswersTooAndNobodySeesIt() {
        try (ModelEndpoint endpoint = endpoint().build()) {
            endpoint.shadow(V2, 1);
            for (int i = 0; i < 10; i++) {
                assertThat(endpoint.predict(new float[] {1, 3})).containsExactly(1, 3);
            }
            for (int i = 0; i < 30; i++) {
                assertThat(endpoint.predict(new float[] {5, 5})).containsExactly(5, 5);
            }
            ShadowReport report = after(endpoint, 40);
            assertThat(report.version()).isEqualTo(V2);
            assertThat(report.compared()).isEqualTo(40);
            assertThat(report.agreement()).isEqualTo(0.75);
            // Wilson (1927) for 30 of 40, worked out by hand
            assertThat(report.agreementInterval().low()).isBetween(0.597, 0.599);
            assertThat(report.agreementInterval().high()).isBetween(0.857, 0.859);
            assertThat(report.largestDifference()).isEqualTo(2);
            assertThat(report.meanDifference()).isEqualTo(0.5);
            assertThat(endpoint.answered()).containsOnlyKeys(V1).containsValue(40L);
        }
        assertThat(sessions).allSatisfy(session -> assertThat(session.closed).isTrue());
    }

    @Test
    void bulkAndNamedRequestsAreShownToo() {
        try (ModelEndpoint endpoint = endpoint().build()) {
            endpoint.shadow(V1, 1);
            endpoint.predictAll(new float[][] {{1, 2}, {3, 4}});
            endpoint.predictAsync(new float[] {5, 6}).join();
            assertThat(after(endpoint, 3).agreement()).isEqualTo(1);
            endpoint.endShadow();
            assertThat(endpoint.shadowReport()).isEmpty();
            endpoint.predict(new float[] {1, 2});
            assertThat(sessions.get(1).closed).isTrue();
        }
    }

    @Test
    void aShadowThatFailsOrHangsHarmsNobody() {
        try (ModelEndpoint endpoint = endpoint().build()) {
            endpoint.shadow(V2, 1);
            sessions.get(1).closed = true; // every answer fails from now on
            endpoint.predict(new float[] {1, 2});
            assertThat(after(endpoint, 1).failed()).isEqualTo(1);
            assertThat(after(endpoint, 1).lastFailure()).isEqualTo("closed");
            endpoint.shadow(V3, 1);
            for (int i = 0; i < 1000; i++) {
                assertThat(endpoint.predict(new float[] {i, 0})).containsExactly(i, 0);
            }
            assertThat(endpoint.shadowReport().orElseThrow().dropped()).isBetween(1000 - 258L, 1000 - 256L);
            go.countDown();
            assertThat(after(endpoint, 256).failed()).isZero();
        }
    }

    @Test
    void aFractionIsAFraction() {
        try (ModelEndpoint endpoint = endpoint().build()) {
            endpoint.shadow(V1, 0.1);
            for (int i = 0; i < 2000; i++) {
                endpoint.predict(new float[] {i, 0});
            }
            ShadowReport report = after(endpoint, 1);
            assertThat(report.compared() + report.dropped()).isLessThan(320);
            assertThatThrownBy(() -> endpoint.shadow(V2, 0)).isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> endpoint.shadow(V2, 1.1)).isInstanceOf(InvalidInputException.class);
            assertThat(opened).containsExactly("m@1", "m@1");
        }
    }

    @Test
    void namedTensorsAreCopiedBeforeTheyAreShown() {
        Tensor kept = Tensor.of(new float[] {1, 2}, 1, 2);
        try (ModelEndpoint endpoint = endpoint().build()) {
            endpoint.shadow(V1, 1);
            endpoint.predict(Map.of("x", kept));
            kept.buffer().asFloatBuffer().put(0, 99);
            assertThat(after(endpoint, 1).largestDifference()).isZero();
        }
    }

    @Test
    void goingBackWithinTheStandbyOpensNothing() {
        try (ModelEndpoint endpoint = endpoint().standby(Duration.ofSeconds(5)).build()) {
            endpoint.split(TrafficSplit.all(V2));
            now.set(4_000_000_000L);
            endpoint.closeExpired();
            endpoint.split(TrafficSplit.all(V1));
            assertThat(opened).containsExactly("m@1", "m@2");
            assertThat(endpoint.predict(new float[] {1, 2})).containsExactly(1, 2);
            now.set(9_000_000_000L);
            endpoint.closeExpired();
            assertThat(sessions.get(1).closed).as("version 2 left 5 s ago").isTrue();
            assertThat(sessions.get(0).closed).isFalse();
            endpoint.split(TrafficSplit.all(V2));
            assertThat(opened).containsExactly("m@1", "m@2", "m@2");
        }
        assertThat(sessions).allSatisfy(session -> assertThat(session.closed).isTrue());
    }

    @Test
    void withoutAStandbyVersionsCloseAsTheyLeave() {
        try (ModelEndpoint endpoint = endpoint().build()) {
            endpoint.split(TrafficSplit.all(V2));
            assertThat(sessions.get(0).closed).isTrue();
            assertThatThrownBy(() -> ModelEndpoint.builder().standby(Duration.ofSeconds(-1)))
                    .isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void anAnswerSaysWhoGaveIt() {
        try (ModelEndpoint endpoint =
                endpoint().split(TrafficSplit.all(V1).and(V2, 1)).build()) {
            for (int unit = 0; unit < 100; unit++) {
                Answer answer = endpoint.answer("unit-" + unit, new float[] {1, 2});
                assertThat(answer.output()[0]).isEqualTo(answer.version().equals(V1) ? 1 : 2);
            }
        }
    }
}
