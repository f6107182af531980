package io.edgeai.placement.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.Assignment;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.PlacementProblem;
import io.edgeai.placement.deploy.site.SiteJson;
import io.edgeai.placement.model.AcceleratorNeed;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All replicas of one variant of a workload on one site of a plan.
 *
 * @param site id of the site
 * @param nodes names of the nodes its replicas stand on, one entry a replica
 * @param name the workload's, followed by {@code /variant} where the site runs several variants of it
 * @param workload name of the workload
 * @param variant name of the variant
 * @param cpuMillis thousandths of a core that each replica reserves; 0 where unknown
 * @param memoryBytes main memory of each replica; 0 where unknown
 * @param accelerator what each replica needs of an accelerator
 */
public record PlannedService(
        String site,
        List<String> nodes,
        String name,
        String workload,
        String variant,
        long cpuMillis,
        long memoryBytes,
        AcceleratorNeed accelerator) {
    public PlannedService {
        nodes = List.copyOf(nodes);
        if (nodes.isEmpty()) {
            throw new InvalidInputException("Service (" + name + ") on site (" + site + ") has no replicas.");
        }
    }

    public int replicas() {
        return nodes.size();
    }

    /** What a plan puts where, in its order. */
    public static List<PlannedService> of(PlacementPlan plan) {
        Collected collected = new Collected();
        for (Assignment at : plan.assignments()) {
            collected.add(
                    at.site().id(),
                    at.node().name(),
                    at.workload().name(),
                    at.variant().name(),
                    at.workload());
        }
        return collected.services();
    }

    /**
     * What a plan written as JSON puts where.
     *
     * @param problem says what replicas need; null leaves that unknown
     * @throws InvalidInputException where the text is no plan
     */
    public static List<PlannedService> of(String plan, @Nullable PlacementProblem problem) {
        JsonNode assignments = SiteJson.object("plan", plan).path("assignments");
        if (!assignments.isArray()) {
            throw new InvalidInputException("Field (assignments) of the plan must be an array. Maybe write the plan by"
                    + " 'edgeai place PROBLEM.json -o PLAN.json'.");
        }
        Map<String, Workload> workloads = new LinkedHashMap<>();
        if (problem != null) {
            problem.workloads().forEach(workload -> workloads.put(workload.name(), workload));
        }
        Collected collected = new Collected();
        for (JsonNode at : assignments) {
            String workload = SiteJson.text("plan", at, "workload");
            collected.add(
                    SiteJson.text("plan", at, "site"),
                    SiteJson.text("plan", at, "node"),
                    workload,
                    SiteJson.text("plan", at, "variant"),
                    workloads.get(workload));
        }
        return collected.services();
    }

    /** Gathers replicas by site, workload and variant. */
    private static final class Collected {
        private final Map<List<String>, List<String>> nodes = new LinkedHashMap<>();
        private final Map<List<String>, Integer> variants = new LinkedHashMap<>();
        private final Map<String, Workload> known = new LinkedHashMap<>();

        void add(String site, String node, String workload, String variant, @Nullable Workload needs) {
            nodes.computeIfAbsent(List.of(site, workload, variant), key -> {
                        variants.merge(List.of(site, workload), 1, Integer::sum);
                        return new ArrayList<>();
                    })
                    .add(node);
            if (needs != null) {
                known.put(workload, needs);
            }
        }

        List<PlannedService> services() {
            List<PlannedService> all = new ArrayList<>();
            nodes.forEach((key, on) -> {
                String workload = key.get(1);
                String variant = key.get(2);
                boolean several = variants.getOrDefault(key.subList(0, 2), 1) > 1;
                Workload needs = known.get(workload);
                all.add(new PlannedService(
                        key.get(0),
                        on,
                        several ? workload + "/" + variant : workload,
                        workload,
                        variant,
                        needs == null ? 0 : needs.cpuMillis(),
                        needs == null ? 0 : memory(needs, variant),
                        needs == null ? AcceleratorNeed.NONE : needs.accelerator()));
            });
            return all;
        }

        private static long memory(Workload workload, String variant) {
            return workload.variants().stream()
                    .filter(each -> each.name().equals(variant))
                    .mapToLong(Variant::memoryBytes)
                    .findFirst()
                    .orElse(0);
        }
    }
}
