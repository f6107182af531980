package io.edgeai.core.ensemble;

import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One answer under way on several threads: whoever is free takes a step that has all its inputs. The caller takes part, so
 * that an answer comes even where no other thread is free.
 */
final class GraphRun {
    private final Map<String, Tensor> known;
    private final Map<Step, List<Step>> after;
    private final Map<Step, Integer> missing;
    private final Deque<Step> ready = new ArrayDeque<>();
    private final Deadline deadline;
    private final Executor others;
    private int unfinished;
    private @Nullable Throwable failure;

    /**
     * @param before for each step, how many steps it waits for
     * @param after for each step, who waits for it
     */
    GraphRun(
            Map<String, Tensor> inputs,
            Map<Step, Integer> before,
            Map<Step, List<Step>> after,
            Deadline deadline,
            Executor others) {
        this.known = new HashMap<>(inputs);
        this.after = after;
        this.missing = new HashMap<>(before);
        this.deadline = deadline;
        this.others = others;
        this.unfinished = before.size();
        before.forEach((step, count) -> {
            if (count == 0) {
                ready.add(step);
            }
        });
    }

    /** All tensors, once every step has run. */
    Map<String, Tensor> answer() {
        Step step = next(true);
        while (step != null) {
            runStep(step);
            step = next(true);
        }
        synchronized (this) {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException reason) {
                throw reason;
            }
            return known;
        }
    }

    private void help() {
        Step step = next(false);
        while (step != null) {
            runStep(step);
            step = next(false);
        }
    }

    private synchronized @Nullable Step next(boolean patient) {
        while (failure == null && unfinished > 0) {
            Step step = ready.poll();
            if (step != null) {
                for (int i = 0; i < ready.size(); i++) {
                    others.execute(this::help);
                }
                return step;
            }
            if (!patient) {
                return null;
            }
            long nanos = deadline.nanosLeft();
            try {
                if (nanos == 0) {
                    fail(deadline.passed());
                } else {
                    TimeUnit.NANOSECONDS.timedWait(this, nanos);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                fail(new OperationCancelledException(
                        "The thread was interrupted while other steps ran. Maybe ask again.", e));
            }
        }
        return null;
    }

    private void runStep(Step step) {
        Map<String, Tensor> tensors;
        synchronized (this) {
            tensors = Map.copyOf(known);
        }
        try {
            Map<String, Tensor> made = step.run(tensors, deadline);
            finished(step, made);
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private synchronized void finished(Step step, Map<String, Tensor> made) {
        known.putAll(made);
        unfinished--;
        for (Step waiting : after.getOrDefault(step, List.of())) {
            if (missing.merge(waiting, -1, Integer::sum) == 0) {
                ready.add(waiting);
            }
        }
        notifyAll();
    }

    private synchronized void fail(Throwable reason) {
        if (failure == null) {
            failure = reason;
        }
        notifyAll();
    }
}
