package io.edgeai.samples.cli;

import io.edgeai.experiment.ExperimentJson;
import io.edgeai.samples.terminal.Terminal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends an experiment on a server, whatever it has shown. */
@Command(description = "End an experiment; one of its versions becomes the active one and answers all requests.")
final class ExperimentStop extends ExperimentEnd {
    @Parameters(paramLabel = "NAME", description = "The model.")
    private String name = "";

    @Mixin
    private ServerPlace server = new ServerPlace();

    @Option(names = "--version", paramLabel = "N", description = "Which version answers then (default: the control).")
    private @Nullable Integer version;

    ExperimentStop(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        byte[] body = version == null ? new byte[0] : ExperimentJson.bytes(Map.of("version", version));
        return ended(server.required().post(name, "stop", body));
    }
}
