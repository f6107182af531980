package io.edgeai.placement;

import static io.edgeai.placement.Samples.site;
import static io.edgeai.placement.Samples.variant;
import static io.edgeai.placement.Samples.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.NoFeasiblePlacementException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.placement.cost.CostModel;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules between workloads, priorities, infeasible problems, repeatability, cancellation and limits of the engine. */
class EngineRulesTest {
    private static final Network NETWORK = Network.builder()
            .matrix(List.of("o"), List.of("a", "b", "c", "d"), new double[][] {{1, 2, 3, 4}})
            .build();
    private static final List<Site> SITES = List.of(
            site("a").region("north").build(),
            site("b").region("north").build(),
            site("c").region("south").build(),
            site("d").region("east").build());

    private static PlacementPlan place(Workload... workloads) {
        return PlacementEngine.defaults().place(workloads).across(SITES, NETWORK);
    }

    private static List<String> sites(PlacementPlan plan, String workload) {
        return plan.of(workload).stream()
                .map(replica -> replica.site().id())
                .sorted()
                .toList();
    }

    private static Workload near(String name) {
        return workload(name).origin("o");
    }

    @ParameterizedTest
    @EnumSource(Spread.class)
    void spreadDecidesHowFarReplicasStandApart(Spread spread) {
        PlacementPlan plan = place(near("w").replicas(3).spread(spread));
        List<String> expected =
                switch (spread) {
                    case NONE -> List.of("a", "a", "a");
                    case SITE -> List.of("a", "b", "c");
                    case REGION -> List.of("a", "c", "d");
                };
        assertThat(sites(plan, "w")).isEqualTo(expected);
        assertThat(plan.status()).isEqualTo(PlacementPlan.Status.OPTIMAL);
    }

    @ParameterizedTest
    @EnumSource(
            value = Spread.class,
            names = {"SITE", "REGION"})
    void oneReplicaMoreThanPlacesIsProvenImpossible(Spread spread) {
        int most = spread == Spread.SITE ? 4 : 3;
        assertThat(place(near("w").replicas(most).spread(spread)).feasible()).isTrue();
        PlacementPlan plan = place(near("w").replicas(most + 1).spread(spread));
        assertThat(plan.status()).isEqualTo(PlacementPlan.Status.INFEASIBLE);
        assertThat(plan.proven()).isTrue();
        assertThat(plan.missing()).containsExactly(java.util.Map.entry("w", 1));
        assertThat(plan.gap()).isInfinite();
        assertThat(plan.assignments()).hasSize(most);
    }

    @Test
    void aGangThatFitsNowhereTogetherIsNotTornApart() {
        PlacementPlan fits = place(
                near("x").cpuCores(2),
                near("y").cpuCores(1).near("x"),
                near("z").near("y"));
        assertThat(fits.assignments())
                .extracting(replica -> replica.site().id())
                .containsExactly("a", "a", "a");
        PlacementPlan tooLarge = place(
                near("x").cpuCores(2),
                near("y").cpuCores(2).near("x"),
                near("z").near("y"));
        assertThat(tooLarge.feasible()).isFalse();
        assertThat(tooLarge.proven()).isTrue();
        assertThat(tooLarge.assignments().stream()
                        .map(replica -> replica.site().id())
                        .distinct())
                .hasSize(1);
    }

    @Test
    void aGangMovesTogetherToWhereAllFit() {
        List<Site> small = List.of(
                site("a").cpuCores(2).build(),
                site("b").cpuCores(3).build(),
                site("c").build());
        PlacementPlan plan = PlacementEngine.defaults()
                .place(near("x").cpuCores(2), near("y").cpuCores(2).near("x"))
                .across(small, NETWORK)
                .orThrow();
        assertThat(plan.assignments())
                .extracting(replica -> replica.site().id())
                .containsExactly("c", "c");
    }

