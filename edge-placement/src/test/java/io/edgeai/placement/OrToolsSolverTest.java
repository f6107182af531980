package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.PlacementSolver;
import io.edgeai.placement.spi.PlacementStrategy;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** OR-Tools behind the engine, against the built-in solver, which brute force is the oracle of. */
class OrToolsSolverTest {
    /** Seeds whose problems have a plan on roomy nodes; the others are slow to refuse. */
    private static final int[] ROOMY = {
        2, 3, 5, 6, 8, 13, 14, 16, 17, 18, 19, 20, 22, 23, 24, 25, 26, 30, 31, 32, 34, 35, 37, 38, 40, 41, 42, 43, 46,
        47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 62, 63, 64, 66, 67, 68, 71, 74, 79, 80, 81, 82, 83, 85, 87, 89,
        90, 94, 95, 96, 97, 98, 99
    };

    private static PlacementSolver orTools;

    @BeforeAll
    static void load() {
        orTools = PlacementSolvers.orTools();
    }

    private static PlacementPlan plan(PlacementProblem problem, PlacementStrategy strategy, PlacementSolver solver) {
        return PlacementEngine.builder()
                .strategy(strategy)
                .solver(solver)
                .iterations(300)
                .build()
                .place(problem);
    }

    private static Map<String, PlacementProblem> problems() {
        Map<String, PlacementProblem> problems = new LinkedHashMap<>();
        for (long seed = 0; seed < 5; seed++) {
            problems.put("tight " + seed, RandomProblems.small(seed));
        }
        for (int seed : ROOMY) {
            problems.put("roomy " + seed, roomy(RandomProblems.small(seed)));
        }
        for (long seed = 0; seed < 3; seed++) {
            problems.put("hourly " + seed, HourlyProblems.small(seed));
            problems.put("batched " + seed, BatchedProblems.small(seed));
        }
        for (long seed = 1; seed <= 4; seed++) {
            problems.put("edge " + seed, EdgeScenarios.of(seed, 5, 8));
        }
        return problems;
    }

    /** On nodes of twice the size, with time to spare and no rule about single sites, so that most have a plan. */
    private static PlacementProblem roomy(PlacementProblem problem) {
        List<Site> sites = new ArrayList<>();
        for (Site site : problem.topology().sites()) {
            sites.add(new Site(
                    site.id(),
                    site.region(),
                    site.coordinates(),
                    site.nodes().stream()
                            .map(node -> new Node(
                                    node.name(),
                                    2 * node.cpuMillis(),
                                    2 * node.memoryBytes(),
                                    node.diskBytes(),
                                    node.hardware(),
                                    2 * node.gigaMacsPerSecondPerCore(),
                                    node.accelerators()))
                            .toList(),
                    site.price(),
                    site.power(),
                    site.availability(),
                    site.labels(),
                    site.trainingData()));
        }
        List<Workload> patient = problem.workloads().stream()
                .map(workload -> workload.p99(Duration.ofMillis(400))
                        .policy(workload.policy()
                                .federated(false)
                                .residency(Set.of())
                                .requiredLabels(Set.of())))
                .toList();
        return new PlacementProblem(
                patient, Topology.of(sites, problem.topology().network()));
    }

    @Test
    void agreesWithTheBuiltInSolverOnOptimumAndFeasibility() {
        int optimal = 0;
        int infeasible = 0;
        for (Map.Entry<String, PlacementProblem> entry : problems().entrySet()) {
            PlacementProblem problem = entry.getValue();
            int seed = Integer.parseInt(entry.getKey().split(" ")[1]);
            PlacementStrategy strategy = PlacementStrategies.all().get(seed % 6);
            String name = entry.getKey() + ", " + strategy.name();
            PlacementPlan ours = plan(problem, strategy, PlacementSolvers.builtIn());
            PlacementPlan theirs = plan(problem, strategy, orTools);
            assertThat(BruteForce.faults(problem, theirs)).as(name).isEmpty();
            assertThat(theirs.proven()).as(name).isTrue();
            assertThat(theirs.feasible()).as(name).isEqualTo(ours.feasible());
            if (ours.feasible()) {
                double tolerance = 1e-6 * Math.max(1e-9, Math.abs(ours.objective()));
                assertThat(theirs.objective())
                        .as(name)
                        .isBetween(ours.lowerBound() - tolerance, ours.objective() + tolerance);
                optimal += ours.proven() ? 1 : 0;
                assertThat(theirs.gap()).as(name).isZero();
                assertThat(theirs.solver()).as(name).isEqualTo("ortools");
            } else {
                infeasible++;
                assertThat(theirs.missing()).as(name).isEqualTo(ours.missing());
                assertThat(theirs.solver()).as(name).isEqualTo("ortools, then built-in");
            }
        }
        assertThat(optimal).as("optima that both prove").isGreaterThanOrEqualTo(60);
        assertThat(infeasible).as("problems without").isGreaterThan(2);
    }

    @Test
    void theSameSeedGivesTheSamePlan() {
        for (long seed = 1; seed <= 3; seed++) {
            PlacementProblem problem = EdgeScenarios.of(seed, 5, 8);
            PlacementStrategy strategy = PlacementStrategies.costEfficient();
            assertThat(plan(problem, strategy, orTools).toString())
                    .isEqualTo(plan(problem, strategy, orTools).toString());
        }
    }

    @Test
    void aListenerHearsOfItAndCanCancel() {
        PlacementProblem problem = EdgeScenarios.of(1, 12, 60);
        List<String> phases = new ArrayList<>();
        Progress cancelling = new Progress() {
            @Override
            public void update(String phase, long done, long total) {
                phases.add(phase);
            }

            @Override
            public boolean cancelled() {
                return !phases.isEmpty();
            }
        };
        PlacementEngine engine = PlacementEngine.builder().solver(orTools).build();
        assertThatThrownBy(() -> engine.place(problem, cancelling)).isInstanceOf(OperationCancelledException.class);
        assertThat(phases).containsExactly("ortools");
    }

    @Test
    void whereTimeIsUpThePlanIsStillWhole() {
        List<Site> sites = new ArrayList<>();
        List<Workload> workloads = new ArrayList<>();
        for (int s = 0; s < 12; s++) {
            sites.add(Samples.site("s" + s).cpuCores(64).memoryBytes(1L << 40).build());
        }
        for (int w = 0; w < 80; w++) {
            workloads.add(Samples.workload("w" + w).replicas(3));
        }
        PlacementPlan plan = PlacementEngine.builder()
                .solver(orTools)
                .timeLimit(Duration.ofMillis(20))
                .build()
                .place(workloads)
                .across(sites);
        assertThat(BruteForce.faults(plan.problem(), plan)).isEmpty();
        assertThat(plan.feasible()).isTrue();
        assertThat(plan.lowerBound()).isLessThanOrEqualTo(plan.objective() + 1e-9);
    }

    @Test
    void disksWithoutLimitAndBytesOfManyReplicasDoNotOverflow() {
        Site site = Site.builder("s").cpuCores(500).memoryBytes(Long.MAX_VALUE).build();
        Workload many = Samples.workload("w").replicas(400).spread(Spread.NONE);
        PlacementPlan plan =
                PlacementEngine.builder().solver(orTools).build().place(many).across(List.of(site));
        assertThat(plan.status()).isEqualTo(PlacementPlan.Status.OPTIMAL);
        assertThat(plan.assignments()).hasSize(400);
    }
}
