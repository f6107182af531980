package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.samples.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands on bandits; says which there are where none is named. */
@Command(description = "Begin, feed, look at and end bandits, which give versions the requests that they earn.")
final class BanditCommand extends ToolCommand {
    private BanditCommand(Terminal terminal) {
        super(terminal);
    }

    /** The command with its own commands. */
    static CommandLine line(Terminal terminal) {
        CommandLine line = new CommandLine(new BanditCommand(terminal));
        line.addSubcommand("start", new BanditStart(terminal));
        line.addSubcommand("reward", new BanditReward(terminal));
        line.addSubcommand("status", new BanditStatus(terminal));
        line.addSubcommand("decide", new BanditEnd.Decide(terminal));
        line.addSubcommand("stop", new BanditEnd.Stop(terminal));
        return line;
    }

    @Override
    public Integer call() {
        throw new InvalidInputException("No bandit command was given. Maybe see 'edgeai bandit --help'.");
    }
}
