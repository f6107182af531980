package io.edgeai.samples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.samples.terminal.Terminal;

/** How the commands that end a server's experiment say so. */
abstract class ExperimentEnd extends ToolCommand {
    ExperimentEnd(Terminal terminal) {
        super(terminal);
    }

    final int ended(JsonNode answer) {
        if (json()) {
            terminal().json(answer);
        } else {
            terminal()
                    .line(answer.path("model").asText() + "@"
                            + answer.path("version").asText() + " answers all requests: "
                            + answer.path("reason").asText());
        }
        return OK;
    }
}
