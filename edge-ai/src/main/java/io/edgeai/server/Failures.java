package io.edgeai.server;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.OverloadedException;
import io.edgeai.core.serving.protocol.ProtocolJson;
import io.edgeai.server.http.HttpResponse;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns failures into answers {@code {"error": …}}. What is no {@link EdgeException} is logged and not told. */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final String RETRY_AFTER_SECONDS = "1";

    private final ProtocolJson json;

    Failures(ProtocolJson json) {
        this.json = json;
    }

    HttpResponse answer(Throwable failure) {
        int status = status(failure);
        HttpResponse response = HttpResponse.json(status, json.error(message(failure, status)));
        if (failure instanceof Refusal refusal) {
            for (Map.Entry<String, String> header : refusal.headers().entrySet()) {
                response = response.with(header.getKey(), header.getValue());
            }
        }
        return status == 503 ? response.with("Retry-After", RETRY_AFTER_SECONDS) : response;
    }

    private static int status(Throwable failure) {
        if (failure instanceof Refusal refusal) {
            return refusal.status();
        }
        if (failure instanceof InvalidInputException) {
            return 400;
        }
        if (failure instanceof ModelNotFoundException) {
            return 404;
        }
        if (failure instanceof InferenceTimeoutException) {
            return 504;
        }
        boolean later = failure instanceof OverloadedException
                || failure instanceof LifecycleException
                || failure instanceof OutOfMemoryError;
        return later ? 503 : 500;
    }

    private static String message(Throwable failure, int status) {
        if (failure instanceof EdgeException) {
            if (status == 500) {
                LOG.warn("A request failed.", failure);
            }
            return String.valueOf(failure.getMessage());
        }
        LOG.error("A request failed.", failure);
        return failure instanceof OutOfMemoryError
                ? "There is not enough memory for this request now. Maybe try again, or send less at a time."
                : "The server failed (" + failure.getClass().getSimpleName() + "). Maybe see its log.";
    }
}
