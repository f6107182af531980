package io.edgeai.samples;

import io.edgeai.core.error.StorageException;
import io.edgeai.core.natives.PlacedNatives;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the launcher names a folder in {@code edgeai.natives}, native libraries are unpacked to it once instead of at each
 * command.
 */
final class PlacedForCommands {
    private static final String FOLDER = "edgeai.natives";

    private PlacedForCommands() {}

    /** Where the folder cannot be written they are unpacked as without it. */
    static void place() {
        String folder = System.getProperty(FOLDER, "");
        if (!folder.isEmpty()) {
            try {
                PlacedNatives.place(Path.of(folder));
            } catch (StorageException e) {
                System.setProperty(FOLDER, "");
            }
        }
    }

    /** As {@link #place} for commands that may run a model or open a registry; not to ask for help. */
    static void placeFor(String... arguments) {
        List<String> words = List.of(arguments);
        if (words.size() > 1 && !words.contains("--help") && !words.contains("-h")) {
            place();
        }
    }
}
