package io.edgeai.samples.cli;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.registry.Lifecycle;
import io.edgeai.samples.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A move of a version or model through its life. */
abstract class RegistryMove extends RegistryTool {
    @Parameters(paramLabel = "NAME[@NUMBER]", description = "NAME@NUMBER, or NAME where a model is meant.")
    private String what = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Kept in the audit.")
    private String reason = "";

    @Option(names = "--env", paramLabel = "NAME", description = "The environment (default: default).")
    private String environment = EdgeModelRegistry.DEFAULT_ENVIRONMENT;

    @Option(names = "--actor", paramLabel = "NAME", description = "Who does it, for the audit (default: the user).")
    private @Nullable String actor;

    RegistryMove(Terminal terminal) {
        super(terminal, false);
    }

    abstract ModelVersion move(Lifecycle life, String target, String why);

    /** What the version is afterwards, e.g. {@code "is active"}. */
    abstract String outcome();

    /** Calls the library. */
    @FunctionalInterface
    interface Move {
        ModelVersion of(Lifecycle life, String what, String reason);
    }

    /** Calls the library on a version. */
    @FunctionalInterface
    interface OnVersion {
        ModelVersion of(Lifecycle life, VersionRef ref, String reason);
    }

    static void addAll(CommandLine line, Terminal terminal) {
        add(line, terminal, "stage", "Choose a validated version for an environment.", Lifecycle::stage, "is staged");
        add(line, terminal, "shadow", "Let a version see copies of requests.", Lifecycle::shadow, "is a shadow");
        add(line, terminal, "promote", "Make a version the active one of its model.", Lifecycle::promote, "is active");
        add(line, terminal, "degrade", "Note that the active version is unwell.", Lifecycle::degrade, "is degraded");
        add(line, terminal, "recover", "Take 'degrade' back.", Lifecycle::recover, "is active");
        add(line, terminal, "withdraw", "Take a version out of an environment.", Lifecycle::withdraw, "is withdrawn");
        add(
                line,
                terminal,
                "retire",
                "Take a version out of use for good; its bytes stay.",
                Lifecycle::retire,
                "is retired");
        add(
                line,
                terminal,
                "erase",
                "Destroy a retired version's bytes; its record stays.",
                Lifecycle::erase,
                "is erased");
        add(
                line,
                terminal,
                "quarantine",
                "Put a version under suspicion: nobody opens it, and what answered before it answers.",
                Lifecycle::quarantine,
                "is quarantined");
        add(
                line,
                terminal,
                "release",
                "Lift a suspicion; the version begins anew.",
                Lifecycle::release,
                "is registered");
        addNamed(
                line,
                terminal,
                "rollback",
                "Make the version active that was so before.",
                Lifecycle::rollback,
                "is active again");
        addNamed(line, terminal, "freeze", "Pin the active version until 'thaw'.", Lifecycle::freeze, "is frozen");
        addNamed(line, terminal, "thaw", "End a 'freeze'.", Lifecycle::thaw, "is not frozen any more");
    }

    private static void add(
            CommandLine line, Terminal terminal, String name, String help, OnVersion move, String outcome) {
        addNamed(
                line,
                terminal,
                name,
                help,
                (life, what, reason) -> move.of(life, VersionRef.parse(what), reason),
                outcome);
    }

    private static void addNamed(
            CommandLine line, Terminal terminal, String name, String help, Move move, String outcome) {
        CommandLine command = new CommandLine(new Plain(terminal, move, outcome));
        command.getCommandSpec().usageMessage().description(help);
        line.addSubcommand(name, command);
    }

    @Override
    final int call(EdgeModelRegistry registry) {
        Lifecycle life = registry.lifecycle().in(environment);
        ModelVersion version = move(actor == null ? life : life.as(actor), what, reason);
        return done(version, version.ref() + " " + outcome());
    }

    /** A move that needs nothing but a name and a reason. */
    @Command
    static final class Plain extends RegistryMove {
        private final Move move;
        private final String outcome;

        Plain(Terminal terminal, Move move, String outcome) {
            super(terminal);
            this.move = move;
            this.outcome = outcome;
        }

        @Override
        ModelVersion move(Lifecycle life, String target, String why) {
            return move.of(life, target, why);
        }

        @Override
        String outcome() {
            return outcome;
        }
    }

    /** Gives a version a share of the requests. */
    @Command(description = "Give a validated version a share of the requests beside the active one.")
    static final class Canary extends RegistryMove {
        @Option(names = "--percent", paramLabel = "P", description = "1 to 99; 0 takes the canary back (default: 5).")
        private int percent = 5;

        Canary(Terminal terminal) {
            super(terminal);
        }

        @Override
        ModelVersion move(Lifecycle life, String target, String why) {
            VersionRef ref = VersionRef.parse(target);
            return percent == 0 ? life.rollbackCanary(ref, why) : life.canary(ref, percent, why);
        }

        @Override
        String outcome() {
            return percent == 0 ? "is rolled back" : "is the canary with " + percent + " %";
        }
    }
}
