package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.model.Topology;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunningPlanJsonTest {
    private static final PlacementEngine ENGINE = PlacementEngine.defaults();

    @Test
    void whatWasWrittenIsReadAgain() {
        for (long seed = 0; seed < 30; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            PlacementPlan plan = ENGINE.place(problem);
            List<Assignment> read = RunningPlanJson.read(plan.toJson(), problem);
            assertThat(read).as("seed %d", seed).isEqualTo(plan.assignments());
        }
    }

    @Test
    void whatIsGoneComesBackByName() {
        PlacementProblem before = new PlacementProblem(
                List.of(Samples.workload("old")),
                Topology.of(List.of(Samples.site("shut").build())));
        PlacementProblem now = new PlacementProblem(
                List.of(Samples.workload("new")),
                Topology.of(List.of(Samples.site("open").build())));
        List<Assignment> running = RunningPlanJson.read(ENGINE.place(before).toJson(), now);
        assertThat(running).singleElement().satisfies(replica -> {
            assertThat(replica.workload().name()).isEqualTo("old");
            assertThat(replica.site().id()).isEqualTo("shut");
            assertThat(replica.variant().name()).isEqualTo("v1");
        });
        Rebalance change = ENGINE.rebalance(running, now, RebalanceLimits.moves(1));
        assertThat(change.stopped()).isEqualTo(running);
        assertThat(change.moves())
                .singleElement()
                .satisfies(move -> assertThat(move.to().site().id()).isEqualTo("open"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ | Plan is not JSON",
                "[] | must be an object",
                "{} | (assignments)",
                "{\"assignments\": 3} | $.assignments must be an array",
                "{\"assignments\": [{\"workload\": \"w\"}]} | $.assignments[0].site is missing",
                "{\"assignments\": [{\"workload\": 1}]} | $.assignments[0].workload must be a string"
            })
    void whatIsNoPlanIsRefused(String text, String complaint) {
        PlacementProblem problem = new PlacementProblem(
                List.of(), Topology.of(List.of(Samples.site("a").build())));
        assertThatThrownBy(() -> RunningPlanJson.read(text, problem))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(complaint);
    }
}
