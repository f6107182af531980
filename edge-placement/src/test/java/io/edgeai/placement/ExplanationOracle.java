package io.edgeai.placement;

import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.AcceleratorNeed;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Policy;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is wrong with one more replica of a workload beside given assignments, written again from the definitions: sums
 * over the assignments instead of the engine's books, Erlang's formula as a sum of powers instead of a recursion.
 */
final class ExplanationOracle {
    /** How far a constraint is missed and how large the change would be. */
    record Miss(double amount, double effort) {}

    private final PlacementProblem problem;
    private final List<Assignment> running;
    private final boolean onlyWithData;

    ExplanationOracle(PlacementProblem problem, List<Assignment> running, boolean onlyWithData) {
        this.problem = problem;
        this.running = running;
        this.onlyWithData = onlyWithData;
    }

    /** By name of the constraint; empty where the replica may stand there. */
    Map<String, Miss> misses(Workload workload, Site site, Node node, Variant variant) {
        Map<String, Miss> misses = new TreeMap<>();
        List<Assignment> here = running.stream()
                .filter(r -> r.site().id().equals(site.id()) && r.node().name().equals(node.name()))
                .toList();
        long cpu = node.cpuMillis()
                - here.stream().mapToLong(r -> r.workload().cpuMillis()).sum();
        long memory = node.memoryBytes()
                - here.stream().mapToLong(r -> r.variant().memoryBytes()).sum();
        long disk = node.diskBytes()
                - here.stream().mapToLong(r -> r.variant().sizeBytes()).sum();
        lack(misses, "cpu", workload.cpuMillis(), cpu);
        lack(misses, "memory", variant.memoryBytes(), memory);
        lack(misses, "disk", variant.sizeBytes(), disk);
        accelerator(misses, workload.accelerator(), node, here);
        service(misses, workload, site, node, variant);
        policy(misses, workload, site, variant);
        neighbours(misses, workload, site);
        return misses;
    }

    private static void lack(Map<String, Miss> misses, String name, long needed, long free) {
        if (needed > free) {
            misses.put(name, new Miss(needed - free, (needed - free) / (double) needed));
        }
    }

    private static void accelerator(Map<String, Miss> misses, AcceleratorNeed need, Node node, List<Assignment> here) {
        if (need.milli() == 0) {
            return;
        }
        int best = -1;
        long bestMemory = 0;
        for (int d = 0; d < node.accelerators().size(); d++) {
            Accelerator device = node.accelerators().get(d);
            if (!need.kind().isEmpty() && !need.kind().equals(device.kind())) {
                continue;
            }
            int index = d;
            List<Assignment> on = here.stream().filter(r -> r.device() == index).toList();
            int milli = 1000
                    - on.stream()
                            .mapToInt(r -> r.workload().accelerator().milli())
                            .sum();
            long memory = device.memoryBytes()
                    - on.stream()
                            .mapToLong(r -> r.workload().accelerator().memoryBytes())
                            .sum();
            if (milli >= need.milli() && memory >= need.memoryBytes()) {
                return;
            }
            if (milli > best) {
                best = milli;
                bestMemory = memory;
            }
        }
        if (best < 0) {
            misses.put("accelerator", new Miss(need.milli(), 1));
        } else if (need.milli() > best) {
            misses.put("accelerator", new Miss(need.milli() - best, (need.milli() - best) / (double) need.milli()));
        } else {
            double missing = need.memoryBytes() - bestMemory;
            misses.put("accelerator", new Miss(missing, missing / need.memoryBytes()));
        }
    }

    private void service(Map<String, Miss> misses, Workload workload, Site site, Node node, Variant variant) {
        double rate = workload.demand().ratePerSecond() / workload.replicas();
        double service = serviceMillis(workload, node, variant);
        int servers = workload.accelerator().milli() > 0 ? 1 : Math.max(1, (int) (workload.cpuMillis() / 1000));
        double load = rate * service / 1000 / servers;
        if (!(load <= 0.95)) {
            misses.put("throughput", new Miss(load - 0.95, Double.isInfinite(load) ? 1 : 1 - 0.95 / load));
        }
        double network = 0;
        for (Origin origin : workload.demand().origins()) {
            network = Math.max(network, problem.topology().network().rttMillis(origin, site));
        }
        double latency = network + service + waitMillis(load, service, servers);
        double bound = workload.demand().latencyMillis();
        boolean explained = misses.containsKey("throughput") && !Double.isInfinite(network);
        if (Double.isInfinite(latency) && !explained) {
            misses.put("latency", new Miss(Double.POSITIVE_INFINITY, 1));
        } else if (!Double.isInfinite(latency) && latency > bound) {
            misses.put("latency", new Miss(latency - bound, (latency - bound) / bound));
        }
    }

