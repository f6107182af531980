package io.edgeai.placement.gap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GapProblemTest {
    @Test
    void readsTheOrLibrarysOrder(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("two.txt"), " 2 3\n 1 5 4\n 3 2 9\n 7 8 6\n 2 1 0\n 10 20\n");
        GapProblem problem = GapProblem.read(file);
        assertThat(problem.agents()).isEqualTo(2);
        assertThat(problem.items()).isEqualTo(3);
        assertThat(problem.cost(1, 0)).isEqualTo(3);
        assertThat(problem.cost(0, 2)).isEqualTo(4);
        assertThat(problem.weight(0, 1)).isEqualTo(8);
        assertThat(problem.weight(1, 2)).isZero();
        assertThat(problem.capacity(1)).isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                  | ends before a number of agents",
                "1                   | ends before a number of items",
                "0 5                 | (0) agents and (5) items",
                "-1 5                | (-1) agents",
                "100000 100000       | (100000) agents",
                "1 2  1 1  1 1       | ends before a capacity",
                "1 2  1 1  1 1  3 4  | goes on after the capacities with (4)",
                "1 2  1 x  1 1  3    | cost is (x), not a whole number",
                "1 2  1 1.5  1 1  3  | cost is (1.5), not a whole number",
                "1 2  1 1  1 NaN  3  | weight is (NaN), not a whole number",
                "1 2  1 1  1 -1  3   | weight of item (1) is (-1)",
                "1 2  1 1  1 1  -3   | capacity of agent (0) is (-3)",
                "1 1  2000000000  1  3 | cost of item (0) is (2000000000)"
            })
    void textsThatAreNoProblemAreRefusedByName(String text, String message) {
        assertThatThrownBy(() -> GapProblem.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void tablesOfDifferentSizesAreRefused() {
        int[][] two = {{1, 2}, {3, 4}};
        assertThatThrownBy(() -> GapProblem.of(two, new int[][] {{1, 2}}, new int[] {3, 4}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(2) rows of costs and (1) of weights");
        assertThatThrownBy(() -> GapProblem.of(two, new int[][] {{1, 2}, {3}}, new int[] {3, 4}))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Agent (1) has (2) costs and (1) weights");
    }

    @Test
    void aFileThatIsMissingIsNamed(@TempDir Path folder) {
        assertThatThrownBy(() -> GapProblem.read(folder.resolve("none")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("none");
    }
}
