package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.spi.InferenceListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowSampleTest {
    private final List<float[][]> seen = new ArrayList<>();
    private final InferenceListener listener = new InferenceListener() {
        @Override
        public void success(long latencyNanos) {}

        @Override
        public void failure(long latencyNanos, Throwable error) {}

        @Override
        public void sample(float[] input, float[] output) {
            seen.add(new float[][] {input, output});
        }
    };

    @Test
    void oneRowOfABatchIsOfferedWithItsAnswer() {
        for (int i = 1; i < 200; i++) {
            RowSample.offer(
                    listener,
                    Map.of("x", Tensor.of(new float[] {i, i + 1, -i, -i - 1}, 2, 2)),
                    Map.of("y", Tensor.of(new float[] {10 * i, -10 * i}, 2, 1)));
        }

        assertThat(seen).hasSize(199);
        assertThat(seen).allMatch(pair -> pair[0].length == 2 && pair[1].length == 1 && pair[1][0] == 10 * pair[0][0]);
        assertThat(seen).anyMatch(pair -> pair[0][0] < 0).anyMatch(pair -> pair[0][0] > 0);
    }

    @Test
    void requestsOfAnotherFormGiveNone() {
        Tensor floats = Tensor.of(new float[] {1, 2}, 2, 1);
        for (int i = 0; i < 50; i++) {
            RowSample.offer(listener, Map.of("a", floats, "b", floats), Map.of("y", floats));
            RowSample.offer(listener, Map.of("x", Tensor.of(new long[] {1, 2}, 2, 1)), Map.of("y", floats));
            RowSample.offer(listener, Map.of("x", floats), Map.of("y", Tensor.of(new float[] {1}, 1)));
            RowSample.offer(
                    listener, Map.of("x", Tensor.of(new float[0], 0, 2)), Map.of("y", Tensor.of(new float[0], 0, 2)));
            RowSample.offer(listener, Map.of("x", floats), Map.of());
        }

        assertThat(seen).isEmpty();
    }
}
