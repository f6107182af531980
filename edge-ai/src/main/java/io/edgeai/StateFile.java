package io.edgeai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Where what was learned of a served model outlives the process: one JSON file that appears whole. Not thread-safe.
 *
 * @param <T> records of numbers, texts and lists
 */
final class StateFile<T> implements Keeping<T> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MOST_BYTES = 64L << 20;

    private final Path file;
    private final Class<T> type;

    /** @param kind names the folder below the home, e.g. {@code "experiments"} */
    StateFile(Path home, String kind, String model, Class<T> type) {
        this.file = home.resolve(kind).resolve(model + ".json");
        this.type = type;
    }

    /** A file beside this one, with another ending. */
    Path beside(String ending) {
        String name = file.getFileName().toString();
        return file.resolveSibling(name.substring(0, name.length() - "json".length()) + ending);
    }

    @Override
    public Optional<T> read() {
        return Files.isRegularFile(file) ? read(file) : Optional.empty();
    }

    private Optional<T> read(Path from) {
        try {
            if (Files.size(from) > MOST_BYTES) {
                throw new StorageException("State (" + from + ") has more than " + MOST_BYTES
                        + " bytes. Maybe it is not ours; move it away to begin anew.");
            }
            return Optional.of(JSON.readValue(Files.readAllBytes(from), type));
        } catch (JsonProcessingException e) {
            throw new StorageException(
                    "State (" + from + ") is damaged: " + e.getOriginalMessage()
                            + ". Maybe move it away to begin anew.",
                    e);
        } catch (IOException e) {
            throw new StorageException("Cannot read state (" + from + "). Maybe check its permissions.", e);
        }
    }

    /** Reads it and takes it away, so that of several that do this one gets it. */
    Optional<T> take() {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Path taken = beside("taken");
        try {
            Files.move(file, taken, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageException("Cannot take state (" + file + "). Maybe check its permissions.", e);
        }
        return read(taken);
    }

    /** Takes the file away, where there is one. */
    @Override
    public void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new StorageException("Cannot remove state (" + file + "). Maybe check its permissions.", e);
        }
    }

    @Override
    public void write(T state) {
        try {
            Files.createDirectories(file.getParent());
            Path fresh = Files.createTempFile(file.getParent(), "state", ".tmp");
            try {
                try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                    ByteBuffer bytes =
                            ByteBuffer.wrap(JSON.writeValueAsString(state).getBytes(StandardCharsets.UTF_8));
                    while (bytes.hasRemaining()) {
                        out.write(bytes);
                    }
                    out.force(true);
                }
                Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw new StorageException("Cannot keep state (" + file + "). Maybe the disk is full.", e);
        }
    }
}
