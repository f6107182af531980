package io.edgeai.placement;

import static io.edgeai.placement.Samples.site;
import static io.edgeai.placement.Samples.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.BrokenRuleException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.solver.Group;
import io.edgeai.placement.solver.Instance;
import io.edgeai.placement.solver.Occupancy;
import io.edgeai.placement.solver.Option;
import io.edgeai.placement.solver.SearchBudget;
import io.edgeai.placement.solver.Spot;
import io.edgeai.placement.spi.PlacementSolver;
import io.edgeai.placement.spi.SolverAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Solvers of a user's own: what they answer becomes a plan, unless it breaks a rule. */
class OwnSolverTest {
    private static final PlacementSolver FIRST_FIT = (instance, seed, budget) -> {
        Occupancy room = new Occupancy(instance);
        List<Integer> groupOf = instance.groupOfItems();
        for (int item = 0; item < groupOf.size(); item++) {
            for (Option option : instance.groups().get(groupOf.get(item)).options()) {
                if (room.chosen(item) == null) {
                    room.tryPlace(item, option);
                }
            }
        }
        return SolverAnswer.of(room);
    };

    /** Puts every replica on its group's first option and first device, whatever the rules say. */
    private static final PlacementSolver CARELESS =
            (instance, seed, budget) -> new SolverAnswer(carelessly(instance), Double.NEGATIVE_INFINITY, false, "");

    private static List<@Nullable Spot> carelessly(Instance instance) {
        List<@Nullable Spot> spots = new ArrayList<>();
        for (Group group : instance.groups()) {
            for (int r = 0; r < group.replicas(); r++) {
                Option first = group.options().get(0);
                spots.add(new Spot(first, first.deviceMilli() == 0 ? -1 : 0));
            }
        }
        return spots;
    }

    /** Answers as the built-in solver does, then tampers. */
    private static PlacementSolver tampering(UnaryOperator<SolverAnswer> change) {
        return (instance, seed, budget) ->
                change.apply(PlacementSolvers.builtIn().solve(instance, seed, budget));
    }

    private static PlacementPlan place(PlacementSolver solver, List<Site> sites, Workload... workloads) {
        return PlacementEngine.builder().solver(solver).build().place(workloads).across(sites);
    }

    @Test
    void aLambdasAnswerBecomesThePlan() {
        for (long seed = 0; seed < 40; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            PlacementPlan plan =
                    PlacementEngine.builder().solver(FIRST_FIT).build().place(problem);
            assertThat(BruteForce.faults(problem, plan)).as("seed %d", seed).isEmpty();
            assertThat(plan.solver()).isEqualTo("own");
            assertThat(plan.proven()).isFalse();
            assertThat(plan.status())
                    .isEqualTo(
                            plan.missing().isEmpty() ? PlacementPlan.Status.FEASIBLE : PlacementPlan.Status.INFEASIBLE);
        }
    }

