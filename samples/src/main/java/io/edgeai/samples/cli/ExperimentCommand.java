package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.samples.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands on experiments; says which there are where none is named. */
@Command(description = "Begin, feed, look at and end experiments between versions.")
final class ExperimentCommand extends ToolCommand {
    private ExperimentCommand(Terminal terminal) {
        super(terminal);
    }

    /** The command with its own commands. */
    static CommandLine line(Terminal terminal) {
        CommandLine line = new CommandLine(new ExperimentCommand(terminal));
        line.addSubcommand("start", new ExperimentStart(terminal));
        line.addSubcommand("outcome", new ExperimentOutcome(terminal));
        line.addSubcommand("status", new ExperimentStatus(terminal));
        line.addSubcommand("decide", new ExperimentDecide(terminal));
        line.addSubcommand("stop", new ExperimentStop(terminal));
        return line;
    }

    @Override
    public Integer call() {
        throw new InvalidInputException("No experiment command was given. Maybe see 'edgeai experiment --help'.");
    }
}
