package io.edgeai.placement.gap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published problems with known optima (OR-Library; Cattrysse 1994, Chu and Beasley 1997, Yagiura 2004). */
class PublishedGapIT {
    @Test
    void allProblemsOfCattrysseAreProvenAtTheirPublishedOptima() throws IOException {
        Path folder = GapExamples.published();
        List<String> rows = Files.readAllLines(folder.resolve("best.csv")).stream()
                .filter(row -> row.startsWith("cattrysse1994"))
                .toList();
        assertThat(rows).hasSize(40);
        for (String row : rows) {
            String[] cells = row.split(",", -1);
            GapProblem problem = GapProblem.read(folder.resolve(cells[0]));
            GapSolution solution = GapSolver.builder().ticker(() -> 0).build().solve(problem);
            assertThat(solution.status()).as(cells[0]).isEqualTo(GapSolution.Status.OPTIMAL);
            assertThat(solution.objective()).as(cells[0]).isEqualTo(Double.parseDouble(cells[6]));
            GapExamples.assertKeepsCapacities(cells[0], problem, solution);
        }
    }

    /** On an idle core of today 500 looks at the clock are one to two seconds. */
    @ParameterizedTest
    @CsvSource({
        "chu1997/a20200, 2339, 0",
        "chu1997/b10200, 2827, 0.002",
        "chu1997/c10100, 1402, 0.002",
        "yagiura2004/c20400, 4782, 0.002",
        "chu1997/d05100, 6353, 0.006",
        "yagiura2004/e10100, 11577, 0.004"
    })
    void largerOnesEndCloseToTheirOptimaWithinFiveHundredLooksAtTheClock(String name, double optimum, double gap) {
        GapProblem problem = GapProblem.read(GapExamples.published().resolve(name));
        GapSolution solution = GapSolver.builder()
                .budget(Duration.ofSeconds(1))
                .ticker(GapExamples.looks(2_000_000))
                .build()
                .solve(problem);
        GapExamples.assertKeepsCapacities(name, problem, solution);
        assertThat(solution.bound()).isLessThanOrEqualTo(optimum);
        assertThat(solution.objective()).isBetween(optimum, optimum * (1 + gap));
    }
}
