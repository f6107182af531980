package io.edgeai.core.serving;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes x: FLOAT [N, T] and tag: STRING [N], answers twice: FLOAT [N, T], sum: FLOAT [N] of each row and tag. Counts its
 * runs, each of which costs so much of a hand-set clock, holds one slot, and waits for a permit where the test gives them.
 */
class NamedSession extends FakeSession {
    static final Dim FREE = Dim.symbolic("");

    /** What each run was given: rows and columns of x. */
    final List<List<Long>> runs = Collections.synchronizedList(new ArrayList<>());
    /** The first tag of each run. */
    final List<String> tags = Collections.synchronizedList(new ArrayList<>());

    final List<Long> limits = Collections.synchronizedList(new ArrayList<>());
    final Semaphore permits = new Semaphore(0);
    volatile boolean gated;
    private final Semaphore slots;
    private final long perRun;
    private final long perRow;

    NamedSession(AtomicLong clock, int slots, long perRun, long perRow) {
        super(clock, perRun, perRow, FakeSession::doubled);
        this.slots = new Semaphore(slots);
        this.perRun = perRun;
        this.perRow = perRow;
    }

    static Map<String, Tensor> request(String tag, int rows, int columns, float first) {
        float[] values = new float[rows * columns];
        String[] names = new String[rows];
        for (int i = 0; i < values.length; i++) {
            values[i] = first + i;
        }
        for (int i = 0; i < rows; i++) {
            names[i] = tag + "/" + i;
        }
        return Map.of("x", Tensor.of(values, rows, columns), "tag", Tensor.of(names, rows));
    }

    /** What a request of one row and two columns is answered, by arithmetic. */
    static void assertAnswered(Map<String, Tensor> answer, Map<String, Tensor> request) {
        Tensor x = tensor(request, "x");
        float[] values = x.floats();
        int rows = (int) x.shape()[0];
        int columns = values.length / rows;
        float[] twice = new float[values.length];
        float[] sums = new float[rows];
        for (int i = 0; i < values.length; i++) {
            twice[i] = 2 * values[i];
            sums[i / columns] += values[i];
        }
        org.assertj.core.api.Assertions.assertThat(tensor(answer, "twice").floats())
                .containsExactly(twice);
        org.assertj.core.api.Assertions.assertThat(tensor(answer, "twice").shape())
                .containsExactly(x.shape());
        org.assertj.core.api.Assertions.assertThat(tensor(answer, "sum").floats())
                .containsExactly(sums);
        org.assertj.core.api.Assertions.assertThat(tensor(answer, "tag").strings())
                .containsExactly(tensor(request, "tag").strings());
    }

    static Tensor tensor(Map<String, Tensor> of, String name) {
        Tensor tensor = of.get(name);
        if (tensor == null) {
            throw new AssertionError("no " + name + " in " + of.keySet());
        }
        return tensor;
    }

    @Override
    public Signature signature() {
        return new Signature(
                List.of(
                        new TensorSpec("x", ElementType.FLOAT, List.of(rowDim(), FREE)),
                        new TensorSpec("tag", ElementType.STRING, List.of(rowDim()))),
                List.of(
                        new TensorSpec("twice", ElementType.FLOAT, List.of(rowDim(), FREE)),
                        new TensorSpec("sum", ElementType.FLOAT, List.of(rowDim())),
                        new TensorSpec("tag", ElementType.STRING, List.of(rowDim()))));
    }

    Dim rowDim() {
        return FREE;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        slots.acquireUninterruptibly();
        return held(inputs, deadline);
    }

    @Override
    public @Nullable Map<String, Tensor> tryRun(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        return slots.tryAcquire() ? held(inputs, deadline) : null;
    }

    @Override
    public boolean hasFreeSlot() {
        return closed || slots.availablePermits() > 0;
    }

    /** Threads that wait for a slot. */
    int waitingForSlot() {
        return slots.getQueueLength();
    }

    private Map<String, Tensor> held(Map<String, Tensor> inputs, @Nullable Duration deadline) {
        try {
            if (closed) {
                throw new LifecycleException("closed");
            }
            Tensor x = tensor(inputs, "x");
            runs.add(List.of(x.shape()[0], x.shape()[1]));
            tags.add(tensor(inputs, "tag").strings()[0]);
            limits.add(deadline == null ? 0 : deadline.toNanos());
            if (gated) {
                permits.acquireUninterruptibly();
            }
            clock.addAndGet(perRun + perRow * x.shape()[0]);
            return answer(x, tensor(inputs, "tag"));
        } finally {
            slots.release();
        }
    }

    Map<String, Tensor> answer(Tensor x, Tensor tag) {
        int rows = (int) x.shape()[0];
        float[] values = x.floats();
        float[] twice = new float[values.length];
        float[] sums = new float[rows];
        for (int i = 0; i < values.length; i++) {
            if (values[i] == POISON) {
                throw new IllegalStateException("poison");
            }
            twice[i] = 2 * values[i];
            sums[i * rows / values.length] += values[i];
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("twice", Tensor.of(twice, x.shape()));
        outputs.put("sum", Tensor.of(sums, rows));
        outputs.put("tag", tag);
        return outputs;
    }
}