    static double serviceMillis(Workload workload, Node node, Variant variant) {
        if (workload.accelerator().milli() == 0) {
            return variant.macs()
                    / (node.gigaMacsPerSecondPerCore() * 1e6)
                    / Math.min(1, workload.cpuMillis() / 1000.0);
        }
        return node.accelerators().isEmpty()
                ? Double.POSITIVE_INFINITY
                : variant.macs()
                        / (node.accelerators().get(0).gigaMacsPerSecond() * 1e6)
                        / (workload.accelerator().milli() / 1000.0);
    }

    /** The 99 % quantile of the wait of M/D/c by Erlang C and an exponential tail with half the mean of M/M/c. */
    static double waitMillis(double load, double service, int servers) {
        if (!(load < 1)) {
            return Double.POSITIVE_INFINITY;
        }
        double offered = load * servers;
        double sum = 0;
        double term = 1;
        for (int k = 0; k < servers; k++) {
            sum += term;
            term *= offered / (k + 1);
        }
        double tail = term / (1 - load);
        double chance = tail / (sum + tail);
        return chance <= 0.01 ? 0 : 0.5 * service / servers / (1 - load) * Math.log(chance / 0.01);
    }

    private void policy(Map<String, Miss> misses, Workload workload, Site site, Variant variant) {
        Policy policy = workload.policy();
        if (variant.accuracy() < policy.minimumAccuracy()) {
            double missing = policy.minimumAccuracy() - variant.accuracy();
            misses.put("accuracy", new Miss(missing, missing / policy.minimumAccuracy()));
        }
        if (site.availability() < policy.minimumAvailability()) {
            double missing = policy.minimumAvailability() - site.availability();
            misses.put("availability", new Miss(missing, missing / policy.minimumAvailability()));
        }
        if (!policy.residency().isEmpty() && !policy.residency().contains(site.region())) {
            misses.put("residency", new Miss(1, 1));
        }
        long labels = policy.requiredLabels().stream()
                .filter(label -> !site.labels().contains(label))
                .count();
        if (labels > 0) {
            misses.put("labels", new Miss(labels, labels));
        }
        boolean ready = site.trainingData().samples() > 0 && site.trainingData().optedIn();
        if (policy.federated() && !ready) {
            misses.put("federated", new Miss(1, 1));
        }
        if (onlyWithData && !ready) {
            misses.put("federated-ready", new Miss(1, 1));
        }
    }

    /** Rules between replicas, each told once. */
    private void neighbours(Map<String, Miss> misses, Workload workload, Site site) {
        Miss broken = new Miss(1, 1);
        boolean own = running.stream().anyMatch(r -> same(r, workload) && at(r, site));
        boolean ownRegion = running.stream()
                .anyMatch(r -> same(r, workload) && r.site().region().equals(site.region()));
        Spread spread = workload.policy().spread();
        if ((spread == Spread.SITE && own) || (spread == Spread.REGION && ownRegion)) {
            misses.put("spread", broken);
        }
        boolean linked = false;
        boolean apart = false;
        for (Workload other : problem.workloads()) {
            boolean away = workload.policy().awayFrom().contains(other.name())
                    || other.policy().awayFrom().contains(workload.name());
            if (away && running.stream().anyMatch(r -> same(r, other) && at(r, site))) {
                misses.put("away-from", broken);
            }
            boolean near = workload.policy().near().contains(other.name())
                    || other.policy().near().contains(workload.name());
            linked |= near;
            apart |= near && running.stream().anyMatch(r -> same(r, other) && !at(r, site));
        }
        apart |= linked && running.stream().anyMatch(r -> same(r, workload) && !at(r, site));
        if (apart) {
            misses.put("near", broken);
        }
    }

    private static boolean same(Assignment replica, Workload workload) {
        return replica.workload().name().equals(workload.name());
    }

    private static boolean at(Assignment replica, Site site) {
        return replica.site().id().equals(site.id());
    }
}
