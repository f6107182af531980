package io.edgeai.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.placement.cost.Queueing;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.PlacementStrategy;
import io.edgeai.placement.strategy.PlacementStrategies;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Plans that choose sizes of batches against all plans with all sizes; figures of a replica are worked out anew. */
class BatchChoicePropertyTest {
    private static final Map<PlacementStrategy, ToDoubleFunction<Way>> COUNTED = Map.of(
            PlacementStrategy.of("latency", c -> c.estimate().latencyMillis()), Way::latency,
            PlacementStrategy.of("money", c -> c.estimate().moneyPerHour()), Way::money,
            PlacementStrategy.of("watts", c -> c.estimate().watts()), Way::watts,
            PlacementStrategy.of("load", c -> c.estimate().utilisation()), Way::load);

    private record Way(
            Workload workload,
            Site site,
            Node node,
            Variant variant,
            int batch,
            double load,
            double latency,
            double money,
            double watts) {}

    /** All sizes that keep up and answer in time. */
    private static List<Way> ways(Workload workload, Site site, Node node) {
        List<Way> ways = new ArrayList<>();
        boolean device = !workload.accelerator().none();
        if (device && node.accelerators().isEmpty()) {
            return ways;
        }
        String kind = device ? "gpu" : node.hardware();
        double part = device ? 0.5 : Math.min(1, workload.cpuMillis() / 1000.0);
        int servers = device ? 1 : (int) Math.max(1, workload.cpuMillis() / 1000);
        double rate = workload.demand().ratePerSecond() / workload.replicas();
        for (Variant variant : workload.variants()) {
            TreeMap<Integer, Double> times = new TreeMap<>(variant.batchMillis().getOrDefault(kind, Map.of()));
            times.put(1, variant.measuredMillis().getOrDefault(kind, 0.0));
            times.forEach((batch, millis) -> {
                double run = millis / part;
                double load = rate / (servers * batch / (run / 1000));
                double wait = batch == 1
                        ? Queueing.waitQuantileMillis(rate, run, servers, 0, 0.99)
                        : waitInBatches(load, run, batch, servers, rate);
                double cpu = workload.cpuMillis() / (double) node.cpuMillis();
                double memory = variant.memoryBytes() / (double) node.memoryBytes();
                double dominant = Math.max(Math.max(cpu, memory), device ? 0.5 : 0);
                double watts = dominant * site.power().idleWatts()
                        + load * (cpu * (site.power().busyWatts() - site.power().idleWatts()) + (device ? 35 : 0));
                double money = workload.cpuMillis() / 1000.0 * site.price().perCoreHour()
                        + (device ? 0.5 : 0) * site.price().perAcceleratorHour()
                        + watts / 1000 * 0.3;
                if (load <= 0.95 && wait + run <= workload.demand().latencyMillis()) {
                    ways.add(new Way(workload, site, node, variant, batch, load, wait + run, money, watts));
                }
            });
        }
        return ways;
    }

    private static double waitInBatches(double load, double run, int batch, int servers, double rate) {
        if (load >= 1) {
            return Double.POSITIVE_INFINITY;
        }
        double waits = Queueing.waitProbability(rate / batch, run, servers);
        double given = run / servers / (1 - load) / (2.0 * batch);
        return run + Math.max(0, given * Math.log(waits / 0.01));
    }

    private static double best(
            List<List<Way>> choices, ToDoubleFunction<Way> counted, List<Way> taken, double cost, double bound) {
        if (cost >= bound || taken.size() == choices.size()) {
            return Math.min(cost, bound);
        }
        double best = bound;
        for (Way way : choices.get(taken.size())) {
            long cpu = way.workload().cpuMillis();
            long memory = way.variant().memoryBytes();
            int halves = way.workload().accelerator().none() ? 0 : 1;
            for (Way other : taken) {
                if (same(other, way)) {
                    cpu += other.workload().cpuMillis();
                    memory += other.variant().memoryBytes();
                    halves += other.workload().accelerator().none() ? 0 : 1;
                }
            }
            if (cpu <= way.node().cpuMillis() && memory <= way.node().memoryBytes() && halves <= 2) {
                taken.add(way);
                best = best(choices, counted, taken, cost + counted.applyAsDouble(way), best);
                taken.remove(taken.size() - 1);
            }
        }
        return best;
    }

    /** Proof comes from the exact search, so little local search will do. */
    private static PlacementEngine quick(PlacementStrategy strategy) {
        return PlacementEngine.builder().strategy(strategy).iterations(300).build();
    }

    private static boolean same(Way a, Way b) {
        return a.site().id().equals(b.site().id())
                && a.node().name().equals(b.node().name());
    }

    @Test
    void plansAreAsGoodAsTheBestOfAllSizes() {
        int feasible = 0;
        int onlyTogether = 0;
        int batched = 0;
        int infeasible = 0;
        for (long seed = 0; seed < 80; seed++) {
            PlacementProblem problem = BatchedProblems.small(seed);
            List<List<Way>> choices = new ArrayList<>();
            for (Workload workload : problem.workloads()) {
                List<Way> ways = new ArrayList<>();
                problem.topology().sites().forEach(site -> site.nodes()
                        .forEach(node -> ways.addAll(ways(workload, site, node))));
                choices.addAll(Collections.nCopies(workload.replicas(), ways));
            }
            for (Map.Entry<PlacementStrategy, ToDoubleFunction<Way>> counted : COUNTED.entrySet()) {
                PlacementPlan plan = quick(counted.getKey()).place(problem);
                double best = best(choices, counted.getValue(), new ArrayList<>(), 0, Double.POSITIVE_INFINITY);
                String where = "seed " + seed + " by " + counted.getKey().name();
                assertThat(plan.proven()).as(where).isTrue();
                assertThat(plan.feasible()).as(where).isEqualTo(best < Double.POSITIVE_INFINITY);
                if (plan.feasible()) {
                    assertThat(plan.objective()).as(where).isCloseTo(best, within(1e-9 * (1 + best)));
                    feasible++;
                    batched += plan.assignments().stream()
                                    .anyMatch(at -> at.estimate().batch() > 1)
                            ? 1
                            : 0;
                    onlyTogether +=
                            choices.stream().anyMatch(ways -> ways.stream().noneMatch(way -> way.batch() == 1)) ? 1 : 0;
                } else {
                    infeasible++;
                }
            }
        }
        assertThat(feasible).isGreaterThan(60);
        assertThat(infeasible).isGreaterThan(30);
        assertThat(batched).isGreaterThan(40);
        assertThat(onlyTogether).isGreaterThan(10);
    }

    /** What a plan says of a replica is one of the ways, with its figures. */
    @Test
    void everyReplicaSaysWhatItsBatchMeans() {
        int checked = 0;
        for (long seed = 0; seed < 80; seed++) {
            PlacementPlan plan = quick(PlacementStrategies.latencyAware()).place(BatchedProblems.small(seed));
            for (Assignment at : plan.assignments()) {
                Way way = ways(at.workload(), at.site(), at.node()).stream()
                        .filter(each -> each.variant().equals(at.variant())
                                && each.batch() == at.estimate().batch())
                        .findFirst()
                        .orElseThrow();
                assertThat(at.estimate().utilisation()).isCloseTo(way.load(), within(1e-12));
                assertThat(at.estimate().latencyMillis()).isCloseTo(way.latency(), within(1e-9));
                assertThat(at.estimate().capacityPerSecond())
                        .isCloseTo(at.estimate().ratePerSecond() / way.load(), within(1e-6));
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(100);
    }
}
