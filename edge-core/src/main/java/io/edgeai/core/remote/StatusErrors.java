package io.edgeai.core.remote;

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
import io.grpc.StatusRuntimeException;
import java.io.IOException;

/** This library's errors as gRPC's codes, and back: by what the caller can do. Stateless. */
final class StatusErrors {
    /** What gRPC says of messages over a limit, with the code that otherwise means overload. */
    private static final String TOO_LARGE = "exceeds maximum size";

    private StatusErrors() {}

    static Status status(Throwable failure) {
        Status.Code code;
        if (failure instanceof StatusRuntimeException known) {
            return known.getStatus();
        } else if (failure instanceof InvalidInputException) {
            code = Status.Code.INVALID_ARGUMENT;
        } else if (failure instanceof ModelNotFoundException) {
            code = Status.Code.NOT_FOUND;
        } else if (failure instanceof InferenceTimeoutException) {
            code = Status.Code.DEADLINE_EXCEEDED;
        } else if (failure instanceof OverloadedException) {
            code = Status.Code.RESOURCE_EXHAUSTED;
        } else if (failure instanceof OperationCancelledException) {
            code = Status.Code.CANCELLED;
        } else if (failure instanceof RemoteUnavailableException || failure instanceof LifecycleException) {
            code = Status.Code.UNAVAILABLE;
        } else if (failure instanceof RuntimeUnavailableException) {
            code = Status.Code.UNIMPLEMENTED;
        } else {
            code = Status.Code.INTERNAL;
        }
        String text = failure instanceof EdgeException
                ? failure.getMessage()
                : "The model failed (" + failure.getClass().getSimpleName() + ").";
        return code.toStatus().withDescription(text).withCause(failure);
    }

    /** @param where names the model and its server */
    static EdgeException error(StatusRuntimeException failure, String where) {
        Status status = failure.getStatus();
        String said = where + " answered " + status.getCode()
                + (status.getDescription() == null ? "." : " (" + status.getDescription() + ").");
        return switch (status.getCode()) {
            case INVALID_ARGUMENT, OUT_OF_RANGE ->
                new InvalidInputException(repaired(said, "correct the inputs it names."), failure);
            case NOT_FOUND -> new ModelNotFoundException(repaired(said, "correct the model's name."), failure);
            case DEADLINE_EXCEEDED ->
                new InferenceTimeoutException(repaired(said, "allow more time, or ask for less at once."), failure);
            case RESOURCE_EXHAUSTED -> exhausted(status, said, failure);
            case CANCELLED -> new OperationCancelledException(repaired(said, "ask again."), failure);
            case UNAVAILABLE ->
                new RemoteUnavailableException(repaired(said, "it is starting: try again later."), failure);
            case UNKNOWN -> brokenOrUnknown(status, said, failure);
            case UNIMPLEMENTED, UNAUTHENTICATED, PERMISSION_DENIED ->
                new RuntimeUnavailableException(
                        repaired(said, "it is another service, or wants to know who asks."), failure);
            default -> new InferenceException(said, failure);
        };
    }

    /** gRPC calls it unknown, too, where the connection ends just as a call begins; only then does it know the cause. */
    private static EdgeException brokenOrUnknown(Status status, String said, StatusRuntimeException failure) {
        return status.getCause() instanceof IOException
                ? new RemoteUnavailableException(repaired(said, "it has ended: try again later."), failure)
                : new InferenceException(said, failure);
    }

    /** Adds a repair where the other side gave none. */
    private static String repaired(String said, String repair) {
        return said.contains("Maybe ") ? said : said + " Maybe " + repair;
    }

    private static EdgeException exhausted(Status status, String said, StatusRuntimeException failure) {
        String text = status.getDescription();
        return text != null && text.contains(TOO_LARGE)
                ? new InvalidInputException(repaired(said, "raise maxMessageBytes on both sides."), failure)
                : new OverloadedException(repaired(said, "try again later."), failure);
    }
}
