package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A caller may allow less time than the endpoint does, never more. */
class ShorterDeadlineTest {
    private final AtomicReference<Optional<Duration>> given = new AtomicReference<>();

    private final class Noting extends FakeSession {
        Noting() {
            super(new AtomicLong(), 0, 0, FakeSession::doubled);
        }

        @Override
        public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
            given.set(Optional.ofNullable(deadline));
            return inputs;
        }
    }

    private static @Nullable Duration millis(@Nullable Long number) {
        return number == null ? null : Duration.ofMillis(number);
    }

    @ParameterizedTest
    @CsvSource({",,", ",70,70", "50,,50", "50,70,50", "70,50,50", "50,50,50"})
    void theShorterOfBothCounts(@Nullable Long endpoints, @Nullable Long callers, @Nullable Long expected) {
        ModelEndpoint.Builder builder =
                ModelEndpoint.builder().opener(version -> new Noting()).split(TrafficSplit.all(VersionRef.of("m", 1)));
        if (endpoints != null) {
            builder.deadline(Duration.ofMillis(endpoints));
        }
        try (ModelEndpoint endpoint = builder.build()) {
            endpoint.predict(Map.of(), millis(callers));
            assertThat(given.get()).isEqualTo(Optional.ofNullable(millis(expected)));
        }
    }
}
