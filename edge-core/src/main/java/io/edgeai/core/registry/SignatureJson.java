package io.edgeai.core.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Signatures as JSON: {@code {"inputs":[{"name":"x","type":"FLOAT","shape":["N",3,null]}],"outputs":[…]}}; a string is
 * a symbolic dimension, null an unknown one.
 */
final class SignatureJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SignatureJson() {}

    static String write(Signature signature) {
        ObjectNode root = JSON.createObjectNode();
        specs(root.putArray("inputs"), signature.inputs());
        specs(root.putArray("outputs"), signature.outputs());
        return root.toString();
    }

    private static void specs(ArrayNode array, List<TensorSpec> specs) {
        for (TensorSpec spec : specs) {
            ObjectNode node = array.addObject();
            node.put("name", spec.name());
            node.put("type", spec.type().name());
            ArrayNode shape = node.putArray("shape");
            for (Dim dim : spec.shape()) {
                if (dim.known()) {
                    shape.add(dim.size());
                } else if (dim.symbol().isEmpty()) {
                    shape.addNull();
                } else {
                    shape.add(dim.symbol());
                }
            }
        }
    }

    static Signature read(String text) {
        try {
            JsonNode root = JSON.readTree(text);
            return new Signature(specs(root.path("inputs")), specs(root.path("outputs")));
        } catch (IOException | IllegalArgumentException e) {
            throw new ModelIntegrityException(
                    "Stored signature (" + text + ") cannot be read. Maybe a newer version wrote it.", e);
        }
    }

    private static List<TensorSpec> specs(JsonNode array) {
        List<TensorSpec> specs = new ArrayList<>();
        for (JsonNode node : array) {
            List<Dim> shape = new ArrayList<>();
            for (JsonNode dim : node.path("shape")) {
                shape.add(
                        dim.isNumber()
                                ? Dim.of(dim.longValue())
                                : dim.isTextual() ? Dim.symbolic(dim.textValue()) : Dim.UNKNOWN);
            }
            specs.add(new TensorSpec(
                    node.path("name").asText(),
                    ElementType.valueOf(node.path("type").asText()),
                    shape));
        }
        return specs;
    }
}
