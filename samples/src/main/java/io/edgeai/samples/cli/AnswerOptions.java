package io.edgeai.samples.cli;

import io.edgeai.EdgeAI;
import io.edgeai.core.answers.JournalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say whether and where it is kept who answered which request. */
final class AnswerOptions {
    /** The folder in a home that the registry looks into by itself. */
    static final String FOLDER = "answers";

    @Option(
            names = "--answers",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "DIR",
            description = "Keeps which version, with which bytes, answered each request that has an id, in this folder"
                    + " or in the home's folder 'answers' (default: not kept).")
    private @Nullable String folder;

    @Option(
            names = "--answers-mb",
            paramLabel = "MB",
            description = "The most that they take, in MiB; beyond it the oldest go (default: 256).")
    private int megabytes = 256;

    @Option(names = "--answers-days", paramLabel = "N", description = "How long they are kept (default: 30).")
    private int days = 30;

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "What this machine is called in them (default: the host's name).")
    private @Nullable String node;

    void set(EdgeAI.Builder edge, Path home) {
        if (folder != null) {
            edge.answers(JournalSettings.in(folder.isEmpty() ? home.resolve(FOLDER) : Path.of(folder))
                    .maxBytes((long) megabytes << 20)
                    .maxAge(Duration.ofDays(days))
                    .node(node == null ? hostName() : node));
        }
    }

    /** As the environment or the system's file has it; a look-up by the network might wait. */
    private static String hostName() {
        return Optional.ofNullable(System.getenv("HOSTNAME"))
                .or(() -> Optional.ofNullable(System.getenv("COMPUTERNAME")))
                .or(AnswerOptions::hostNameOfFile)
                .filter(name -> !name.isBlank())
                .orElse("node");
    }

    private static Optional<String> hostNameOfFile() {
        try {
            return Optional.of(Files.readString(Path.of("/etc/hostname")).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
