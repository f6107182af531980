package io.edgeai.optimize.prune.channels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Against a list of sets that are merged by hand. */
class LabelsPropertyTest {
    @Test
    void joinedIndicesAreOneSetAndAPinHoldsForAllOfIt() {
        for (long seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            int size = 2 + random.nextInt(30);
            Labels labels = new Labels();
            int[] all = labels.fresh(size);
            List<Set<Integer>> sets = new ArrayList<>();
            for (int label : all) {
                sets.add(new HashSet<>(Set.of(label)));
            }
            Set<Integer> pinned = new HashSet<>();
            for (int step = 0; step < size; step++) {
                int a = random.nextInt(size);
                int b = random.nextInt(size);
                if (random.nextInt(6) == 0) {
                    labels.pin(a, "why");
                    pinned.add(a);
                } else {
                    labels.join(a, b);
                    merge(sets, a, b);
                }
            }
            for (Set<Integer> set : sets) {
                int least = set.stream().mapToInt(label -> label).min().orElseThrow();
                boolean stays = set.stream().anyMatch(pinned::contains);
                for (int label : set) {
                    assertThat(labels.find(label)).as("seed " + seed).isEqualTo(least);
                    assertThat(labels.pinned(label)).as("seed " + seed).isEqualTo(stays ? "why" : null);
                }
            }
        }
    }

    private static void merge(List<Set<Integer>> sets, int a, int b) {
        Set<Integer> one = holding(sets, a);
        Set<Integer> other = holding(sets, b);
        if (!one.equals(other)) {
            one.addAll(other);
            sets.remove(other);
        }
    }

    private static Set<Integer> holding(List<Set<Integer>> sets, int label) {
        return sets.stream().filter(set -> set.contains(label)).findFirst().orElseThrow();
    }

    @Test
    void theFirstReasonIsKept() {
        Labels labels = new Labels();
        int[] three = labels.fresh(3);
        labels.pin(three[1], "first");
        labels.pin(three[1], "second");
        labels.join(three[0], three[1]);
        assertThat(labels.pinned(three[0])).isEqualTo("first");
        assertThat(labels.pinned(three[2])).isNull();
    }

    @Test
    void roomGrowsWithTheIndices() {
        Labels labels = new Labels();
        int[] few = labels.fresh(1000);
        int[] many = labels.fresh(5000);
        labels.join(few[999], many[4999]);
        assertThat(labels.find(many[4999])).isEqualTo(few[999]);
        assertThat(labels.find(many[0])).isEqualTo(many[0]);
    }
}
