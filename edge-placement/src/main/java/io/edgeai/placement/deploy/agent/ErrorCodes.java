package io.edgeai.placement.deploy.agent;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.error.StorageException;

/** Failures as HTTP status codes, and back. */
final class ErrorCodes {
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int UNPROCESSABLE = 422;
    private static final int FAILED = 500;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int UNAVAILABLE = 503;
    private static final int INSUFFICIENT_STORAGE = 507;

    private ErrorCodes() {}

    static int status(EdgeException failure) {
        if (failure instanceof InvalidInputException) {
            return BAD_REQUEST;
        }
        if (failure instanceof ModelNotFoundException) {
            return NOT_FOUND;
        }
        if (failure instanceof ModelIntegrityException) {
            return UNPROCESSABLE;
        }
        if (failure instanceof RuntimeUnavailableException) {
            return NOT_IMPLEMENTED;
        }
        if (failure instanceof OverloadedException) {
            return UNAVAILABLE;
        }
        return failure instanceof StorageException ? INSUFFICIENT_STORAGE : FAILED;
    }

    static EdgeException failure(int status, String message) {
        return switch (status) {
            case BAD_REQUEST -> new InvalidInputException(message);
            case UNAUTHORIZED -> new InvalidInputException(message + " Maybe give the agent's token.");
            case NOT_FOUND -> new ModelNotFoundException(message);
            case UNPROCESSABLE -> new ModelIntegrityException(message);
            case NOT_IMPLEMENTED -> new RuntimeUnavailableException(message);
            case UNAVAILABLE -> new OverloadedException(message);
            case INSUFFICIENT_STORAGE -> new StorageException(message);
            default -> new EdgeException(message);
        };
    }
}
