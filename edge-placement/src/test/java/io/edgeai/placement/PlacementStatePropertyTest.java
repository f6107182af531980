package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.cost.CostModel;
import io.edgeai.placement.cost.Headroom;
import io.edgeai.placement.model.AcceleratorNeed;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.PlacementStrategy;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random sequences of decisions, commits and releases against sums over what runs. */
class PlacementStatePropertyTest {
    private static final int CASES = 120;
    private static final int STEPS = 40;

    /** A sequence in progress: the state and, beside it, only the list of what runs. */
    private static final class Run {
        final Random random;
        final PlacementProblem problem;
        final PlacementStrategy strategy;
        final PlacementEngine engine;
        final PlacementState state;
        final List<Assignment> running = new ArrayList<>();

        Run(long seed) {
            this.random = new Random(seed);
            this.problem = RandomProblems.small(seed);
            this.strategy = PlacementStrategies.all().get((int) (seed % 7));
            this.engine = PlacementEngine.builder().strategy(strategy).build();
            this.state = PlacementState.of(problem.topology());
        }

        Workload any() {
            return problem.workloads().get(random.nextInt(problem.workloads().size()));
        }

        void step() {
            if (running.isEmpty() || random.nextInt(3) > 0) {
                engine.decide(any(), state).assignment().ifPresent(replica -> {
                    state.commit(replica);
                    running.add(replica);
                });
            } else {
                state.release(running.remove(random.nextInt(running.size())));
            }
        }

        /** Only workloads that run make rules; the oracle must not know the others. */
        ExplanationOracle oracle(Workload asked) {
            List<Workload> speaking = new ArrayList<>();
            for (Workload workload : problem.workloads()) {
                boolean runs =
                        running.stream().anyMatch(r -> r.workload().name().equals(workload.name()));
                speaking.add(runs || workload.name().equals(asked.name()) ? workload : silent(workload));
            }
            return new ExplanationOracle(
                    new PlacementProblem(speaking, problem.topology()),
                    running,
                    strategy.name().equals("federated-ready"));
        }

        private static Workload silent(Workload workload) {
            return new Workload(
                    workload.name(),
                    workload.variants(),
                    workload.demand(),
                    workload.replicas(),
                    workload.cpuMillis(),
                    workload.accelerator(),
                    Workload.of("plain", workload.variants().get(0)).policy(),
                    workload.priority());
        }
    }

    @Test
    void freeResourcesAreCapacityMinusTheSumOfWhatRuns() {
        for (long seed = 0; seed < CASES; seed++) {
            Run run = new Run(seed);
            for (int step = 0; step < STEPS; step++) {
                run.step();
                int n = 0;
                for (Site site : run.problem.topology().sites()) {
                    for (Node node : site.nodes()) {
                        Headroom free = run.state.nodes().get(n++).headroom(AcceleratorNeed.NONE);
                        List<Assignment> here = run.running.stream()
                                .filter(r ->
                                        r.site().equals(site) && r.node().name().equals(node.name()))
                                .toList();
                        assertThat(free.cpuMillis())
                                .as("seed %d step %d", seed, step)
                                .isEqualTo(node.cpuMillis()
                                        - here.stream()
                                                .mapToLong(r -> r.workload().cpuMillis())
                                                .sum())
                                .isNotNegative();
                        assertThat(free.memoryBytes())
                                .as("seed %d step %d", seed, step)
                                .isEqualTo(node.memoryBytes()
                                        - here.stream()
                                                .mapToLong(r -> r.variant().memoryBytes())
                                                .sum())
                                .isNotNegative();
                        assertThat(free.diskBytes())
                                .isEqualTo(node.diskBytes()
                                        - here.stream()
                                                .mapToLong(r -> r.variant().sizeBytes())
                                                .sum());
                        for (int d = 0; d < node.accelerators().size(); d++) {
                            int device = d;
                            assertThat(here.stream()
                                            .filter(r -> r.device() == device)
                                            .mapToInt(r ->
                                                    r.workload().accelerator().milli())
                                            .sum())
                                    .as("seed %d step %d device %d", seed, step, d)
                                    .isLessThanOrEqualTo(1000);
                        }
                    }
                }
                for (Workload workload : run.problem.workloads()) {
                    assertThat(run.state.replicas(workload.name())).isEqualTo((int) run.running.stream()
                            .filter(r -> r.workload().name().equals(workload.name()))
                            .count());
                }
            }
        }
    }

    @Test
    void aDecisionIsTheCheapestOfAllThatNothingForbids() {
        int placed = 0;
        int refused = 0;
        for (long seed = 0; seed < CASES; seed++) {
            Run run = new Run(seed);
            for (int step = 0; step < STEPS; step++) {
                run.step();
                Workload asked = run.any();
                ExplanationOracle oracle = run.oracle(asked);
                double best = Double.POSITIVE_INFINITY;
                String where = "";
                for (Site site : run.problem.topology().sites()) {
                    for (Node node : site.nodes()) {
                        for (Variant variant : asked.variants()) {
                            if (oracle.misses(asked, site, node, variant).isEmpty()) {
                                double score = score(run, asked, site, node, variant);
                                if (score < best) {
                                    best = score;
                                    where = site.id() + "/" + node.name() + " (" + variant.name() + ")";
                                }
                            }
                        }
                    }
                }
                Decision decision = run.engine.decide(asked, run.state);
                assertThat(decision.assignment().isPresent())
                        .as("seed %d step %d: %s", seed, step, asked.name())
                        .isEqualTo(best < Double.POSITIVE_INFINITY);
                if (decision.assignment().isPresent()) {
                    placed++;
                    assertThat(decision.orThrow().score())
                            .as("seed %d step %d", seed, step)
                            .isCloseTo(best, within(1e-12 * (1 + best)));
                    assertThat(decision.orThrow().toString())
                            .as("seed %d step %d", seed, step)
                            .endsWith("→ " + where);
                } else {
                    refused++;
                }
            }
        }
        assertThat(Math.min(placed, refused)).isGreaterThan(300);
    }

