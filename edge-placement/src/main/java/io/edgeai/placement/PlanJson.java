package io.edgeai.placement;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.placement.cost.Estimate;
import io.edgeai.placement.spi.Violation;
import java.util.List;

/** Writes plans by the schema {@code docs/cli/placement-plan.schema.json}; numbers JSON cannot hold become null. */
final class PlanJson {
    private PlanJson() {}

    static String write(PlacementPlan plan) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("status", plan.status().name());
        root.put("proven", plan.proven());
        root.put("strategy", plan.strategy());
        root.put("solver", plan.solver());
        put(root, "objective", plan.objective());
        put(root, "bound", plan.lowerBound());
        put(root, "gap", plan.gap());
        put(root, "moneyPerHour", plan.moneyPerHour());
        put(root, "watts", plan.watts());
        put(root, "gramsPerHour", plan.gramsPerHour());
        ArrayNode assignments = root.putArray("assignments");
        plan.assignments().forEach(replica -> assignments.add(assignment(replica)));
        ObjectNode missing = root.putObject("missing");
        plan.missing().forEach(missing::put);
        ArrayNode loads = root.putArray("loads");
        for (PlacementPlan.Load load : plan.loads()) {
            loads.addObject()
                    .put("site", load.site())
                    .put("node", load.node())
                    .put("replicas", load.replicas())
                    .put("cpuShare", load.cpuShare())
                    .put("memoryShare", load.memoryShare())
                    .put("acceleratorShare", load.acceleratorShare());
        }
        ArrayNode explanation = root.putArray("explanation");
        plan.explain().workloads().forEach(of -> explanation.add(workload(of)));
        return root.toPrettyString();
    }

    private static ObjectNode assignment(Assignment replica) {
        Estimate estimate = replica.estimate();
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("workload", replica.workload().name())
                .put("replica", replica.replica())
                .put("site", replica.site().id())
                .put("node", replica.node().name())
                .put("variant", replica.variant().name())
                .put("batch", estimate.batch())
                .put("device", replica.device())
                .put("transferBytes", replica.transferBytes());
        put(json, "score", replica.score());
        put(json, "latencyMillis", estimate.latencyMillis());
        put(json, "utilisation", estimate.utilisation());
        put(json, "capacityPerSecond", estimate.capacityPerSecond());
        put(json, "accuracy", estimate.accuracy());
        put(json, "moneyPerHour", estimate.moneyPerHour());
        put(json, "watts", estimate.watts());
        put(json, "joulesPerInference", estimate.joulesPerInference());
        put(json, "gramsPerHour", estimate.gramsPerHour());
        return json;
    }

    private static ObjectNode workload(Explanation.OfWorkload of) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("workload", of.workload())
                .put("missingReplicas", of.missingReplicas());
        if (!of.gang().isEmpty()) {
            json.put("gang", of.gang());
        }
        ArrayNode chosen = json.putArray("chosen");
        of.chosen().forEach(choice -> chosen.add(choice(choice)));
        of.alternative()
                .ifPresent(other -> put(
                        json.putObject("alternative").<ObjectNode>set("choice", choice(other.choice())),
                        "delta",
                        other.delta()));
        ArrayNode rejected = json.putArray("rejected");
        for (Explanation.Rejection rejection : of.rejected()) {
            ObjectNode entry = rejected.addObject()
                    .put("site", rejection.site())
                    .put("node", rejection.node())
                    .put("variant", rejection.variant());
            violations(entry.putArray("violations"), rejection.violations());
        }
        of.relaxation().ifPresent(way -> {
            ObjectNode entry = json.putObject("relaxation")
                    .put("site", way.site())
                    .put("node", way.node())
                    .put("variant", way.variant());
            way.changes().forEach(entry.putArray("changes")::add);
            put(entry, "effort", way.effort());
        });
        return json;
    }

    private static void violations(ArrayNode array, List<Violation> violations) {
        for (Violation violation : violations) {
            ObjectNode entry = array.addObject().put("constraint", violation.constraint());
            put(entry, "required", violation.required());
            put(entry, "actual", violation.actual());
            put(entry, "amount", violation.amount());
            entry.put("unit", violation.unit())
                    .put("message", violation.message())
                    .put("repair", violation.repair());
            put(entry, "effort", violation.effort());
        }
    }

    private static ObjectNode choice(Explanation.Choice choice) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("site", choice.site())
                .put("node", choice.node())
                .put("variant", choice.variant())
                .put("batch", choice.batch());
        put(json, "capacityPerSecond", choice.capacityPerSecond());
        put(json, "score", choice.score());
        ArrayNode terms = json.putArray("terms");
        for (Explanation.Term term : choice.terms()) {
            ObjectNode entry = terms.addObject().put("name", term.name()).put("unit", term.unit());
            put(entry, "value", term.value());
            put(entry, "charge", term.charge());
        }
        return json;
    }

    private static void put(ObjectNode json, String name, double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            json.putNull(name);
        } else {
            json.put(name, value);
        }
    }
}
