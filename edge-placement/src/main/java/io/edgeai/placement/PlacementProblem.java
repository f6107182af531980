package io.edgeai.placement;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Workload;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to be placed and where.
 *
 * @param workloads with unique names
 * @param topology sites and network
 */
public record PlacementProblem(List<Workload> workloads, Topology topology) {
    /** Most replicas of all workloads together. */
    public static final int MAX_REPLICAS = 100_000;

    public PlacementProblem {
        workloads = List.copyOf(workloads);
        List<String> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        long replicas = 0;
        for (Workload workload : workloads) {
            replicas += workload.replicas();
            if (!names.add(workload.name())) {
                problems.add("two workloads are named (" + workload.name() + ")");
            }
        }
        for (Workload workload : workloads) {
            Set<String> unknown = new TreeSet<>(workload.policy().near());
            unknown.addAll(workload.policy().awayFrom());
            unknown.removeAll(names);
            if (!unknown.isEmpty()) {
                problems.add("workload (" + workload.name() + ") speaks of unknown workloads " + unknown);
            }
        }
        if (replicas > MAX_REPLICAS) {
            problems.add("there are (" + replicas + ") replicas, more than " + MAX_REPLICAS);
        }
        if (!problems.isEmpty()) {
            throw new InvalidInputException("Placement problem: " + String.join("; ", problems) + ".");
        }
    }

    /** The problem as JSON by the schema {@code docs/cli/placement-problem.schema.json}; see {@link PlacementProblemJson}. */
    public String toJson() {
        return PlacementProblemJson.write(this);
    }
}
