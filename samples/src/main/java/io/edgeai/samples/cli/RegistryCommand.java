package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.samples.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The registry's commands; says which there are where none is named. */
@Command(description = "Keep model versions: register, promote, roll back, verify, export and more.")
final class RegistryCommand extends ToolCommand {
    private RegistryCommand(Terminal terminal) {
        super(terminal);
    }

    /** The command with its own commands. */
    static CommandLine line(Terminal terminal) {
        CommandLine line = new CommandLine(new RegistryCommand(terminal));
        line.addSubcommand("register", new RegistryChanges.Register(terminal));
        line.addSubcommand("list", new RegistryQueries.ListAll(terminal));
        line.addSubcommand("show", new RegistryQueries.Show(terminal));
        line.addSubcommand("promote", new RegistryChanges.Promote(terminal));
        line.addSubcommand("rollback", new RegistryChanges.Rollback(terminal));
        line.addSubcommand("retire", new RegistryChanges.Retire(terminal));
        line.addSubcommand("verify", new RegistryQueries.Verify(terminal));
        line.addSubcommand("audit", new RegistryQueries.Audit(terminal));
        line.addSubcommand("gc", new RegistryChanges.Collect(terminal));
        line.addSubcommand("export", new RegistryQueries.Export(terminal));
        line.addSubcommand("import", new RegistryChanges.Import(terminal));
        return line;
    }

    @Override
    public Integer call() {
        throw new InvalidInputException("No registry command was given. Maybe see 'edgeai registry --help'.");
    }
}
