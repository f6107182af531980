package io.edgeai.core.serving;

import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs requests on this thread and completes them, together where that pays. One that fails does not fail its
 * neighbours. Thread-safe.
 */
final class Runner {
    private final BatchCurve curve;
    private final Model model;
    private final ToLongFunction<Request> left;

    /** What runs a request; each throws as {@link io.edgeai.core.runtime.InferenceSession#predict} does. */
    interface Model {
        /** The answer, or null where it cannot run now. */
        float @Nullable [] predict(float[] input, long deadlineNanos);

        float @Nullable [][] predictEach(float[][] inputs, long deadlineNanos);
    }

    /** @param left nanoseconds a request may still run, 0 where it has no deadline, below 0 where its time is over */
    Runner(BatchCurve curve, Model model, ToLongFunction<Request> left) {
        this.curve = curve;
        this.model = model;
        this.left = left;
    }

    /**
     * Completes each request, as far as the model can run. Expired ones do not run; inputs of an unusual length run alone, after the others.
     *
     * @throws LifecycleException where the session was closed; requests that are not done may run elsewhere
     */
    void answer(List<Request> requests) {
        List<Request> live = new ArrayList<>(requests.size());
        List<Request> others = new ArrayList<>();
        for (Request request : requests) {
            if (left.applyAsLong(request) < 0) {
                expire(request);
            } else if (curve.sample(request.input)) {
                live.add(request);
            } else {
                others.add(request);
            }
        }
        if (!together(live)) {
            live.forEach(this::alone);
        }
        others.forEach(this::alone);
    }

    /** False where these are better run alone, or where the batch as a whole failed and each must show its own fate. */
    boolean together(List<Request> requests) {
        if (requests.size() < 2) {
            return false;
        }
        float[][] inputs = new float[requests.size()][];
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = requests.get(i).input;
            shortest = Math.min(shortest, left.applyAsLong(requests.get(i)));
        }
        if (shortest < 0 || !curve.prefersTogether(inputs, shortest)) {
            return false;
        }
        float @Nullable [][] answers;
        try {
            answers = model.predictEach(inputs, shortest);
        } catch (LifecycleException e) {
            throw e;
        } catch (RuntimeException e) {
            return false;
        }
        if (answers == null) {
            return false;
        }
        for (int i = 0; i < answers.length; i++) {
            requests.get(i).answer.complete(answers[i]);
        }
        return true;
    }

    /** False where the model cannot run now; otherwise the request is done. */
    boolean alone(Request request) {
        if (!request.begin()) {
            return true;
        }
        try {
            long nanos = left.applyAsLong(request);
            if (nanos < 0) {
                expire(request);
            } else {
                float[] answer = model.predict(request.input, nanos);
                if (answer == null) {
                    return false;
                }
                request.answer.complete(answer);
            }
            return true;
        } catch (LifecycleException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            request.answer.completeExceptionally(e);
            return true;
        } finally {
            request.end();
        }
    }

    private static void expire(Request request) {
        request.answer.completeExceptionally(
                new InferenceTimeoutException(
                        "The request waited until its deadline and did not run. Maybe send fewer at once, or allow more time."));
    }
}
