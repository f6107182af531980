package io.edgeai.samples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.experiment.ExperimentJson;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells a server's experiment what became of units. */
@Command(description = "Tell an experiment what became of a unit, or of those in a file; the first time counts.")
final class ExperimentOutcome extends ToolCommand {
    @Parameters(paramLabel = "NAME", description = "The model.")
    private String name = "";

    @Mixin
    private ServerPlace server = new ServerPlace();

    @Option(names = "--unit", paramLabel = "ID", description = "The unit_id of its requests.")
    private @Nullable String unit;

    @Option(names = "--metric", paramLabel = "NAME", description = "One of the experiment's.")
    private @Nullable String metric;

    @Option(names = "--value", paramLabel = "X", description = "What it came to.")
    private @Nullable Double value;

    @Option(
            names = "--covariate",
            paramLabel = "X",
            description = "The same thing before the experiment, where it is known.")
    private double covariate;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "A JSON list of {\"unit_id\":…,\"metric\":…,\"value\":…}, in place of the options.")
    private @Nullable Path file;

    ExperimentOutcome(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        ExperimentServer asked = server.required();
        JsonNode answer = asked.post(name, "outcome", body());
        if (json()) {
            terminal().json(answer);
        } else {
            terminal()
                    .line(answer.path("counted").asInt() + " of "
                            + answer.path("told").asInt() + " outcomes counted");
        }
        return OK;
    }

    private byte[] body() {
        if (file != null) {
            if (unit != null || metric != null || value != null) {
                throw new InvalidInputException("Both --file (" + file
                        + ") and --unit, --metric or --value are given. Maybe keep one of them.");
            }
            try {
                return Files.readAllBytes(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (unit == null || metric == null || value == null) {
            throw new InvalidInputException("An outcome needs --unit (" + unit + "), --metric (" + metric
                    + ") and --value (" + value + "). Maybe name all three, or --file FILE.");
        }
        return ExperimentJson.bytes(Map.of("unit_id", unit, "metric", metric, "value", value, "covariate", covariate));
    }
}
