package io.edgeai.optimize.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ActivationSampleTest {
    /** The largest magnitude of each channel over all rows of all samples, whatever their number of rows. */
    @Test
    void seesEveryRowAndKeepsSome() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, -1, 5);
        b.node("Neg", "n", "x");
        OnnxGraph graph = b.output("n", 3).graph();
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        float[] largest = new float[5];
        for (int i = 0; i < 7; i++) {
            Tensor x = Ort.tensor(new Random(i), 2, 3 + i, 5);
            float[] values = x.floats();
            for (int j = 0; j < values.length; j++) {
                largest[j % 5] = Math.max(largest[j % 5], Math.abs(values[j]));
            }
            feeds.add(Map.of("x", x));
        }
        List<Long> steps = new ArrayList<>();
        Map<String, ActivationSample> samples = ActivationSample.collect(
                graph, Map.of("n", 5, "x", 5), Ort.runtime(), feeds, (phase, done, total) -> steps.add(done));
        for (String value : List.of("n", "x")) {
            ActivationSample sample = samples.get(value);
            assertThat(sample.largest).containsExactly(largest);
            assertThat(sample.rows).hasSizeBetween(7, 40);
            assertThat(sample.rows.get(0)).hasSize(5);
        }
        assertThat(samples.get("n").rows.get(0)[0])
                .isEqualTo(-samples.get("x").rows.get(0)[0]);
        assertThat(steps).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    }

    @Test
    void refusesWhatIsNoNumber() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 2);
        b.node("Log", "l", "x");
        OnnxGraph graph = b.output("l", 2).graph();
        List<Map<String, Tensor>> feeds = List.of(Map.of("x", Tensor.of(new float[] {1, 0}, 1, 2)));
        assertThatThrownBy(() -> ActivationSample.collect(graph, Map.of("l", 2), Ort.runtime(), feeds, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(l)")
                .hasMessageContaining("Maybe");
    }
}
