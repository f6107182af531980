package io.edgeai.federated.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.selection.Selection;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SecretDrawTest {
    private static Selection draw(int count, int population) {
        return Privacy.epsilon(1, 1e-5)
                .fixedSize(count, population)
                .insecureSeed(5)
                .selection(Selection.all());
    }

    private static int[] drawn(Selection selection, int round, int there) {
        return selection.select(round, there, new SplittableRandom(1));
    }

    /** χ² of the 35 sets of 3 of 7: above 74.9 once in 100,000 times. */
    @Test
    void everySetIsAsLikely() {
        Map<String, Integer> times = new HashMap<>();
        Selection selection = draw(3, 7);
        int draws = 7000;
        for (int round = 1; round <= draws; round++) {
            times.merge(Arrays.toString(drawn(selection, round, 7)), 1, Integer::sum);
        }
        assertThat(times).hasSize(35);
        double expected = draws / 35.0;
        double square = times.values().stream()
                .mapToDouble(n -> (n - expected) * (n - expected) / expected)
                .sum();
        assertThat(square).as("seed 5").isLessThan(74.9);
    }

    @Test
    void amongMoreTheShareOnlyFallsAndAmongFewerNobodyIsDrawn() {
        assertThat(drawn(draw(20, 20), 1, 20)).hasSize(20).isSorted();
        assertThat(drawn(draw(5, 20), 1, 400)).hasSize(5).doesNotHaveDuplicates();
        assertThatThrownBy(() -> drawn(draw(5, 20), 9, 19))
                .isInstanceOf(QuorumNotReachedException.class)
                .hasMessageStartingWith("Round 9 draws (5) of (19) participants, and privacy counts on at least 20.");
    }
}
