package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.rollout.TrafficSplit;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.TinyModels;
import io.edgeai.core.spi.InferenceListener;
import io.edgeai.core.testing.Ort;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/**
 * What a call leaves for the collector, counted by the JVM on the caller's thread. The model's answer is one float, 24 bytes;
 * the rest is ONNX Runtime's arrays and result, about 370 bytes where nothing is optimised away.
 */
class CallMemoryTest {
    private static final int CALLS = 5_000;

    private static ModelEndpoint.Builder endpoint(LongAdder samples) {
        return ModelEndpoint.builder()
                .opener(version -> Ort.runtime().open(TinyModels.countToFloat(), SessionOptions.defaults()))
                .listeners(version -> new InferenceListener() {
                    @Override
                    public void success(long latencyNanos) {}

                    @Override
                    public void failure(long latencyNanos, Throwable error) {}

                    @Override
                    public void sample(float[] input, float[] output) {
                        samples.increment();
                    }
                });
    }

    private static double bytesOfACall(ModelEndpoint endpoint) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long own = Thread.currentThread().getId();
        float[] input = {1};
        for (int i = 0; i < 200; i++) {
            endpoint.predict(input);
        }
        long before = threads.getThreadAllocatedBytes(own);
        for (int i = 0; i < CALLS; i++) {
            endpoint.predict(input);
        }
        return (double) (threads.getThreadAllocatedBytes(own) - before) / CALLS;
    }

    @Test
    void twoVersionsWithSamplesAndAnAuditTakeLittleMoreThanTheEngineItself() {
        LongAdder samples = new LongAdder();
        LongAdder audited = new LongAdder();
        try (ModelEndpoint endpoint = endpoint(samples)
                .split(TrafficSplit.all(VersionRef.of("m", 1)).and(VersionRef.of("m", 2), 1))
                .sampleEvery(128)
                .tap(0.01, request -> audited.increment())
                .build()) {
            assertThat(bytesOfACall(endpoint)).isBetween(24.0, 450.0);
            assertThat(samples.sum()).as("of 5200, drawn with 1/128").isPositive();
        }
    }

    @Test
    void aDeadlineTakesOneMoreObject() {
        try (ModelEndpoint endpoint = endpoint(new LongAdder())
                .split(TrafficSplit.all(VersionRef.of("m", 1)))
                .deadline(Duration.ofMinutes(1))
                .build()) {
            assertThat(bytesOfACall(endpoint)).isBetween(24.0, 480.0);
        }
    }
}
