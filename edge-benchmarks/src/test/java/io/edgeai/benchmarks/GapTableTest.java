package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.placement.gap.GapProblem;
import io.edgeai.placement.gap.GapSolution;
import io.edgeai.placement.gap.GapSolver;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GapTableTest {
    @Test
    void thereAreFifteenUsualSizesNamedAsInTheLiterature() {
        assertThat(GapInstance.usual('d', 1).stream().map(GapInstance::name))
                .hasSize(15)
                .startsWith("d05100", "d10100", "d20100")
                .endsWith("d801600");
    }

    @Test
    void numbersFollowTheRecipeOfTheirType() {
        GapProblem c = new GapInstance('c', 10, 400, 3).problem();
        GapProblem d = new GapInstance('d', 10, 400, 3).problem();
        GapProblem e = new GapInstance('e', 10, 400, 3).problem();
        double lightest = Double.POSITIVE_INFINITY;
        double meanOfE = 0;
        for (int i = 0; i < 10; i++) {
            for (int j = 0; j < 400; j++) {
                assertThat(c.weight(i, j)).isBetween(5, 25);
                assertThat(c.cost(i, j)).isBetween(10, 50);
                assertThat(d.weight(i, j)).isBetween(1, 100);
                assertThat(d.cost(i, j) + d.weight(i, j)).isBetween(101, 121);
                assertThat(e.weight(i, j)).isPositive();
                assertThat(1000.0 / e.weight(i, j) - e.cost(i, j)).isBetween(0.0, 11.0);
                lightest = Math.min(lightest, e.weight(i, j));
                meanOfE += e.weight(i, j) / 4000.0;
            }
            int agent = i;
            double weights =
                    IntStream.range(0, 400).map(j -> d.weight(agent, j)).sum();
            assertThat(d.capacity(i)).isEqualTo((int) (0.8 * weights / 10));
        }
        assertThat(lightest).isEqualTo(1);
        assertThat(meanOfE).as("1 + 10 less what rounding down takes").isCloseTo(10.5, within(0.5));
    }

    @Test
    void aSeedIsAProblem() {
        assertThat(numbers(new GapInstance('d', 5, 100, 7)))
                .isEqualTo(numbers(new GapInstance('d', 5, 100, 7)))
                .isNotEqualTo(numbers(new GapInstance('d', 5, 100, 8)));
    }

    private static List<Long> numbers(GapInstance instance) {
        GapProblem problem = instance.problem();
        return IntStream.range(0, 100)
                .mapToObj(j -> 1000L * problem.cost(2, j) + problem.weight(2, j))
                .toList();
    }

    @Test
    void aRowIsWhatTheSolverFound() {
        GapProblem problem =
                GapProblem.of(new int[][] {{1, 5, 4}, {3, 2, 9}}, new int[][] {{2, 2, 2}, {2, 2, 2}}, new int[] {4, 2});
        GapTable.Row row = GapTable.solve(
                "by hand",
                4,
                problem,
                GapSolver.builder().budget(Duration.ofSeconds(1)).threads(2));
        assertThat(row.status()).isEqualTo(GapSolution.Status.OPTIMAL);
        assertThat(row.cost()).isEqualTo(7);
        assertThat(row.gap()).isZero();
        assertThat(row.toString()).startsWith("| by hand | 4 | OPTIMAL | 7 | 7 | 0.000 |");
    }

    @Test
    void theSummaryCountsWhatFoundNothingApart() {
        List<GapTable.Row> rows = List.of(
                new GapTable.Row("a", 1, 100, GapSolution.Status.OPTIMAL, 100, 100, 1),
                new GapTable.Row("b", 1, 400, GapSolution.Status.FEASIBLE, 1000, 994, 1),
                new GapTable.Row("c", 1, 900, GapSolution.Status.FEASIBLE, 1000, 998, 1),
                new GapTable.Row("d", 1, 900, GapSolution.Status.UNKNOWN, Double.POSITIVE_INFINITY, 998, 1));
        assertThat(GapTable.summary(rows).lines().skip(2))
                .containsExactly(
                        "| up to 400 | 2 | 0 | 1 | 0.300 | 0.600 | 1 |",
                        "| more | 2 | 1 | 0 | 0.200 | 0.200 | 1 |",
                        "| all | 4 | 1 | 1 | 0.267 | 0.600 | 2 |");
    }
}
