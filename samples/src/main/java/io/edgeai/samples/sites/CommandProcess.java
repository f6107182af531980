package io.edgeai.samples.sites;

import io.edgeai.core.error.OperationCancelledException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code edgeai} with some arguments, in a JVM of its own. What it prints goes to a file. */
public final class CommandProcess implements AutoCloseable {
    private static final String MAIN = "io.edgeai.samples.EdgeCommand";

    private final Process process;
    private final Path output;

    private CommandProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** @param output file for both streams */
    public static CommandProcess start(Path output, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add(MAIN);
        command.addAll(arguments);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        builder.environment().putAll(Map.of("CLASSPATH", classPath, "ORT_DISABLE_TELEMETRY", "1"));
        return new CommandProcess(builder.start(), output);
    }

    public Path output() {
        return output;
    }

    /** The exit code. */
    public int await(long seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new OperationCancelledException("Process (" + process.pid() + ") did not end within (" + seconds
                        + ") seconds; what it said is in " + output + ".");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("Interrupted while process (" + process.pid() + ") ran.");
        }
    }

    /** Without saying goodbye. */
    public void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
