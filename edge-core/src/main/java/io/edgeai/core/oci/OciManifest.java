package io.edgeai.core.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One artifact: what it is, its configuration and its content.
 *
 * @param artifactType its media type; empty where the manifest states none
 * @param config describes it
 * @param layers its content, one blob each, at least one
 * @param annotations what else is said of it, by key
 */
public record OciManifest(
        String artifactType, OciDescriptor config, List<OciDescriptor> layers, Map<String, String> annotations) {
    /** The media type of manifests. */
    public static final String MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";

    public OciManifest {
        layers = List.copyOf(layers);
        annotations = Map.copyOf(annotations);
        if (layers.isEmpty()) {
            throw new InvalidInputException("A manifest of (" + artifactType + ") has no layers. Maybe add one.");
        }
    }

    /** The same manifest has the same bytes, whoever writes it. */
    byte[] bytes() {
        ObjectNode node =
                JsonNodeFactory.instance.objectNode().put("schemaVersion", 2).put("mediaType", MEDIA_TYPE);
        if (!artifactType.isEmpty()) {
            node.put("artifactType", artifactType);
        }
        node.set("config", config.json());
        ArrayNode all = node.putArray("layers");
        layers.forEach(layer -> all.add(layer.json()));
        OciDescriptor.putAnnotations(node, annotations);
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** @throws InvalidInputException where it is none */
    static OciManifest read(JsonNode node, int mostLayers) {
        JsonNode layers = node.path("layers");
        if (node.path("schemaVersion").asInt() != 2
                || !node.path("mediaType").asText(MEDIA_TYPE).equals(MEDIA_TYPE)) {
            throw new InvalidInputException("A manifest of schema (" + node.path("schemaVersion") + ") and media type ("
                    + node.path("mediaType") + ") cannot be read.");
        }
        if (layers.size() > mostLayers) {
            throw new InvalidInputException("A manifest has (" + layers.size() + ") layers, more than (" + mostLayers
                    + "). Maybe raise BlobLimits.maxFiles.");
        }
        List<OciDescriptor> all = new ArrayList<>();
        layers.forEach(layer -> all.add(OciDescriptor.read(layer)));
        return new OciManifest(
                node.path("artifactType").asText(),
                OciDescriptor.read(node.path("config")),
                all,
                OciDescriptor.readAnnotations(node));
    }
}
