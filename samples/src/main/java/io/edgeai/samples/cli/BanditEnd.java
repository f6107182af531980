package io.edgeai.samples.cli;

import io.edgeai.experiment.ExperimentJson;
import io.edgeai.samples.terminal.Terminal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends a bandit on a server. */
abstract class BanditEnd extends ExperimentEnd {
    @Parameters(paramLabel = "NAME", description = "The model.")
    String name = "";

    @Mixin
    ServerPlace server = new ServerPlace();

    BanditEnd(Terminal terminal) {
        super(terminal);
    }

    /** Where it is known which version is the best. */
    @Command(
            description = "Promote the version that is the best with a probability of 0.95 or more, which ends the"
                    + " bandit; exit 1 where none is.")
    static final class Decide extends BanditEnd {
        Decide(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            ExperimentServer.Reply reply = server.required("bandit").ask(name, "decide", new byte[0]);
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

    /** Whatever it has earned. */
    @Command(description = "End a bandit; one of its versions becomes the active one and answers all requests.")
    static final class Stop extends BanditEnd {
        @Option(
                names = "--version",
                paramLabel = "N",
                description = "Which version answers then (default: the first that was named).")
        private @Nullable Integer version;

        Stop(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            byte[] body = version == null ? new byte[0] : ExperimentJson.bytes(Map.of("version", version));
            return ended(server.required("bandit").post(name, "stop", body));
        }
    }
}
