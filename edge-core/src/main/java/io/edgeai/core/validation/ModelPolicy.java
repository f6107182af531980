package io.edgeai.core.validation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.signing.VerifyingKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What each version of a model must meet before it gets requests, whatever a program that opens the registry asks for. Begin
 * with {@link #none} and add. Immutable.
 *
 * @param signedBy one of these keys must have signed it; empty where nobody need
 * @param graph the most that its graph may be, asked for with the {@linkplain ValidationGates#standard standard gates} whenever
 *     anything is
 * @param firstLoad whether it must open and answer in a child process
 * @param latencyMillis 95 of 100 runs must be within this, on the machine that decides
 * @param memoryMegabytes a process that runs it must stay below this, on the machine that decides
 */
public record ModelPolicy(
        List<VerifyingKey> signedBy,
        GraphLimits graph,
        boolean firstLoad,
        OptionalDouble latencyMillis,
        OptionalInt memoryMegabytes) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORMAT = 1;
    private static final ModelPolicy NONE =
            new ModelPolicy(List.of(), GraphLimits.defaults(), false, OptionalDouble.empty(), OptionalInt.empty());

    public ModelPolicy {
        signedBy = List.copyOf(signedBy);
        if (latencyMillis.isPresent() && !(latencyMillis.getAsDouble() > 0)
                || memoryMegabytes.isPresent() && memoryMegabytes.getAsInt() < 1) {
            throw new InvalidInputException("A policy's latency (" + latencyMillis + ") and memory (" + memoryMegabytes
                    + ") must be above 0. Maybe leave them out.");
        }
    }

    /** Asks for nothing. */
    public static ModelPolicy none() {
        return NONE;
    }

    public ModelPolicy signedBy(VerifyingKey... keys) {
        return new ModelPolicy(List.of(keys), graph, firstLoad, latencyMillis, memoryMegabytes);
    }

    public ModelPolicy graph(GraphLimits limits) {
        return new ModelPolicy(signedBy, limits, firstLoad, latencyMillis, memoryMegabytes);
    }

    /** {@link ValidationGates#firstLoad}. */
    public ModelPolicy opens() {
        return new ModelPolicy(signedBy, graph, true, latencyMillis, memoryMegabytes);
    }

    /** {@link ValidationGates#latency}, of zeros. */
    public ModelPolicy latency(Duration p95) {
        return new ModelPolicy(signedBy, graph, firstLoad, OptionalDouble.of(p95.toNanos() / 1e6), memoryMegabytes);
    }

    /** {@link ValidationGates#memory}. */
    public ModelPolicy memory(int megabytes) {
        return new ModelPolicy(signedBy, graph, firstLoad, latencyMillis, OptionalInt.of(megabytes));
    }

    /** Whether it asks for nothing. */
    public boolean isNone() {
        return equals(NONE);
    }

    /** The gates that it is made of; none where it asks for nothing. */
    public List<ValidationGate> gates() {
        if (isNone()) {
            return List.of();
        }
        TrialLimits limits = TrialLimits.defaults().graph(graph);
        List<ValidationGate> gates = new ArrayList<>();
        if (!signedBy.isEmpty()) {
            gates.add(ValidationGates.signedBy(signedBy.toArray(VerifyingKey[]::new)));
        }
        gates.addAll(ValidationGates.standard(graph));
        if (firstLoad) {
            gates.add(ValidationGates.firstLoad(limits));
        }
        latencyMillis.ifPresent(millis ->
                gates.add(ValidationGates.latency(Duration.ofNanos((long) (millis * 1e6)), Map.of(), limits)));
        memoryMegabytes.ifPresent(megabytes -> gates.add(ValidationGates.memory(megabytes, limits)));
        return gates;
    }

    /** As the audit keeps it. */
    public String json() {
        ObjectNode node = JSON.createObjectNode().put("format", FORMAT);
        signedBy.forEach(key -> node.withArray("/signedBy").add(key.text()));
        node.put("nodes", graph.nodes()).put("chain", graph.chain()).put("firstLoad", firstLoad);
        latencyMillis.ifPresent(millis -> node.put("latencyMillis", millis));
        memoryMegabytes.ifPresent(megabytes -> node.put("memoryMegabytes", megabytes));
        return node.toString();
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @throws InvalidInputException where it is something else, or of a newer version of the library
     */
    public static ModelPolicy read(String json) {
        try {
            JsonNode node = JSON.readTree(json);
            if (node.path("format").asInt() != FORMAT) {
                throw new InvalidInputException("A policy (" + json + ") is not of format (" + FORMAT
                        + "). Maybe a newer version of EdgeAI has set it.");
            }
            List<VerifyingKey> keys = new ArrayList<>();
            node.path("signedBy").forEach(key -> keys.add(VerifyingKey.parse(key.asText())));
            JsonNode latency = node.path("latencyMillis");
            JsonNode memory = node.path("memoryMegabytes");
            return new ModelPolicy(
                    keys,
                    new GraphLimits(
                            node.path("nodes").asInt(), node.path("chain").asInt()),
                    node.path("firstLoad").asBoolean(),
                    latency.isNumber() ? OptionalDouble.of(latency.asDouble()) : OptionalDouble.empty(),
                    memory.isNumber() ? OptionalInt.of(memory.asInt()) : OptionalInt.empty());
        } catch (JsonProcessingException e) {
            throw new InvalidInputException("A policy (" + json + ") is no JSON. Maybe set it anew.", e);
        }
    }

    /** For people, e.g. {@code signed by [ed25519:4a5e…], first load, latency 20.0 ms}. */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        if (!signedBy.isEmpty()) {
            parts.add("signed by " + signedBy);
        }
        if (!isNone()) {
            parts.add("a graph of at most " + graph.nodes() + " nodes, " + graph.chain() + " in a row");
        }
        if (firstLoad) {
            parts.add("first load");
        }
        latencyMillis.ifPresent(millis -> parts.add("latency " + millis + " ms"));
        memoryMegabytes.ifPresent(megabytes -> parts.add("memory " + megabytes + " MB"));
        return parts.isEmpty() ? "nothing" : String.join(", ", parts);
    }
}
