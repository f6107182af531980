package io.edgeai.placement.solver;

import static io.edgeai.placement.solver.TwoSites.group;
import static io.edgeai.placement.solver.TwoSites.onTwoSites;
import static io.edgeai.placement.solver.TwoSites.option;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who must stand together, directly or through others. */
class CompaniesTest {
    private static final SearchBudget BUDGET = new SearchBudget(200, Duration.ofDays(1), () -> 0, Progress.NONE);

    @Test
    void aGroupIsNearAllThatCanBeReachedFromIt() {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            int count = 2 + random.nextInt(8);
            boolean[][] reached = new boolean[count][count];
            for (int links = random.nextInt(count); links > 0; links--) {
                int a = random.nextInt(count);
                int b = random.nextInt(count);
                reached[a][b] = a != b;
                reached[b][a] = a != b;
            }
            List<Group> groups = new ArrayList<>();
            for (int g = 0; g < count; g++) {
                groups.add(group(0, where(reached[g], g), option(0, 1, 1)));
            }
            for (int via = 0; via < count; via++) {
                for (int a = 0; a < count; a++) {
                    for (int b = 0; b < count; b++) {
                        reached[a][b] |= reached[a][via] && reached[via][b];
                    }
                }
            }
            Instance closed = Companies.closed(onTwoSites(groups.toArray(Group[]::new)));
            for (int g = 0; g < count; g++) {
                assertThat(closed.groups().get(g).near()).as("seed %d", seed).isEqualTo(where(reached[g], g));
            }
        }
    }

    private static List<Integer> where(boolean[] reached, int except) {
        List<Integer> all = new ArrayList<>();
        for (int g = 0; g < reached.length; g++) {
            if (reached[g] && g != except) {
                all.add(g);
            }
        }
        return all;
    }

    /** The first and the last are more important and prefer different sites, the one between them ties them together. */
    @Test
    void friendsOfAFriendAreNotSentApart() {
        Instance instance = onTwoSites(
                group(2, List.of(1), option(0, 1, 3), option(1, 4, 3)),
                group(0, List.of(0, 2), option(0, 1, 3), option(1, 1, 3)),
                group(1, List.of(1), option(1, 1, 3), option(0, 3, 3)));
        Solution solution = Solver.solve(instance, 1, BUDGET);
        assertThat(solution.complete()).isTrue();
        assertThat(solution.cost()).isCloseTo(1 + 1 + 3, within(1e-9));
        assertThat(solution.proven()).isTrue();
    }

    @Test
    void aCompanyThatNoSiteSuitsIsProvenToHaveNoPlanWhateverTheCapacities() {
        Instance instance = onTwoSites(
                group(0, List.of(1), option(0, 1, 1)),
                group(0, List.of(0, 2), option(0, 1, 1), option(1, 1, 1)),
                group(0, List.of(1), option(1, 1, 1)));
        Solution solution = Solver.solve(instance, 1, BUDGET);
        assertThat(Companies.anyHomeless(Companies.closed(instance))).isTrue();
        assertThat(solution.complete()).isFalse();
        assertThat(solution.proven()).isTrue();
        assertThat(solution.occupancy().placed()).as("what fits is placed").isEqualTo(2);
    }

    @Test
    void replicasThatMustStandApartCannotStandNearAnyone() {
        Group apart =
                new Group(2, 0, List.of(option(0, 1, 1), option(1, 1, 1)), Group.Apart.SITE, List.of(1), List.of());
        Group friend = group(0, List.of(0), option(0, 1, 1), option(1, 1, 1));
        Instance instance = onTwoSites(apart, friend);
        assertThat(Companies.anyHomeless(Companies.closed(instance))).isTrue();
        assertThat(NaiveCheck.optimum(instance)).isInfinite();
    }
}
