package io.edgeai.placement.deploy.site;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.RuntimeUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs each service as a process of its own, whose command may hold {@code {model}}, {@code {service}}, {@code
 * {variant}}, {@code {replicas}}, {@code {batch}} (inputs of a run at most; 32 where the plan leaves it open) and {@code
 * {port}}: one that was free when the service first started, and stays the service's. Where the command holds {@code
 * {replica}}, a number from 0, each replica is a process with a port of its own, and a change of their number starts or
 * ends the difference only; a single process is left alone then too, unless its command tells it {@code {replicas}}.
 *
 * <p>A process finds {@code EDGEAI_SERVICE}, {@code EDGEAI_VARIANT} and, where the plan chose it, {@code EDGEAI_MAX_BATCH} in
 * its environment. A replica is ready while its process lives and, where {@link Builder#readyAt} names an address, answers
 * there; a service is healthy when all are. Output goes to {@code <service>.log} in the work folder, with {@code {replica}} to
 * {@code <service>.<replica>.log}. Closing ends all processes: they are asked first, and killed after 5 seconds.
 * Thread-safe.
 */
public final class ProcessRunner implements ServiceRunner, AutoCloseable {
    private static final long GRACE_SECONDS = 5;

    private final ServiceCommand command;
    private final Path work;
    private final HttpReadiness readiness;
    private final Map<String, List<Process>> running = new HashMap<>();
    private final Map<Replica, Integer> ports = new HashMap<>();

    /** One of a service's processes. */
    private record Replica(String service, int number) {}

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
        this.command = new ServiceCommand(builder.command, builder.readyAt);
        this.work = builder.work;
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
        fill(release, model);
    }

    @Override
    public synchronized void scale(Release from, Release to, Path model) {
        if (command.tellsReplicas()) {
            start(to, model);
            return;
        }
        List<Process> now = running.getOrDefault(to.service(), List.of());
        int kept = Math.min(processes(to), now.size());
        running.put(to.service(), new ArrayList<>(now.subList(0, kept)));
        end(now.subList(kept, now.size()));
        fill(to, model);
    }

    private int processes(Release release) {
        return command.perReplica() ? release.replicas() : 1;
    }

    /** Starts what is missing or no longer lives. */
    private void fill(Release release, Path model) {
        List<Process> all = running.computeIfAbsent(release.service(), service -> new ArrayList<>());
        for (int replica = 0; replica < processes(release); replica++) {
            if (replica == all.size()) {
                all.add(launched(release, model, replica));
            } else if (!all.get(replica).isAlive()) {
                all.set(replica, launched(release, model, replica));
            }
        }
    }

    private Process launched(Release release, Path model, int replica) {
        List<String> words = command.words(release, model, replica, () -> ownPort(release.service(), replica));
        String name = release.service().replaceAll("[^A-Za-z0-9._-]", "_");
        Path log = work.resolve(name + (command.perReplica() ? "." + replica : "") + ".log");
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().remove(ServiceEnvironment.MAX_BATCH);
        builder.environment().putAll(ServiceEnvironment.of(release));
        try {
            return builder.start();
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
        return ready(release) == release.replicas();
    }

    @Override
    public synchronized int ready(Release release) {
        List<Process> all = running.getOrDefault(release.service(), List.of());
        int ready = 0;
        for (int replica = 0; replica < all.size(); replica++) {
            if (all.get(replica).isAlive() && answers(release, replica)) {
                ready++;
            }
        }
        return command.perReplica() ? ready : ready * release.replicas();
    }

    private boolean answers(Release release, int replica) {
        URI probe = command.probe(release, replica, () -> ownPort(release.service(), replica));
        return probe == null || readiness.answers(probe);
    }

    /** The port of the service's first replica; empty before its start and where neither command nor probe asks for one. */
    public synchronized OptionalInt port(String service) {
        Integer port = ports.get(new Replica(service, 0));
        return port == null ? OptionalInt.empty() : OptionalInt.of(port);
    }

    /** Ports of all replicas that run, in their order; empty where neither command nor probe asks for one. */
    public synchronized List<Integer> ports(String service) {
        List<Integer> all = new ArrayList<>();
        for (int replica = 0; replica < running.getOrDefault(service, List.of()).size(); replica++) {
            Integer port = ports.get(new Replica(service, replica));
            if (port != null) {
                all.add(port);
            }
        }
        return List.copyOf(all);
    }

    /** Numbers by which the system knows the processes of the service that live, in the order of its replicas. */
    public synchronized List<Long> pids(String service) {
        return running.getOrDefault(service, List.of()).stream()
                .filter(Process::isAlive)
                .map(Process::pid)
                .toList();
    }

    private int ownPort(String service, int replica) {
        Replica own = new Replica(service, replica);
        Integer known = ports.get(own);
        int port = known == null ? freePort(service) : known;
        while (known == null && ports.containsValue(port)) {
            port = freePort(service);
        }
        ports.put(own, port);
        return port;
    }

    private static int freePort(String service) {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new RuntimeUnavailableException("There is no free port for service (" + service + ").", e);
        }
    }

    /** Asks all, then waits for all together. */
    private static void end(@Nullable List<Process> processes) {
        if (processes == null) {
            return;
        }
        processes.forEach(Process::destroy);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
        for (Process process : processes) {
            try {
                if (!process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                processes.forEach(Process::destroyForcibly);
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public synchronized void close() {
        end(running.values().stream().flatMap(List::stream).toList());
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
