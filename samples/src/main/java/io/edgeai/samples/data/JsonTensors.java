package io.edgeai.samples.data;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tensors as JSON: a list of rows (numbers, texts, or lists nested equally deep), a list of objects (one column for
 * each key), or one object (one tensor for each key). {@code null} and {@code NaN} are missing numbers. Stateless and
 * thread-safe.
 */
public final class JsonTensors {
    /** The name under which a plain list is returned. */
    public static final String UNNAMED = "";

    private static final long MAX_BYTES = 512L << 20;
    private static final JsonMapper MAPPER = mapper();

    private JsonTensors() {}

    private static JsonMapper mapper() {
        JsonMapper mapper = JsonMapper.builder()
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .build();
        mapper.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(64)
                        .maxNumberLength(100)
                        .build());
        return mapper;
    }

    /** Parses a file as JSON under a bound of 512 MiB, 64 levels and no repeated keys. */
    public static JsonNode tree(Path file, DataLimits limits) {
        byte[] bytes = DataFiles.readAll(
                file,
                new DataLimits(Math.min(limits.maxBytes(), MAX_BYTES), limits.maxEntries(), limits.maxExpansion()));
        try {
            JsonNode node = MAPPER.readTree(bytes);
            if (node == null || node.isMissingNode()) {
                throw new InvalidInputException("JSON file (" + file + ") is empty. Maybe the wrong file.");
            }
            return node;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation() == null ? JsonLocation.NA : e.getLocation();
            throw new InvalidInputException(
                    "JSON file (" + file + ") is wrong in line (" + at.getLineNr() + "), column (" + at.getColumnNr()
                            + "): " + e.getOriginalMessage() + ". Maybe check it with a JSON tool.",
                    e);
        } catch (IOException e) {
            throw DataFiles.unreadable(file, e);
        }
    }

    /**
     * Reads tensors by name; a plain list has the name {@link #UNNAMED}.
     *
     * @throws InvalidInputException where the lists are ragged, mix numbers with text, or are no lists
     */
    public static Map<String, Tensor> read(Path file, DataLimits limits) {
        JsonNode root = tree(file, limits);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        if (root.isObject()) {
            root.properties()
                    .forEach(entry ->
                            tensors.put(entry.getKey(), tensor(entry.getValue(), new Place(file, entry.getKey()))));
        } else if (root.isArray() && !root.isEmpty() && root.get(0).isObject()) {
            columns(root, file).forEach((name, cells) -> tensors.put(name, tensor(cells, new Place(file, name))));
        } else {
            tensors.put(UNNAMED, tensor(root, new Place(file, "")));
        }
        return Collections.unmodifiableMap(tensors);
    }

    private static Map<String, JsonNode> columns(JsonNode rows, Path file) {
        Map<String, JsonNode> columns = new LinkedHashMap<>();
        rows.get(0).fieldNames().forEachRemaining(name -> columns.put(name, MAPPER.createArrayNode()));
        for (int r = 0; r < rows.size(); r++) {
            JsonNode row = rows.get(r);
            if (!row.isObject() || row.size() != columns.size()) {
                throw new InvalidInputException("JSON file (" + file + ") has row (" + r
                        + ") with other keys than its first row. Maybe fill in missing ones with null.");
            }
            for (Map.Entry<String, JsonNode> column : columns.entrySet()) {
                JsonNode cell = row.get(column.getKey());
                if (cell == null) {
                    throw new InvalidInputException("JSON file (" + file + ") lacks key (" + column.getKey()
                            + ") in row (" + r + "). Maybe fill it in with null.");
                }
                ((com.fasterxml.jackson.databind.node.ArrayNode) column.getValue()).add(cell);
            }
        }
        return columns;
    }

    private static Tensor tensor(JsonNode list, Place place) {
        List<Long> shape = new ArrayList<>();
        JsonNode probe = list;
        while (probe.isArray()) {
            shape.add((long) probe.size());
            probe = probe.isEmpty() ? MAPPER.nullNode() : probe.get(0);
        }
        List<JsonNode> leaves = new ArrayList<>();
        flatten(list, shape, 0, leaves, place);
        long[] dims = shape.stream().mapToLong(Long::longValue).toArray();
        if (!leaves.isEmpty() && leaves.stream().allMatch(JsonNode::isTextual)) {
            return Tensor.of(leaves.stream().map(JsonNode::textValue).toArray(String[]::new), dims);
        }
        if (!leaves.isEmpty() && leaves.stream().allMatch(JsonNode::isBoolean)) {
            byte[] flags = new byte[leaves.size()];
            for (int i = 0; i < flags.length; i++) {
                flags[i] = (byte) (leaves.get(i).booleanValue() ? 1 : 0);
            }
            return Tensor.ofBytes(ElementType.BOOL, flags, dims);
        }
        if (!leaves.isEmpty() && leaves.stream().allMatch(leaf -> leaf.isIntegralNumber() && leaf.canConvertToLong())) {
            return Tensor.of(leaves.stream().mapToLong(JsonNode::longValue).toArray(), dims);
        }
        double[] numbers = new double[leaves.size()];
        for (int i = 0; i < numbers.length; i++) {
            JsonNode leaf = leaves.get(i);
            if (!leaf.isNumber() && !leaf.isNull()) {
                throw place.fail("element (" + i + ") is (" + leaf + "), which is no number like those before it");
            }
            numbers[i] = leaf.isNull() ? Double.NaN : leaf.doubleValue();
        }
        return Tensor.of(numbers, dims);
    }

    private static void flatten(JsonNode node, List<Long> shape, int depth, List<JsonNode> leaves, Place place) {
        if (depth == shape.size()) {
            if (node.isContainerNode()) {
                throw place.fail("its lists are nested to different depths");
            }
            leaves.add(node);
            return;
        }
        if (!node.isArray() || node.size() != shape.get(depth)) {
            throw place.fail(
                    "a list at depth (" + depth + ") does not have the first one's length of " + shape.get(depth));
        }
        for (JsonNode child : node) {
            flatten(child, shape, depth + 1, leaves, place);
        }
    }

    /** Writes one object with a nested list for each tensor; NaN and infinities become {@code null}. */
    public static void write(Map<String, Tensor> tensors, Path file) {
        DataFiles.write(file, out -> {
            JsonGenerator json = MAPPER.getFactory().createGenerator(out);
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.writeStartObject();
            for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                json.writeFieldName(entry.getKey());
                Cells cells = Cells.of(entry.getValue());
                writeNested(json, cells, entry.getValue().shape(), 0, 0);
            }
            json.writeEndObject();
            json.writeRaw('\n');
            json.close();
        });
    }

    private static int writeNested(JsonGenerator json, Cells cells, long[] shape, int depth, int at)
            throws IOException {
        int position = at;
        if (depth == shape.length) {
            cells.writeTo(json, position);
            return position + 1;
        }
        json.writeStartArray();
        for (long i = 0; i < shape[depth]; i++) {
            position = writeNested(json, cells, shape, depth + 1, position);
        }
        json.writeEndArray();
        return position;
    }

    /** The tensor as nested lists, for a document of the caller's; NaN and infinities become null. */
    public static @Nullable Object nested(Tensor tensor) {
        return nested(Cells.of(tensor), tensor.shape(), 0, new int[1]);
    }

    private static @Nullable Object nested(Cells cells, long[] shape, int depth, int[] position) {
        if (depth == shape.length) {
            Object value = cells.at(position[0]++);
            return value instanceof Number number && !Double.isFinite(number.doubleValue()) ? null : value;
        }
        List<@Nullable Object> list = new ArrayList<>();
        for (long i = 0; i < shape[depth]; i++) {
            list.add(nested(cells, shape, depth + 1, position));
        }
        return list;
    }

    /** The mapper that reads with these bounds; for callers with JSON of their own. */
    public static ObjectMapper mapperForDocuments() {
        return MAPPER.copy();
    }

    private record Place(Path file, String key) {
        InvalidInputException fail(String why) {
            return new InvalidInputException("JSON file (" + file + ")" + (key.isEmpty() ? "" : ", key (" + key + "),")
                    + " holds no tensor: " + why + ". Maybe make all rows equally long.");
        }
    }
}
