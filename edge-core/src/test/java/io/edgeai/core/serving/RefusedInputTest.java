package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.spi.InferenceListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is at fault where one version of a split refuses an input. */
class RefusedInputTest {
    private static final VersionRef BEFORE = VersionRef.of("m", 1);
    private static final VersionRef NEW = VersionRef.of("m", 2);
    private static final float[] INPUT = {1, 2};

    private final AtomicLong clock = new AtomicLong();
    private final Map<VersionRef, Version> sessions = new HashMap<>();
    private final List<Throwable> failures = new ArrayList<>();
    private @Nullable ModelEndpoint endpoint;

    /** A session that takes, refuses or fails whatever comes. */
    private static final class Version extends FakeSession {
        Version(AtomicLong clock, UnaryOperator<float[]> behaviour) {
            super(clock, 1_000, 0, behaviour);
        }

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
            float[] answer = predict(inputs.values().iterator().next().floats(), 0);
            return Map.of("y", Tensor.of(answer, answer.length));
        }
    }

    private static float[] behaviour(String name, float[] input) {
        return switch (name) {
            case "takes" -> input.clone();
            case "refuses" -> throw new InvalidInputException("No such input.");
            default -> throw new InferenceException("broken");
        };
    }

    private ModelEndpoint endpoint(String before, String next) {
        sessions.put(BEFORE, new Version(clock, input -> behaviour(before, input)));
        sessions.put(NEW, new Version(clock, input -> behaviour(next, input)));
        endpoint = ModelEndpoint.builder()
                .opener(sessions::get)
                .split(TrafficSplit.all(BEFORE).and(NEW, 1))
                .listeners(version -> new InferenceListener() {
                    @Override
                    public void success(long latencyNanos) {}

                    @Override
                    public void failure(long latencyNanos, Throwable error) {
                        failures.add(error);
                    }
                })
                .ticker(clock::get)
                .deadline(Duration.ofMillis(1))
                .build();
        return endpoint;
    }

    @AfterEach
    void close() {
        if (endpoint != null) {
            endpoint.close();
        }
    }

    /** A unit whose requests go to a version, by the split's own dealing. */
    private String unitOf(VersionRef version) {
        TrafficSplit split = endpoint.split();
        int unit = 0;
        while (!split.arms().get(split.armOf("u" + unit)).version().equals(version)) {
            unit++;
        }
        return "u" + unit;
    }

    @ParameterizedTest(name = "before {0}, new {1}, met {2}: {3}")
    @CsvSource({
        "takes,   refuses, 2, InferenceException,    1",
        "refuses, refuses, 2, InvalidInputException, 1",
        "fails,   refuses, 2, InvalidInputException, 1",
        "refuses, takes,   1, InvalidInputException, 0",
        "refuses, fails,   1, InvalidInputException, 0",
        "takes,   fails,   2, InferenceException,    0"
    })
    void theNewVersionIsAtFaultOnlyWhereTheOneBeforeTakesTheSame(
            String before, String next, int met, String error, int runsOfTheOther) {
        ModelEndpoint served = endpoint(before, next);
        Throwable thrown = catchThrowable(() -> served.predict(unitOf(VersionRef.of("m", met)), INPUT));
        assertThat(thrown.getClass().getSimpleName()).isEqualTo(error);
        assertThat(failures).as("what the monitor and a canary hear").containsExactly(thrown);
        assertThat(sessions.get(met == 1 ? NEW : BEFORE).batches).hasSize(runsOfTheOther);
        assertThat(served.answered()).containsEntry(BEFORE, 0L).containsEntry(NEW, 0L);
    }

    @Test
    void theErrorNamesBothVersionsAndKeepsTheRefusal() {
        ModelEndpoint served = endpoint("takes", "refuses");
        assertThatThrownBy(() -> served.predict(unitOf(NEW), INPUT))
                .hasMessageContaining("(m@2) refuses what version (m@1) takes: No such input.")
                .hasMessageContaining("Maybe ")
                .hasCauseInstanceOf(InvalidInputException.class);
    }

    /** Every way in deals requests by chance, so that 40 meet both versions but once in 2^40. */
    @ParameterizedTest
    @CsvSource({"named", "asynchronous", "bulk"})
    void everyWayInIsJudgedAlike(String way) {
        ModelEndpoint served = endpoint("takes", "refuses");
        Throwable thrown = null;
        for (int i = 0; i < 40 && thrown == null; i++) {
            thrown = catchThrowable(() -> ask(served, way));
        }
        assertThat(thrown instanceof CompletionException ? thrown.getCause() : thrown)
                .isExactlyInstanceOf(InferenceException.class)
                .hasMessageContaining("(m@2) refuses what version (m@1) takes");
    }

    private static void ask(ModelEndpoint served, String way) {
        switch (way) {
            case "named" -> served.predict(Map.of("x", Tensor.of(INPUT, 2)));
            case "asynchronous" -> served.predictAsync(INPUT).join();
            default -> served.predictAll(new float[][] {INPUT});
        }
    }

    @Test
    void whereTheDeadlineIsOverNobodyElseIsAsked() {
        ModelEndpoint served = endpoint("takes", "refuses");
        Version slow = new Version(clock, input -> {
            clock.addAndGet(1_000_000);
            return behaviour("refuses", input);
        });
        VersionRef third = VersionRef.of("m", 3);
        sessions.put(third, slow);
        served.split(TrafficSplit.all(BEFORE).and(third, 1));
        String unit = unitOf(third);
        assertThatThrownBy(() -> served.predict(unit, INPUT)).isInstanceOf(InvalidInputException.class);
        assertThat(sessions.get(BEFORE).batches).isEmpty();
    }

    @Test
    void theOneBeforeGetsWhatIsLeftOfTheDeadline() {
        ModelEndpoint served = endpoint("takes", "refuses");
        assertThatThrownBy(() -> served.predict(unitOf(NEW), INPUT)).isInstanceOf(InferenceException.class);
        assertThat(sessions.get(BEFORE).deadlines).containsExactly(1_000_000L - 1_000L);
    }
}
