package io.edgeai.samples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.experiment.ExperimentJson;
import io.edgeai.experiment.VersionReward;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells a server's bandit what answers earned. */
@Command(description = "Tell a bandit what an answer earned, or those in a file.")
final class BanditReward extends ToolCommand {
    @Parameters(paramLabel = "NAME", description = "The model.")
    private String name = "";

    @Mixin
    private ServerPlace server = new ServerPlace();

    @Option(names = "--version", paramLabel = "N", description = "Which version answered: the answer's model_version.")
    private @Nullable Integer version;

    @Option(names = "--reward", paramLabel = "X", description = "What it earned, 0 to 1, e.g. 1 for a click.")
    private @Nullable Double reward;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "A JSON list of {\"version\":…,\"reward\":…}, in place of the options.")
    private @Nullable Path file;

    BanditReward(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        ExperimentServer asked = server.required("bandit");
        JsonNode answer = asked.post(name, "reward", body());
        if (json()) {
            terminal().json(answer);
        } else {
            terminal().line(answer.path("rewards").asInt() + " rewards were added");
        }
        return OK;
    }

    private byte[] body() {
        if (file != null) {
            if (version != null || reward != null) {
                throw new InvalidInputException(
                        "Both --file (" + file + ") and --version or --reward are given. Maybe keep one of them.");
            }
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (version == null || reward == null) {
            throw new InvalidInputException("A reward needs --version (" + version + ") and --reward (" + reward
                    + "). Maybe name both, or --file FILE.");
        }
        return ExperimentJson.bytes(new VersionReward(version, reward));
    }
}
