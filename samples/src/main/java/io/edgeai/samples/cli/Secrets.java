package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Secrets that options name by file, so that they are on no command line. */
final class Secrets {
    private Secrets() {}

    static String read(String option, Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new InvalidInputException(
                    "File (" + file + ") of " + option + " cannot be read: " + e.getMessage()
                            + ". Maybe the path is wrong.",
                    e);
        }
    }
}
