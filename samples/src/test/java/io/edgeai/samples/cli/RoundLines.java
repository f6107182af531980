package io.edgeai.samples.cli;

import io.edgeai.samples.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The lines of rounds in what a process has said so far. */
public final class RoundLines {
    private RoundLines() {}

    public static List<Integer> numbers(Path output) throws IOException {
        return Files.readAllLines(output).stream()
                .filter(line -> line.startsWith("{\"round\":") && line.endsWith("}"))
                .map(line -> Answers.parse(line).get("round").intValue())
                .toList();
    }

    /** Until there are so many. */
    public static void await(Path output, int count) {
        Patience.patiently().until(() -> Files.exists(output) && numbers(output).size() >= count);
    }
}