    @Test
    void rivalsStandApartWhoeverSaysSo() {
        for (boolean firstSays : List.of(true, false)) {
            Workload x = near("x");
            Workload y = near("y");
            PlacementPlan plan = firstSays ? place(x.awayFrom("y"), y) : place(x, y.awayFrom("x"));
            assertThat(plan.assignments().stream()
                            .map(replica -> replica.site().id())
                            .sorted())
                    .containsExactly("a", "b");
        }
    }

    @Test
    void fourMutualRivalsFillFourSitesAndAFifthFindsNone() {
        List<Workload> rivals = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Workload workload = near("w" + i);
            for (int j = 0; j < i; j++) {
                workload = workload.awayFrom("w" + j);
            }
            rivals.add(workload);
        }
        PlacementPlan four = place(rivals.subList(0, 4).toArray(Workload[]::new));
        assertThat(four.assignments().stream().map(r -> r.site().id()).sorted()).containsExactly("a", "b", "c", "d");
        PlacementPlan five = place(rivals.toArray(Workload[]::new));
        assertThat(five.feasible()).isFalse();
        assertThat(five.missing().values()).containsExactly(1);
        assertThatThrownBy(five::orThrow)
                .isInstanceOf(NoFeasiblePlacementException.class)
                .hasMessageContaining("drop away-from");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void higherPrioritiesAreServedBeforeLowerOnesInAnyOrder(long seed) {
        List<Workload> workloads = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            workloads.add(near("w" + i).cpuCores(4).priority(i));
        }
        Collections.shuffle(workloads, new Random(seed));
        PlacementPlan plan = place(workloads.toArray(Workload[]::new));
        assertThat(new TreeSet<>(plan.missing().keySet())).as("seed %d", seed).containsExactly("w0", "w1");
    }

    @Test
    void negativePrioritiesGoLast() {
        PlacementPlan plan = PlacementEngine.defaults()
                .place(near("low").cpuCores(4).priority(-5), near("plain").cpuCores(4))
                .across(List.of(site("a").build()), NETWORK);
        assertThat(plan.missing()).containsOnlyKeys("low");
    }

    @Test
    void anInfeasibleProblemStillPlacesWhatFitsAndNamesTheRest() {
        Workload huge = near("huge").cpuCores(5);
        PlacementPlan plan = place(huge, near("ok"));
        assertThat(plan.feasible()).isFalse();
        assertThat(plan.proven()).isTrue();
        assertThat(plan.lowerBound()).isInfinite();
        assertThat(sites(plan, "ok")).containsExactly("a");
        assertThatThrownBy(plan::orThrow)
                .isInstanceOf(NoFeasiblePlacementException.class)
                .hasMessageContaining("No placement for {huge=1}.")
                .hasMessageContaining(
                        "Workload (huge): nearest is site (b). Maybe lower CPU by 1000 millicores to 4000");
        assertThat(plan.toString()).contains("huge: 1 not placed").contains("INFEASIBLE");
    }

    @Test
    void theWayOutNamesItsNode() {
        Explanation.OfWorkload of =
                place(near("huge").cpuCores(5)).explain().workloads().get(0);
        assertThat(of.relaxation().orElseThrow().node()).isEqualTo("main");
        assertThat(new Explanation(List.of(of)).text())
                .contains("(then a/main with v1)")
                .contains("rejected d: cpu: needs 5000 millicores of CPU, 4000 millicores free");
    }

    @Test
    void theOrderOfSitesAndWorkloadsDoesNotChangeTheOptimum() {
        int compared = 0;
        for (long seed = 0; seed < 80; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            PlacementEngine engine = PlacementEngine.builder()
                    .strategy(PlacementStrategies.all().get((int) (seed % 7)))
                    .iterations(200)
                    .build();
            PlacementPlan first = engine.place(problem);
            List<Site> sites = new ArrayList<>(problem.topology().sites());
            List<Workload> workloads = new ArrayList<>(problem.workloads());
            Collections.shuffle(sites, new Random(seed));
            Collections.shuffle(workloads, new Random(~seed));
            PlacementPlan shuffled = engine.place(
                    workloads, Topology.of(sites, problem.topology().network()));
            assertThat(shuffled.feasible()).as("seed %d", seed).isEqualTo(first.feasible());
            if (first.feasible()) {
                compared++;
                assertThat(shuffled.objective()).as("seed %d", seed).isCloseTo(first.objective(), within(1e-8));
            }
        }
        assertThat(compared).isGreaterThan(15);
    }

    @Test
    void eachSeedRepeatsItself() {
        for (long seed = 0; seed < 25; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            PlacementEngine engine = PlacementEngine.builder()
                    .seed(seed * 7919)
                    .iterations(200)
                    .ticker(() -> 0)
                    .build();
            PlacementPlan first = engine.place(problem);
            PlacementPlan second = engine.place(problem);
            assertThat(second.toJson()).as("seed %d", seed).isEqualTo(first.toJson());
        }
    }

    /** Every step is a quarter of a second later, so every step reports. */
    private static PlacementEngine slow(AtomicLong clock) {
        return PlacementEngine.builder()
                .iterations(300)
                .timeLimit(Duration.ofDays(365))
                .ticker(() -> clock.addAndGet(250_000_000L))
                .build();
    }

    private static Set<String> phases(PlacementProblem problem) {
        Set<String> phases = new TreeSet<>();
        slow(new AtomicLong()).place(problem, (phase, done, total) -> {
            phases.add(phase);
            assertThat(done).isNotNegative();
            assertThat(total == 0 || done <= total)
                    .as("%s %d of %d", phase, done, total)
                    .isTrue();
        });
        return phases;
    }

    @Test
    void everyPhaseReportsAndCanBeCancelled() {
        Set<String> cancelled = new TreeSet<>();
        for (long seed = 0; seed < 12; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            for (String phase : phases(problem)) {
                boolean[] stop = {false};
                Progress progress = new Progress() {
                    @Override
                    public void update(String now, long done, long total) {
                        stop[0] |= now.equals(phase);
                    }

                    @Override
                    public boolean cancelled() {
                        return stop[0];
                    }
                };
                try {
                    slow(new AtomicLong()).place(problem, progress);
                } catch (OperationCancelledException e) {
                    assertThat(e).hasMessageContaining("Placement was cancelled in phase (");
                    if (e.getMessage().contains("(" + phase + ")")) {
                        cancelled.add(phase);
                    }
                }
            }
        }
        assertThat(cancelled).contains("bound", "improve", "repair", "prove", "descend");
    }

    @Test
    void cancelledBeforeTheStartMakesNoPlan() {
        Progress stopped = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        assertThatThrownBy(() -> PlacementEngine.defaults().place(RandomProblems.small(3), stopped))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("no plan was made");
        assertThatThrownBy(() -> PlacementEngine.defaults()
                        .place(near("w").replicas(2))
                        .progress(stopped)
                        .across(SITES, NETWORK))
                .isInstanceOf(OperationCancelledException.class);
    }

    @Test
    void anyTimeLimitEndsInAPlanThatKeepsEveryRule() {
        for (long seed = 0; seed < 40; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            for (long limit : new long[] {1, 2, 5, 20, 100}) {
                AtomicLong clock = new AtomicLong();
                PlacementPlan plan = PlacementEngine.builder()
                        .timeLimit(Duration.ofMillis(limit))
                        .ticker(() -> clock.addAndGet(1_000_000L))
                        .build()
                        .place(problem);
                assertThat(BruteForce.faults(problem, plan))
                        .as("seed %d, limit %d", seed, limit)
                        .isEmpty();
                assertThat(clock.get() / 1_000_000)
                        .as("seed %d: looks at the clock no more after the limit", seed)
                        .isLessThanOrEqualTo(limit + 2);
                if (plan.feasible()) {
                    assertThat(plan.lowerBound()).isLessThanOrEqualTo(plan.objective() + 1e-9);
                    assertThat(plan.gap()).isNotNegative();
                }
            }
        }
    }

    @Test
    void settingsOutOfRangeAreNamed() {
        assertThatThrownBy(() -> PlacementEngine.builder().iterations(-1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Iterations (-1)");
        for (Duration bad : List.of(Duration.ZERO, Duration.ofMillis(-5))) {
            assertThatThrownBy(() -> PlacementEngine.builder().timeLimit(bad))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("Time limit (" + bad + ")");
        }
        assertThat(PlacementEngine.builder()
                        .iterations(0)
                        .build()
                        .place(near("w"))
                        .across(SITES, NETWORK)
                        .feasible())
                .isTrue();
    }

    private static PlacementPlan bounded(List<Assignment> assignments, List<Workload> workloads, double bound) {
        Rules rules = new Rules(PlacementStrategies.latencyAware(), List.of(), CostModel.defaults());
        return new PlacementPlan(
                new PlacementProblem(workloads, Topology.of(SITES, NETWORK)),
                rules,
                new PlacementPlan.Verdict(PlacementPlan.Status.FEASIBLE, false, bound, "built-in"),
                assignments);
    }

    private static PlacementPlan scored(double score, double bound) {
        Workload workload = near("w");
        Assignment real = place(workload).assignments().get(0);
        Assignment replica =
                new Assignment(workload, 0, real.site(), real.node(), variant("v1"), -1, real.estimate(), score);
        return bounded(List.of(replica), List.of(workload), bound);
    }

    @Test
    void theGapIsFiniteWhereverABoundIsKnown() {
        assertThat(bounded(List.of(), List.of(), -5).gap())
                .as("objective 0 over a bound below 0")
                .isEqualTo(1);
        assertThat(bounded(List.of(), List.of(), 0).gap()).isZero();
        assertThat(scored(10, 8).gap()).isCloseTo(0.2, within(1e-12));
        assertThat(scored(10, 10).gap()).isZero();
        assertThat(scored(10, 10.0000001).gap()).as("rounding").isZero();
        assertThat(scored(-5, -10).gap()).isCloseTo(0.5, within(1e-12));
        assertThat(scored(5, -5).gap()).isCloseTo(2, within(1e-12));
        assertThat(scored(5, Double.NEGATIVE_INFINITY).gap()).isInfinite();
    }

    @Test
    void totalsAndLoadsAreSumsOverReplicas() {
        for (long seed = 0; seed < 60; seed++) {
            PlacementPlan plan =
                    PlacementEngine.builder().iterations(50).build().place(RandomProblems.small(seed));
            double money = 0;
            double watts = 0;
            double grams = 0;
            for (Assignment replica : plan.assignments()) {
                money += replica.estimate().moneyPerHour();
                watts += replica.estimate().watts();
                grams += replica.estimate().gramsPerHour();
            }
            assertThat(plan.moneyPerHour()).as("seed %d", seed).isCloseTo(money, within(1e-9));
            assertThat(plan.watts()).as("seed %d", seed).isCloseTo(watts, within(1e-9));
            assertThat(plan.gramsPerHour()).as("seed %d", seed).isCloseTo(grams, within(1e-9));
            assertThat(plan.loads().stream()
                            .mapToInt(PlacementPlan.Load::replicas)
                            .sum())
                    .isEqualTo(plan.assignments().size());
            plan.loads().forEach(load -> {
                assertThat(load.cpuShare()).isBetween(0.0, 1.0);
                assertThat(load.memoryShare()).isBetween(0.0, 1.0);
                assertThat(load.acceleratorShare()).isBetween(0.0, 1.0);
            });
            int numbered = 0;
            for (Workload workload : plan.explain().workloads().stream()
                    .map(of -> workload(of.workload()))
                    .toList()) {
                List<Assignment> replicas = plan.of(workload.name());
                for (int r = 0; r < replicas.size(); r++, numbered++) {
                    assertThat(replicas.get(r).replica()).isEqualTo(r);
                }
            }
            assertThat(numbered).isEqualTo(plan.assignments().size());
        }
    }
}
