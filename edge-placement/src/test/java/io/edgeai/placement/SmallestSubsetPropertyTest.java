package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SmallestSubsetPropertyTest {
    /** True of sets that hold all of at least one of a few random cores. */
    private static Predicate<List<Integer>> holdsACore(Random random, int size) {
        List<Set<Integer>> cores = new ArrayList<>();
        for (int c = 1 + random.nextInt(3); c > 0; c--) {
            Set<Integer> core = new HashSet<>();
            for (int k = random.nextInt(5); k >= 0; k--) {
                core.add(random.nextInt(size));
            }
            cores.add(core);
        }
        return subset -> cores.stream().anyMatch(subset::containsAll);
    }

    @Test
    void theSubsetIsEnoughAndNothingCanBeLeftOut() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            int size = 1 + random.nextInt(30);
            Predicate<List<Integer>> property = holdsACore(random, size);
            List<Integer> all = IntStream.range(0, size).boxed().toList();
            List<Integer> found = SmallestSubset.of(all, property);
            assertThat(property.test(found)).as("seed %d, %s", seed, found).isTrue();
            assertThat(found).as("seed %d", seed).isSorted();
            for (Integer element : found) {
                List<Integer> rest =
                        found.stream().filter(other -> !other.equals(element)).toList();
                assertThat(property.test(rest))
                        .as("seed %d, %s without %d", seed, found, element)
                        .isFalse();
            }
        }
    }

    @Test
    void whatIsTrueOfNothingNeedsNothing() {
        assertThat(SmallestSubset.of(List.of(1, 2, 3), subset -> true)).isEmpty();
    }

    @Test
    void aFewOfAThousandAreFoundInFewQuestions() {
        List<Integer> all = IntStream.range(0, 1000).boxed().toList();
        int[] questions = {0};
        List<Integer> found = SmallestSubset.of(all, subset -> {
            questions[0]++;
            return subset.containsAll(List.of(17, 500, 999));
        });
        assertThat(found).containsExactly(17, 500, 999);
        assertThat(questions[0])
                .as("2k log2(n/k) + 2k, and one of nothing")
                .isLessThanOrEqualTo((int) Math.ceil(2 * 3 * Math.log(1000.0 / 3) / Math.log(2) + 2 * 3) + 1);
    }
}
