package io.edgeai.placement;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.cost.CostModel;
import io.edgeai.placement.cost.Estimate;
import io.edgeai.placement.cost.SiteEstimates;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads which replicas run from a plan that {@link PlacementPlan#toJson} wrote, in terms of a problem that may have
 * changed since. Sites, nodes, workloads and variants that the problem lacks come back by name only, without any
 * capacity, so that a rebalance can say what becomes of their replicas. Thread-safe.
 */
public final class RunningPlanJson {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final PlacementProblem problem;

    private RunningPlanJson(PlacementProblem problem) {
        this.problem = problem;
    }

    /**
     * The replicas in the field {@code assignments}; all other fields are passed over.
     *
     * @throws InvalidInputException where the text is no plan
     */
    public static List<Assignment> read(String plan, PlacementProblem problem) {
        try {
            JsonView root = JsonView.object(MAPPER.readTree(plan), "$");
            if (!root.has("assignments")) {
                throw new InvalidInputException("Field (assignments) is missing. Maybe write the plan by 'edgeai place"
                        + " PROBLEM.json -o PLAN.json'.");
            }
            return root.objects("assignments", new RunningPlanJson(problem)::assignment);
        } catch (JsonView.LocatedException e) {
            throw e.complaint();
        } catch (JsonProcessingException e) {
            throw new InvalidInputException("Plan is not JSON: " + e.getOriginalMessage() + ".", e);
        }
    }

    private Assignment assignment(JsonView json) {
        Workload workload = workload(json.text("workload"));
        Site site = site(json.text("site"));
        Node node = node(site, json.text("node"));
        Variant variant = variant(workload, json.text("variant"));
        SiteEstimates estimates =
                CostModel.defaults().of(workload, problem.topology().network()).at(site);
        int batch = json.count("batch", 1, Variant.MAX_BATCH);
        Estimate estimate = estimates.batches(variant, node).contains(batch)
                ? estimates.estimate(variant, node, batch)
                : estimates.estimate(variant, node);
        return new Assignment(
                workload,
                json.count("replica", 0, Workload.MAX_REPLICAS),
                site,
                node,
                variant,
                json.count("device", -1, Integer.MAX_VALUE),
                estimate,
                json.number("score", 0));
    }

    private Workload workload(String name) {
        return find(problem.workloads(), workload -> workload.name().equals(name), Workload.of(name, gone(name)));
    }

    private Site site(String id) {
        return find(
                problem.topology().sites(),
                site -> site.id().equals(id),
                Site.builder(id).cpuMillis(0).memoryBytes(0).build());
    }

    private static Node node(Site site, String name) {
        return find(site.nodes(), node -> node.name().equals(name), new Node(name, 0, 0, 0, "unknown", 0, List.of()));
    }

    private static Variant variant(Workload workload, String name) {
        return find(workload.variants(), variant -> variant.name().equals(name), gone(name));
    }

    private static Variant gone(String name) {
        return Variant.builder(name).build();
    }

    private static <T> T find(List<T> known, Predicate<T> wanted, T otherwise) {
        return known.stream().filter(wanted).findFirst().orElse(otherwise);
    }
}
