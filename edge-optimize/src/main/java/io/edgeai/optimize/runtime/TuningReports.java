package io.edgeai.optimize.runtime;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** A folder of reports, one file for each model, engine version and processor. Files appear whole. Thread-safe. */
public final class TuningReports {
    private final Path folder;

    public TuningReports(Path folder) {
        this.folder = folder;
    }

    /**
     * The report with this key; empty where there is none, or one of another version or damaged, which tuning anew
     * replaces.
     *
     * @throws StorageException where the folder cannot be read
     */
    public Optional<TuningReport> find(TuningKey key) {
        Path file = file(key);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(TuningReport.fromJson(Files.readString(file)))
                    .filter(report -> report.key().equals(key));
        } catch (ModelFormatException unreadable) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StorageException("Cannot read tuning report (" + file + ").", e);
        }
    }

    /**
     * Keeps a report in place of any with the same key.
     *
     * @throws StorageException where it cannot be written
     */
    public void keep(TuningReport report) {
        try {
            Files.createDirectories(folder);
            Path fresh = Files.createTempFile(folder, "tuning", ".tmp");
            Files.writeString(fresh, report.toJson());
            Files.move(fresh, file(report.key()), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StorageException("Cannot keep a tuning report in (" + folder + ").", e);
        }
    }

    private Path file(TuningKey key) {
        return folder.resolve(key.fileName() + ".tuning.json");
    }
}
