package io.edgeai.formats.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.edgeai.core.error.ModelFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The index beside weights that are spread over several files, safetensors or PyTorch's. Stateless. */
public final class ShardIndex {
    private static final int MOST_SHARDS = 10_000;
    private static final long MOST_INDEX_BYTES = 100_000_000;

    private ShardIndex() {}

    /**
     * The file of each tensor, by name, in the index's order.
     *
     * @throws ModelFormatException where the index is damaged, or names what is no file beside it
     */
    public static Map<String, String> places(Path index) {
        Map<String, String> places = new LinkedHashMap<>();
        try {
            if (Files.size(index) > MOST_INDEX_BYTES) {
                throw refused(index, "has more than 100 MB");
            }
            try (JsonParser json = new JsonFactory().createParser(index.toFile())) {
                if (json.nextToken() != JsonToken.START_OBJECT) {
                    throw refused(index, "is no JSON object");
                }
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    boolean map = json.currentName().equals("weight_map");
                    json.nextToken();
                    if (!map) {
                        json.skipChildren();
                        continue;
                    }
                    while (json.nextToken() == JsonToken.FIELD_NAME) {
                        String name = json.currentName();
                        if (json.nextToken() != JsonToken.VALUE_STRING || places.put(name, json.getText()) != null) {
                            throw refused(index, "places (" + name + ") twice or in no file");
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw new ModelFormatException(
                    "Index (" + index + ") cannot be read: " + e.getMessage() + ". Maybe fetch it again.", e);
        }
        if (places.isEmpty()) {
            throw refused(index, "has no weight_map");
        }
        long shards = places.values().stream().distinct().count();
        places.values().stream()
                .distinct()
                .filter(shard -> shards > MOST_SHARDS
                        || !shard.equals(String.valueOf(Path.of(shard).getFileName())))
                .findFirst()
                .ifPresent(shard -> {
                    throw refused(index, "names (" + shard + "), which is no file beside it, or one of too many");
                });
        return places;
    }

    private static ModelFormatException refused(Path index, String what) {
        return new ModelFormatException("Index (" + index + ") " + what + ". Maybe fetch the folder again.");
    }
}
