package io.edgeai.formats.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks a header: each tensor's bytes fit its type and shape, and all tensors fill the data with no gap or overlap. */
final class HeaderParser {
    private static final int MOST_DIMS = 64;

    private final long dataBytes;
    private final Map<String, SafetensorsEntry> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private boolean described;

    HeaderParser(long dataBytes) {
        this.dataBytes = dataBytes;
    }

    Map<String, SafetensorsEntry> entries() {
        return Collections.unmodifiableMap(entries);
    }

    Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    void parse(byte[] header) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(header)) {
            expect(json.nextToken(), JsonToken.START_OBJECT, "the header");
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                expect(json.nextToken(), JsonToken.START_OBJECT, name);
                if (name.equals("__metadata__")) {
                    notes(json);
                } else if (entries.put(name, tensor(json, name)) != null) {
                    throw new IOException("tensor (" + name + ") is described twice");
                }
            }
            if (json.nextToken() != null) {
                throw new IOException("something follows the tensors");
            }
        }
        contiguous();
    }

    private void notes(JsonParser json) throws IOException {
        if (described) {
            throw new IOException("__metadata__ is there twice");
        }
        described = true;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            expect(json.nextToken(), JsonToken.VALUE_STRING, "metadata " + key);
            metadata.put(key, json.getText());
        }
    }

    private static SafetensorsEntry tensor(JsonParser json, String name) throws IOException {
        SafetensorsType type = null;
        List<Long> dims = null;
        List<Long> place = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String key = json.currentName();
            JsonToken value = json.nextToken();
            switch (key) {
                case "dtype" -> {
                    expect(value, JsonToken.VALUE_STRING, name + " dtype");
                    type = once(SafetensorsType.of(json.getText()), type, name, "type " + json.getText());
                }
                case "shape" -> dims = once(numbers(json, value, name), dims, name, key);
                case "data_offsets" -> place = once(numbers(json, value, name), place, name, key);
                default -> throw new IOException("tensor (" + name + ") has the unknown property (" + key + ")");
            }
        }
        if (type == null || dims == null || place == null || place.size() != 2) {
            throw new IOException("tensor (" + name + ") lacks its dtype, shape or two data_offsets");
        }
        long begin = place.get(0);
        long end = place.get(1);
        long bits = type.bits();
        for (long dim : dims) {
            bits = Math.multiplyExact(bits, dim);
        }
        if (begin > end || bits % Byte.SIZE != 0 || end - begin != bits / Byte.SIZE) {
            throw new IOException("tensor (" + name + ") of " + type + dims + " does not fill" + " its bytes " + begin
                    + " to " + end);
        }
        return new SafetensorsEntry(type, dims, begin, end);
    }

    private static <T> T once(@Nullable T value, @Nullable T before, String name, String what) throws IOException {
        if (value == null || before != null) {
            throw new IOException(
                    "tensor (" + name + ") has " + what + (before == null ? " of no known kind" : " twice"));
        }
        return value;
    }

    private static List<Long> numbers(JsonParser json, JsonToken start, String name) throws IOException {
        expect(start, JsonToken.START_ARRAY, name);
        List<Long> numbers = new ArrayList<>();
        while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
            if (json.getLongValue() < 0 || numbers.size() == MOST_DIMS) {
                throw new IOException("tensor (" + name + ") has a negative number or more than 64 of them");
            }
            numbers.add(json.getLongValue());
        }
        expect(json.currentToken(), JsonToken.END_ARRAY, name);
        return numbers;
    }

    private static void expect(@Nullable JsonToken found, JsonToken wanted, String where) throws IOException {
        if (found != wanted) {
            throw new IOException(where + " has " + found + " where " + wanted + " belongs");
        }
    }

    private void contiguous() throws IOException {
        List<Map.Entry<String, SafetensorsEntry>> ordered = new ArrayList<>(entries.entrySet());
        ordered.sort(Comparator.comparingLong(
                        (Map.Entry<String, SafetensorsEntry> e) -> e.getValue().begin())
                .thenComparingLong(e -> e.getValue().end()));
        long at = 0;
        for (Map.Entry<String, SafetensorsEntry> each : ordered) {
            SafetensorsEntry entry = each.getValue();
            if (entry.begin() != at) {
                throw new IOException("tensor (" + each.getKey() + ") begins at byte " + entry.begin()
                        + (entry.begin() < at ? ", within another that ends at " : ", behind a gap from ") + at);
            }
            at = entry.end();
        }
        if (at != dataBytes) {
            throw new IOException("tensors end at byte " + at + " of " + dataBytes + " bytes of data");
        }
    }
}
