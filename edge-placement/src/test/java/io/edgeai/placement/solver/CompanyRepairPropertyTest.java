package io.edgeai.placement.solver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Room for a whole company, made on sites that are full of others. */
class CompanyRepairPropertyTest {
    private static final List<Integer> COMPANY = List.of(0, 1, 2);

    /** Three groups that must stand together and a dozen others, on three sites that these fill. */
    private static Instance crowded(Random random) {
        List<Group> groups = new ArrayList<>();
        for (int g = 0; g < 15; g++) {
            List<Integer> near = g > 2
                    ? List.of()
                    : COMPANY.stream()
                            .filter(other -> !other.equals(groups.size()))
                            .toList();
            long cpu = 4L + random.nextInt(8);
            List<Option> options = IntStream.range(0, 5)
                    .filter(node -> random.nextInt(6) > 0)
                    .mapToObj(node -> new Option(node, node / 2, 0, 1 + random.nextInt(9), cpu, 0, 0, -1, 0, 0))
                    .toList();
            groups.add(new Group(1, g > 2 ? random.nextInt(3) : 1, options, Group.Apart.NONE, near, List.of()));
        }
        List<Bin> bins = IntStream.range(0, 5)
                .mapToObj(node -> new Bin(node / 2, 20 + random.nextInt(6), 0, 0, List.of()))
                .toList();
        return new Instance(groups, bins, List.of(0, 0, 0));
    }

    @Test
    void theWholeCompanyComesAndOnlyThoseWhoAreNamedGoOrNothingChanges() {
        int settled = 0;
        int refused = 0;
        for (long seed = 0; seed < 300; seed++) {
            Instance instance = crowded(new Random(seed));
            Occupancy state = new Occupancy(instance);
            Ranking ranking = new Ranking(instance, Option::cost);
            IntStream.range(3, instance.items()).forEach(item -> GreedyConstruction.placeBest(state, ranking, item));
            GreedyConstruction.placeBest(state, ranking, 1);
            @Nullable Spot[] before = state.snapshot();
            Eviction eviction = new Eviction(state, new SplittableRandom(seed));
            List<Integer> out = new CompanyRepair(state, ranking, eviction).settle(COMPANY);
            @Nullable Spot[] after = state.snapshot();
            String label = "seed " + seed;
            assertThat(NaiveCheck.keepsAll(instance, after)).as(label).isTrue();
            if (out == null) {
                assertThat(after).as(label).isEqualTo(before);
                refused++;
                continue;
            }
            assertThat(COMPANY).as(label).allMatch(state::isPlaced);
            for (int item = 3; item < instance.items(); item++) {
                assertThat(after[item]).as(label).isEqualTo(out.contains(item) ? null : before[item]);
            }
            assertThat(out).as(label).allMatch(item -> state.group(item).priority() <= 1);
            settled += out.isEmpty() ? 0 : 1;
        }
        assertThat(settled).isGreaterThan(50);
        assertThat(refused).isPositive();
    }
}
