package io.edgeai.samples;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.samples.cli.Commands;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/**
 * The {@code edgeai} command line. Exit codes: 0 ok, 1 a finding or a failed check, 2 bad usage or bad input, with one
 * line on standard error.
 */
@Command(
        name = "edgeai",
        description = "AI models at the edge, in one JVM process.",
        versionProvider = EdgeCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Exit codes: 0 ok, 1 a finding or a failed check, 2 bad usage or bad input."})
public final class EdgeCommand implements Callable<Integer> {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the version.")
    private boolean version;

    private EdgeCommand() {}

    public static void main(String[] args) {
        PlacedForCommands.placeFor(args);
        System.exit(run(Terminal.system(), args));
    }

    /** Runs one command in this process and gives its exit code. */
    public static int run(Terminal terminal, String... args) {
        CommandLine line = Commands.build(new EdgeCommand(), terminal, args);
        try {
            return line.execute(args);
        } catch (OutOfMemoryError | StackOverflowError e) {
            terminal.failure(e, false);
            return Commands.BAD;
        }
    }

    @Override
    public Integer call() {
        throw new InvalidInputException("No command was given. Maybe see 'edgeai --help'.");
    }

    boolean helpOrVersion() {
        return help || version;
    }

    /** The version of the build, which Maven writes into a resource. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            try (InputStream in = EdgeCommand.class.getResourceAsStream("version.txt")) {
                String version = in == null ? "unknown" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
                return new String[] {"edgeai " + version.strip()};
            }
        }
    }
}
