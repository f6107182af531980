package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Answers several requests at once on the calling thread: routes each, and runs those that meet the same version
 * together where that pays. A request that fails does not fail its neighbours. Thread-safe.
 */
final class Dispatcher {
    private final Supplier<Routes> routes;
    private final int maxBatch;
    private final long deadlineNanos;
    private final Ticker ticker;

    /** @param routes the routing table in force; throws {@link LifecycleException} once the endpoint is closed */
    Dispatcher(Supplier<Routes> routes, int maxBatch, long deadlineNanos, Ticker ticker) {
        this.routes = routes;
        this.maxBatch = maxBatch;
        this.deadlineNanos = deadlineNanos;
        this.ticker = ticker;
    }

    /** Completes every request. */
    void answer(List<Request> requests) {
        List<Request> open = new ArrayList<>(requests);
        try {
            while (true) {
                open.removeIf(request -> request.answer.isDone());
                if (open.isEmpty()) {
                    return;
                }
                Routes current = routes.get();
                try {
                    byArm(current, open).forEach(this::answer);
                } catch (LifecycleException e) {
                    if (routes.get() == current) {
                        throw e;
                    }
                }
            }
        } catch (RuntimeException | Error e) {
            open.forEach(request -> request.answer.completeExceptionally(e));
        }
    }

    private static Map<Arm, List<Request>> byArm(Routes routes, List<Request> requests) {
        Map<Arm, List<Request>> groups = new LinkedHashMap<>();
        for (Request request : requests) {
            groups.computeIfAbsent(routes.any(), arm -> new ArrayList<>()).add(request);
        }
        return groups;
    }

    private void answer(Arm arm, List<Request> requests) {
        for (int from = 0; from < requests.size(); from += maxBatch) {
            List<Request> chunk = requests.subList(from, Math.min(requests.size(), from + maxBatch));
            if (!together(arm, chunk)) {
                chunk.forEach(request -> alone(arm, request));
            }
        }
    }

    /** False where these are better run alone, or where the batch as a whole failed and each must show its own fate. */
    private boolean together(Arm arm, List<Request> requests) {
        float[][] inputs = requests.stream().map(request -> request.input).toArray(float[][]::new);
        long left = Long.MAX_VALUE;
        for (Request request : requests) {
            left = Math.min(left, left(request));
        }
        if (left < 0 || !arm.curve.prefersTogether(inputs, left)) {
            return false;
        }
        float[][] answers;
        try {
            answers = arm.together(inputs, left);
        } catch (LifecycleException e) {
            throw e;
        } catch (RuntimeException e) {
            return false;
        }
        for (int i = 0; i < answers.length; i++) {
            requests.get(i).answer.complete(answers[i]);
        }
        return true;
    }

    private void alone(Arm arm, Request request) {
        try {
            long left = left(request);
            if (left < 0) {
                throw new InferenceTimeoutException("The request waited for its deadline of (" + deadlineNanos / 1000
                        + ") µs and did not run. Maybe send fewer at once, or allow more time.");
            }
            request.answer.complete(arm.predict(request.input, left));
        } catch (LifecycleException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            request.answer.completeExceptionally(e);
        }
    }

    /** Nanoseconds a request may still run, 0 where it has no deadline, below 0 where its time is over. */
    private long left(Request request) {
        if (deadlineNanos == 0 || request.since == Request.NOW) {
            return deadlineNanos;
        }
        long left = deadlineNanos - (ticker.nanos() - request.since);
        return left > 0 ? left : -1;
    }
}
