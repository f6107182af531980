package io.edgeai.core.serving;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Answers several requests at once on the calling thread: routes each, and runs those that meet the same version
 * together where that pays. A request that fails does not fail its neighbours. Thread-safe.
 */
final class Dispatcher {
    /** Inputs in hand at a time where several versions share them. */
    private static final int BULK = 4096;

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
    void answer(List<? extends Request<?>> requests) {
        List<Request<?>> open = new ArrayList<>(requests);
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

    /**
     * Answers inputs in order on this thread; what one version answers runs in batches where that pays.
     *
     * @throws RuntimeException the failure of the first input in order that fails
     */
    float[][] answer(float[][] inputs) {
        float[][] answers = new float[inputs.length][];
        int done = 0;
        while (done < inputs.length) {
            Routes current = routes.get();
            int most = current.arms.length == 1 ? maxBatch : BULK;
            try {
                while (done < inputs.length) {
                    float[][] chunk = Arrays.copyOfRange(inputs, done, Math.min(inputs.length, done + most));
                    System.arraycopy(answer(current, chunk), 0, answers, done, chunk.length);
                    done += chunk.length;
                }
            } catch (LifecycleException e) {
                if (routes.get() == current) {
                    throw e;
                }
            }
        }
        return answers;
    }

    /** {@link #answer(float[][])} by named tensors; rows of one shape run together, wherever in the list they are. */
    List<Map<String, Tensor>> answerNamed(List<Map<String, Tensor>> inputs) {
        List<Map<String, Tensor>> answers = new ArrayList<>(inputs.size());
        for (int from = 0; from < inputs.size(); from += BULK) {
            List<NamedRequest> requests = new ArrayList<>();
            for (Map<String, Tensor> input : inputs.subList(from, Math.min(inputs.size(), from + BULK))) {
                requests.add(new NamedRequest(input, Request.NOW, Priority.NORMAL, 0));
            }
            answer(requests);
            requests.forEach(request -> answers.add(request.get()));
        }
        return answers;
    }

    private float[][] answer(Routes current, float[][] chunk) {
        if (current.arms.length == 1) {
            Arm arm = current.arms[0];
            if (arm.curve.prefersTogether(chunk, deadlineNanos)) {
                try {
                    return arm.predictEach(chunk, deadlineNanos);
                } catch (LifecycleException e) {
                    throw e;
                } catch (RuntimeException e) {
                    return oneByOne(arm, chunk); // whoever is at fault shows it alone
                }
            }
            if (BatchCurve.uniform(chunk)) {
                return oneByOne(arm, chunk);
            }
        }
        List<SampleRequest> requests = new ArrayList<>(chunk.length);
        for (float[] input : chunk) {
            requests.add(new SampleRequest(input, Request.NOW));
        }
        answer(requests);
        return requests.stream().map(Request::get).toArray(float[][]::new);
    }

    private float[][] oneByOne(Arm arm, float[][] chunk) {
        float[][] answers = new float[chunk.length][];
        for (int i = 0; i < chunk.length; i++) {
            answers[i] = arm.predict(chunk[i], deadlineNanos);
        }
        return answers;
    }

    private static Map<Arm, List<Request<?>>> byArm(Routes routes, List<? extends Request<?>> requests) {
        Map<Arm, List<Request<?>>> groups = new LinkedHashMap<>();
        for (Request<?> request : requests) {
            groups.computeIfAbsent(routes.any(), arm -> new ArrayList<>()).add(request);
        }
        return groups;
    }

    private void answer(Arm arm, List<Request<?>> requests) {
        new Runner(arm.company, maxBatch, arm, this::left).answer(requests);
    }

    /** Nanoseconds a request may still run, 0 where it has no deadline, below 0 where its time is over. */
    private long left(Request<?> request) {
        long allowed = request.deadlineNanos == 0 ? deadlineNanos : request.deadlineNanos;
        if (allowed == 0 || request.since == Request.NOW) {
            return allowed;
        }
        long left = allowed - (ticker.nanos() - request.since);
        return left > 0 ? left : -1;
    }
}
