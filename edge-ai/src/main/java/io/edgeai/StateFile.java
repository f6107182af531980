package io.edgeai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.experiment.ErrorGuardrail;
import io.edgeai.core.experiment.ExperimentState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** Where a model's experiment outlives the process: one JSON file that appears whole. Not thread-safe. */
final class ExperimentFile {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MOST_BYTES = 64L << 20;

    private final Path file;

    /**
     * All evidence.
     *
     * @param experiment of all metrics
     * @param guards one for each treatment; empty where errors are not guarded
     */
    record Kept(ExperimentState experiment, List<ErrorGuardrail.State> guards) {
        Kept {
            guards = List.copyOf(guards);
        }
    }

    ExperimentFile(Path home, String model) {
        this.file = home.resolve("experiments").resolve(model + ".json");
    }

    /** What was kept for this plan and these guards; empty where there is none, or one of another plan. */
    Optional<Kept> find(Kept fresh) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new StorageException("Experiment (" + file + ") has more than " + MOST_BYTES
                        + " bytes. Maybe it is not ours; move it away to begin anew.");
            }
            Kept kept = JSON.readValue(Files.readAllBytes(file), Kept.class);
            boolean same = kept.experiment().plan().equals(fresh.experiment().plan())
                    && kept.experiment()
                            .ratio()
                            .shares()
                            .equals(fresh.experiment().ratio().shares())
                    && kept.guards().size() == fresh.guards().size();
            return same ? Optional.of(kept) : Optional.empty();
        } catch (JsonProcessingException e) {
            throw new StorageException(
                    "Experiment (" + file + ") is damaged: " + e.getOriginalMessage()
                            + ". Maybe move it away to begin anew.",
                    e);
        } catch (IOException e) {
            throw new StorageException("Cannot read experiment (" + file + "). Maybe check its permissions.", e);
        }
    }

    void keep(Kept kept) {
        try {
            Files.createDirectories(file.getParent());
            Path fresh = Files.createTempFile(file.getParent(), "experiment", ".tmp");
            try {
                try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                    ByteBuffer bytes =
                            ByteBuffer.wrap(JSON.writeValueAsString(kept).getBytes(StandardCharsets.UTF_8));
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
            throw new StorageException("Cannot keep experiment (" + file + "). Maybe the disk is full.", e);
        }
    }
}
