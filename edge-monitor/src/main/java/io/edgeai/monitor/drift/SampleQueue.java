package io.edgeai.monitor.drift;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** Takes samples from serving threads without making them wait; what finds it full is dropped and counted. Thread-safe. */
public final class SampleQueue implements BiConsumer<float[], float[]> {
    private final BlockingQueue<Sample> queue;
    private final LongAdder dropped = new LongAdder();

    /** @param capacity samples held at most */
    public SampleQueue(int capacity) {
        this.queue = new ArrayBlockingQueue<>(capacity);
    }

    @Override
    public void accept(float[] input, float[] output) {
        if (!queue.offer(new Sample(input, output))) {
            dropped.increment();
        }
    }

    /** How many samples found the queue full. */
    public long dropped() {
        return dropped.sum();
    }

    List<Sample> drain() {
        List<Sample> out = new ArrayList<>();
        queue.drainTo(out);
        return out;
    }

    /** The arrays belong to the queue once offered. */
    static final class Sample {
        final float[] input;
        final float[] output;

        Sample(float[] input, float[] output) {
            this.input = input;
            this.output = output;
        }
    }
}
