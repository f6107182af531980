package io.edgeai.placement.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GranularityPropertyTest {
    @Test
    void noPlacementIsLostByRoundingCapacitiesDown() {
        for (long seed = 0; seed < 25; seed++) {
            Instance instance = RandomInstances.of(seed, 3);
            double optimum = NaiveCheck.optimum(instance);
            double rounded = NaiveCheck.optimum(Granularity.floor(instance));
            if (Double.isInfinite(optimum)) {
                assertThat(rounded).as("seed %d", seed).isInfinite();
            } else {
                assertThat(rounded).as("seed %d", seed).isCloseTo(optimum, within(1e-9));
            }
        }
    }

    @Test
    void whatNoSumOfNeedsReachesIsNoRoom() {
        List<Group> groups = IntStream.of(500, 750, 1250)
                .mapToObj(cpu -> new Group(
                        1,
                        0,
                        List.of(new Option(0, 0, 0, 1, cpu, 3, 0, -1, 0, 0)),
                        Group.Apart.NONE,
                        List.of(),
                        List.of()))
                .toList();
        Instance instance = new Instance(
                groups,
                List.of(new Bin(0, 34_120, 100, 7, List.of()), new Bin(0, 34_120, 100, 7, List.of())),
                List.of(0));
        List<Bin> bins = Granularity.floor(instance).bins();
        assertThat(bins.get(0)).isEqualTo(new Bin(0, 34_000, 99, 7, List.of()));
        assertThat(bins.get(1))
                .as("nothing may stand there")
                .isEqualTo(instance.bins().get(1));
    }
}
