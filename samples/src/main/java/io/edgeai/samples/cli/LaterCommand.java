package io.edgeai.samples.cli;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.samples.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** A command of the contract that this version does not have yet; it accepts anything and says so. */
@Command
final class LaterCommand extends ToolCommand {
    private final String name;

    LaterCommand(Terminal terminal, String name) {
        super(terminal);
        this.name = name;
    }

    static CommandLine line(Terminal terminal, String name) {
        CommandLine later = new CommandLine(new LaterCommand(terminal, name));
        later.setUnmatchedArgumentsAllowed(true);
        later.getCommandSpec().usageMessage().description("Not available in this version.");
        return later;
    }

    @Override
    public Integer call() {
        throw notAvailable("Command (" + name + ")");
    }

    /** The refusal, also for single options. */
    static UnsupportedOperatorException notAvailable(String what) {
        return new UnsupportedOperatorException(
                what + " is not available in this version. Maybe see 'edgeai --help' for what is.");
    }
}
