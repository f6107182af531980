package io.edgeai.core.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON header of a safetensors file (https://github.com/huggingface/safetensors): eight little-endian bytes of its
 * length, then names with type, shape and place of each tensor.
 *
 * @param tensors number of tensors
 * @param parameters sum of their elements
 * @param dataBytes bytes of the data part the header claims
 * @param types tensors by element type
 * @param metadata the file's own notes
 * @param listed the first tensors, each with its type and shape
 */
record SafetensorsHeader(
        long tensors,
        long parameters,
        long dataBytes,
        Map<String, Integer> types,
        Map<String, String> metadata,
        List<String> listed) {
    /** The limit of the format's own reader. */
    private static final long MOST_BYTES = 100_000_000;

    private static final int MOST_LISTED = 60;
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_NOTE = 1000;

    SafetensorsHeader {
        types = Map.copyOf(types);
        metadata = Map.copyOf(metadata);
        listed = List.copyOf(listed);
    }

    static boolean looksLikeOne(FileView file) {
        if (file.size() < 10) {
            return false;
        }
        long length = file.littleEndian(0, 8);
        return length >= 2 && length <= MOST_BYTES && file.at(8) == '{';
    }

    /** @throws ModelFormatException where the header is damaged or the data is cut off */
    static SafetensorsHeader read(FileView file) {
        long length = file.littleEndian(0, 8);
        if (length > file.size() - 8) {
            throw cut(file, 8 + length);
        }
        try (JsonParser json = JsonText.parser(new FirstBytes(file.stream(8), length))) {
            SafetensorsHeader header = new Reading(json, new Room(file.size() / 4)).run();
            if (header.dataBytes() > file.size() - 8 - length) {
                throw cut(file, 8 + length + header.dataBytes());
            }
            return header;
        } catch (IOException | ArithmeticException e) {
            throw new ModelFormatException(
                    "Model (" + file.path() + ") begins like safetensors but its header is damaged. Maybe fetch it"
                            + " again.",
                    e);
        }
    }

    private static ModelFormatException cut(FileView file, long needed) {
        return new ModelFormatException("Model (" + file.path() + ") is a safetensors file cut off after " + file.size()
                + " of " + needed + " bytes. Maybe the download was interrupted; fetch it again.");
    }

    private static final class Reading {
        private final JsonParser json;
        private final Room room;
        private long tensors;
        private long parameters;
        private long bytes;
        private final TreeMap<String, Integer> types = new TreeMap<>();
        private final TreeMap<String, String> metadata = new TreeMap<>();
        private final List<String> listed = new ArrayList<>();

        Reading(JsonParser json, Room room) {
            this.json = json;
            this.room = room;
        }

        SafetensorsHeader run() throws IOException {
            expect(json.nextToken(), JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                expect(json.nextToken(), JsonToken.START_OBJECT);
                if (name.equals("__metadata__")) {
                    while (json.nextToken() == JsonToken.FIELD_NAME) {
                        String key = json.currentName();
                        expect(json.nextToken(), JsonToken.VALUE_STRING);
                        String note = JsonText.text(json, LONGEST_NOTE);
                        if (room.take(key, note)) {
                            metadata.put(key, note);
                        }
                    }
                } else {
                    tensor(name);
                }
            }
            return new SafetensorsHeader(tensors, parameters, bytes, types, metadata, listed);
        }

        private void tensor(String name) throws IOException {
            tensors++;
            long elements = 1;
            String type = "";
            List<Long> shape = new ArrayList<>();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String key = json.currentName();
                JsonToken token = json.nextToken();
                if (key.equals("dtype")) {
                    type = JsonText.text(json, LONGEST_NAME);
                    if (types.containsKey(type) || room.take(type)) {
                        types.merge(type, 1, Integer::sum);
                    }
                } else if (key.equals("shape") && token == JsonToken.START_ARRAY) {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        if (json.getLongValue() < 0) {
                            throw new IOException("a negative dimension");
                        }
                        if (shape.size() < 32) {
                            shape.add(json.getLongValue());
                        }
                        elements = Math.multiplyExact(elements, json.getLongValue());
                    }
                } else if (key.equals("data_offsets") && token == JsonToken.START_ARRAY) {
                    while (json.nextToken() != JsonToken.END_ARRAY) {
                        bytes = Math.max(bytes, json.getLongValue());
                    }
                } else {
                    json.skipChildren();
                }
            }
            parameters = Math.addExact(parameters, elements);
            if (listed.size() < MOST_LISTED && name.length() <= LONGEST_NAME) {
                listed.add(name + " " + type + shape.toString().replace(" ", ""));
            }
        }

        private static void expect(JsonToken found, JsonToken wanted) throws IOException {
            if (found != wanted) {
                throw new IOException("expected " + wanted + ", found " + found);
            }
        }
    }
}
