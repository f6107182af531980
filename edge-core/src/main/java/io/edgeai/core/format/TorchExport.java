package io.edgeai.core.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The graph of a program that {@code torch.export.save} wrote: a JSON file of nodes, values and what goes in and out (schema
 * 5 to 8 of {@code torch/_export/serde/schema.py}). Read as a stream, each value's type and shape kept. Not thread-safe.
 */
final class TorchExport {
    private static final int MOST_LISTED = 60;

    /** Free sizes are written as SymPy prints them: {@code Symbol('s40', positive=True, integer=True)}. */
    private static final Pattern SYMBOL = Pattern.compile("Symbol\\('(\\w+)'.*\\)$");

    /** PyTorch's {@code ScalarType} as the schema numbers it. */
    private static final Map<Integer, ElementType> TYPES = Map.ofEntries(
            Map.entry(1, ElementType.UINT8),
            Map.entry(2, ElementType.INT8),
            Map.entry(3, ElementType.INT16),
            Map.entry(4, ElementType.INT32),
            Map.entry(5, ElementType.INT64),
            Map.entry(6, ElementType.FLOAT16),
            Map.entry(7, ElementType.FLOAT),
            Map.entry(8, ElementType.DOUBLE),
            Map.entry(10, ElementType.COMPLEX64),
            Map.entry(11, ElementType.COMPLEX128),
            Map.entry(12, ElementType.BOOL),
            Map.entry(13, ElementType.BFLOAT16),
            Map.entry(28, ElementType.UINT16));

    private final Findings findings;
    private final Map<String, TensorSpec> values = new HashMap<>();
    private final List<String> unknown = new ArrayList<>();
    private JsonNode takes = new ObjectMapper().createArrayNode();
    private JsonNode gives = takes;

    private TorchExport(Findings findings) {
        this.findings = findings;
    }

    /** @throws IOException where the JSON is damaged */
    static void read(InputStream json, Findings findings) throws IOException {
        TorchExport export = new TorchExport(findings);
        try (JsonParser parser = new ObjectMapper().createParser(json)) {
            export.object(parser, "");
        }
        export.report();
    }

    /** The fields of an object by their path; those that say nothing here are skipped. */
    private void object(JsonParser json, String path) throws IOException {
        if (path.isEmpty() && json.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("the program is no JSON object");
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            JsonToken token = json.nextToken();
            switch (path + "/" + key) {
                case "/graph_module", "/graph_module/graph", "/graph_module/signature" -> {
                    if (token == JsonToken.START_OBJECT) {
                        object(json, path + "/" + key);
                    }
                }
                case "/torch_version" -> findings.producer("PyTorch " + json.getText());
                case "/schema_version" -> {
                    JsonNode version = json.readValueAsTree();
                    findings.formatVersion(
                            "export schema " + version.path("major").asText("?") + "."
                                    + version.path("minor").asText("?"));
                }
                case "/graph_module/graph/nodes" -> nodes(json, token);
                case "/graph_module/graph/tensor_values" -> values(json, token);
                case "/graph_module/signature/input_specs" -> takes = json.readValueAsTree();
                case "/graph_module/signature/output_specs" -> gives = json.readValueAsTree();
                default -> json.skipChildren();
            }
        }
    }

    private void nodes(JsonParser json, JsonToken token) throws IOException {
        if (token != JsonToken.START_ARRAY) {
            return;
        }
        while (json.nextToken() == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean target = json.currentName().equals("target");
                if (json.nextToken() == JsonToken.VALUE_STRING && target) {
                    findings.operator(operator(json.getText()));
                }
                json.skipChildren();
            }
        }
    }

    /** {@code torch.ops.aten.conv2d.default} is conv2d, as TorchScript calls it; other libraries keep their name. */
    private static String operator(String target) {
        String[] parts = target.split("\\.", -1);
        if (!target.startsWith("torch.ops.") || parts.length < 4) {
            return target;
        }
        return parts[2].equals("aten") ? parts[3] : parts[2] + "::" + parts[3];
    }

    private void values(JsonParser json, JsonToken token) throws IOException {
        if (token != JsonToken.START_OBJECT) {
            return;
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            JsonNode meta = json.readValueAsTree();
            List<Dim> dims = new ArrayList<>();
            meta.path("sizes").forEach(size -> dims.add(dim(size)));
            ElementType type = TYPES.get(meta.path("dtype").asInt());
            if (type != null) {
                values.put(name, new TensorSpec(name, type, dims));
            }
        }
    }

    private static Dim dim(JsonNode size) {
        JsonNode number = size.path("as_int");
        if (number.isIntegralNumber() && number.longValue() >= 0) {
            return Dim.of(number.longValue());
        }
        String symbol = size.path("as_expr").path("expr_str").asText("");
        Matcher named = SYMBOL.matcher(symbol);
        return Dim.symbolic(named.lookingAt() ? named.group(1) : symbol.isBlank() ? "open" : symbol);
    }

    private void report() {
        List<TensorSpec> inputs = new ArrayList<>();
        List<TensorSpec> outputs = new ArrayList<>();
        List<TensorSpec> weights = new ArrayList<>();
        for (JsonNode spec : takes) {
            if (spec.has("user_input")) {
                add(spec.path("user_input").path("arg"), inputs);
            }
            for (String kind : List.of("parameter", "buffer", "tensor_constant")) {
                TensorSpec value =
                        values.get(spec.path(kind).path("arg").path("name").asText(""));
                if (value != null) {
                    String name = spec.path(kind).path(kind + "_name").asText(value.name());
                    weights.add(new TensorSpec(name, value.type(), value.shape()));
                }
            }
        }
        for (JsonNode spec : gives) {
            if (spec.has("user_output")) {
                add(spec.path("user_output").path("arg"), outputs);
            }
        }
        findings.signature(new Signature(inputs, outputs));
        count(weights);
        if (!unknown.isEmpty()) {
            findings.warn("Inputs or outputs " + unknown + " are no tensors of a known type and are left out.");
        }
    }

    private void add(JsonNode argument, List<TensorSpec> to) {
        String name = argument.path("as_tensor").path("name").asText("");
        TensorSpec spec = values.get(name);
        if (spec != null) {
            to.add(spec);
        } else if (unknown.size() < MOST_LISTED) {
            unknown.add(name.isEmpty() ? argument.toString() : name);
        }
    }

    /** Counters are no weights, unless there is nothing else. */
    private void count(List<TensorSpec> weights) {
        findings.weights(0, 0);
        boolean learned = weights.stream().anyMatch(weight -> Weights.learned(weight.type()));
        for (TensorSpec weight : weights) {
            if (!learned || Weights.learned(weight.type())) {
                long elements = Weights.elements(weight.shape());
                findings.weight(elements, weight.type().bytes(elements));
            }
        }
        findings.note("tensors", Integer.toString(weights.size()));
        findings.longNote(
                "weights",
                weights.stream().limit(MOST_LISTED).map(TensorSpec::toString).collect(Collectors.joining(", "))
                        + (weights.size() > MOST_LISTED ? " and " + (weights.size() - MOST_LISTED) + " more" : ""));
    }
}
