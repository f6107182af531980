package io.edgeai.core.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.List;
import java.util.stream.Stream;

/** Checkpoints as small JSON files beside the database, so that what harms the one leaves the other. */
final class CheckpointFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    CheckpointFiles(Path folder) {
        this.folder = folder;
    }

    void write(Checkpoint checkpoint) {
        Path file = folder.resolve(checkpoint.sequence() + ".json");
        Path part = folder.resolve(checkpoint.sequence() + ".part");
        try {
            Files.createDirectories(folder);
            JSON.writeValue(
                    part.toFile(),
                    JSON.createObjectNode()
                            .put("sequence", checkpoint.sequence())
                            .put("hash", checkpoint.hash())
                            .put("at", checkpoint.at().toString())
                            .put("key", checkpoint.key())
                            .put("signature", checkpoint.signature()));
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
            JsonNode node = JSON.readTree(file.toFile());
            return new Checkpoint(
                    node.path("sequence").asLong(),
                    node.path("hash").asText(),
                    Instant.parse(node.path("at").asText()),
                    node.path("key").asText(),
                    node.path("signature").asText());
        } catch (IOException | DateTimeException e) {
            throw new ModelIntegrityException(
                    "Checkpoint (" + file + ") cannot be read: " + e.getMessage()
                            + ". Maybe restore it from where it was copied to.",
                    e);
        }
    }
}
