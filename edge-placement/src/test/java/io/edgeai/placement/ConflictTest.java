package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Policy;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConflictTest {
    private static final Duration AMPLE = Duration.ofMinutes(1);
    private static final Network NETWORK =
            Network.builder().rtt("o", "near", 5).rtt("o", "far", 80).build();
    private static final Site NEAR = Samples.site("near").region("eu").build();
    private static final Site FAR = Samples.site("far").region("us").build();

    /** 10 ms on one of a site's four cores. */
    private static Workload workload(String name) {
        return Samples.workload(name).origin("o");
    }

    private static Optional<Conflict> conflict(Workload... workloads) {
        return PlacementEngine.defaults()
                .place(List.of(workloads), Topology.of(List.of(NEAR, FAR), NETWORK))
                .conflict(AMPLE);
    }

    private static List<String> texts(Optional<Conflict> conflict) {
        return conflict.orElseThrow().requirements().stream()
                .map(Conflict.Requirement::toString)
                .toList();
    }

    @Test
    void aPlanThatFitsHasNone() {
        assertThat(conflict(workload("w"))).isEmpty();
    }

    @Test
    void twoRequirementsOfOneWorkloadThatNoSiteMeetsTogether() {
        Optional<Conflict> conflict = conflict(
                workload("free"),
                workload("torn").p99(Duration.ofMillis(30)).residency("us").accuracyAtLeast(0.5));
        assertThat(conflict.orElseThrow().workloads()).containsExactly("torn");
        assertThat(texts(conflict)).containsExactly("torn: latency at most 30 ms", "torn: residency in [us]");
        assertThat(conflict.get().text())
                .isEqualTo("torn do not fit with torn: latency at most 30 ms; torn: residency in [us]");
    }

    @Test
    void workloadsThatExceedTheOnlySiteTheirLatencyAllows() {
        Duration soon = Duration.ofMillis(30);
        Optional<Conflict> conflict = conflict(
                workload("a").cpuCores(3).p99(soon),
                workload("small").cpuCores(0.5).rate(0.1),
                workload("b").cpuCores(2).p99(soon));
        assertThat(conflict.orElseThrow().workloads()).containsExactly("a", "b");
        assertThat(texts(conflict)).containsExactly("a: latency at most 30 ms", "b: latency at most 30 ms");
    }

    @Test
    void resourcesAloneNeedNoRequirement() {
        Optional<Conflict> conflict = conflict(workload("huge").cpuCores(5));
        assertThat(conflict.orElseThrow().workloads()).containsExactly("huge");
        assertThat(conflict.get().requirements()).isEmpty();
        assertThat(conflict.get().text()).contains("huge", "exceeds");
    }

    @Test
    void rulesBetweenReplicasAndBetweenWorkloads() {
        assertThat(texts(conflict(workload("three").replicas(3))))
                .containsExactly("three: each replica on another site");
        assertThat(texts(conflict(
                        workload("a").residency("eu"),
                        workload("b").residency("eu").awayFrom("a"))))
                .containsExactly("a: residency in [eu]", "b: residency in [eu]", "b: away from [a]");
        assertThat(texts(conflict(
                        workload("a").residency("eu"),
                        workload("b").residency("us").near("a"))))
                .containsExactly("a: residency in [eu]", "b: residency in [us]", "b: near [a]");
    }

    /** Brute force says that the named workloads do not fit and that they fit without any one of them. */
    @Test
    void smallestAmongRandomProblems() {
        int conflicts = 0;
        for (long seed = 0; seed < 120; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            Optional<Conflict> found = PlacementEngine.defaults().place(problem).conflict(AMPLE);
            if (found.isEmpty()) {
                continue;
            }
            conflicts++;
            List<String> names = found.get().workloads();
            assertThat(fits(problem, names)).as("seed %d %s", seed, names).isFalse();
            for (String name : names) {
                List<String> rest =
                        names.stream().filter(other -> !other.equals(name)).toList();
                assertThat(fits(problem, rest)).as("seed %d %s", seed, rest).isTrue();
            }
        }
        assertThat(conflicts).isGreaterThan(30);
    }

    private static boolean fits(PlacementProblem problem, List<String> names) {
        List<Workload> workloads = new ArrayList<>();
        for (Workload workload : problem.workloads()) {
            if (names.contains(workload.name())) {
                Policy policy = workload.policy();
                workloads.add(workload.policy(
                        policy.near(among(names, policy.near())).awayFrom(among(names, policy.awayFrom()))));
            }
        }
        return BruteForce.optimum(
                        new PlacementProblem(workloads, problem.topology()), PlacementStrategies.latencyAware())
                < Double.POSITIVE_INFINITY;
    }

    private static Set<String> among(List<String> names, Set<String> wanted) {
        Set<String> kept = new HashSet<>(wanted);
        kept.retainAll(names);
        return kept;
    }
}
