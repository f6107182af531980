package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Versions of which one would take the other's sample for several ones do not share requests. */
class SameRequestsTest {
    private static final VersionRef V1 = VersionRef.of("m", 1);
    private static final VersionRef V2 = VersionRef.of("m", 2);
    private static final VersionRef V3 = VersionRef.of("m", 3);
    private static final VersionRef V4 = VersionRef.of("m", 4);

    private final Map<VersionRef, FakeSession> opened = new HashMap<>();

    /** Versions 1, 2 and 4 take samples of 2, 4 and 3 values, version 3 exactly one input. */
    private FakeSession session(VersionRef version) {
        int length = Map.of(V1, 2, V2, 4, V3, 0, V4, 3).get(version);
        FakeSession session = new FakeSession(new AtomicLong(), 1, 1, FakeSession::doubled) {
            @Override
            public int sampleLength() {
                return length;
            }
        };
        opened.put(version, session);
        return session;
    }

    private ModelEndpoint.Builder endpoint() {
        return ModelEndpoint.builder().opener(this::session);
    }

    @Test
    void aCanaryOfOtherSamplesIsRefusedAndTheOldVersionGoesOn() {
        try (ModelEndpoint endpoint = endpoint().split(TrafficSplit.all(V1)).build()) {
            TrafficSplit canary = TrafficSplit.all(V1).and(V2, 0.05);
            assertThatThrownBy(() -> endpoint.split(canary))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(m@1) and (m@2) cannot share requests: a sample has (2) and (4) values.")
                    .hasMessageContaining("Maybe register the second as a model of its own");
            assertThat(opened.get(V2).closed).isTrue();
            assertThat(endpoint.predict(new float[] {1, 2})).containsExactly(2, 4);
        }
    }

    @Test
    void itMayTakeOverAllRequestsAtOnceAndOneOfUnknownLengthMayShare() {
        try (ModelEndpoint endpoint =
                endpoint().split(TrafficSplit.all(V1).and(V3, 1)).build()) {
            endpoint.split(TrafficSplit.all(V2));
            assertThat(endpoint.predict(new float[] {1, 2, 3, 4})).containsExactly(2, 4, 6, 8);
        }
    }

    @Test
    void whereASampleOfOneIsNoBatchOfTheOtherItsRefusalsTell() {
        try (ModelEndpoint endpoint =
                endpoint().split(TrafficSplit.all(V1).and(V4, 1)).build()) {
            assertThat(endpoint.split().arms()).hasSize(2);
        }
    }

    @Test
    void anEndpointDoesNotBeginWithSuchVersions() {
        ModelEndpoint.Builder builder =
                endpoint().split(TrafficSplit.all(V3).and(V1, 1).and(V2, 1));
        assertThatThrownBy(builder::build).isInstanceOf(InvalidInputException.class);
        assertThat(opened.values()).hasSize(3).allMatch(session -> session.closed);
    }
}
