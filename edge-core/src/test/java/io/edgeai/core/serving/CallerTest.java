package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Version n answers n·x + 1, so an answer itself says who gave it. */
class CallerTest {
    private static final VersionRef V1 = VersionRef.of("m", 1);
    private static final VersionRef V2 = VersionRef.of("m", 2);
    private static final float[] INPUT = {1, 1, 1};

    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
    private final List<Told> told = new ArrayList<>();

    private record Told(String request, @Nullable String unit, VersionRef version, TrafficSplit split) {}

    private ModelEndpoint endpoint(TrafficSplit split) {
        return ModelEndpoint.builder()
                .opener(version -> engine.open(TinyModels.affine(version.number()), SessionOptions.defaults()))
                .split(split)
                .answers((request, unit, version, by) -> told.add(new Told(request, unit, version, by)))
                .build();
    }

    private static int version(float[] output) {
        return Math.round(output[0]) - 1;
    }

    @Test
    void itIsToldWhichVersionAnsweredARequestThatBearsAnId() {
        TrafficSplit split = TrafficSplit.all(V1).and(V2, 1);
        List<Told> expected = new ArrayList<>();
        try (ModelEndpoint endpoint = endpoint(split)) {
            for (int i = 0; i < 50; i++) {
                Caller caller = Caller.request("r" + i).unit(i % 2 == 0 ? null : "u" + i % 5);
                Answer flat = endpoint.answer(caller, INPUT);
                NamedAnswer named = endpoint.answer(caller, Map.of("x", Tensor.of(INPUT, 1, 3)));
                Tensor output = named.outputs().values().iterator().next();
                for (float[] answer : List.of(flat.output(), output.floats())) {
                    VersionRef by = VersionRef.of("m", version(answer));
                    expected.add(new Told("r" + i, caller.unitId(), by, split));
                }
                assertThat(flat.version().number()).isEqualTo(version(flat.output()));
                assertThat(named.version().number()).isEqualTo(version(output.floats()));
                if (caller.unitId() != null) {
                    assertThat(flat.version()).isEqualTo(named.version());
                }
            }
        }
        assertThat(told).isEqualTo(expected);
        assertThat(told).extracting(Told::version).contains(V1, V2);
    }

    @Test
    void nobodyIsToldOfRequestsWithoutAnIdNorOfFailures() {
        try (ModelEndpoint endpoint = endpoint(TrafficSplit.all(V1))) {
            assertThat(endpoint.predict(INPUT)).hasSize(3);
            assertThat(endpoint.answer("u", INPUT).output()).hasSize(3);
            assertThat(endpoint.answer(Caller.anybody().unit("u"), INPUT).output())
                    .hasSize(3);
            assertThat(endpoint.answer(Caller.request(""), INPUT).output()).hasSize(3);
            assertThatThrownBy(() -> endpoint.answer(Caller.request("r"), new float[] {1, 2}))
                    .isInstanceOf(InvalidInputException.class);
        }
        assertThat(told).isEmpty();
    }

    /** Of the caller's time and the endpoint's, two hours, the shorter one is what the session may take. */
    @Test
    void whatCallersAllowIsHeard() {
        List<Duration> allowed = new ArrayList<>();
        ModelEndpoint.Builder builder = ModelEndpoint.builder()
                .deadline(Duration.ofHours(2))
                .split(TrafficSplit.all(V1))
                .opener(version -> new ForwardingSession(engine.open(TinyModels.affine(1), SessionOptions.defaults())) {
                    @Override
                    public float[] predict(float[] input, long deadlineNanos) {
                        allowed.add(Duration.ofNanos(deadlineNanos));
                        return super.predict(input, deadlineNanos);
                    }
                });
        try (ModelEndpoint endpoint = builder.build()) {
            Caller caller = Caller.anybody().priority(Priority.HIGH);
            for (Duration longest : List.of(Duration.ofHours(1), Duration.ofHours(3))) {
                assertThat(version(
                                endpoint.answer(caller.within(longest), INPUT).output()))
                        .isEqualTo(1);
            }
        }
        assertThat(allowed).hasSize(2);
        assertThat(allowed.get(0)).isBetween(Duration.ofMinutes(1), Duration.ofHours(1));
        assertThat(allowed.get(1)).isBetween(Duration.ofMinutes(61), Duration.ofHours(2));
    }
}
