package io.edgeai.placement.solver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DominancePropertyTest {
    private static boolean asGood(Option a, Option b) {
        return a.node() == b.node()
                && a.cost() <= b.cost()
                && a.cpuMillis() <= b.cpuMillis()
                && a.memoryBytes() <= b.memoryBytes()
                && a.diskBytes() <= b.diskBytes()
                && a.deviceMilli() <= b.deviceMilli()
                && a.deviceMemoryBytes() <= b.deviceMemoryBytes();
    }

    @Test
    void theOptimumStaysAndOnlyWhatSomethingBeatsGoes() {
        int dropped = 0;
        for (long seed = 0; seed < 150; seed++) {
            Instance whole = RandomInstances.of(seed, 3);
            Instance pruned = Dominance.prune(whole);
            assertThat(NaiveCheck.optimum(pruned)).as("seed %d", seed).isEqualTo(NaiveCheck.optimum(whole));
            for (int g = 0; g < whole.groups().size(); g++) {
                List<Option> kept = pruned.groups().get(g).options();
                for (Option option : whole.groups().get(g).options()) {
                    if (!kept.contains(option)) {
                        dropped++;
                        assertThat(kept).as("seed %d", seed).anyMatch(better -> asGood(better, option));
                    }
                }
                for (Option option : kept) {
                    assertThat(kept)
                            .as("seed %d", seed)
                            .filteredOn(other -> asGood(other, option)
                                    && (other.cost() < option.cost() || kept.indexOf(other) <= kept.indexOf(option)))
                            .containsExactly(option);
                }
            }
        }
        assertThat(dropped).isGreaterThan(100);
    }
}
