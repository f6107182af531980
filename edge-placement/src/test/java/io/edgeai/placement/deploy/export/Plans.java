package io.edgeai.placement.deploy.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.placement.deploy.PlannedService;
import io.edgeai.placement.model.AcceleratorNeed;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Services to export, with names that other systems do not take, and a look at JSON. */
public final class Plans {
    public static final ExportSettings SETTINGS = ExportSettings.of(
            "registry.example/edge:1.2", variant -> URI.create("s3://models/" + variant.replace('@', '-') + ".onnx"));

    static final PlannedService FULL = new PlannedService(
            "Halle 7/Süd",
            List.of("a", "b"),
            "defects",
            "defects",
            "defects@2",
            1500,
            300_000_000,
            new AcceleratorNeed("t4", 500, 0));
    static final PlannedService BARE =
            new PlannedService("Halle 7/Süd", List.of("a"), "it's $5: \"x\"", "w", "v", 0, 0, AcceleratorNeed.NONE);
    static final PlannedService ELSEWHERE =
            new PlannedService("west", List.of("a"), "defects", "defects", "defects@2", 1000, 1, AcceleratorNeed.NONE);

    static final List<PlannedService> ALL = List.of(FULL, BARE, ELSEWHERE);

    private static final ObjectMapper JSON = new ObjectMapper();

    private Plans() {}

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }

    static Set<String> fields(JsonNode node) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
