package io.edgeai.core.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.error.RemoteUnavailableException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.grpc.Status;
import java.nio.channels.ClosedChannelException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class StatusErrorsTest {
    static Stream<Arguments> pairs() {
        return Stream.of(
                Arguments.of(new InvalidInputException("m"), Status.Code.INVALID_ARGUMENT, InvalidInputException.class),
                Arguments.of(new ModelNotFoundException("m"), Status.Code.NOT_FOUND, ModelNotFoundException.class),
                Arguments.of(
                        new InferenceTimeoutException("m"),
                        Status.Code.DEADLINE_EXCEEDED,
                        InferenceTimeoutException.class),
                Arguments.of(new OverloadedException("m"), Status.Code.RESOURCE_EXHAUSTED, OverloadedException.class),
                Arguments.of(
                        new OperationCancelledException("m"), Status.Code.CANCELLED, OperationCancelledException.class),
                Arguments.of(
                        new RemoteUnavailableException("m"), Status.Code.UNAVAILABLE, RemoteUnavailableException.class),
                Arguments.of(new LifecycleException("m"), Status.Code.UNAVAILABLE, RemoteUnavailableException.class),
                Arguments.of(
                        new RuntimeUnavailableException("m"),
                        Status.Code.UNIMPLEMENTED,
                        RuntimeUnavailableException.class),
                Arguments.of(new InferenceException("m"), Status.Code.INTERNAL, InferenceException.class),
                Arguments.of(new IllegalStateException("secret"), Status.Code.INTERNAL, InferenceException.class));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void anErrorArrivesAsWhatTheCallerCanDoAboutIt(
            RuntimeException thrown, Status.Code code, Class<? extends EdgeException> arrives) {
        Status status = StatusErrors.status(thrown);
        EdgeException error = StatusErrors.error(status.asRuntimeException(), "Model (m) at (h:1)");

        assertThat(status.getCode()).isEqualTo(code);
        assertThat(error)
                .isInstanceOf(arrives)
                .hasMessageContaining("Model (m) at (h:1) answered " + code)
                .hasMessageNotContaining("secret");
        if (thrown.getClass() == arrives) {
            assertThat(error.retriable()).isEqualTo(((EdgeException) thrown).retriable());
        }
    }

    @ParameterizedTest
    @EnumSource(value = Status.Code.class, mode = EnumSource.Mode.EXCLUDE, names = "OK")
    void everyCodeOfAForeignServerBecomesOneOfOurErrors(Status.Code code) {
        assertThat(StatusErrors.error(code.toStatus().asRuntimeException(), "w"))
                .hasMessageContaining("w answered " + code);
    }

    @Test
    void aMessageOverTheLimitIsNoOverload() {
        Status grpc = Status.RESOURCE_EXHAUSTED.withDescription("gRPC message exceeds maximum size 1024: 4096");
        assertThat(StatusErrors.error(grpc.asRuntimeException(), "w"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe raise maxMessageBytes");
    }

    /** Regression: a server that was killed just before a call was sometimes an error of the model. */
    @Test
    void aConnectionThatBreaksIsAServerThatIsNotThere() {
        Status broken = Status.UNKNOWN.withDescription("channel closed").withCause(new ClosedChannelException());
        assertThat(StatusErrors.error(broken.asRuntimeException(), "w"))
                .isInstanceOf(RemoteUnavailableException.class)
                .hasMessage("w answered UNKNOWN (channel closed). Maybe it has ended: try again later.");
        assertThat(StatusErrors.error(broken.withCause(null).asRuntimeException(), "w"))
                .as("what a server itself calls unknown")
                .isInstanceOf(InferenceException.class);
    }

    @Test
    void theOtherSidesRepairIsKept() {
        Status said = Status.NOT_FOUND.withDescription("No such. Maybe start it.");
        assertThat(StatusErrors.error(said.asRuntimeException(), "w"))
                .hasMessage("w answered NOT_FOUND (No such. Maybe start it.).");
    }
}