    static List<Arguments> broken() {
        Accelerator device = new Accelerator("t4", 16_000_000_000L, 1000);
        Site one = site("a").build();
        Site small = site("a").diskBytes(150_000_000).build();
        Site shared = Site.builder("a")
                .cpuCores(64)
                .memoryBytes(1L << 40)
                .accelerators(1, device)
                .build();
        Workload light = workload("w").cpuCores(0.1).spread(Spread.NONE);
        return List.of(
                Arguments.of("cpu", List.of(one), new Workload[] {
                    workload("w").cpuCores(3), workload("v").cpuCores(2)
                }),
                Arguments.of("memory", List.of(one), new Workload[] {light.replicas(9)}),
                Arguments.of("disk", List.of(small), new Workload[] {light.replicas(2)}),
                Arguments.of("accelerator", List.of(shared), new Workload[] {
                    light.accelerator("t4", 600, 1).replicas(2)
                }),
                Arguments.of("accelerator", List.of(shared), new Workload[] {
                    light.accelerator("t4", 100, 9_000_000_000L).replicas(2)
                }),
                Arguments.of(
                        "spread", List.of(one), new Workload[] {workload("w").replicas(2)}),
                Arguments.of(
                        "near",
                        List.of(site("a").build(), site("b").label("gpu").build()),
                        new Workload[] {workload("w"), workload("v").near("w").requires("gpu")}),
                Arguments.of("away-from", List.of(one), new Workload[] {
                    workload("w"), workload("v").awayFrom("w")
                }));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void anAnswerThatBreaksARuleIsRefusedByItsName(String rule, List<Site> sites, Workload... workloads) {
        assertThatThrownBy(() -> place(CARELESS, sites, workloads))
                .isInstanceOfSatisfying(BrokenRuleException.class, broken -> assertThat(broken.rule())
                        .isEqualTo(rule))
                .hasMessageContaining("Solver (own) breaks the rule (" + rule + ")")
                .hasMessageContaining("Maybe place by Occupancy.tryPlace");
    }

    @Test
    void theNodeAndTheWorkloadAreNamed() {
        assertThatThrownBy(() -> place(
                        CARELESS,
                        List.of(site("a").build()),
                        workload("heavy").replicas(9).spread(Spread.NONE)))
                .hasMessageContaining("workload (heavy) on node (a/main)");
    }

    @Test
    void inventedOptionsDevicesAndBoundsAreRefused() {
        List<Site> sites = List.of(Site.builder("a")
                .node(new Node(
                        "n",
                        8000,
                        1L << 40,
                        1L << 40,
                        "cpu",
                        10,
                        List.of(new Accelerator("t4", 1L << 30, 10), new Accelerator("a100", 1L << 30, 10))))
                .build());
        Workload gpu = Workload.of("w", Variant.builder("v").macs(1e6).build()).accelerator("t4", 500, 1);
        Map<String, PlacementSolver> cheats = Map.of(
                "option",
                tampering(answer -> new SolverAnswer(
                        List.of(new Spot(new Option(0, 0, 0, -1, 0, 0, 0, -1, 0, 0), -1)), 0, true, "")),
                "device",
                tampering(answer ->
                        new SolverAnswer(List.of(new Spot(answer.spots().get(0).option(), 1)), 0, true, "")),
                "size",
                tampering(answer -> new SolverAnswer(List.of(), 0, true, "")),
                "bound",
                tampering(answer -> new SolverAnswer(answer.spots(), answer.lowerBound() + 1, false, "")));
        assertThat(place(PlacementSolvers.builtIn(), sites, gpu).feasible()).isTrue();
        cheats.forEach((rule, cheat) -> assertThatThrownBy(() -> place(cheat, sites, gpu))
                .as(rule)
                .isInstanceOfSatisfying(BrokenRuleException.class, broken -> assertThat(broken.rule())
                        .isEqualTo(rule)));
    }

    @Test
    void theBuiltInSolverIsTheDefaultAndNamesLeadToSolvers() {
        PlacementProblem problem = RandomProblems.small(3);
        assertThat(PlacementEngine.defaults().place(problem).toString())
                .isEqualTo(PlacementEngine.builder()
                        .solver(PlacementSolvers.named("built-in"))
                        .build()
                        .place(problem)
                        .toString());
        assertThat(PlacementEngine.defaults().place(problem).solver()).isEqualTo("built-in");
        assertThat(PlacementSolvers.named("ortools").name()).isEqualTo("ortools");
        assertThatThrownBy(() -> PlacementSolvers.named("gurobi"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe one of [built-in, ortools, first-option]?");
    }

    @Test
    void aSolverOnTheClassPathIsFoundByItsName() {
        PlacementSolver found = PlacementSolvers.named("first-option");
        PlacementPlan plan = place(found, List.of(site("a").build()), workload("w"));
        assertThat(plan.solver()).isEqualTo("first-option");
        assertThat(plan.feasible()).isTrue();
    }

    /** Named in {@code META-INF/services} of the tests. */
    public static final class FirstOption implements PlacementSolver {
        @Override
        public SolverAnswer solve(Instance instance, long seed, SearchBudget budget) {
            return FIRST_FIT.solve(instance, seed, budget);
        }

        @Override
        public String name() {
            return "first-option";
        }
    }
}
