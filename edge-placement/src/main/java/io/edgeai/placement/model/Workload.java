package io.edgeai.placement.model;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A model to be placed, with its demand and its rules. Immutable. The setters return a changed copy, so a workload
 * reads as one sentence: {@code Workload.of(version).p99(Duration.ofMillis(20)).rate(200).replicas(2)}.
 *
 * @param name unique within a problem
 * @param variants what may run, at least one
 * @param demand what clients ask
 * @param replicas how many copies run; each takes an equal part of the demand of every origin
 * @param cpuMillis thousandths of a core that each replica reserves
 * @param accelerator what each replica needs of an accelerator
 * @param policy where replicas may stand
 * @param priority higher goes first where not all fit
 * @param runs when it must run; it draws power, is charged for and is asked then, its room stays reserved
 */
public record Workload(
        String name,
        List<Variant> variants,
        Demand demand,
        int replicas,
        long cpuMillis,
        AcceleratorNeed accelerator,
        Policy policy,
        int priority,
        Schedule runs) {
    /** Most replicas one workload may have. */
    public static final int MAX_REPLICAS = 10_000;

    public Workload {
        Require.text("Workload name", name);
        variants = List.copyOf(variants);
        Require.nonNegative("CPU of workload (" + name + ")", cpuMillis);
        List<String> problems = new ArrayList<>();
        if (variants.isEmpty()) {
            problems.add("it has no variants");
        }
        if (replicas < 1 || replicas > MAX_REPLICAS) {
            problems.add("replicas (" + replicas + ") must be 1 to " + MAX_REPLICAS);
        }
        Set<String> names = new HashSet<>();
        for (Variant variant : variants) {
            if (!names.add(variant.name())) {
                problems.add("two variants are named (" + variant.name() + ")");
            }
        }
        for (String other : policy.near()) {
            if (policy.awayFrom().contains(other)) {
                problems.add("it must be both near and away from (" + other + ")");
            }
        }
        if (policy.awayFrom().contains(name)) {
            problems.add("it must be away from itself; use spread instead");
        }
        if (!policy.near().isEmpty() && policy.spread() != Spread.NONE && replicas > 1) {
            problems.add("near " + policy.near() + " puts all replicas on one site but spread is " + policy.spread());
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException("Workload (" + name + "): " + String.join("; ", problems) + ".");
        }
    }

    /** Runs always. */
    public Workload(
            String name,
            List<Variant> variants,
            Demand demand,
            int replicas,
            long cpuMillis,
            AcceleratorNeed accelerator,
            Policy policy,
            int priority) {
        this(name, variants, demand, replicas, cpuMillis, accelerator, policy, priority, Schedule.always());
    }

    /**
     * A workload for one version of a model. The latency bound at the 99 % quantile starts as the deadline of the
     * version's workload type; otherwise as {@link #of(String, Variant...)}.
     */
    public static Workload of(ModelVersion version) {
        return of(version.model().name(), Variant.of(version).build())
                .p99(version.workload().defaults().deadline());
    }

    /**
     * A workload from plain figures. Starts with 1 request a second, no latency bound, 1 replica on 1 core, no
     * accelerator, any site, replicas on different sites, priority 0.
     */
    public static Workload of(String name, Variant... variants) {
        return new Workload(
                name,
                List.of(variants),
                new Demand(1, List.of(), 0, Demand.UNBOUNDED, 0.99),
                1,
                1000,
                AcceleratorNeed.NONE,
                new Policy(0, 0, Set.of(), Set.of(), Spread.SITE, Set.of(), Set.of(), false),
                0);
    }

    public Workload named(String newName) {
        return new Workload(newName, variants, demand, replicas, cpuMillis, accelerator, policy, priority, runs);
    }

    public Workload variants(List<Variant> choices) {
        return new Workload(name, choices, demand, replicas, cpuMillis, accelerator, policy, priority, runs);
    }

    public Workload demand(Demand newDemand) {
        return new Workload(name, variants, newDemand, replicas, cpuMillis, accelerator, policy, priority, runs);
    }

    public Workload policy(Policy newPolicy) {
        return new Workload(name, variants, demand, replicas, cpuMillis, accelerator, newPolicy, priority, runs);
    }

    /** Bounds the latency that 99 % of requests meet. */
    public Workload p99(Duration bound) {
        return latency(bound, 0.99);
    }

    /** Bounds the latency at any quantile. */
    public Workload latency(Duration bound, double quantile) {
        return demand(new Demand(demand.ratePerSecond(), demand.origins(), demand.requestBytes(), bound, quantile));
    }

    public Workload rate(double requestsPerSecond) {
        return demand(new Demand(
                requestsPerSecond, demand.origins(), demand.requestBytes(), demand.latency(), demand.quantile()));
    }

    /** Bytes of one request and its answer together; they cost transfer time and egress. */
    public Workload requestBytes(long bytes) {
        return demand(new Demand(demand.ratePerSecond(), demand.origins(), bytes, demand.latency(), demand.quantile()));
    }

    /** Adds an origin of requests with share 1. */
    public Workload origin(String originName) {
        return origin(Origin.of(originName));
    }

    /** Adds an origin of requests. */
    public Workload origin(Origin origin) {
        List<Origin> origins = new ArrayList<>(demand.origins());
        origins.add(origin);
        return demand(new Demand(
                demand.ratePerSecond(), origins, demand.requestBytes(), demand.latency(), demand.quantile()));
    }

    public Workload replicas(int count) {
        return new Workload(name, variants, demand, count, cpuMillis, accelerator, policy, priority, runs);
    }

    public Workload cpuCores(double cores) {
        return cpuMillis(Math.round(Require.nonNegative("Cores of workload (" + name + ")", cores) * 1000));
    }

    public Workload cpuMillis(long millis) {
        return new Workload(name, variants, demand, replicas, millis, accelerator, policy, priority, runs);
    }

    public Workload accelerator(String kind, int milli, long memoryBytes) {
        return accelerator(new AcceleratorNeed(kind, milli, memoryBytes));
    }

    public Workload accelerator(AcceleratorNeed need) {
        return new Workload(name, variants, demand, replicas, cpuMillis, need, policy, priority, runs);
    }

    public Workload priority(int higherGoesFirst) {
        return new Workload(name, variants, demand, replicas, cpuMillis, accelerator, policy, higherGoesFirst, runs);
    }

    /** Must run, and is asked, at these times only. Always by default. */
    public Workload runs(Schedule times) {
        return new Workload(name, variants, demand, replicas, cpuMillis, accelerator, policy, priority, times);
    }

    public Workload accuracyAtLeast(double share) {
        return policy(policy.minimumAccuracy(share));
    }

    public Workload availabilityAtLeast(double share) {
        return policy(policy.minimumAvailability(share));
    }

    /** Allows only these regions. */
    public Workload residency(String... regions) {
        return policy(policy.residency(Set.of(regions)));
    }

    /** Adds labels a site must have. */
    public Workload requires(String... labels) {
        return policy(policy.requiredLabels(with(policy.requiredLabels(), labels)));
    }

    public Workload spread(Spread spread) {
        return policy(policy.spread(spread));
    }

    /** Puts this workload on the same site as others; its own replicas then stand together too. */
    public Workload near(String... workloads) {
        return policy(policy.spread(Spread.NONE).near(with(policy.near(), workloads)));
    }

    /** Keeps this workload off the sites of others. */
    public Workload awayFrom(String... workloads) {
        return policy(policy.awayFrom(with(policy.awayFrom(), workloads)));
    }

    /** Takes only sites that hold training data and have opted in. */
    public Workload federated() {
        return policy(policy.federated(true));
    }

    /**
     * Places all replicas of all workloads of that gang, or none of them, as Kubernetes does with the pods of a PodGroup. A
     * gang goes by the highest priority of its members. Alone in its gang, a workload has all its replicas or none.
     */
    public Workload gang(String gang) {
        return policy(policy.gang(gang));
    }

    private static Set<String> with(Set<String> old, String... more) {
        Set<String> all = new HashSet<>(old);
        all.addAll(List.of(more));
        return all;
    }
}
