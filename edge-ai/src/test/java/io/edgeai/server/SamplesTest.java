package io.edgeai.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.spi.InferenceListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SamplesTest {
    private static final VersionRef VERSION = VersionRef.of("m", 1);

    private final List<float[][]> seen = new ArrayList<>();
    private final Samples samples = new Samples(version -> new InferenceListener() {
        @Override
        public void success(long latencyNanos) {}

        @Override
        public void failure(long latencyNanos, Throwable error) {}

        @Override
        public void sample(float[] input, float[] output) {
            seen.add(new float[][] {input, output});
        }
    });

    /** 20,000 chances of 1/128: less than 60 or more than 260 have a chance below 1e-13. */
    @Test
    void aboutEvery128thRequestGivesOneRowOfItsBatchWithItsAnswer() {
        for (int i = 0; i < 20_000; i++) {
            samples.offer(
                    VERSION,
                    Map.of("x", Tensor.of(new float[] {i, i + 1, -i, -i - 1}, 2, 2)),
                    Map.of("y", Tensor.of(new float[] {10 * i, -10 * i}, 2, 1)));
        }

        assertThat(seen).hasSizeBetween(60, 260);
        assertThat(seen).allMatch(pair -> pair[0].length == 2 && pair[1].length == 1 && pair[1][0] == 10 * pair[0][0]);
        assertThat(seen).anyMatch(pair -> pair[0][0] < 0).anyMatch(pair -> pair[0][0] > 0);
    }

    @Test
    void requestsOfAnotherFormGiveNone() {
        Tensor floats = Tensor.of(new float[] {1, 2}, 2, 1);
        for (int i = 0; i < 5_000; i++) {
            samples.offer(VERSION, Map.of("a", floats, "b", floats), Map.of("y", floats));
            samples.offer(VERSION, Map.of("x", Tensor.of(new long[] {1, 2}, 2, 1)), Map.of("y", floats));
            samples.offer(VERSION, Map.of("x", floats), Map.of("y", Tensor.of(new float[] {1}, 1)));
            samples.offer(
                    VERSION, Map.of("x", Tensor.of(new float[0], 0, 2)), Map.of("y", Tensor.of(new float[0], 0, 2)));
            samples.offer(VERSION, Map.of("x", floats), Map.of());
        }

        assertThat(seen).isEmpty();
    }
}
