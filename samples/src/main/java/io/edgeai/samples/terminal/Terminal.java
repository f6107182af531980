package io.edgeai.samples.terminal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Where a command writes: answers to one stream, everything else to the other. Thread-safe as its streams are. */
public final class Terminal {
    private final PrintStream out;
    private final PrintStream err;
    private final boolean interactive;

    /**
     * @param out answers
     * @param err failures, notices and progress
     * @param interactive whether a person watches: only then progress is drawn
     */
    public Terminal(PrintStream out, PrintStream err, boolean interactive) {
        this.out = utf8(out);
        this.err = utf8(err);
        this.interactive = interactive;
    }

    /** The process's own streams; interactive where the launcher found a terminal and set {@code edgeai.terminal}. */
    public static Terminal system() {
        return new Terminal(System.out, System.err, Boolean.getBoolean("edgeai.terminal"));
    }

    /** The same stream, with texts always in UTF-8, whatever the locale. */
    private static PrintStream utf8(PrintStream stream) {
        return new PrintStream(stream, true, StandardCharsets.UTF_8);
    }

    /** The same, with every line of an answer among what is no answer: beside JSON that another program reads. */
    public Terminal aside() {
        return new Terminal(err, err, interactive);
    }

    /** One line of an answer. */
    public void line(String text) {
        out.print(text + "\n");
    }

    public void blank() {
        out.print("\n");
    }

    /** A whole answer as JSON: records, maps, lists, numbers and texts. */
    public void json(Object value) {
        try {
            line(Json.WRITER.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("(" + value.getClass() + ") cannot be written as JSON.", e);
        }
    }

    /** One line about what the answer leaves out; not part of the answer. */
    public void notice(String text) {
        err.print("note: " + Failures.oneLine(text) + "\n");
    }

    /** The one line of a failure, and with {@code debug} where it came from. */
    public void failure(Throwable failure, boolean debug) {
        failure(Failures.describe(failure), failure, debug);
    }

    /**
     * The same of a command's failure.
     *
     * @param command its whole name: where bad input is told without a repair, its help is named
     */
    public void failure(Throwable failure, boolean debug, String command) {
        failure(Failures.describe(failure, "Maybe see '" + command + " --help'."), failure, debug);
    }

    private void failure(String line, Throwable failure, boolean debug) {
        err.print("edgeai: " + line + "\n");
        if (debug) {
            PrintWriter writer = new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8));
            Failures.trace(failure, writer);
            writer.flush();
        }
    }

    /** The one line of a wrong command line. */
    public void usage(String message) {
        err.print("edgeai: " + Failures.oneLine(message) + "\n");
    }

    /** Draws progress where a person watches, otherwise does nothing. */
    public ConsoleProgress progress() {
        return interactive ? ConsoleProgress.drawing(err) : ConsoleProgress.silent();
    }

    /** The stream of answers, for a library that writes by itself. */
    public PrintWriter writer() {
        return new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true);
    }

    /** Whether all that was printed arrived, e.g. false after a closed pipe. */
    public boolean delivered() {
        return !out.checkError();
    }

    /** Its hundreds of classes are half the start of a command that needs none of them. */
    private static final class Json {
        static final ObjectWriter WRITER = JsonMapper.builder()
                .build()
                .writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));
    }
}
