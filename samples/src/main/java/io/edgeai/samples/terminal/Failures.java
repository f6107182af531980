package io.edgeai.samples.terminal;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;

/** Says any failure in one line: what happened, and a sentence that begins "Maybe". */
public final class Failures {
    private static final Pattern BREAKS = Pattern.compile("\\s*[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]+\\s*");
    private static final int LONGEST = 2_000;

    private Failures() {}

    public static String describe(Throwable failure) {
        return describe(failure, "Maybe run it again with --debug for the details.");
    }

    /** @param repair what to say of bad input whose message holds no repair of its own */
    static String describe(Throwable failure, String repair) {
        Throwable cause = unwrap(failure);
        String message = cause.getMessage() == null ? "" : cause.getMessage();
        String text;
        if (cause instanceof OperationCancelledException) {
            text = repaired(message, "Maybe start it again; nothing half-written was left behind.");
        } else if (cause instanceof InvalidInputException) {
            text = repaired(message, repair);
        } else if (cause instanceof EdgeException) {
            text = repaired(message, "Maybe run it again with --debug for the details.");
        } else if (cause instanceof NoSuchFileException missing) {
            text = "File (" + missing.getFile() + ") does not exist. Maybe the path is relative to another folder.";
        } else if (cause instanceof AccessDeniedException denied) {
            text = "File (" + denied.getFile() + ") may not be opened. Maybe check its permissions.";
        } else if (cause instanceof FileSystemException || cause instanceof IOException) {
            text = "Reading or writing failed: " + cause + ". Maybe the disk is full or the file is in use.";
        } else if (cause instanceof OutOfMemoryError) {
            text = "There is not enough memory (" + Runtime.getRuntime().maxMemory() / (1 << 20)
                    + " MiB). Maybe set JAVA_OPTS=-Xmx4g, or run fewer samples at once.";
        } else if (cause instanceof StackOverflowError) {
            text = "The input is nested too deeply. Maybe the file is damaged.";
        } else {
            text = "Unexpected failure: " + cause + ". Maybe report it with the output of --debug.";
        }
        return oneLine(text);
    }

    /** Line breaks and control characters become single spaces; very long texts end in "…". */
    public static String oneLine(String text) {
        String line = BREAKS.matcher(text.strip()).replaceAll(" ");
        if (line.length() <= LONGEST) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return line.substring(0, end) + "…";
    }

    static void trace(Throwable failure, PrintWriter writer) {
        for (Throwable at = failure; at != null; at = at.getCause() == at ? null : at.getCause()) {
            writer.println((at == failure ? "" : "caused by ") + at);
            for (StackTraceElement element : at.getStackTrace()) {
                writer.println("    at " + element);
            }
        }
    }

    private static String repaired(String message, String repair) {
        return message.contains("Maybe") ? message : message + " " + repair;
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException
                        || cause instanceof ExecutionException
                        || cause instanceof UncheckedIOException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
