package io.edgeai.core.validation;

import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.error.StorageException;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A second process of this Java with this class path, watched and killed where it takes too much. */
final class ChildJvm {
    private static final long LOOK_EVERY_MILLIS = 20;
    private static final int LONGEST_WORDS = 600;

    private static final String NATIVES = "onnxruntime.native.path";

    private final List<String> command;
    private final String classPath;

    private ChildJvm(List<String> command, String classPath) {
        this.command = command;
        this.classPath = classPath;
    }

    /**
     * @param main the program
     * @param needed classes that it must find
     * @throws RuntimeUnavailableException where their class path cannot be given to another process
     */
    static ChildJvm of(Class<?> main, int heapMegabytes, Class<?>... needed) {
        Set<String> path = new LinkedHashSet<>(
                List.of(System.getProperty("java.class.path", "").split(File.pathSeparator)));
        path.add(place(main));
        for (Class<?> one : needed) {
            path.add(place(one));
        }
        path.remove("");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true"));
        String natives = System.getProperty(NATIVES);
        if (natives != null && Files.isRegularFile(Path.of(natives, System.mapLibraryName("onnxruntime")))) {
            command.add("-D" + NATIVES + "=" + natives);
        }
        command.add(main.getName());
        return new ChildJvm(command, String.join(File.pathSeparator, path));
    }

    private static String place(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URI uri = source == null || source.getLocation() == null ? null : uri(source);
        if (uri == null || !"file".equals(uri.getScheme()) || !Files.exists(Path.of(uri))) {
            throw new RuntimeUnavailableException("Class (" + type.getName() + ") comes from (" + uri
                    + "), which a child process cannot read, so a model cannot be tried apart from this one. Maybe start"
                    + " from plain jars, or allow TrialLimits.inProcess(true) and trust the model.");
        }
        return Path.of(uri).toString();
    }

    private static @Nullable URI uri(CodeSource source) {
        try {
            return source.getLocation().toURI();
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /**
     * How it ended.
     *
     * @param failure empty where it ended by itself without an error
     */
    record End(String failure, long pid, long residentBytes) {}

    /** Runs to the end, or to a limit. */
    End run(Path log, Duration longest, long mostBytes, String... arguments) {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("CLASSPATH", classPath); // a long command line makes ONNX Runtime kill the process
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new RuntimeUnavailableException(
                    "Cannot start a child process (" + command.get(0) + "): "
                            + e.getMessage() + ". Maybe this Java is only a run-time image without its launcher; allow"
                            + " TrialLimits.inProcess(true) and trust the model.",
                    e);
        }
        try {
            return watch(process, log, longest, mostBytes);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static End watch(Process process, Path log, Duration longest, long mostBytes) {
        long started = System.nanoTime();
        long peak = 0;
        try {
            while (!process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                peak = Math.max(peak, memory(Long.toString(process.pid()), "VmRSS:"));
                if (peak > mostBytes) {
                    return killed(
                            process,
                            "killed at " + (peak >> 20) + " MB of memory, allowed are " + (mostBytes >> 20),
                            peak);
                }
                if (System.nanoTime() - started > longest.toNanos()) {
                    return killed(process, "killed after " + longest.toMillis() + " ms without an answer", peak);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("A trial was interrupted; its process is killed.");
        }
        int exit = process.exitValue();
        return new End(exit == 0 ? "" : "its process ended with " + exit + words(log), process.pid(), peak);
    }

    private static End killed(Process process, String how, long peak) throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        return new End(how, process.pid(), peak);
    }

    /** The last that it said. */
    private static String words(Path log) {
        try {
            String text = Files.readString(log).strip();
            return text.isEmpty() ? "" : ": " + text.substring(Math.max(0, text.length() - LONGEST_WORDS));
        } catch (IOException e) {
            throw new StorageException("Cannot read (" + log + "): " + e + ".", e);
        }
    }

    /** 0 where the system does not tell, or the process is gone. */
    static long memory(String pid, String field) {
        try {
            return Files.readAllLines(Path.of("/proc", pid, "status")).stream()
                    .filter(line -> line.startsWith(field))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
