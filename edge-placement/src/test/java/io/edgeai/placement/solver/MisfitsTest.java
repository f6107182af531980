package io.edgeai.placement.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MisfitsTest {
    /** Item j on agent i costs 10·i; a price of 2 a unit of weight is charged on agent 0. */
    private static final int ITEMS = 640;

    private static final Instance INSTANCE = instance();
    private static final Ranking PRICED =
            new Ranking(INSTANCE, option -> option.cost() + (option.node() == 0 ? 2.0 * option.cpuMillis() : 0));

    private static Instance instance() {
        StringBuilder text = new StringBuilder("3 " + ITEMS + "\n");
        for (int i = 0; i < 3; i++) {
            text.append((i * 10 + " ").repeat(ITEMS)).append('\n');
        }
        text.append(("1 ".repeat(ITEMS) + "\n").repeat(3));
        return GapInstance.parse(text + "700 700 700");
    }

    private static Occupancy with(int onDear) {
        Occupancy state = new Occupancy(INSTANCE);
        for (int item = 0; item < ITEMS; item++) {
            assertThat(state.tryPlace(item, option(item, item < onDear ? 2 : 0)))
                    .isTrue();
        }
        return state;
    }

    private static Option option(int item, int node) {
        return INSTANCE.groups().get(item).options().stream()
                .filter(option -> option.node() == node)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void excessIsWhatTheRankingSaysAboveTheBest() {
        Misfits misfits = new Misfits(with(1), PRICED, new SplittableRandom(1), ITEMS);
        double weight = (double) option(0, 0).cpuMillis();
        assertThat(misfits.excess(0)).isCloseTo(20 - Math.min(10, 2 * weight), within(1e-9));
        assertThat(misfits.excess(1)).isCloseTo(Math.max(0, 2 * weight - 10), within(1e-9));
    }

    @Test
    void idleRoomIsWorthWhatItsPriceSays() {
        Occupancy state = with(0);
        Misfits misfits = new Misfits(state, PRICED, new SplittableRandom(1), ITEMS);
        for (Ranking.Ranked ranked : PRICED.of(0)) {
            int node = ranked.option().node();
            double price = node == 0 ? 2 : 0;
            assertThat(misfits.idle(ranked)).isCloseTo(price * state.freeCpu(node), within(1e-9));
        }
    }

    @Test
    void onALargePlanWhatStandsBadlyIsDrawnMoreOftenButNotAlone() {
        assertThat(drawn(ITEMS, 32)).as("a twentieth of all items").isBetween(0.25, 0.5);
    }

    @Test
    void onASmallPlanEveryItemIsAsLikely() {
        assertThat(drawn(100, 32)).isBetween(0.25, 0.39);
        assertThat(drawn(100, 5)).isBetween(0.02, 0.09);
    }

    /** The share of draws of the first items that fell on those that stand badly. */
    private static double drawn(int movable, int bad) {
        Misfits misfits = new Misfits(with(bad), PRICED, new SplittableRandom(3), movable);
        List<Integer> items =
                new ArrayList<>(IntStream.range(0, movable).boxed().toList());
        return IntStream.range(0, 4000)
                        .filter(unused -> misfits.item(items) < bad)
                        .count()
                / 4000.0;
    }

    @Test
    void closeOptionsAreOfTheBestOnes() {
        Misfits misfits = new Misfits(with(0), PRICED, new SplittableRandom(4), ITEMS);
        List<Ranking.Ranked> options = PRICED.of(0);
        for (int i = 0; i < 100; i++) {
            assertThat(options.stream().map(Ranking.Ranked::option)).contains(misfits.close(options));
        }
    }
}
