package io.edgeai.samples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.dashboard.Dashboard;
import io.edgeai.monitor.export.grafana.GrafanaDashboard;
import io.edgeai.samples.data.JsonTensors;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what {@code serve} recorded, also while it serves, until it is told to stop. */
@Command(
        description = "Show the live page of what 'serve' records in a home, until SIGTERM or Ctrl-C.",
        footer = {
            "",
            "Works while 'serve' runs and after it ended. Its own page, with drift and experiments, is the one"
                    + " that 'serve' prints."
        })
final class DashboardCommand extends ToolCommand {
    /** The folder below a home that the monitor records in. */
    static final String HISTORY = "monitor";

    @Option(names = "--home", paramLabel = "DIR", description = "The registry's folder (default: edge-home).")
    private Path home = Path.of("edge-home");

    @Option(names = "--port", paramLabel = "N", description = "The port; 0 takes a free one (default: 8080).")
    private int port = 8080;

    @Option(
            names = "--grafana",
            description = "Print a Grafana dashboard for the figures that 'serve' has at /metrics instead, and end.")
    private boolean grafana;

    DashboardCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        if (grafana) {
            terminal().line(GrafanaDashboard.json());
            return OK;
        }
        Path history = home.resolve(HISTORY);
        if (!Files.isDirectory(history)) {
            throw new InvalidInputException("Nothing is recorded in (" + home.toAbsolutePath()
                    + "). Maybe name its folder by --home DIR, or serve a model first.");
        }
        Shutdown shutdown = Shutdown.onSignal();
        try (Dashboard page = Dashboard.ofHistory(history).port(port).start()) {
            announce(page);
            shutdown.await();
        } finally {
            shutdown.done();
        }
        return OK;
    }

    private void announce(Dashboard page) {
        if (!json()) {
            terminal().line("live page at " + page.link());
            return;
        }
        try {
            terminal()
                    .line(JsonTensors.mapperForDocuments()
                            .writeValueAsString(Map.of("dashboard", page.link().toString())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of texts is no JSON.", e);
        }
    }
}
