package io.edgeai.federated.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionPropertyTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void choosesThatManyDifferentParticipants(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int population = 1 + random.nextInt(50);
        int count = 1 + random.nextInt(60);
        int[] chosen = Selection.count(count).select(1, population, random);
        assertThat(chosen)
                .as("seed %d", seed)
                .hasSize(Math.min(count, population))
                .doesNotHaveDuplicates();
        assertThat(Arrays.stream(chosen).allMatch(one -> one >= 0 && one < population))
                .as("seed %d", seed)
                .isTrue();
    }

    /** χ² of 10 cells with 9 degrees of freedom: 27.9 is passed once in a thousand times; the seed is fixed. */
    @Test
    void everyoneIsEquallyLikely() {
        int[] hits = new int[10];
        SplittableRandom random = new SplittableRandom(12);
        for (int round = 0; round < 10_000; round++) {
            for (int one : Selection.count(3).select(round, 10, random)) {
                hits[one]++;
            }
        }
        double chi = 0;
        for (int hit : hits) {
            chi += Math.pow(hit - 3000, 2) / 3000;
        }
        assertThat(chi).isLessThan(27.9);
    }

    @Test
    void aFractionIsRoundedButNeverToNobody() {
        SplittableRandom random = new SplittableRandom(1);
        assertThat(Selection.fraction(0.1).select(1, 1000, random)).hasSize(100);
        assertThat(Selection.fraction(0.1).select(1, 16, random)).hasSize(2);
        assertThat(Selection.fraction(0.01).select(1, 5, random)).hasSize(1);
        assertThat(Selection.fraction(1).select(1, 5, random)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
        assertThat(Selection.all().select(1, 4, random)).containsExactly(0, 1, 2, 3);
    }

    @Test
    void stragglersFinishAtLeastOneEpochAndNotAll() {
        int[] epochs = new Stragglers(0.9).epochs(10, 20, new SplittableRandom(3));
        assertThat(Arrays.stream(epochs).filter(e -> e < 20).count()).isEqualTo(9);
        assertThat(Arrays.stream(epochs).allMatch(e -> e >= 1 && e <= 20)).isTrue();
        assertThat(Stragglers.none().epochs(3, 5, new SplittableRandom(1))).containsExactly(5, 5, 5);
        assertThat(new Stragglers(1).epochs(3, 2, new SplittableRandom(1))).containsExactly(1, 1, 1);
    }

    @Test
    void valuesOutOfRangeAreRefused() {
        assertThatThrownBy(() -> Selection.count(0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("count (0)");
        assertThatThrownBy(() -> Selection.fraction(0)).hasMessageContaining("fraction (0.0)");
        assertThatThrownBy(() -> Selection.fraction(1.1)).hasMessageContaining("fraction (1.1)");
        assertThatThrownBy(() -> new Stragglers(Double.NaN)).hasMessageContaining("fraction (NaN)");
    }
}
