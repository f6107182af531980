package io.edgeai.samples.cli;

import io.edgeai.samples.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What all commands share: where they write, {@code --json}, {@code --debug} and {@code --help}. Single-use. */
abstract class ToolCommand implements Callable<Integer> {
    /** All went well. */
    static final int OK = 0;
    /** The work was done and found something: a failed check, a failed case. */
    static final int FINDING = 1;

    private final Terminal terminal;

    @Option(names = "--json", description = "Print the answer as JSON.")
    private boolean json;

    @Option(names = "--debug", description = "Show where a failure came from.")
    private boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    ToolCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    final Terminal terminal() {
        return terminal;
    }

    final boolean json() {
        return json;
    }

    final boolean debug() {
        return debug;
    }

    final boolean help() {
        return help;
    }
}
