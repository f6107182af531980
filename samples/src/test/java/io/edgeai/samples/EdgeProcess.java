package io.edgeai.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code edgeai} in a JVM of its own that works until it is terminated, and says in its first line where it is. */
public final class EdgeProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final Path errors;

    private EdgeProcess(Process process, Path errors) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.errors = errors;
    }

    public static EdgeProcess start(Path errors, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add(EdgeCommand.class.getName());
        Stream.of(arguments).map(String::valueOf).forEach(command::add);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        // Not on the command line: ONNX Runtime takes no long ones.
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return new EdgeProcess(builder.start(), errors);
    }

    public String firstLine() throws IOException {
        String line = out.readLine();
        assertThat(line).as(errors()).isNotNull();
        return line;
    }

    public String errors() throws IOException {
        return Files.readString(errors);
    }

    /** Asks it to end, as a system does that shuts down. */
    public void terminate() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as("128 + SIGTERM").isEqualTo(143);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
