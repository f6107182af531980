package io.edgeai.monitor.dashboard;

import com.sun.net.httpserver.HttpServer;
import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.monitor.EdgeMonitor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The live page of a monitor. {@link #link()} is what to open in a browser. Thread-safe; closing ends the open pages and
 * the threads, closing twice does nothing.
 */
public final class Dashboard implements AutoCloseable {
    private static final int BACKLOG = 64;
    private static final int FILE_THREADS = 4;

    private final HttpServer server;
    private final EventStreams streams;
    private final ExecutorService threads;
    private final URI link;

    private Dashboard(HttpServer server, EventStreams streams, ExecutorService threads, URI link) {
        this.server = server;
        this.streams = streams;
        this.threads = threads;
        this.link = link;
    }

    /** Begins the settings of a monitor's page. */
    public static Builder of(EdgeMonitor monitor) {
        return of(new LiveSource(monitor));
    }

    /** Begins the settings of a page of what a monitor recorded in a folder, also while it goes on recording. */
    public static Builder ofHistory(Path folder) {
        return of(new RecordedSource(folder, Clock.systemUTC()));
    }

    /** Begins the settings of a page of anything that can be shown. */
    public static Builder of(DashboardSource source) {
        return new Builder(source);
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** What to open in a browser, with the token; whoever has it sees the page. */
    public URI link() {
        return link;
    }

    @Override
    public void close() {
        streams.close();
        server.stop(0);
        threads.shutdownNow();
    }

    /**
     * Configures a page. By default: a free port of the loopback interface, a random token of 128 bits, looked at once a
     * second for news, at most 16 pages open at a time, no experiments and no sites. Not thread-safe.
     */
    public static final class Builder {
        private final DashboardSource source;
        private String host = "127.0.0.1";
        private int port;
        private Optional<String> token = Optional.of(random());
        private Duration period = Duration.ofSeconds(1);
        private int pages = 16;
        private Supplier<List<ExperimentCard>> experiments = List::of;
        private Supplier<List<SiteCard>> sites = List::of;
        private Consumer<Dashboard> onStart = page -> {};

        private Builder(DashboardSource source) {
            this.source = source;
        }

        /** The interface to listen on, e.g. {@code "0.0.0.0"} for all. It speaks plain HTTP: think of a proxy with TLS. */
        public Builder host(String name) {
            this.host = name;
            return this;
        }

        /** The port, 0 to 65535; 0 takes a free one. */
        public Builder port(int number) {
            if (number < 0 || number > 0xFFFF) {
                throw new InvalidInputException("Port (" + number + ") is not in 0 to 65535. Maybe 0 for a free one.");
            }
            this.port = number;
            return this;
        }

        /** The token, 8 or more letters, digits, {@code -} and {@code _}. */
        public Builder token(String value) {
            if (!value.matches("[A-Za-z0-9_-]{8,200}")) {
                throw new InvalidInputException(
                        "The token is not 8 to 200 letters, digits, '-' and '_'. Maybe take what"
                                + " 'openssl rand -hex 16' prints.");
            }
            this.token = Optional.of(value);
            return this;
        }

        /** Lets everybody in who can reach the port; on a loopback interface only. */
        public Builder withoutToken() {
            this.token = Optional.empty();
            return this;
        }

        /** How often open pages are told what is new, 100 ms to 1 min. */
        public Builder period(Duration between) {
            if (between.toMillis() < 100 || between.toMinutes() >= 1 && !between.equals(Duration.ofMinutes(1))) {
                throw new InvalidInputException(
                        "Period (" + between + ") is not in 100 ms to 1 min. Maybe use Duration.ofSeconds(1).");
            }
            this.period = between;
            return this;
        }

        /** Pages open at a time, 1 to 1000; each takes a thread. More are answered with 503. */
        public Builder maxPages(int count) {
            if (count < 1 || count > 1000) {
                throw new InvalidInputException("maxPages (" + count + ") is not in 1 to 1000. Maybe use 16.");
            }
            this.pages = count;
            return this;
        }

        /** Asked for the experiments each period; must return at once and be thread-safe. */
        public Builder experiments(Supplier<List<ExperimentCard>> cards) {
            this.experiments = cards;
            return this;
        }

        /** Asked for the sites each period; must return at once and be thread-safe. */
        public Builder sites(Supplier<List<SiteCard>> cards) {
            this.sites = cards;
            return this;
        }

        /** Hears of the page once it listens, e.g. to close it later. */
        public Builder onStart(Consumer<Dashboard> listener) {
            this.onStart = listener;
            return this;
        }

        /** @throws InvalidInputException where the interface is unknown, the port is taken, or everybody would be let in */
        public Dashboard start() {
            InetAddress address = address();
            if (token.isEmpty() && !address.isLoopbackAddress()) {
                throw new InvalidInputException("Everybody who reaches (" + host
                        + ") would see the page. Maybe set token(…), or listen on 127.0.0.1.");
            }
            HttpServer server = bind(address);
            EventStreams streams = new EventStreams(source, new Boards(experiments, sites), period, pages);
            ExecutorService threads =
                    Executors.newFixedThreadPool(pages + FILE_THREADS, EdgeThreads.named("dashboard"));
            server.setExecutor(threads);
            server.createContext("/", new PageHandler(new AccessGate(token, address.isLoopbackAddress()), streams));
            startAsDaemon(server);
            Dashboard page = new Dashboard(
                    server, streams, threads, link(server.getAddress().getPort()));
            onStart.accept(page);
            return page;
        }

        private InetAddress address() {
            try {
                return InetAddress.getByName(host);
            } catch (UnknownHostException e) {
                throw new InvalidInputException("Interface (" + host + ") is unknown. Maybe use 127.0.0.1.", e);
            }
        }

        private HttpServer bind(InetAddress address) {
            try {
                return HttpServer.create(new InetSocketAddress(address, port), BACKLOG);
            } catch (IOException e) {
                throw new InvalidInputException(
                        "Port (" + port + ") of (" + host + ") cannot be listened on: " + e.getMessage()
                                + ". Maybe it is taken; 0 takes a free one.",
                        e);
            }
        }

        /** The server's dispatcher inherits whether it is a daemon from the thread that starts it. */
        private static void startAsDaemon(HttpServer server) {
            Thread starter = EdgeThreads.named("dashboard-start").newThread(server::start);
            starter.start();
            boolean interrupted = false;
            while (true) {
                try {
                    starter.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private URI link(int listening) {
            String shown = host.contains(":") ? "[" + host + "]" : host.equals("0.0.0.0") ? "127.0.0.1" : host;
            return URI.create("http://" + shown + ":" + listening + "/"
                    + token.map(value -> "?token=" + value).orElse(""));
        }

        private static String random() {
            byte[] bits = new byte[16];
            new SecureRandom().nextBytes(bits);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
        }
    }
}
