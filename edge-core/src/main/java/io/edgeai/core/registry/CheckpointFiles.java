package io.edgeai.core.registry;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.edgeai.core.audit.Checkpoint;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Checkpoints as small JSON files beside the database, so that what harms the one leaves the other. By stream, as
 * {@link SignatureJson}, because they are read when a registry opens.
 */
final class CheckpointFiles {
    private static final JsonFactory JSON = new JsonFactory();

    private final Path folder;

    CheckpointFiles(Path folder) {
        this.folder = folder;
    }

    void write(Checkpoint checkpoint) {
        Path file = folder.resolve(checkpoint.sequence() + ".json");
        Path part = folder.resolve(checkpoint.sequence() + ".part");
        try {
            Files.createDirectories(folder);
            try (JsonGenerator json = JSON.createGenerator(part.toFile(), JsonEncoding.UTF8)) {
                json.writeStartObject();
                json.writeNumberField("sequence", checkpoint.sequence());
                json.writeStringField("hash", checkpoint.hash());
                json.writeStringField("at", checkpoint.at().toString());
                json.writeStringField("key", checkpoint.key());
                json.writeStringField("signature", checkpoint.signature());
                json.writeEndObject();
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot write the checkpoint (" + file + "): " + e + ". Maybe the disk is full or not writable.",
                    e);
        }
    }

    List<Checkpoint> read() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Checkpoint> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files.filter(f -> f.toString().endsWith(".json"))::iterator) {
                found.add(read(file));
            }
        } catch (IOException e) {
            throw new StorageException("Cannot list (" + folder + "): " + e + ". Maybe check its permissions.", e);
        }
        found.sort(Comparator.comparingLong(Checkpoint::sequence));
        return found;
    }

    private static Checkpoint read(Path file) {
        try {
            Map<String, String> fields = fields(file);
            return new Checkpoint(
                    Long.parseLong(fields.getOrDefault("sequence", "")),
                    fields.getOrDefault("hash", ""),
                    Instant.parse(fields.getOrDefault("at", "")),
                    fields.getOrDefault("key", ""),
                    fields.getOrDefault("signature", ""));
        } catch (IOException | DateTimeException | NumberFormatException e) {
            throw new ModelIntegrityException(
                    "Checkpoint (" + file + ") cannot be read: " + e.getMessage()
                            + ". Maybe restore it from where it was copied to.",
                    e);
        }
    }

    private static Map<String, String> fields(Path file) throws IOException {
        Map<String, String> fields = new HashMap<>();
        try (JsonParser json = JSON.createParser(file.toFile())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("it does not begin as a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                if (json.nextToken() == JsonToken.START_OBJECT || json.currentToken() == JsonToken.START_ARRAY) {
                    json.skipChildren();
                } else {
                    fields.put(name, json.getValueAsString(""));
                }
            }
            return fields;
        }
    }
}
