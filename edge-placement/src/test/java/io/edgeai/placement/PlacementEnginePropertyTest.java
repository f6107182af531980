package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.spi.PlacementStrategy;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PlacementEnginePropertyTest {
    private static final int CASES = 150;

    private static PlacementPlan plan(PlacementProblem problem, PlacementStrategy strategy) {
        return PlacementEngine.builder()
                .strategy(strategy)
                .iterations(300)
                .build()
                .place(problem);
    }

    private static PlacementStrategy strategy(long seed) {
        return PlacementStrategies.all().get((int) (seed % 7));
    }

    @Test
    void agreesWithBruteForceOnFeasibilityAndOptimum() {
        int feasible = 0;
        for (long seed = 0; seed < CASES; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            double optimum = BruteForce.optimum(problem, strategy(seed));
            PlacementPlan plan = plan(problem, strategy(seed));
            assertThat(plan.feasible()).as("seed %d", seed).isEqualTo(optimum < Double.POSITIVE_INFINITY);
            assertThat(plan.proven()).as("seed %d", seed).isTrue();
            if (plan.feasible()) {
                feasible++;
                assertThat(plan.objective()).as("seed %d", seed).isCloseTo(optimum, within(1e-8 * (1 + optimum)));
                assertThat(plan.lowerBound()).as("seed %d", seed).isLessThanOrEqualTo(optimum + 1e-8);
            }
        }
        assertThat(feasible).as("both kinds must occur").isBetween(CASES / 5, CASES * 4 / 5);
    }

    @Test
    void neverBreaksACapacityOrARuleEvenWhereNotAllFits() {
        for (long seed = 0; seed < CASES; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            PlacementPlan plan = plan(problem, strategy(seed));
            assertThat(BruteForce.faults(problem, plan)).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void explainedTermsAddUpAndEverySiteIsAccountedFor() {
        for (long seed = 0; seed < CASES; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            PlacementPlan plan = plan(problem, strategy(seed));
            double sum = 0;
            for (Explanation.OfWorkload of : plan.explain().workloads()) {
                for (Explanation.Choice choice : of.chosen()) {
                    double terms = choice.terms().stream()
                            .mapToDouble(Explanation.Term::charge)
                            .sum();
                    assertThat(terms).as("seed %d", seed).isCloseTo(choice.score(), within(1e-9));
                    sum += terms;
                }
                for (Explanation.Rejection rejection : of.rejected()) {
                    assertThat(rejection.violations()).as("seed %d", seed).isNotEmpty();
                    assertThat(rejection.violations()).allSatisfy(violation -> {
                        assertThat(violation.amount()).isPositive();
                        assertThat(violation.message()).isNotBlank();
                    });
                }
                if (of.missingReplicas() > 0) {
                    assertThat(of.alternative())
                            .as("seed %d: what fits must be placed", seed)
                            .isEmpty();
                    assertThat(of.rejected())
                            .as("seed %d", seed)
                            .hasSize(problem.topology().sites().size());
                }
            }
            assertThat(sum).as("seed %d", seed).isCloseTo(plan.objective(), within(1e-9));
        }
    }

    @Test
    void anotherSiteNeverWorsensAnOptimum() {
        for (long seed = 0; seed < CASES; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            PlacementPlan before = plan(problem, strategy(seed));
            List<Site> more = new ArrayList<>(problem.topology().sites());
            more.add(RandomProblems.small(seed + 10_000).topology().sites().get(0).toBuilder()
                    .build());
            Site extra = more.remove(more.size() - 1);
            more.add(new Site(
                    "extra",
                    extra.region(),
                    extra.coordinates(),
                    extra.nodes(),
                    extra.price(),
                    extra.power(),
                    extra.availability(),
                    extra.labels(),
                    extra.trainingData()));
            PlacementPlan after = plan(
                    new PlacementProblem(
                            problem.workloads(),
                            Topology.of(more, problem.topology().network())),
                    strategy(seed));
            if (before.feasible()) {
                assertThat(after.feasible()).as("seed %d", seed).isTrue();
                assertThat(after.objective()).as("seed %d", seed).isLessThanOrEqualTo(before.objective() + 1e-8);
            }
        }
    }

    @Test
    void moreDiskNeverMakesAPlanWorse() {
        for (long seed = 0; seed < CASES; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            PlacementProblem tight = withDisk(problem, 600_000_000);
            PlacementPlan before = plan(tight, strategy(seed));
            PlacementPlan after = plan(problem, strategy(seed));
            if (before.feasible()) {
                assertThat(after.feasible()).as("seed %d", seed).isTrue();
                assertThat(after.objective()).as("seed %d", seed).isLessThanOrEqualTo(before.objective() + 1e-8);
            }
        }
    }

    @Test
    void orderOfSitesAndSeedDoNotChangeAnOptimum() {
        for (long seed = 0; seed < 50; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            List<Site> shuffled = new ArrayList<>(problem.topology().sites());
            Collections.shuffle(shuffled, new Random(seed));
            PlacementProblem same = new PlacementProblem(
                    problem.workloads(),
                    Topology.of(shuffled, problem.topology().network()));
            PlacementPlan first = plan(problem, strategy(seed));
            assertThat(plan(same, strategy(seed)).toString()).isEqualTo(first.toString());
            PlacementPlan otherSeed = PlacementEngine.builder()
                    .strategy(strategy(seed))
                    .seed(99)
                    .build()
                    .place(problem);
            assertThat(otherSeed.feasible()).isEqualTo(first.feasible());
            if (first.feasible()) {
                assertThat(otherSeed.objective()).isCloseTo(first.objective(), within(1e-8));
            }
        }
    }

    private static PlacementProblem withDisk(PlacementProblem problem, long bytes) {
        List<Site> sites = problem.topology().sites().stream()
                .map(site -> new Site(
                        site.id(),
                        site.region(),
                        site.coordinates(),
                        site.nodes().stream()
                                .map(node -> new Node(
                                        node.name(),
                                        node.cpuMillis(),
                                        node.memoryBytes(),
                                        bytes,
                                        node.hardware(),
                                        node.gigaMacsPerSecondPerCore(),
                                        node.accelerators()))
                                .toList(),
                        site.price(),
                        site.power(),
                        site.availability(),
                        site.labels(),
                        site.trainingData()))
                .toList();
        return new PlacementProblem(
                problem.workloads(), Topology.of(sites, problem.topology().network()));
    }
}
