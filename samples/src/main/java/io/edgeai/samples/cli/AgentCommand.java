package io.edgeai.samples.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.deploy.agent.SiteAgent;
import io.edgeai.placement.deploy.site.ProcessRunner;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Receives models on this machine until it is told to stop. */
@Command(description = "Receive models that 'edgeai deploy' sends, until SIGTERM or Ctrl-C.")
final class AgentCommand extends ToolCommand {
    @Option(names = "--dir", required = true, paramLabel = "DIR", description = "Keeps models and what is live.")
    private Path dir = Path.of("");

    @Option(names = "--port", paramLabel = "N", description = "The port; 0 takes a free one (default: 8700).")
    private int port = 8700;

    @Option(names = "--host", paramLabel = "HOST", description = "The interface (default: 127.0.0.1).")
    private String host = "127.0.0.1";

    @Option(names = "--token-file", paramLabel = "FILE", description = "Holds the token that requests must bear.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--run",
            paramLabel = "COMMAND",
            description =
                    "Runs each service, e.g. \"edgeai serve --model {service}={model}\"; split at blanks. With {replica}, a"
                            + " number from 0, each replica is a process, and scaling leaves those alone that stay.")
    private @Nullable String run;

    @Option(
            names = "--ready",
            paramLabel = "URL",
            description = "Where a service of --run says that it is ready, e.g."
                    + " http://127.0.0.1:{port}/v2/health/ready; {port} is free, also in --run (default: it is ready"
                    + " while its process lives).")
    private @Nullable String ready;

    AgentCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() throws Exception {
        Shutdown shutdown = Shutdown.onSignal();
        SiteAgent.Builder settings = SiteAgent.builder(dir).host(host).port(port);
        if (tokenFile != null) {
            settings.token(Secrets.read("--token-file", tokenFile));
        }
        ProcessRunner runner = null;
        try {
            if (run == null && ready != null) {
                throw new InvalidInputException("Option --ready needs --run. Maybe name the command of a service.");
            }
            if (run != null) {
                Files.createDirectories(dir);
                ProcessRunner.Builder runs =
                        ProcessRunner.builder(List.of(run.strip().split("\\s+")), dir);
                runner = (ready == null ? runs : runs.readyAt(ready)).build();
                settings.runner(runner);
            }
            try (SiteAgent agent = settings.start()) {
                String line = JsonNodeFactory.instance
                        .objectNode()
                        .put("uri", agent.uri().toString())
                        .put("port", agent.port())
                        .toString();
                terminal().line(json() ? line : "receiving models on " + agent.uri());
                shutdown.await();
            }
        } finally {
            if (runner != null) {
                runner.close();
            }
            shutdown.done();
        }
        return OK;
    }
}
