package io.edgeai.placement.deploy.site;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs each service as a process of its own, whose command may hold {@code {model}}, {@code {service}}, {@code
 * {variant}} and {@code {replicas}}. A service is healthy while its process lives. Output goes to {@code
 * <service>.log} in the work folder. Closing ends all processes: they are asked first, and killed after 5 seconds.
 * Thread-safe.
 */
public final class ProcessRunner implements ServiceRunner, AutoCloseable {
    private static final long GRACE_SECONDS = 5;

    private final List<String> command;
    private final Path work;
    private final Map<String, Process> running = new HashMap<>();

    /**
     * @param command program and arguments
     * @param work folder of the processes and of their logs; must exist
     */
    public ProcessRunner(List<String> command, Path work) {
        if (command.isEmpty()) {
            throw new InvalidInputException("The command of a service is empty. Maybe name a program and {model}.");
        }
        this.command = List.copyOf(command);
        this.work = work;
    }

    @Override
    public synchronized void start(Release release, Path model) {
        end(running.remove(release.service()));
        List<String> words = command.stream()
                .map(word -> word.replace("{model}", model.toAbsolutePath().toString())
                        .replace("{service}", release.service())
                        .replace("{variant}", release.variant())
                        .replace("{replicas}", Integer.toString(release.replicas())))
                .toList();
        String log = release.service().replaceAll("[^A-Za-z0-9._-]", "_") + ".log";
        try {
            running.put(
                    release.service(),
                    new ProcessBuilder(words)
                            .directory(work.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                    work.resolve(log).toFile()))
                            .start());
        } catch (IOException e) {
            throw new RuntimeUnavailableException(
                    "Service (" + release.service() + ") cannot be started by (" + words.get(0) + "): " + e.getMessage()
                            + ". Maybe the program is not on this site's path.",
                    e);
        }
    }

    @Override
    public synchronized void stop(Release release) {
        end(running.remove(release.service()));
    }

    @Override
    public synchronized boolean healthy(Release release) {
        Process process = running.get(release.service());
        return process != null && process.isAlive();
    }

    private static void end(@Nullable Process process) {
        if (process != null) {
            process.destroy();
            try {
                if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public synchronized void close() {
        running.values().forEach(ProcessRunner::end);
        running.clear();
    }
}
