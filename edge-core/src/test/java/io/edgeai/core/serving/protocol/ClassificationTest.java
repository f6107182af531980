package io.edgeai.core.serving.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClassificationTest {
    @Test
    void theExampleOfTheExtension() {
        Tensor named = Classification.highest("output0", Tensor.of(new float[] {1.1f, 3.3f, 0.5f, 2.4f}, 4), 2);

        assertThat(named.shape()).containsExactly(2);
        assertThat(named.strings()).containsExactly("3.3:1", "2.4:3");
    }

    @Test
    void theFirstDimensionCountsSamples() {
        Tensor named = Classification.highest("y", Tensor.of(new int[] {1, 5, 10, 4, 0, -1, -2, -3}, 2, 4), 2);

        assertThat(named.shape()).containsExactly(2, 2);
        assertThat(named.strings()).containsExactly("10:2", "5:1", "0:0", "-1:1");
    }

    @Test
    void noMoreClassesThanThereAreAndTheFirstOfEqualsFirst() {
        Tensor named = Classification.highest("y", Tensor.of(new double[] {2, Double.NaN, 2}, 3), 1000);

        assertThat(named.strings()).containsExactly("2.0:0", "2.0:2", "NaN:1");
    }

    @Test
    void unsignedNumbersOf64BitsAreComparedAsSuch() {
        Tensor tensor = Tensor.allocate(ElementType.UINT64, 2);
        tensor.buffer().putLong(0, 7).putLong(8, -1);

        assertThat(Classification.highest("y", tensor, 1).strings()).containsExactly("18446744073709551615:1");
    }

    @Test
    void everyOneTakenIsAtLeastAsHighAsEveryOneLeft() {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        long[] values = random.longs(50, 0, 20).toArray();

        String[] named = Classification.highest("y", Tensor.of(values, 50), 10).strings();

        boolean[] taken = new boolean[50];
        long lowest = Long.MAX_VALUE;
        for (String each : named) {
            int index = Integer.parseInt(each.substring(each.indexOf(':') + 1));
            assertThat(each).isEqualTo(values[index] + ":" + index);
            assertThat(values[index]).as("seed %d", seed).isLessThanOrEqualTo(lowest);
            lowest = values[index];
            taken[index] = true;
        }
        for (int i = 0; i < 50; i++) {
            assertThat(taken[i] || values[i] <= lowest).as("seed %d", seed).isTrue();
        }
    }

    @Test
    void textsHaveNoClasses() {
        assertThatThrownBy(() -> Classification.highest("y", Tensor.of(new String[] {"a"}, 1), 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(y) of BYTES has no classes");
    }
}
