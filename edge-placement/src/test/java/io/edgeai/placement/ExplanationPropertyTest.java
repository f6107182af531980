package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.placement.constraint.Constraints;
import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.cost.CostModel;
import io.edgeai.placement.cost.Headroom;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.PlacementStrategy;
import io.edgeai.placement.spi.Violation;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Explanations of random plans against {@link ExplanationOracle}. */
class ExplanationPropertyTest {
    private static final int CASES = 200;
    private static final List<Case> ALL =
            LongStream.range(0, CASES).mapToObj(Case::of).toList();

    private record Case(long seed, PlacementProblem problem, PlacementStrategy strategy, PlacementPlan plan) {
        static Case of(long seed) {
            PlacementProblem problem = RandomProblems.small(seed);
            PlacementStrategy strategy = PlacementStrategies.all().get((int) (seed % 7));
            PlacementPlan plan = PlacementEngine.builder()
                    .strategy(strategy)
                    .iterations(100)
                    .build()
                    .place(problem);
            return new Case(seed, problem, strategy, plan);
        }

        ExplanationOracle oracle() {
            return new ExplanationOracle(
                    problem, plan.assignments(), strategy.name().equals("federated-ready"));
        }

        Workload workload(String name) {
            return problem.workloads().stream()
                    .filter(w -> w.name().equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        Site site(String id) {
            return problem.topology().sites().stream()
                    .filter(s -> s.id().equals(id))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Node node(Site site, String name) {
        return site.nodes().stream()
                .filter(n -> n.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Variant variant(Workload workload, String name) {
        return workload.variants().stream()
                .filter(v -> v.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyRejectionBreaksExactlyWhatItSaysByExactlyThatMuch() {
        Map<String, Integer> seen = new TreeMap<>();
        for (Case one : ALL) {
            long seed = one.seed();
            ExplanationOracle oracle = one.oracle();
            for (Explanation.OfWorkload of : one.plan().explain().workloads()) {
                Workload workload = one.workload(of.workload());
                for (Explanation.Rejection rejection : of.rejected()) {
                    Site site = one.site(rejection.site());
                    Map<String, ExplanationOracle.Miss> expected = oracle.misses(
                            workload, site, node(site, rejection.node()), variant(workload, rejection.variant()));
                    String label = "seed " + seed + ", " + of.workload() + " on " + rejection;
                    assertThat(rejection.violations())
                            .as(label)
                            .extracting(Violation::constraint)
                            .containsExactlyInAnyOrderElementsOf(expected.keySet());
                    for (Violation violation : rejection.violations()) {
                        ExplanationOracle.Miss miss = expected.get(violation.constraint());
                        seen.merge(violation.constraint(), 1, Integer::sum);
                        if (Double.isInfinite(miss.amount())) {
                            assertThat(violation.amount()).as(label).isInfinite();
                        } else {
                            assertThat(violation.amount())
                                    .as(label)
                                    .isCloseTo(miss.amount(), within(1e-9 * (1 + miss.amount())));
                        }
                        assertThat(violation.effort()).as(label).isCloseTo(miss.effort(), within(1e-9));
                    }
                }
            }
        }
        assertThat(seen.keySet())
                .as("every kind of reason must occur")
                .contains(
                        "cpu",
                        "memory",
                        "accelerator",
                        "throughput",
                        "latency",
                        "accuracy",
                        "residency",
                        "labels",
                        "federated",
                        "federated-ready",
                        "spread",
                        "near",
                        "away-from");
    }

    @Test
    void aRejectionNamesTheNodeAndVariantNearestToPossible() {
        int choices = 0;
        for (Case one : ALL) {
            long seed = one.seed();
            ExplanationOracle oracle = one.oracle();
            for (Explanation.OfWorkload of : one.plan().explain().workloads()) {
                Workload workload = one.workload(of.workload());
                for (Explanation.Rejection rejection : of.rejected()) {
                    Site site = one.site(rejection.site());
                    double least = Double.POSITIVE_INFINITY;
                    for (Node node : site.nodes()) {
                        for (Variant variant : workload.variants()) {
                            choices++;
                            double effort = oracle.misses(workload, site, node, variant).values().stream()
                                    .mapToDouble(ExplanationOracle.Miss::effort)
                                    .sum();
                            assertThat(effort)
                                    .as("seed %d: %s is possible", seed, site.id())
                                    .isPositive();
                            least = Math.min(least, effort);
                        }
                    }
                    assertThat(rejection.effort()).as("seed %d", seed).isCloseTo(least, within(1e-9));
                }
            }
        }
        assertThat(choices).isGreaterThan(1000);
    }

    @Test
    void everySiteIsChosenOrPossibleOrRejectedAndNoneTwice() {
        for (Case one : ALL) {
            long seed = one.seed();
            ExplanationOracle oracle = one.oracle();
            for (Explanation.OfWorkload of : one.plan().explain().workloads()) {
                Workload workload = one.workload(of.workload());
                Set<String> chosen = new HashSet<>();
                of.chosen().forEach(choice -> chosen.add(choice.site()));
                Set<String> expected = new TreeSet<>();
                for (Site site : one.problem().topology().sites()) {
                    boolean skipped = chosen.contains(site.id()) && of.missingReplicas() == 0;
                    boolean possible = site.nodes().stream().anyMatch(node -> workload.variants().stream()
                            .anyMatch(variant ->
                                    oracle.misses(workload, site, node, variant).isEmpty()));
                    if (!skipped && !possible) {
                        expected.add(site.id());
                    }
                }
                assertThat(of.rejected())
                        .as("seed %d, %s", seed, of.workload())
                        .extracting(Explanation.Rejection::site)
                        .containsExactlyElementsOf(expected);
            }
        }
    }

    @Test
    void theAlternativeIsTheCheapestOtherSiteAndItsDeltaIsTheDifference() {
        int alternatives = 0;
        for (Case one : ALL) {
            long seed = one.seed();
            ExplanationOracle oracle = one.oracle();
            for (Explanation.OfWorkload of : one.plan().explain().workloads()) {
                Workload workload = one.workload(of.workload());
                Set<String> chosen = new HashSet<>();
                of.chosen().forEach(choice -> chosen.add(choice.site()));
                double cheapest = Double.POSITIVE_INFINITY;
                for (Site site : one.problem().topology().sites()) {
                    for (Node node : site.nodes()) {
                        for (Variant variant : workload.variants()) {
                            if (!chosen.contains(site.id())
                                    && oracle.misses(workload, site, node, variant)
                                            .isEmpty()) {
                                cheapest = Math.min(cheapest, score(one, workload, site, node, variant));
                            }
                        }
                    }
                }
                assertThat(of.alternative().isPresent())
                        .as("seed %d, %s", seed, of.workload())
                        .isEqualTo(cheapest < Double.POSITIVE_INFINITY);
                if (of.alternative().isPresent()) {
                    alternatives++;
                    Explanation.Alternative other = of.alternative().get();
                    assertThat(chosen).doesNotContain(other.choice().site());
                    assertThat(other.choice().score()).as("seed %d", seed).isCloseTo(cheapest, within(1e-9));
                    double dearest = one.plan().of(of.workload()).stream()
                            .mapToDouble(Assignment::score)
                            .max()
                            .orElse(cheapest);
                    assertThat(other.delta()).as("seed %d", seed).isCloseTo(cheapest - dearest, within(1e-9));
                }
            }
        }
        assertThat(alternatives).isGreaterThan(50);
    }

    private static double score(Case one, Workload workload, Site site, Node node, Variant variant) {
        Candidate candidate = new Candidate(
                workload,
                variant,
                site,
                node,
                Headroom.ofEmpty(node, workload.accelerator()),
                CostModel.defaults()
                        .estimate(
                                workload,
                                variant,
                                site,
                                node,
                                one.problem().topology().network()));
        return one.strategy().terms().stream()
                .mapToDouble(term -> term.weight() * term.value().applyAsDouble(candidate) / term.reference())
                .sum();
    }

    @Test
    void chosenTermsAreWeightTimesValueOverReferenceAndSumToTheObjective() {
        for (Case one : ALL) {
            long seed = one.seed();
            double total = 0;
            Explanation explanation = one.plan().explain();
            for (int w = 0; w < explanation.workloads().size(); w++) {
                Explanation.OfWorkload of = explanation.workloads().get(w);
                assertThat(of.workload())
                        .isEqualTo(one.problem().workloads().get(w).name());
                List<Assignment> replicas = one.plan().of(of.workload());
                assertThat(of.chosen()).hasSameSizeAs(replicas);
                for (int r = 0; r < replicas.size(); r++) {
                    Explanation.Choice choice = of.chosen().get(r);
                    Assignment replica = replicas.get(r);
                    assertThat(List.of(choice.site(), choice.node(), choice.variant()))
                            .containsExactly(
                                    replica.site().id(),
                                    replica.node().name(),
                                    replica.variant().name());
                    assertThat(choice.score()).as("seed %d", seed).isCloseTo(replica.score(), within(1e-9));
                    double sum = 0;
                    for (int t = 0; t < choice.terms().size(); t++) {
                        Explanation.Term term = choice.terms().get(t);
                        var definition = one.strategy().terms().get(t);
                        assertThat(term.name()).isEqualTo(definition.name());
                        assertThat(term.unit()).isEqualTo(definition.unit());
                        assertThat(term.charge())
                                .as("seed %d, %s", seed, term)
                                .isCloseTo(definition.weight() * term.value() / definition.reference(), within(1e-12));
                        sum += term.charge();
                    }
                    assertThat(sum).isCloseTo(choice.score(), within(1e-12));
                    total += sum;
                }
            }
            assertThat(total).as("seed %d", seed).isCloseTo(one.plan().objective(), within(1e-9));
        }
    }

    @Test
    void theRelaxationIsTheRejectionOfLeastEffortAndOnlyForMissingReplicas() {
        int relaxations = 0;
        for (Case one : ALL) {
            long seed = one.seed();
            for (Explanation.OfWorkload of : one.plan().explain().workloads()) {
                assertThat(of.relaxation().isPresent()).as("seed %d", seed).isEqualTo(of.missingReplicas() > 0);
                if (of.relaxation().isPresent()) {
                    relaxations++;
                    Explanation.Relaxation way = of.relaxation().get();
                    double least = of.rejected().stream()
                            .mapToDouble(Explanation.Rejection::effort)
                            .min()
                            .orElseThrow();
                    assertThat(way.effort()).isEqualTo(least);
                    assertThat(of.rejected())
                            .as("seed %d: the node and variant of the way out were judged", seed)
                            .anySatisfy(rejection -> {
                                assertThat(rejection.site()).isEqualTo(way.site());
                                assertThat(rejection.node()).isEqualTo(way.node());
                                assertThat(rejection.variant()).isEqualTo(way.variant());
                                assertThat(rejection.violations())
                                        .extracting(Violation::repair)
                                        .containsExactlyElementsOf(way.changes());
                            });
                }
            }
        }
        assertThat(relaxations).isGreaterThan(50);
    }

    @Test
    void doingWhatARepairSaysRepairsThatConstraint() {
        int applied = 0;
        for (Case one : ALL) {
            long seed = one.seed();
            for (Explanation.OfWorkload of : one.plan().explain().workloads()) {
                Workload workload = one.workload(of.workload());
                for (Explanation.Rejection rejection : of.rejected()) {
                    Site site = one.site(rejection.site());
                    Node node = node(site, rejection.node());
                    for (Violation violation : rejection.violations()) {
                        List<Repairs.Changed> changes =
                                Repairs.apply(violation.repair(), workload, variant(workload, rejection.variant()));
                        for (Repairs.Changed changed : changes) {
                            applied++;
                            assertThat(one.oracle().misses(changed.workload(), site, node, changed.variant()))
                                    .as("seed %d: %s then %s", seed, violation.message(), violation.repair())
                                    .doesNotContainKey(violation.constraint());
                        }
                    }
                }
            }
        }
        assertThat(applied).isGreaterThan(500);
    }

    /**
     * Without queues and without parts of a core, constraints do not depend on each other, so all changes of a
     * relaxation together must make room.
     */
    @Test
    void doingAllThatARelaxationSaysMakesRoom() {
        int applied = 0;
        List<String> wrong = new ArrayList<>();
        for (Case one : ALL) {
            long seed = one.seed();
            for (Explanation.OfWorkload of : one.plan().explain().workloads()) {
                Explanation.Relaxation way = of.relaxation().orElse(null);
                if (way == null || way.changes().stream().anyMatch(ExplanationPropertyTest::slowsDown)) {
                    continue;
                }
                Workload workload = one.workload(of.workload());
                Workload changed = workload;
                Variant variant = variant(workload, way.variant());
                for (String change : way.changes()) {
                    Repairs.Changed next = Repairs.apply(change, changed, variant).stream()
                            .findFirst()
                            .orElse(null);
                    if (next == null) {
                        changed = null;
                        break;
                    }
                    changed = next.workload();
                    variant = next.variant();
                }
                if (changed == null) {
                    continue;
                }
                applied++;
                Topology topology = one.problem().topology();
                Decision decision = PlacementEngine.builder()
                        .strategy(PlacementStrategies.costEfficient())
                        .build()
                        .decide(changed.variants(List.of(variant)), PlacementState.of(topology, one.plan()));
                boolean there = one.oracle()
                        .misses(changed, one.site(way.site()), node(one.site(way.site()), way.node()), variant)
                        .isEmpty();
                if (decision.assignment().isEmpty() || !there) {
                    wrong.add("seed " + seed + ": " + way);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(applied).isGreaterThan(40);
    }

    /** Less compute makes a replica slower; a lower rate leaves a wait that the bound may not allow. */
    private static boolean slowsDown(String change) {
        return change.startsWith("lower CPU")
                || change.startsWith("lower accelerator by")
                || change.startsWith("do without an accelerator")
                || change.startsWith("use ");
    }

    @Test
    void theStandardConstraintsAgreeWithTheOracleOnEmptyNodes() {
        int allowed = 0;
        int refused = 0;
        for (long seed = 0; seed < CASES; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            ExplanationOracle oracle = new ExplanationOracle(problem, List.of(), false);
            for (Workload workload : problem.workloads()) {
                for (Site site : problem.topology().sites()) {
                    for (Node node : site.nodes()) {
                        for (Variant variant : workload.variants()) {
                            Candidate candidate = new Candidate(
                                    workload,
                                    variant,
                                    site,
                                    node,
                                    Headroom.ofEmpty(node, workload.accelerator()),
                                    CostModel.defaults()
                                            .estimate(
                                                    workload,
                                                    variant,
                                                    site,
                                                    node,
                                                    problem.topology().network()));
                            boolean allows = Constraints.standard().stream()
                                    .allMatch(constraint -> constraint.allows(candidate));
                            assertThat(allows)
                                    .as("seed %d: %s on %s", seed, workload.name(), site.id())
                                    .isEqualTo(oracle.misses(workload, site, node, variant)
                                            .isEmpty());
                            allowed += allows ? 1 : 0;
                            refused += allows ? 0 : 1;
                        }
                    }
                }
            }
        }
        assertThat(Math.min(allowed, refused)).isGreaterThan(500);
    }
}
