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
import org.jspecify.annotations.Nullable;

/**
 * The graph of a program that {@code torch.export.save} wrote: a JSON file of nodes, values and what goes in and out (schema
 * 5 to 8 of {@code torch/_export/serde/schema.py}). Read as a stream, each value's type and shape kept. Not thread-safe.
 */
final class TorchExport {
    private static final int MOST_LISTED = 60;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final List<String> KINDS =
            List.of("user_input", "user_output", "parameter", "buffer", "tensor_constant");

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
    private boolean full;
    private final List<String> unknown = new ArrayList<>();
    private final List<Argument> arguments = new ArrayList<>();
    private final Room room;

    /**
     * One thing that goes in or comes out.
     *
     * @param kind what it is, e.g. {@code "parameter"}
     * @param value the name of its tensor; empty where it is none
     * @param name what it is called
     */
    private record Argument(String kind, String value, String name) {}

    private TorchExport(Findings findings, long fileBytes) {
        this.findings = findings;
        this.room = new Room(fileBytes);
    }

    /** @throws IOException where the JSON is damaged */
    static void read(InputStream json, long fileBytes, Findings findings) throws IOException {
        TorchExport export = new TorchExport(findings, fileBytes);
        try (JsonParser parser = MAPPER.createParser(json)) {
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
                case "/graph_module/signature/input_specs" -> arguments(json, token);
                case "/graph_module/signature/output_specs" -> arguments(json, token);
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
            if (type != null && fits(room.take(new TensorSpec(name, type, dims)))) {
                values.put(name, new TensorSpec(name, type, dims));
            }
        }
    }

    private boolean fits(boolean room) {
        full |= !room;
        return room;
    }

    /** Specifications of what goes in or comes out: each an object whose one key names its kind. */
    private void arguments(JsonParser json, JsonToken token) throws IOException {
        if (token != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() == JsonToken.START_OBJECT) {
            JsonNode spec = json.readValueAsTree();
            for (String kind : KINDS) {
                if (spec.has(kind)) {
                    JsonNode of = spec.path(kind);
                    JsonNode argument = of.path("arg");
                    String user = argument.path("as_tensor").path("name").asText("");
                    boolean given = kind.startsWith("user_");
                    String value = given ? user : argument.path("name").asText("");
                    String name = given
                            ? value.isEmpty() ? argument.toString() : value
                            : of.path(kind + "_name").asText(value);
                    if (fits(room.take(name, value))) {
                        arguments.add(new Argument(kind, value, name));
                    }
                }
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
        for (Argument argument : arguments) {
            TensorSpec value = values.get(argument.value());
            switch (argument.kind()) {
                case "user_input" -> add(argument, value, inputs);
                case "user_output" -> add(argument, value, outputs);
                default -> {
                    if (value != null) {
                        String name = argument.name().isEmpty() ? value.name() : argument.name();
                        weights.add(new TensorSpec(name, value.type(), value.shape()));
                    }
                }
            }
        }
        if (full) {
            findings.warn("The program names more tensors than are kept of a file of its size; the rest is not told.");
        }
        findings.signature(new Signature(inputs, outputs));
        count(weights);
        if (!unknown.isEmpty()) {
            findings.warn("Inputs or outputs " + unknown + " are no tensors of a known type and are left out.");
        }
    }

    private void add(Argument argument, @Nullable TensorSpec spec, List<TensorSpec> to) {
        if (spec != null) {
            findings.list(to, spec);
        } else if (unknown.size() < MOST_LISTED) {
            unknown.add(argument.name());
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
