package io.edgeai.placement.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.Assignment;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.PlacementProblem;
import io.edgeai.placement.deploy.site.Release;
import io.edgeai.placement.deploy.site.SiteJson;
import io.edgeai.placement.model.AcceleratorNeed;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IntSummaryStatistics;
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
 * @param batch inputs that one run takes at most, as the plan chose, the smallest of its choices where its nodes differ; 0
 *     where there was no choice, or none is known of
 */
public record PlannedService(
        String site,
        List<String> nodes,
        String name,
        String workload,
        String variant,
        long cpuMillis,
        long memoryBytes,
        AcceleratorNeed accelerator,
        int batch) {
    public PlannedService {
        nodes = List.copyOf(nodes);
        if (nodes.isEmpty()) {
            throw new InvalidInputException("Service (" + name + ") on site (" + site + ") has no replicas.");
        }
    }

    /** Without a choice of batches. */
    public PlannedService(
            String site,
            List<String> nodes,
            String name,
            String workload,
            String variant,
            long cpuMillis,
            long memoryBytes,
            AcceleratorNeed accelerator) {
        this(site, nodes, name, workload, variant, cpuMillis, memoryBytes, accelerator, 0);
    }

    /** The service as a release of it says: its variant, its batches, its replicas on the same nodes. */
    public PlannedService as(Release release) {
        return new PlannedService(
                site,
                Collections.nCopies(release.replicas(), nodes.get(0)),
                name,
                workload,
                release.variant(),
                cpuMillis,
                memoryBytes,
                accelerator,
                release.batch());
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
                    at.estimate().batch(),
                    at.workload());
        }
        return collected.services();
    }

    /**
     * What a plan written as JSON puts where.
     *
     * @param problem says what replicas need, and whether runs of one input were a choice; null leaves that unknown
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
                    at.has("batch") ? (int) SiteJson.whole("plan", at, "batch", Variant.MAX_BATCH) : 1,
                    workloads.get(workload));
        }
        return collected.services();
    }

    /** Gathers replicas by site, workload and variant. */
    private static final class Collected {
        private final Map<List<String>, List<String>> nodes = new LinkedHashMap<>();
        private final Map<List<String>, IntSummaryStatistics> batches = new LinkedHashMap<>();
        private final Map<List<String>, Integer> variants = new LinkedHashMap<>();
        private final Map<String, Workload> known = new LinkedHashMap<>();

        void add(String site, String node, String workload, String variant, int batch, @Nullable Workload needs) {
            List<String> service = List.of(site, workload, variant);
            batches.computeIfAbsent(service, key -> new IntSummaryStatistics()).accept(batch);
            nodes.computeIfAbsent(service, key -> {
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
                        needs == null ? AcceleratorNeed.NONE : needs.accelerator(),
                        batch(batches.getOrDefault(key, new IntSummaryStatistics()), needs, variant)));
            });
            return all;
        }

        /** Runs of one input are a choice only where others were measured. */
        private static int batch(IntSummaryStatistics sizes, @Nullable Workload needs, String variant) {
            boolean chosen = sizes.getMax() > 1
                    || needs != null
                            && needs.variants().stream()
                                    .anyMatch(each -> each.name().equals(variant)
                                            && !each.batchMillis().isEmpty());
            return chosen ? sizes.getMin() : 0;
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
