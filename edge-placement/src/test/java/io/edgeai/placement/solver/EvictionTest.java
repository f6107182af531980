package io.edgeai.placement.solver;

import static io.edgeai.placement.solver.TwoSites.group;
import static io.edgeai.placement.solver.TwoSites.onTwoSites;
import static io.edgeai.placement.solver.TwoSites.option;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who goes from a full node, and that nobody has gone yet. The last group of each instance is the one that comes. */
class EvictionTest {
    private static final List<Integer> ALONE = List.of();

    private static Occupancy full(Group... groups) {
        Occupancy state = new Occupancy(onTwoSites(groups));
        for (int item = 0; item < groups.length - 1; item++) {
            assertThat(state.tryPlace(item, groups[item].options().get(0))).isTrue();
        }
        return state;
    }

    private static Eviction eviction(Occupancy state) {
        return new Eviction(state, new SplittableRandom(1));
    }

    private static @Nullable List<Integer> victims(Eviction eviction, Occupancy state, int item) {
        @Nullable Spot[] before = state.snapshot();
        List<Integer> victims =
                eviction.victims(item, state.group(item).options().get(0));
        assertThat(state.snapshot()).isEqualTo(before);
        return victims;
    }

    @Test
    void whoLookedInVainLeastOftenGoes() {
        Occupancy state = full(
                group(0, ALONE, option(0, 1, 3)),
                group(0, ALONE, option(0, 1, 3)),
                group(0, ALONE, option(0, 1, 3)),
                group(0, ALONE, option(0, 1, 4)));
        Eviction eviction = eviction(state);
        eviction.press(0);
        eviction.press(0);
        eviction.press(2);
        assertThat(victims(eviction, state, 3)).containsExactly(1);
        eviction.press(1);
        eviction.press(1);
        eviction.press(1);
        assertThat(victims(eviction, state, 3)).containsExactly(2);
    }

    @Test
    void asManyGoAsItTakes() {
        Occupancy state = full(
                group(0, ALONE, option(0, 1, 5)),
                group(0, ALONE, option(0, 1, 5)),
                group(0, ALONE, option(1, 1, 5)),
                group(0, ALONE, option(0, 1, 6)));
        assertThat(victims(eviction(state), state, 3)).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void whatIsMoreImportantStays() {
        Occupancy state = full(
                group(2, ALONE, option(0, 1, 5)), group(1, ALONE, option(0, 1, 5)), group(1, ALONE, option(0, 1, 4)));
        assertThat(victims(eviction(state), state, 2)).containsExactly(1);
        Occupancy important = full(group(2, ALONE, option(0, 1, 9)), group(1, ALONE, option(0, 1, 4)));
        assertThat(victims(eviction(important), important, 1)).isNull();
    }

    @Test
    void theCompanyOfWhoComesStays() {
        Occupancy state = full(
                group(0, List.of(2), option(0, 1, 5)),
                group(0, ALONE, option(0, 1, 5)),
                group(0, List.of(0), option(0, 1, 5)));
        assertThat(victims(eviction(state), state, 2)).containsExactly(1);
    }

    @Test
    void whoForbidsItToComeGoesThoughThereIsRoom() {
        Group first = new Group(1, 0, List.of(option(0, 1, 1)), Group.Apart.NONE, ALONE, List.of(2));
        Group last = new Group(1, 0, List.of(option(0, 1, 1)), Group.Apart.NONE, ALONE, List.of(0));
        Occupancy state = full(first, group(0, ALONE, option(0, 1, 1)), last);
        Eviction eviction = eviction(state);
        eviction.press(0);
        assertThat(victims(eviction, state, 2)).containsExactly(0);
    }

    @Test
    void nobodyGoesForWhatCouldNeverFit() {
        Occupancy state = full(group(0, ALONE, option(0, 1, 5)), group(0, ALONE, option(0, 1, 11)));
        assertThat(victims(eviction(state), state, 1)).isNull();
    }

    /** Each counts 1 and its vain attempts; chance decides less than 1. */
    @Test
    void hardshipCountsThoseWhoGoAndTheirVainAttempts() {
        Occupancy state = full(
                group(0, ALONE, option(0, 1, 1)), group(0, ALONE, option(0, 1, 1)), group(0, ALONE, option(0, 1, 1)));
        Eviction eviction = eviction(state);
        eviction.press(1);
        eviction.press(1);
        for (int round = 0; round < 50; round++) {
            assertThat(eviction.hardship(List.of(0))).isBetween(8L, 15L);
            assertThat(eviction.hardship(List.of(0, 1))).isBetween(8L * (1 + 3), 8L * (1 + 3) + 7);
        }
    }
}
