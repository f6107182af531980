package io.edgeai.core.serving;

import io.edgeai.core.error.InferenceTimeoutException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs requests on this thread and completes them, together where that pays. One that fails does not fail its
 * neighbours. Thread-safe.
 */
final class Runner {
    private final Company company;
    private final int maxBatch;
    private final Model model;
    private final ToLongFunction<Request<?>> left;

    /** What runs a request; each throws as {@link io.edgeai.core.runtime.InferenceSession#predict} does. */
    interface Model {
        /** The answer, or null where it cannot run now. */
        float @Nullable [] predict(SampleRequest request, long deadlineNanos);

        /** The answer of each, in order. */
        float @Nullable [][] predictEach(SampleMates mates, long deadlineNanos);

        @Nullable
        Map<String, Tensor> run(NamedRequest request, long deadlineNanos);

        /** The answer of each, in order. */
        @Nullable
        List<Map<String, Tensor>> runEach(NamedMates mates, long deadlineNanos);
    }

    /**
     * @param maxBatch most samples or rows in a run
     * @param left nanoseconds a request may still run, 0 where it has no deadline, below 0 where its time is over
     */
    Runner(Company company, int maxBatch, Model model, ToLongFunction<Request<?>> left) {
        this.company = company;
        this.maxBatch = maxBatch;
        this.model = model;
        this.left = left;
    }

    /**
     * Completes each request, as far as the model can run. Expired ones do not run; those that share a run with nobody
     * run alone, after the others.
     *
     * @return who could share a run
     * @throws LifecycleException where the session was closed; requests that are not done may run elsewhere
     */
    List<Mates> answer(List<? extends Request<?>> requests) {
        List<Request<?>> live = new ArrayList<>(requests.size());
        for (Request<?> request : requests) {
            if (left.applyAsLong(request) < 0) {
                expire(request);
            } else {
                live.add(request);
            }
        }
        List<Mates> groups = mates(live);
        for (Mates mates : groups) {
            if (!together(mates)) {
                mates.requests().forEach(this::alone);
            }
        }
        return groups;
    }

    /** Who could share a run with whom. */
    List<Mates> mates(List<? extends Request<?>> requests) {
        return company.mates(requests, maxBatch, left);
    }

    /** False where these are better run alone, or where the batch as a whole failed and each must show its own fate. */
    boolean together(Mates mates) {
        if (mates.size() < 2) {
            return false;
        }
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        for (Request<?> request : mates.requests()) {
            long nanos = left.applyAsLong(request);
            if (nanos < 0) {
                return false;
            }
            shortest = nanos == 0 ? shortest : Math.min(shortest, nanos);
            longest = nanos == 0 ? Long.MAX_VALUE : Math.max(longest, nanos);
        }
        long limit = shortest == Long.MAX_VALUE ? 0 : shortest;
        if (!mates.prefer(limit, longest == Long.MAX_VALUE ? 0 : longest)) {
            return false;
        }
        try {
            return mates.runOn(model, limit);
        } catch (LifecycleException e) {
            throw e;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** False where the model cannot run now; otherwise the request is done. */
    <A> boolean alone(Request<A> request) {
        if (!request.begin()) {
            return true;
        }
        try {
            long nanos = left.applyAsLong(request);
            if (nanos < 0) {
                expire(request);
            } else {
                A answer = request.runOn(model, nanos);
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

    private static void expire(Request<?> request) {
        request.answer.completeExceptionally(
                new InferenceTimeoutException(
                        "The request waited until its deadline and did not run. Maybe send fewer at once, or allow more time."));
    }
}
