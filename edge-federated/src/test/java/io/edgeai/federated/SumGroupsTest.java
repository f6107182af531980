package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.strategy.Aggregator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SumGroupsTest {
    private static SumGroups groups(int size, long seed) {
        return new SumGroups(size, Aggregator.coordinateMedian(), seed);
    }

    @Test
    void everybodyIsInOneGroupAndNoneIsTooSmall() {
        for (int selected = 1; selected < 60; selected++) {
            for (int size = 2; size < 9; size++) {
                List<List<Integer>> groups = groups(size, 5).of(selected, selected);
                List<Integer> all = new ArrayList<>();
                groups.forEach(all::addAll);
                assertThat(all).hasSize(selected).doesNotHaveDuplicates();
                assertThat(groups).hasSize(Math.max(1, selected / size));
                int least = groups.stream().mapToInt(List::size).min().orElseThrow();
                int most = groups.stream().mapToInt(List::size).max().orElseThrow();
                assertThat(most - least).isLessThanOrEqualTo(1);
                assertThat(most).isEqualTo(groups(size, 5).largest(selected));
                if (selected >= size) {
                    assertThat(least).isGreaterThanOrEqualTo(size);
                }
            }
        }
    }

    /** Two of 12 in 4 groups of 3 are together with chance 2/11; 4000 rounds, whose count deviates by 24. */
    @Test
    void eachRoundDealsAnew() {
        SumGroups groups = groups(3, 77);
        int together = 0;
        for (int round = 1; round <= 4000; round++) {
            together += groups.of(round, 12).stream().anyMatch(group -> group.contains(0) && group.contains(7)) ? 1 : 0;
        }
        assertThat((double) together).isBetween(4000 * 2 / 11.0 - 120, 4000 * 2 / 11.0 + 120);
        assertThat(groups.of(3, 12))
                .isEqualTo(groups(3, 77).of(3, 12))
                .isNotEqualTo(groups(3, 78).of(3, 12));
    }

    @Test
    void theRuleIsOverMeansOfGroups() {
        List<SumGroups.GroupSum> sums = List.of(
                new SumGroups.GroupSum(new double[] {6, -3}, 3),
                new SumGroups.GroupSum(new double[] {4, 8}, 4),
                new SumGroups.GroupSum(new double[] {1e9, -1e9}, 2));
        // Means are (2, −1), (1, 2) and the poisoned; medians 2 and −1, from the model (10, 20).
        assertThat(groups(3, 1).combined(1, new float[] {10, 20}, sums)).containsExactly(12, 19);
        assertThatThrownBy(() -> groups(3, 1).combined(4, new float[2], sums.subList(0, 2)))
                .isInstanceOf(QuorumNotReachedException.class)
                .hasMessage("Round 4 has sums of (2) groups, a robust rule needs at least 3.");
        assertThatThrownBy(() -> groups(3, 1).require(4, 8))
                .isInstanceOf(QuorumNotReachedException.class)
                .hasMessageContaining("(8) participants for (2) groups of 3")
                .hasMessageContaining("Maybe select more");
    }
}
