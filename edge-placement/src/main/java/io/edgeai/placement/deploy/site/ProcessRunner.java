package io.edgeai.placement.deploy.site;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs each service as a process of its own, whose command may hold {@code {model}}, {@code {service}}, {@code
 * {variant}}, {@code {replicas}} and {@code {port}}: one that was free when the service first started, and stays the
 * service's. A service is healthy while its process lives and, where {@link Builder#readyAt} names an address, answers
 * there. Output goes to {@code
 * <service>.log} in the work folder. Closing ends all processes: they are asked first, and killed after 5 seconds.
 * Thread-safe.
 */
public final class ProcessRunner implements ServiceRunner, AutoCloseable {
    private static final long GRACE_SECONDS = 5;

    private final List<String> command;
    private final Path work;
    private final @Nullable String readyAt;
    private final HttpReadiness readiness;
    private final Map<String, Process> running = new HashMap<>();
    private final Map<String, Integer> ports = new HashMap<>();

    /**
     * Without a probe: a service is healthy while its process lives.
     *
     * @param command program and arguments
     * @param work folder of the processes and of their logs; must exist
     */
    public ProcessRunner(List<String> command, Path work) {
        this(builder(command, work));
    }

    private ProcessRunner(Builder builder) {
        this.command = builder.command;
        this.work = builder.work;
        this.readyAt = builder.readyAt;
        this.readiness = new HttpReadiness(builder.timeout);
    }

    /**
     * Settings of a runner.
     *
     * @param command program and arguments
     * @param work folder of the processes and of their logs; must exist
     */
    public static Builder builder(List<String> command, Path work) {
        return new Builder(command, work);
    }

    @Override
    public synchronized void start(Release release, Path model) {
        end(running.remove(release.service()));
        List<String> words = command.stream()
                .map(word ->
                        filled(word.replace("{model}", model.toAbsolutePath().toString()), release))
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
        return process != null
                && process.isAlive()
                && (readyAt == null || readiness.answers(HttpReadiness.address(filled(readyAt, release))));
    }

    /** The service's port; empty before its first start and where neither command nor probe asks for one. */
    public synchronized OptionalInt port(String service) {
        Integer port = ports.get(service);
        return port == null ? OptionalInt.empty() : OptionalInt.of(port);
    }

    private String filled(String text, Release release) {
        String filled = text.replace("{service}", release.service())
                .replace("{variant}", release.variant())
                .replace("{replicas}", Integer.toString(release.replicas()));
        return filled.contains("{port}")
                ? filled.replace(
                        "{port}",
                        Integer.toString(ports.computeIfAbsent(release.service(), service -> freePort(service))))
                : filled;
    }

    private static int freePort(String service) {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new RuntimeUnavailableException("There is no free port for service (" + service + ").", e);
        }
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

    /** Collects settings. Defaults: no probe; a probe waits 1 s. Not thread-safe. */
    public static final class Builder {
        private final List<String> command;
        private final Path work;
        private @Nullable String readyAt;
        private Duration timeout = Duration.ofSeconds(1);

        private Builder(List<String> command, Path work) {
            if (command.isEmpty()) {
                throw new InvalidInputException("The command of a service is empty. Maybe name a program and {model}.");
            }
            this.command = List.copyOf(command);
            this.work = work;
        }

        /**
         * Where a service says by a status from 200 to 299 that it is ready, e.g. {@code
         * http://127.0.0.1:{port}/v2/health/ready}; may hold what the command may hold except {@code {model}}.
         */
        public Builder readyAt(String address) {
            var unused = HttpReadiness.address(address.replace("{port}", "1").replaceAll("\\{[a-z]+\\}", "x"));
            this.readyAt = address;
            return this;
        }

        /** Longest wait of a probe for a connection and for an answer, 1 ms to 1 minute. */
        public Builder probeTimeout(Duration longest) {
            this.timeout = longest;
            return this;
        }

        public ProcessRunner build() {
            return new ProcessRunner(this);
        }
    }
}