    private static double score(Run run, Workload workload, Site site, Node node, Variant variant) {
        return run.strategy.score(new Candidate(
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
                                run.problem.topology().network())));
    }

    @Test
    void askingTwiceGivesTheSameAndChangesNothing() {
        for (long seed = 0; seed < CASES; seed++) {
            Run run = new Run(seed);
            for (int step = 0; step < STEPS / 2; step++) {
                run.step();
                String before = snapshot(run);
                Workload asked = run.any();
                Decision first = run.engine.decide(asked, run.state);
                first.explain();
                run.engine.decide(run.any(), run.state).explain();
                Decision second = run.engine.decide(asked, run.state);
                assertThat(second.assignment()).as("seed %d", seed).isEqualTo(first.assignment());
                assertThat(second.explain()).as("seed %d", seed).isEqualTo(first.explain());
                assertThat(snapshot(run)).as("seed %d", seed).isEqualTo(before);
            }
        }
    }

    private static String snapshot(Run run) {
        StringBuilder text = new StringBuilder();
        for (PlacementState.NodeState node : run.state.nodes()) {
            text.append(node.headroom(new AcceleratorNeed("", 1, 0)));
        }
        run.problem.workloads().forEach(w -> text.append(w.name()).append(run.state.replicas(w.name())));
        return text.toString();
    }

    @Test
    void aStaleDecisionIsRefusedExactlyWhereItNoLongerFits() {
        int refused = 0;
        int taken = 0;
        for (long seed = 0; seed < CASES; seed++) {
            Run run = new Run(seed);
            for (int step = 0; step < STEPS; step++) {
                Assignment stale =
                        run.engine.decide(run.any(), run.state).assignment().orElse(null);
                run.step();
                if (stale == null) {
                    continue;
                }
                boolean fits = run.oracle(stale.workload())
                                .misses(stale.workload(), stale.site(), stale.node(), stale.variant())
                                .isEmpty()
                        && deviceFits(run, stale);
                if (fits) {
                    run.state.commit(stale);
                    run.state.release(stale);
                    taken++;
                } else {
                    refused++;
                    assertThatThrownBy(() -> run.state.commit(stale))
                            .as("seed %d step %d", seed, step)
                            .isInstanceOf(InvalidInputException.class);
                }
            }
        }
        assertThat(Math.min(refused, taken)).isGreaterThan(100);
    }

    private static boolean deviceFits(Run run, Assignment replica) {
        int used = run.running.stream()
                .filter(r -> r.site().equals(replica.site())
                        && r.node().name().equals(replica.node().name())
                        && r.device() == replica.device())
                .mapToInt(r -> r.workload().accelerator().milli())
                .sum();
        return replica.device() < 0 || used + replica.workload().accelerator().milli() <= 1000;
    }

    @Test
    void everySequenceUndoneLeavesAnEmptyStateInEveryRespect() {
        for (long seed = 0; seed < CASES; seed++) {
            Run run = new Run(seed);
            String empty = snapshot(run);
            List<String> before = run.problem.workloads().stream()
                    .map(w -> run.engine
                            .decide(w, run.state)
                            .assignment()
                            .map(Assignment::toString)
                            .orElse("none"))
                    .toList();
            for (int step = 0; step < STEPS; step++) {
                run.step();
            }
            run.running.forEach(run.state::release);
            assertThat(snapshot(run)).as("seed %d", seed).isEqualTo(empty);
            assertThat(run.problem.workloads().stream()
                            .map(w -> run.engine
                                    .decide(w, run.state)
                                    .assignment()
                                    .map(Assignment::toString)
                                    .orElse("none"))
                            .toList())
                    .as("seed %d: no rule may be left", seed)
                    .isEqualTo(before);
        }
    }

    @Test
    void anEmptyNodesHeadroomShowsTheBestDeviceOfTheWantedKind() {
        for (long seed = 0; seed < CASES; seed++) {
            PlacementProblem problem = RandomProblems.small(seed);
            for (Site site : problem.topology().sites()) {
                for (Node node : site.nodes()) {
                    Headroom any = Headroom.ofEmpty(node, new AcceleratorNeed("", 1, 0));
                    Headroom none = Headroom.ofEmpty(node, new AcceleratorNeed("tpu", 1, 0));
                    assertThat(any.acceleratorMilli())
                            .isEqualTo(node.accelerators().isEmpty() ? 0 : 1000);
                    assertThat(none.acceleratorMilli()).isZero();
                    assertThat(none.acceleratorMemoryBytes()).isZero();
                    assertThat(any.cpuMillis()).isEqualTo(node.cpuMillis());
                    assertThat(any.diskBytes()).isEqualTo(node.diskBytes());
                }
            }
        }
    }
}
