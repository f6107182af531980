package io.edgeai.core.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is recorded of a version as the JSON that travels with its bytes; stages do not travel. */
final class VersionRecord {
    private static final ObjectMapper JSON = new ObjectMapper();

    private VersionRecord() {}

    static ObjectNode write(Entry entry) throws IOException {
        ModelVersion version = entry.version();
        ObjectNode node = JSON.createObjectNode()
                .put("ref", version.ref().toString())
                .put("format", version.format().name())
                .put("workload", version.workload().name())
                .put("digest", version.digest().hex())
                .put("tree", entry.tree())
                .put("entry", entry.entry())
                .put("sizeBytes", version.sizeBytes())
                .put("derivation", version.derivation())
                .put("registeredAt", version.registeredAt().toString());
        node.set("signature", JSON.readTree(SignatureJson.write(version.signature())));
        version.parent().ifPresent(parent -> node.put("parent", parent.toString()));
        ObjectNode tags = node.putObject("tags");
        new TreeMap<>(version.tags()).forEach(tags::put);
        return node;
    }

    /** @throws IOException where it cannot be read, with why */
    static Entry read(JsonNode node) throws IOException {
        try {
            Map<String, String> tags = new HashMap<>();
            node.path("tags")
                    .properties()
                    .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
            return new Entry(
                    new ModelVersion(
                            VersionRef.parse(node.path("ref").asText()),
                            ModelFormat.valueOf(node.path("format").asText()),
                            WorkloadType.valueOf(node.path("workload").asText()),
                            new Digest(node.path("digest").asText()),
                            node.path("sizeBytes").asLong(),
                            SignatureJson.read(node.path("signature").toString()),
                            node.has("parent")
                                    ? Optional.of(
                                            VersionRef.parse(node.path("parent").asText()))
                                    : Optional.empty(),
                            node.path("derivation").asText(),
                            Stage.REGISTERED,
                            Instant.parse(node.path("registeredAt").asText()),
                            tags),
                    node.path("tree").asBoolean(),
                    node.path("entry").asText());
        } catch (EdgeException | IllegalArgumentException | DateTimeException e) {
            throw new IOException("a record cannot be read: " + e.getMessage(), e);
        }
    }
}
