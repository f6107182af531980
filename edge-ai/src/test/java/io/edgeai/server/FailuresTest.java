package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.serving.protocol.ProtocolJson;
import io.edgeai.server.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
    private final Failures failures = new Failures(new ProtocolJson());

    static Stream<Arguments> statuses() {
        return Stream.of(
                Arguments.of(new InvalidInputException("a"), 400, false),
                Arguments.of(new ModelNotFoundException("a"), 404, false),
                Arguments.of(new OverloadedException("a"), 503, true),
                Arguments.of(new LifecycleException("a"), 503, true),
                Arguments.of(new InferenceTimeoutException("a"), 504, false),
                Arguments.of(new InferenceException("a"), 500, false),
                Arguments.of(new Refusal(413, "a"), 413, false));
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void eachFailureHasItsStatusAndItsMessage(RuntimeException failure, int status, boolean later) {
        HttpResponse response = failures.answer(failure);

        assertThat(response.status()).isEqualTo(status);
        assertThat(text(response)).isEqualTo("{\"error\":\"a\"}");
        assertThat(response.headers().containsKey("Retry-After")).isEqualTo(later);
    }

    @Test
    void whatNobodyForesawIsNotToldToStrangers() {
        HttpResponse response = failures.answer(new IllegalStateException("password=1234"));

        assertThat(response.status()).isEqualTo(500);
        assertThat(text(response)).contains("IllegalStateException").doesNotContain("1234");
    }

    @Test
    void tooLittleMemoryIsForLater() {
        HttpResponse response = failures.answer(new OutOfMemoryError("Cannot reserve direct buffer memory"));

        assertThat(response.status()).isEqualTo(503);
        assertThat(response.headers()).containsKey("Retry-After");
    }

    private static String text(HttpResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
