package io.edgeai.placement.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published generalized assignment problems (OR-Library; Cattrysse 1994, Chu and Beasley 1997) with known optima. */
class GapIT {
    private static Path folder() {
        Path folder = Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "placement", "gap");
        Assumptions.assumeTrue(Files.isDirectory(folder), "skipped: no folder " + folder);
        return folder;
    }

    private static Solution solve(String text, long iterations) {
        SearchBudget budget = new SearchBudget(iterations, Duration.ofMinutes(1), () -> 0, Progress.NONE);
        return Solver.solve(GapInstance.parse(text), 1, budget);
    }

    @Test
    void smallPublishedProblemsEndWithinTwoPerMilleOfTheOptimum() throws IOException {
        List<String> rows = Files.readAllLines(folder().resolve("best.csv"));
        double gaps = 0;
        int solved = 0;
        for (String row : rows.subList(1, rows.size())) {
            String[] cells = row.split(",", -1);
            if (!cells[0].startsWith("cattrysse1994")) {
                continue;
            }
            Path file = folder().resolve(cells[0]);
            double optimum = Double.parseDouble(cells[7]);
            Solution solution = solve(Files.readString(file), 10_000);
            assertThat(solution.complete()).as(cells[0]).isTrue();
            assertThat(solution.cost()).as(cells[0]).isGreaterThanOrEqualTo(optimum - 1e-6);
            assertThat(solution.lowerBound()).as(cells[0]).isLessThanOrEqualTo(optimum + 1e-6);
            assertThat(solution.cost()).as(cells[0]).isLessThanOrEqualTo(optimum * 1.01);
            gaps += solution.cost() / optimum - 1;
            solved++;
        }
        assertThat(solved).isEqualTo(40);
        assertThat(gaps / solved).as("mean gap").isLessThan(0.002);
    }

    @ParameterizedTest
    @CsvSource({
        "chu1997/a05100, 1698, 0.002",
        "chu1997/b10200, 2827, 0.01",
        "chu1997/c10100, 1402, 0.01",
        "chu1997/d05100, 6353, 0.01"
    })
    void largerPublishedProblemsEndCloseToTheOptimum(String name, double optimum, double gap) throws IOException {
        Solution solution = solve(Files.readString(folder().resolve(name)), 20_000);
        assertThat(solution.complete()).isTrue();
        assertThat(solution.lowerBound()).isLessThanOrEqualTo(optimum + 1e-6);
        assertThat(solution.cost()).isBetween(optimum - 1e-6, optimum * (1 + gap));
    }

    @Test
    void aTightProblemSolvedByHandIsProven() {
        String text = "2 3\n 1 5 4\n 3 2 9\n 2 2 2\n 2 2 2\n 4 2";
        Solution solution = solve(text, 100);
        assertThat(solution.proven()).isTrue();
        assertThat(solution.cost()).isCloseTo(1 + 2 + 4, within(1e-12));
        Solution impossible = solve(text.replace(" 4 2", " 3 3"), 100);
        assertThat(impossible.complete()).isFalse();
        assertThat(impossible.proven()).isTrue();
    }
}
