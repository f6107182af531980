package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.federated.simulation.FederatedSimulation;
import io.edgeai.samples.terminal.ConsoleProgress;
import io.edgeai.samples.terminal.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Federated learning's commands; says which there are where none is named. */
@Command(
        description =
                "Federated learning: in this process, or over processes as coordinator and participants; privacy spent.")
final class FederateCommand extends ToolCommand {
    private FederateCommand(Terminal terminal) {
        super(terminal);
    }

    /** The command with its own commands. */
    static CommandLine line(Terminal terminal) {
        CommandLine line = new CommandLine(new FederateCommand(terminal));
        line.addSubcommand("simulate", new Simulate(terminal));
        line.addSubcommand("epsilon", new FederateEpsilonCommand(terminal));
        line.addSubcommand("coordinator", new CoordinatorCommand(terminal));
        line.addSubcommand("participant", new ParticipantCommand(terminal));
        return line;
    }

    @Override
    public Integer call() {
        throw new InvalidInputException("No federate command was given. Maybe: edgeai federate simulate CONFIG.json.");
    }

    /** All rounds of a federation described by JSON. */
    @Command(description = "Run a federation described by JSON; prints a line of JSON for each round.")
    static final class Simulate extends ToolCommand {
        @Parameters(paramLabel = "CONFIG.json", description = "Data, strategy, selection, rounds; see the schema.")
        private Path config = Path.of("");

        @Option(
                names = {"-o", "--output"},
                paramLabel = "MODEL.onnx",
                description = "Writes the model learned.")
        private @Nullable Path output;

        Simulate(Terminal terminal) {
            super(terminal);
        }

        @Override
        public Integer call() {
            if (!Files.isRegularFile(config)) {
                throw new InvalidInputException("Simulation file (" + config + ") does not exist. Maybe the path is"
                        + " relative to another folder.");
            }
            FederatedSimulation simulation = FederatedSimulation.read(config);
            simulation.warnings().forEach(terminal()::notice);
            FederatedSimulation.Result result;
            try (ConsoleProgress progress = terminal().progress()) {
                result = simulation.run(terminal()::line, progress);
            }
            String sites = SiteSummary.of(result.run());
            if (!sites.isEmpty()) {
                terminal().notice(sites);
            }
            Path target = output;
            if (target != null) {
                OnnxWriter.write(result.toOnnx("federated"), target);
                terminal().notice("the model is in (" + target + ")");
            }
            return OK;
        }
    }
}
