package io.edgeai.placement.gap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GapSolverTest {
    /** Ends by proof only, however busy the machine is. */
    private static final GapSolver PATIENT = GapSolver.builder().ticker(() -> 0).build();

    @Test
    void aTightProblemSolvedByHand() {
        GapSolution solution = PATIENT.solve(GapProblem.parse("2 3  1 5 4  3 2 9  2 2 2  2 2 2  4 2"));
        assertThat(solution.status()).isEqualTo(GapSolution.Status.OPTIMAL);
        assertThat(solution.assignment()).containsExactly(0, 1, 0);
        assertThat(solution.objective()).isEqualTo(1 + 2 + 4);
        assertThat(solution.gap()).isZero();
    }

    /** Five items of weight 2 on two agents of capacity 5: enough room in sum, but only four fit. */
    @Test
    void impossibleByWholenessAloneIsProven() {
        GapSolution solution = PATIENT.solve(GapProblem.parse("2 5  1 1 1 1 1  1 1 1 1 1  2 2 2 2 2  2 2 2 2 2  5 5"));
        assertThat(solution.status()).isEqualTo(GapSolution.Status.INFEASIBLE);
        assertThat(solution.gap()).isInfinite();
    }

    @Test
    void anItemThatFitsNoAgentIsProvenImpossible() {
        assertThat(PATIENT.solve(GapProblem.parse("2 1  1  1  3  9  2 8")).status())
                .isEqualTo(GapSolution.Status.INFEASIBLE);
    }

    @Test
    void equalCostsAndNoWeightsAreOptimalAtOnce() {
        GapSolution solution = PATIENT.solve(GapProblem.of(new int[3][40], new int[3][40], new int[3]));
        assertThat(solution.status()).isEqualTo(GapSolution.Status.OPTIMAL);
        assertThat(solution.objective()).isZero();
    }

    @Test
    void numbersAsLargeAsAllowedDoNotOverflow() {
        int big = GapProblem.MAX_NUMBER;
        int[][] cost = new int[2][60];
        int[][] weight = new int[2][60];
        Arrays.fill(cost[0], big);
        Arrays.fill(cost[1], big - 1);
        Arrays.fill(weight[0], big / 30);
        Arrays.fill(weight[1], big / 30);
        GapProblem problem = GapProblem.of(cost, weight, new int[] {big, big});
        GapSolution solution = PATIENT.solve(problem);
        GapExamples.assertKeepsCapacities("large", problem, solution);
        assertThat(solution.objective()).isEqualTo(30.0 * big + 30.0 * (big - 1));
    }

    @ParameterizedTest
    @CsvSource({"c, 20, 200", "c, 40, 800", "d, 20, 100", "d, 40, 400", "e, 20, 100", "e, 80, 400"})
    void capacitiesAreKeptHoweverShortTheBudget(char type, int agents, int items) {
        GapProblem problem = GapExamples.generated(type, agents, items, 5);
        GapSolution solution = GapSolver.builder()
                .budget(Duration.ofMillis(1))
                .ticker(GapExamples.looks(1_000_000))
                .build()
                .solve(problem);
        GapExamples.assertKeepsCapacities(type + " " + agents + "x" + items, problem, solution);
        assertThat(solution.gap()).isLessThan(0.05);
    }

    @Test
    void threadsShareWhatTheyFind() {
        GapProblem problem = GapExamples.generated('e', 10, 100, 3);
        GapSolution solution = GapSolver.builder()
                .budget(Duration.ofMillis(1500))
                .threads(3)
                .ticker(GapExamples.looks(2_000_000))
                .build()
                .solve(problem);
        GapExamples.assertKeepsCapacities("three threads", problem, solution);
        assertThat(solution.gap()).isLessThan(0.01);
    }

    @Test
    void reportsItsPhasesAndEndsWhereCancelled() {
        GapProblem problem = GapExamples.generated('d', 10, 100, 1);
        Set<String> phases = Collections.synchronizedSet(new HashSet<>());
        Progress untilProof = new Progress() {
            @Override
            public void update(String phase, long done, long total) {
                phases.add(phase);
                assertThat(done).isBetween(0L, total);
            }

            @Override
            public boolean cancelled() {
                return phases.contains("prove");
            }
        };
        GapSolver two = GapSolver.builder().threads(2).ticker(() -> 0).build();
        assertThatThrownBy(() -> two.solve(problem, untilProof))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("cancelled");
        assertThat(phases).containsExactlyInAnyOrder("anneal", "bound", "prove");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> GapSolver.builder().budget(Duration.ZERO)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> GapSolver.builder().threads(0)).isInstanceOf(InvalidInputException.class);
    }
}
