package io.edgeai.samples.cli;

import io.edgeai.samples.terminal.Terminal;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Ends an experiment on a server where it is decided. */
@Command(
        description =
                "Promote the version that an experiment has shown to be better, which ends it; exit 1 with the reason"
                        + " where it has shown none.")
final class ExperimentDecide extends ExperimentEnd {
    @Parameters(paramLabel = "NAME", description = "The model.")
    private String name = "";

    @Mixin
    private ServerPlace server = new ServerPlace();

    ExperimentDecide(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        ExperimentServer.Reply reply = server.required().ask(name, "decide", new byte[0]);
        if (!reply.refused()) {
            return ended(reply.body());
        }
        if (json()) {
            terminal().json(Map.of("model", name, "reason", reply.error()));
        } else {
            terminal().line(reply.error());
        }
        return FINDING;
    }
}
