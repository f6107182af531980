package io.edgeai.core.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainingDataTest {
    private final TensorData data =
            TensorData.labelled("x", new float[] {0, 1, 10, 11, 20, 21, 30, 31}, "label", new long[] {5, 6, 7, 8}, 2);

    @Test
    void rowsComeInTheOrderAskedForAndMayRepeat() {
        Map<String, Tensor> batch = data.allocate(3);
        data.read(new int[] {3, 0, 3}, batch);

        assertThat(batch.get("x").shape()).containsExactly(3, 2);
        assertThat(batch.get("x").floats()).containsExactly(30, 31, 0, 1, 30, 31);
        assertThat(batch.get("label").longs()).containsExactly(8, 5, 8);
    }

    @Test
    void selectionIsASmallerSet() {
        TensorData chosen = data.select(2, 1);

        assertThat(chosen.size()).isEqualTo(2);
        assertThat(chosen.columns().get("x").floats()).containsExactly(20, 21, 10, 11);
    }

    @Test
    void anyElementTypeOfWholeBytesIsDrawn() {
        TensorData bytes = TensorData.of(Map.of("i", Tensor.ofBytes(ElementType.UINT8, new byte[] {1, 2, 3, 4}, 2, 2)));
        Map<String, Tensor> batch = bytes.allocate(1);
        bytes.read(new int[] {1}, batch);

        assertThat(batch.get("i").bytes()).containsExactly(3, 4);
    }

    @Test
    void wrongRowsAndBatchesAreRefused() {
        assertThatThrownBy(() -> data.read(new int[] {4}, data.allocate(1)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(4)");
        assertThatThrownBy(() -> data.read(new int[] {0}, data.allocate(2)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("allocate");
        assertThatThrownBy(() -> data.read(new int[] {-1}, data.allocate(1))).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void setsThatDoNotFitTogetherAreRefused() {
        assertThatThrownBy(() -> TensorData.of(Map.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("examples");
        assertThatThrownBy(
                        () -> TensorData.of(Map.of("a", Tensor.of(new float[2], 2), "b", Tensor.of(new float[3], 3))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("different sets");
        assertThatThrownBy(() -> TensorData.of(Map.of("a", Tensor.of(new float[1]))))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> TensorData.of(Map.of("a", Tensor.of(new String[] {"s"}, 1))))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> TensorData.of(Map.of("a", Tensor.of(new float[0], 0, 3))))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void everyEpochHasItsOwnPermutation() {
        int[] first = Shuffle.order(1000, 7, 0);

        assertThat(Shuffle.order(1000, 7, 0)).isEqualTo(first);
        assertThat(Shuffle.order(1000, 7, 1)).isNotEqualTo(first);
        assertThat(Shuffle.order(1000, 8, 0)).isNotEqualTo(first);
        int[] sorted = first.clone();
        Arrays.sort(sorted);
        assertThat(sorted).isEqualTo(IntStream.range(0, 1000).toArray());
    }

    /** Each of the six orders of three is equally likely: χ² with 5 degrees of freedom, p = .001 at 20.5. */
    @Test
    void allOrdersAreEquallyLikely() {
        int[] counts = new int[27];
        int runs = 6000;
        for (int epoch = 0; epoch < runs; epoch++) {
            int[] order = Shuffle.order(3, 1, epoch);
            counts[order[0] * 9 + order[1] * 3 + order[2]]++;
        }
        int[] seen = Arrays.stream(counts).filter(count -> count > 0).toArray();
        double chi = Arrays.stream(seen)
                .mapToDouble(count -> Math.pow(count - runs / 6.0, 2) / (runs / 6.0))
                .sum();

        assertThat(seen).hasSize(6);
        assertThat(chi).isLessThan(20.5);
    }

    @Test
    void augmentationOfAStepIsRepeatable() {
        assertThat(Shuffle.random(3, 10).nextLong())
                .isEqualTo(Shuffle.random(3, 10).nextLong());
        assertThat(Shuffle.random(3, 11).nextLong())
                .isNotEqualTo(Shuffle.random(3, 10).nextLong());
    }
}
