package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.samples.data.DataFiles;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Two small problems to begin with, and beside them a text that says what they are about and what to run. */
final class PlacementExample {
    private PlacementExample() {}

    /** @throws InvalidInputException where the folder holds such files already */
    static void write(Path folder, Terminal terminal) {
        Path problem = folder.resolve("problem.json");
        Path about = folder.resolve("README.txt");
        Path day = folder.resolve("day.json");
        for (Path file : new Path[] {problem, about, day}) {
            if (Files.exists(file)) {
                throw new InvalidInputException(
                        "File (" + file + ") exists already and is kept. Maybe name another folder.");
            }
        }
        copy("place-example.json", problem);
        copy("place-example.txt", about);
        byte[] hours = DayExample.problem().toJson().getBytes(StandardCharsets.UTF_8);
        DataFiles.write(day, out -> out.write(hours));
        terminal.line("-> " + about);
        terminal.line("-> " + problem);
        terminal.line("-> " + day);
        terminal.line("next: edgeai place " + problem + " --strategy cost-efficient --explain --html "
                + folder.resolve("plan.html"));
    }

    private static void copy(String resource, Path target) {
        DataFiles.write(target, out -> {
            try (InputStream in = PlacementExample.class.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new UncheckedIOException(new IOException("Resource (" + resource + ") is missing."));
                }
                in.transferTo(out);
            }
        });
    }
}
