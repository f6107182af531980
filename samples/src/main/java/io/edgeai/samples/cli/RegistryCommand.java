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
        line.addSubcommand("search", new RegistryFinds.Search(terminal));
        line.addSubcommand("show", new RegistryQueries.Show(terminal));
        line.addSubcommand("card", new RegistryFinds.Card(terminal));
        line.addSubcommand("compare", new RegistryFinds.Compare(terminal));
        line.addSubcommand("lineage", new RegistryFinds.Lineage(terminal));
        line.addSubcommand("validate", new RegistryValidate(terminal));
        line.addSubcommand("policy", RegistryPolicy.line(terminal));
        RegistryMove.addAll(line, terminal);
        line.addSubcommand("canary", new RegistryMove.Canary(terminal));
        line.addSubcommand("status", new RegistryStatus(terminal));
        line.addSubcommand("alias", new RegistryNotes.Alias(terminal));
        line.addSubcommand("tag", new RegistryNotes.Tag(terminal));
        line.addSubcommand("note", new RegistryNotes.Note(terminal));
        line.addSubcommand("key", new RegistryKeys.Key(terminal));
        line.addSubcommand("sign", new RegistryKeys.Sign(terminal));
        line.addSubcommand("verify", new RegistryQueries.Verify(terminal));
        line.addSubcommand("audit", new RegistryAudit(terminal));
        line.addSubcommand("answered", new RegistryAnswered(terminal));
        line.addSubcommand("checkpoint", new RegistryKeys.SignHistory(terminal));
        line.addSubcommand("retain", new RegistryRetain(terminal));
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
