package io.edgeai.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NeighbourGraphPropertyTest {
    private static Set<Integer> participants(int count, long seed) {
        return new Random(seed)
                .ints(0, 1_000_000)
                .distinct()
                .limit(count)
                .boxed()
                .collect(Collectors.toSet());
    }

    private static Set<Integer> reached(NeighbourGraph graph, int from, Set<Integer> without) {
        Set<Integer> reached = new HashSet<>(Set.of(from));
        ArrayDeque<Integer> open = new ArrayDeque<>(reached);
        while (!open.isEmpty()) {
            for (int next : graph.of(open.remove())) {
                if (!without.contains(next) && reached.add(next)) {
                    open.add(next);
                }
            }
        }
        return reached;
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "3, 2", "4, 2", "5, 2", "5, 4", "6, 4", "7, 6", "40, 4", "101, 100", "102, 100", "300, 42"})
    void everyoneHasAsManyNeighboursAndIsTheirs(int count, int degree) {
        for (long seed = 0; seed < 5; seed++) {
            Set<Integer> all = participants(count, seed);
            NeighbourGraph graph = new NeighbourGraph(all, degree, new Random(seed));
            for (int one : all) {
                assertThat(graph.of(one))
                        .as("of %s, seed %s", one, seed)
                        .hasSize(degree)
                        .doesNotContain(one)
                        .doesNotHaveDuplicates()
                        .allMatch(other -> graph.of(other).contains(one));
            }
            assertThat(reached(graph, all.iterator().next(), Set.of()))
                    .as("seed %s", seed)
                    .isEqualTo(all);
        }
    }

    /** A ring with k/2 neighbours on each side holds together unless k/2 in a row are gone on two sides. */
    @Test
    void fewerThanTheDegreeThatDropOutDoNotPartTheRest() {
        for (long seed = 0; seed < 200; seed++) {
            Set<Integer> all = participants(30, seed);
            NeighbourGraph graph = new NeighbourGraph(all, 8, new Random(seed));
            Random random = new Random(seed);
            Set<Integer> gone = new HashSet<>();
            List<Integer> order = List.copyOf(all);
            while (gone.size() < 7) {
                gone.add(order.get(random.nextInt(order.size())));
            }
            Set<Integer> left = new HashSet<>(all);
            left.removeAll(gone);

            assertThat(reached(graph, left.iterator().next(), gone))
                    .as("without %s, seed %s", gone, seed)
                    .isEqualTo(left);
        }
    }

    /** With 4 of 20 others, every pair is neighbours in a fifth of the rounds: nobody chooses whom. */
    @Test
    void everyPairIsAsLikely() {
        int rounds = 4000;
        Set<Integer> all = participants(21, 1);
        Map<Integer, Integer> times = new HashMap<>();
        int first = all.iterator().next();
        Random random = new Random(21);
        for (int i = 0; i < rounds; i++) {
            new NeighbourGraph(all, 4, random).of(first).forEach(other -> times.merge(other, 1, Integer::sum));
        }
        double deviation = Math.sqrt(rounds * 0.2 * 0.8);

        assertThat(times).hasSize(20);
        assertThat(times.values())
                .as("seed 21")
                .allMatch(count -> Math.abs(count - 0.2 * rounds) < 5 * deviation, "near a fifth");
    }

    /** Of n neighbours' and one's own shares more than half: two thresholds overlap, so one secret cannot be asked twice. */
    @ParameterizedTest
    @CsvSource({"2, 1, 2", "3, 2, 2", "4, 3, 3", "10, 9, 6", "101, 100, 51", "1000, 100, 51"})
    void thresholdsAreMajorities(int participants, int neighbours, int threshold) {
        Terms terms = new Terms(1, new byte[32], 5, 100, 2);

        assertThat(terms.neighbours(participants)).isEqualTo(neighbours);
        assertThat(terms.threshold(participants)).isEqualTo(threshold);
        assertThat(2 * threshold).isGreaterThan(neighbours + 1);
    }

    /** 10·log₂ n, up to the next even number. */
    @ParameterizedTest
    @CsvSource({"2, 100", "100, 100", "101, 68", "1000, 100", "1024, 100", "1025, 102", "65536, 160"})
    void usualTermsGrowWithTheLogarithm(int participants, int degree) {
        assertThat(Terms.of(1, new byte[32], 5, participants, 2).degree()).isEqualTo(degree);
    }

    @ParameterizedTest
    @CsvSource({
        "31, 1, 2, 2, modelHash has (31) bytes",
        "33, 1, 2, 2, modelHash has (33) bytes",
        "32, 0, 2, 2, size (0)",
        "32, 1, 0, 2, degree (0)",
        "32, 1, 3, 2, degree (3)",
        "32, 1, -2, 2, degree (-2)",
        "32, 1, 2, 1, minimumSurvivors (1)",
    })
    void termsThatCannotBeAreRefused(int hash, int size, int degree, int survivors, String message) {
        assertThatThrownBy(() -> new Terms(1, new byte[hash], size, degree, survivors))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }
}
