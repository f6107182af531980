package io.edgeai.placement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.placement.model.AcceleratorNeed;
import io.edgeai.placement.model.Coordinates;
import io.edgeai.placement.model.Demand;
import io.edgeai.placement.model.Network;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.model.Policy;
import io.edgeai.placement.model.Schedule;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Spread;
import io.edgeai.placement.model.Topology;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes problems by the schema {@code docs/cli/placement-problem.schema.json}, without what is as by default. */
final class ProblemWriter {
    private static final double WHOLE = 1e15;

    private ProblemWriter() {}

    static String write(PlacementProblem problem) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ArrayNode sites = root.putArray("sites");
        for (Site site : problem.topology().sites()) {
            sites.add(SiteWriter.write(site));
        }
        Network network = problem.topology().network();
        ObjectNode links = network(network);
        if (!links.isEmpty()) {
            root.set("network", links);
        }
        ArrayNode workloads = root.putArray("workloads");
        problem.workloads().forEach(workload -> workloads.add(workload(workload, problem.topology())));
        return root.toPrettyString();
    }

    private static ObjectNode network(Network network) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        put(json, "accessMillis", network.accessMillis(), 1);
        put(json, "stretch", network.stretch(), 2);
        put(json, "defaultMegabitsPerSecond", network.defaultBandwidth(), 1000);
        Map<String, Map<String, Double>> links = network.links();
        if (!links.isEmpty()) {
            ObjectNode rows = json.putObject("rttMillis");
            links.forEach((origin, row) -> rows.set(origin, numbers(row)));
        }
        if (!network.bandwidths().isEmpty()) {
            json.set("megabitsPerSecond", numbers(network.bandwidths()));
        }
        return json;
    }

    private static ObjectNode workload(Workload workload, Topology topology) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", workload.name());
        put(json, "replicas", workload.replicas(), 1);
        put(json, "priority", workload.priority(), 0);
        put(json, "cpuMillis", workload.cpuMillis(), 1000);
        if (!workload.accelerator().none()) {
            json.set("accelerator", need(workload.accelerator()));
        }
        Demand demand = workload.demand();
        put(json, "ratePerSecond", demand.ratePerSecond(), 1);
        put(json, "requestBytes", demand.requestBytes(), 0);
        put(json, "latencyMillis", demand.latencyMillis(), Double.POSITIVE_INFINITY);
        put(json, "quantile", demand.quantile(), 0.99);
        if (!demand.origins().isEmpty()) {
            ArrayNode origins = json.putArray("origins");
            demand.origins().forEach(origin -> origins.add(origin(origin, topology)));
        }
        policy(json, workload.policy());
        if (!workload.runs().equals(Schedule.always())) {
            json.set("runs", HoursJson.write(workload.runs()));
        }
        ArrayNode variants = json.putArray("variants");
        workload.variants().forEach(variant -> variants.add(variant(variant)));
        return json;
    }

    private static void policy(ObjectNode json, Policy policy) {
        put(json, "minimumAccuracy", policy.minimumAccuracy(), 0);
        put(json, "minimumAvailability", policy.minimumAvailability(), 0);
        texts(json, "residency", policy.residency());
        texts(json, "requiredLabels", policy.requiredLabels());
        texts(json, "near", policy.near());
        texts(json, "awayFrom", policy.awayFrom());
        if (policy.spread() != (policy.near().isEmpty() ? Spread.SITE : Spread.NONE)) {
            json.put("spread", policy.spread().name());
        }
        if (policy.federated()) {
            json.put("federated", true);
        }
        if (!policy.gang().isEmpty()) {
            json.put("gang", policy.gang());
        }
    }

    private static ObjectNode need(AcceleratorNeed need) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (!need.kind().isEmpty()) {
            json.put("kind", need.kind());
        }
        json.put("milli", need.milli());
        put(json, "memoryBytes", need.memoryBytes(), 0);
        return json;
    }

    /** With the place of a site that the problem no longer has, where the network remembers it. */
    private static ObjectNode origin(Origin origin, Topology topology) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", origin.name());
        put(json, "share", origin.share(), 1);
        boolean known = topology.sites().stream()
                .anyMatch(site ->
                        site.id().equals(origin.name()) && site.coordinates().isPresent());
        Optional<Coordinates> place =
                known ? origin.coordinates() : topology.network().placeOf(origin);
        place.ifPresent(at -> json.set("coordinates", coordinates(at)));
        return json;
    }

    static ObjectNode coordinates(Coordinates at) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("latitude", number(at.latitude()));
        json.set("longitude", number(at.longitude()));
        return json;
    }

    private static ObjectNode variant(Variant variant) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("name", variant.name());
        put(json, "accuracy", variant.accuracy(), 1);
        put(json, "sizeBytes", variant.sizeBytes(), 0);
        put(json, "memoryBytes", variant.memoryBytes(), 0);
        put(json, "macs", variant.macs(), 0);
        Map<String, JsonNode> times = new TreeMap<>();
        variant.measuredMillis().forEach((kind, millis) -> times.put(kind, number(millis)));
        variant.batchMillis().forEach((kind, batches) -> {
            ObjectNode sizes = JsonNodeFactory.instance.objectNode();
            Optional.ofNullable(times.get(kind)).ifPresent(alone -> sizes.set("1", alone));
            new TreeMap<>(batches).forEach((size, millis) -> sizes.set(String.valueOf(size), number(millis)));
            times.put(kind, sizes);
        });
        if (!times.isEmpty()) {
            ObjectNode measured = json.putObject("measuredMillis");
            times.forEach(measured::set);
        }
        put(json, "energyFactor", variant.energyFactor(), 1);
        variant.digest().ifPresent(digest -> json.put("digest", digest.toString()));
        return json;
    }

    /** Sorted, so that the same problem is always the same text. */
    static void texts(ObjectNode json, String field, Collection<String> texts) {
        if (!texts.isEmpty()) {
            new TreeSet<>(texts).forEach(json.putArray(field)::add);
        }
    }

    private static ObjectNode numbers(Map<String, Double> values) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        values.forEach((name, value) -> json.set(name, number(value)));
        return json;
    }

    static void put(ObjectNode json, String field, long value, long otherwise) {
        if (value != otherwise) {
            json.put(field, value);
        }
    }

    static void put(ObjectNode json, String field, double value, double otherwise) {
        if (value != otherwise) {
            json.set(field, number(value));
        }
    }

    static JsonNode number(double value) {
        return value == Math.rint(value) && Math.abs(value) < WHOLE
                ? LongNode.valueOf((long) value)
                : DoubleNode.valueOf(value);
    }
}
