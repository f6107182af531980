package io.edgeai.samples;

import io.edgeai.samples.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs the command line in this process and keeps what it printed. */
public final class Console {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal;
    private int code = -1;

    private Console(boolean interactive) {
        terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                interactive);
    }

    public static Console create() {
        return new Console(false);
    }

    public static Console interactive() {
        return new Console(true);
    }

    /** Runs one command; arguments are turned into text. */
    public static Console run(Object... args) {
        Console console = create();
        console.execute(args);
        return console;
    }

    public Console execute(Object... args) {
        String[] texts = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            texts[i] = String.valueOf(args[i]);
        }
        code = EdgeCommand.run(terminal, texts);
        return this;
    }

    public Terminal terminal() {
        return terminal;
    }

    public int code() {
        return code;
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
