package io.edgeai.placement.deploy.agent;

import com.sun.net.httpserver.HttpServer;
import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.runtime.Engines;
import io.edgeai.placement.cost.Calibration;
import io.edgeai.placement.cost.CalibrationTimes;
import io.edgeai.placement.deploy.site.LocalSite;
import io.edgeai.placement.deploy.site.ServiceRunner;
import io.edgeai.placement.deploy.site.SiteLimits;
import io.edgeai.placement.deploy.site.SiteStore;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Receives models on a site, makes them live, and measures the site where it is asked to: embed it, or run {@code edgeai
 * agent}. A request that the limit of
 * threads leaves no thread for waits in the caller's thread of the server, so a flood slows down and nothing grows.
 * Without a token it listens on the loopback interface only. Thread-safe; closing stops listening and leaves the folder
 * as it is, for whoever opens it next.
 */
public final class SiteAgent implements AutoCloseable {
    private static final int BACKLOG = 64;
    private static final long GRACE_SECONDS = 30;

    private final HttpServer server;
    private final ExecutorService threads;
    private final LocalSite site;

    private SiteAgent(HttpServer server, ExecutorService threads, LocalSite site) {
        this.server = server;
        this.threads = threads;
        this.site = site;
    }

    /** Settings of an agent over a folder, made where it is missing. */
    public static Builder builder(Path folder) {
        return new Builder(folder);
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Where a client on this machine finds it. */
    public URI uri() {
        return URI.create("http://" + host(server.getAddress()) + ":" + port());
    }

    private static String host(InetSocketAddress address) {
        String host = address.getAddress().isAnyLocalAddress()
                ? "127.0.0.1"
                : address.getAddress().getHostAddress();
        return host.contains(":") ? "[" + host + "]" : host;
    }

    public LocalSite site() {
        return site;
    }

    /**
     * Stops at once; chunks on their way are lost and will be asked for again. Returns when no request writes to the
     * folder any more, or after 30 seconds.
     */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        try {
            boolean unused = threads.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Collects settings. Defaults: a free port of 127.0.0.1, no token, 8 threads, {@link SiteLimits#defaults()}, files
     * only. Not thread-safe.
     */
    public static final class Builder {
        private final Path folder;
        private String host = "127.0.0.1";
        private int port;
        private int threads = 8;
        private @Nullable String token;
        private SiteLimits limits = SiteLimits.defaults();
        private LongSupplier freeBytes;
        private ServiceRunner runner = ServiceRunner.FILES_ONLY;
        private Function<Duration, CalibrationTimes> calibration = each -> Calibration.times(Engines.discover(), each);

        private Builder(Path folder) {
            this.folder = folder;
            this.freeBytes = () -> folder.toFile().getUsableSpace();
        }

        /** The interface to listen on. */
        public Builder host(String name) {
            this.host = name;
            return this;
        }

        /** The port; 0 takes a free one. */
        public Builder port(int number) {
            if (number < 0 || number > 65_535) {
                throw new InvalidInputException("Port (" + number + ") is not in 0 to 65535.");
            }
            this.port = number;
            return this;
        }

        /** What every request must bear, at least 16 characters. */
        public Builder token(String secret) {
            if (secret.length() < 16) {
                throw new InvalidInputException(
                        "The agent's token has (" + secret.length() + ") characters. Maybe take 16 or more.");
            }
            this.token = secret;
            return this;
        }

        /** Requests handled at a time, 1 to 256. */
        public Builder threads(int count) {
            if (count < 1 || count > 256) {
                throw new InvalidInputException("Threads (" + count + ") are not in 1 to 256.");
            }
            this.threads = count;
            return this;
        }

        public Builder limits(SiteLimits most) {
            this.limits = most;
            return this;
        }

        /** Says how much the disk still holds; the file system is asked by default. */
        public Builder freeBytes(LongSupplier free) {
            this.freeBytes = free;
            return this;
        }

        /** Serves what is live. */
        public Builder runner(ServiceRunner runs) {
            this.runner = runs;
            return this;
        }

        /**
         * How this machine measures itself when it is asked to, for about a time of the processor per network, 1 s at most;
         * by default {@link Calibration#times} with the engines of the class path.
         */
        public Builder calibration(Function<Duration, CalibrationTimes> measures) {
            this.calibration = measures;
            return this;
        }

        /**
         * Opens the folder, starts what was live there, and listens.
         *
         * @throws InvalidInputException where other machines could reach it without a token
         * @throws StorageException where the folder or the port cannot be used
         */
        public SiteAgent start() {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new InvalidInputException("Host (" + host + ") is unknown here. Maybe 127.0.0.1 or 0.0.0.0.");
            }
            if (token == null && !address.getAddress().isLoopbackAddress()) {
                throw new InvalidInputException("An agent on (" + host
                        + ") without a token would take models from anyone. Maybe give a token.");
            }
            LocalSite site = LocalSite.open(SiteStore.open(folder, limits, freeBytes), runner);
            HttpServer server;
            try {
                server = HttpServer.create(address, BACKLOG);
            } catch (IOException e) {
                throw new StorageException(
                        "Cannot listen on (" + host + ":" + port + "): " + e.getMessage()
                                + ". Maybe another program has the port.",
                        e);
            }
            ThreadPoolExecutor pool = new ThreadPoolExecutor(
                    0,
                    threads,
                    10,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    EdgeThreads.named("agent"),
                    new ThreadPoolExecutor.CallerRunsPolicy());
            server.createContext("/v1/", new AgentRoutes(site, token, new CalibrationRoute(calibration)));
            server.setExecutor(pool);
            server.start();
            return new SiteAgent(server, pool, site);
        }
    }
}
