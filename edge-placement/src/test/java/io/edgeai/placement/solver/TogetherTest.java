package io.edgeai.placement.solver;

import static io.edgeai.placement.solver.TwoSites.group;
import static io.edgeai.placement.solver.TwoSites.onTwoSites;
import static io.edgeai.placement.solver.TwoSites.option;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The site a company of two or three takes, worked out by hand. */
class TogetherTest {
    private static final List<Integer> NEAR_FIRST = List.of(0);
    private static final List<Integer> NEAR_SECOND = List.of(1);

    private final Group first = group(0, NEAR_SECOND, option(0, 1, 6), option(1, 4, 6));

    private static Ranking byCost(Instance instance) {
        return new Ranking(instance, Option::cost);
    }

    private static int siteOf(Occupancy state, int item) {
        return Objects.requireNonNull(state.chosen(item)).site();
    }

    /** 1 + 5 on site 0, 4 + 1 on site 1. */
    @Test
    void theSiteThatIsCheapestForAllComesFirst() {
        Instance instance = onTwoSites(first, group(0, NEAR_FIRST, option(1, 1, 4), option(0, 5, 4)));
        Occupancy state = new Occupancy(instance);
        assertThat(Together.sites(state, byCost(instance), List.of(0, 1))).containsExactly(1, 0);
        assertThat(Together.place(state, byCost(instance), List.of(0, 1))).isTrue();
        assertThat(List.of(siteOf(state, 0), siteOf(state, 1))).containsExactly(1, 1);
    }

    /** 3 + 3 + 1 on site 0, 2 + 2 + 2.5 on site 1; group by group it would be 4 and 4.5. */
    @Test
    void everyReplicaCounts() {
        Group pair =
                new Group(2, 0, List.of(option(1, 2, 1), option(0, 3, 1)), Group.Apart.NONE, NEAR_SECOND, List.of());
        Instance instance = onTwoSites(pair, group(0, NEAR_FIRST, option(0, 1, 1), option(1, 2.5, 1)));
        assertThat(Together.sites(new Occupancy(instance), byCost(instance), List.of(0, 1, 2)))
                .containsExactly(1, 0);
    }

    @Test
    void aSiteThatDoesNotSuitOneOfThemIsNone() {
        Instance instance = onTwoSites(first, group(0, NEAR_FIRST, option(1, 100, 4)));
        assertThat(Together.sites(new Occupancy(instance), byCost(instance), List.of(0, 1)))
                .containsExactly(1);
    }

    @Test
    void whereTheBestSiteHasNoRoomForAllTheNextIsTakenAndNobodyIsLeftBehind() {
        Instance instance = onTwoSites(
                first, group(0, NEAR_FIRST, option(0, 1, 4), option(1, 4, 4)), group(0, List.of(), option(0, 1, 1)));
        Occupancy state = new Occupancy(instance);
        state.tryPlace(2, option(0, 1, 1));
        assertThat(Together.place(state, byCost(instance), List.of(0, 1))).isTrue();
        assertThat(List.of(siteOf(state, 0), siteOf(state, 1))).containsExactly(1, 1);
        assertThat(state.membersOf(0)).containsExactly(2);
    }

    @Test
    void whereNoSiteHasRoomForAllNobodyIsPlaced() {
        Instance instance = onTwoSites(first, group(0, NEAR_FIRST, option(0, 1, 5), option(1, 1, 5)));
        Occupancy state = new Occupancy(instance);
        assertThat(Together.place(state, byCost(instance), List.of(0, 1))).isFalse();
        assertThat(state.placed()).isZero();
        assertThat(state.fits(0, option(0, 1, 10))).as("all room is given back").isTrue();
    }

    @Test
    void anItemTakesItsBestOptionOfTheSiteThatFits() {
        Option large = new Option(0, 0, 0, 1, 11, 0, 0, -1, 0, 0);
        Option small = new Option(0, 0, 1, 2, 3, 0, 0, -1, 0, 0);
        Instance instance = onTwoSites(group(0, List.of(), option(1, 0.5, 1), large, small));
        Occupancy state = new Occupancy(instance);
        assertThat(Together.placeAt(state, byCost(instance), 0, 0)).isTrue();
        assertThat(state.chosen(0)).isEqualTo(small);
    }

    @Test
    void devicesThenProcessorsThenOrderSayWhoIsBulkiest() {
        Group device = group(0, List.of(), new Option(0, 0, 0, 1, 1, 0, 0, 0, 500, 0));
        Instance instance = onTwoSites(
                group(0, List.of(), option(0, 1, 3)),
                device,
                group(0, List.of(), option(0, 1, 7)),
                group(0, List.of(), option(0, 1, 3)));
        assertThat(Together.bulkiestFirst(new Occupancy(instance), List.of(3, 2, 1, 0)))
                .containsExactly(1, 2, 0, 3);
    }
}
