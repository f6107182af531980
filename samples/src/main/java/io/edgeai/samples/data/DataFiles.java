package io.edgeai.samples.data;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Reads and writes whole files: reads are bounded, and a written file appears complete or not at all. */
public final class DataFiles {
    private DataFiles() {}

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** @throws InvalidInputException where there is no such file, it cannot be read, or it is above the limits */
    public static byte[] readAll(Path file, DataLimits limits) {
        require(file);
        try {
            limits.checkSize(file.toString(), Files.size(file));
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** @throws InvalidInputException where the path is not a readable file */
    static void require(Path file) {
        if (!Files.exists(file)) {
            throw new InvalidInputException("File (" + file + ") does not exist. Maybe the path is relative to another"
                    + " folder than (" + Path.of("").toAbsolutePath() + ").");
        }
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException("(" + file + ") is not a file. Maybe name a file in it.");
        }
    }

    static InvalidInputException unreadable(Path file, IOException cause) {
        return new InvalidInputException(
                "File (" + file + ") cannot be read: " + cause + ". Maybe check its permissions.", cause);
    }

    /**
     * Writes through a temporary file beside the target, then moves it there, replacing what was there.
     *
     * @throws StorageException where the folder cannot be written
     */
    public static void write(Path file, Content content) {
        Path target = file.toAbsolutePath();
        try {
            Path folder = target.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            if (Files.isDirectory(target)) {
                throw new InvalidInputException("(" + file + ") is a folder. Maybe name a file in it.");
            }
            Path temporary = target.resolveSibling("." + target.getFileName() + ".part");
            try {
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 16)) {
                    content.writeTo(out);
                }
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new StorageException(
                    "File (" + file + ") cannot be written: " + e + ". Maybe the folder is read-only or full.", e);
        }
    }
}
