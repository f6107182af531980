package io.edgeai.samples.cli;

import io.edgeai.samples.demo.Demo;
import io.edgeai.samples.demo.DemoSettings;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Plays the whole story on embedded defaults. */
@Command(
        description = "Learn, register, shrink, place, serve, watch and learn together on data made here; prints each"
                + " figure and writes an HTML report.")
final class DemoCommand extends ToolCommand {
    @Option(names = "--out", defaultValue = "edgeai-demo", description = "Folder of the report and the registry.")
    private Path out = Path.of("edgeai-demo");

    DemoCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    public Integer call() {
        Path report =
                Demo.play(out, DemoSettings.defaults(), json() ? terminal().aside() : terminal());
        if (json()) {
            terminal().json(Map.of("report", report.toString()));
        }
        return OK;
    }
}
