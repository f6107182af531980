package io.edgeai.optimize.retrain;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.optimize.data.LabelledData;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExamplesTest {
    private final TensorData data =
            TensorData.labelled("x", new float[] {0, 10, 20, 30}, LabelledData.LABELS, new long[] {5, 6, 7, 8}, 1);
    private final Tensor answers = Tensor.of(new float[] {0, .1f, 1, 1.1f, 2, 2.1f, 3, 3.1f}, 4, 2);

    private static Map<String, Tensor> read(Examples examples, int... rows) {
        Map<String, Tensor> batch = examples.allocate(rows.length);
        examples.read(rows, batch);
        return batch;
    }

    @Test
    void answersGoWithTheirExamples() {
        Map<String, Tensor> batch = read(new Examples(data, true, answers), 3, 1, 1);
        assertThat(batch).containsOnlyKeys("x", LabelledData.LABELS, Examples.ANSWERS);
        assertThat(batch.get("x").floats()).containsExactly(30, 10, 10);
        assertThat(batch.get(LabelledData.LABELS).longs()).containsExactly(8, 6, 6);
        assertThat(batch.get(Examples.ANSWERS).floats()).containsExactly(3, 3.1f, 1, 1.1f, 1, 1.1f);
        assertThat(batch.get(Examples.ANSWERS).shape()).containsExactly(3, 2);
    }

    @Test
    void labelsThatNoLossReadsAreLeftOut() {
        Examples examples = new Examples(data, false, null);
        for (int rows = 1; rows <= 2; rows++) {
            Map<String, Tensor> batch = rows == 1 ? read(examples, 2) : read(examples, 2, 0);
            assertThat(batch).containsOnlyKeys("x");
            assertThat(batch.get("x").floats()[0]).isEqualTo(20);
        }
        assertThat(examples.size()).isEqualTo(4);
    }
}
