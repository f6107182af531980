package io.edgeai.server;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.remote.GrpcInferenceServer;
import io.edgeai.core.serving.ModelEndpoint;
import io.edgeai.server.http.HttpListener;
import io.edgeai.server.http.HttpSettings;
import io.edgeai.server.http.HttpTransport;
import io.edgeai.server.http.HttpTransports;
import io.edgeai.server.http.Tls;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models over HTTP, by the Open Inference Protocol, version 2: health, metadata, inference in JSON and binary, the model
 * repository, and {@code /metrics}; and over gRPC where that is asked for. Thread-safe. Closing turns new requests away, waits for those in flight up to a limit,
 * and closes the endpoints that the server opened; closing twice does nothing.
 */
public final class EdgeServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeServer.class);

    private final Admission admission;
    private final ServedModels models;
    private final HttpListener listener;
    private final Optional<GrpcInferenceServer> grpc;
    private final URI uri;
    private final Duration closeTimeout;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EdgeServer(
            Admission admission,
            ServedModels models,
            HttpListener listener,
            Optional<GrpcInferenceServer> grpc,
            URI uri,
            Duration closeTimeout) {
        this.admission = admission;
        this.models = models;
        this.listener = listener;
        this.grpc = grpc;
        this.uri = uri;
        this.closeTimeout = closeTimeout;
    }

    /** Begins the settings of a server of an instance's models; {@code edge.server()} does. */
    public static Builder builder(ModelHost host) {
        return new Builder(host);
    }

    /** The port it listens on. */
    public int port() {
        return listener.port();
    }

    /** The port it answers gRPC on; empty where it does not. */
    public OptionalInt grpcPort() {
        return grpc.map(server -> OptionalInt.of(server.port())).orElseGet(OptionalInt::empty);
    }

    /** Where it listens, without a path, e.g. {@code http://127.0.0.1:8000}. */
    public URI uri() {
        return uri;
    }

    /** Names of the models that are loaded, sorted. */
    public List<String> models() {
        return models.names();
    }

    /** Whether {@link #close} was called. */
    public boolean closed() {
        return closed.get();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        boolean interrupted = Thread.interrupted(); // an interrupt is often why a server is closed
        try {
            if (!admission.close(closeTimeout)) {
                LOG.warn("Requests were still in flight after {}; they are cut off.", closeTimeout);
            }
            listener.close();
            grpc.ifPresent(GrpcInferenceServer::close);
        } finally {
            models.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Configures a server. By default: a free port of the loopback interface, plain HTTP without a token, every model with
     * an active version loaded, bodies of at most 64 MiB, 4 inferences at a time for each processor but at least 16, 128 more
     * that wait for at most 1 s, connections silent for at most 30 s, and 10 s for requests in flight when closing. Not
     * thread-safe.
     */
    public static final class Builder {
        private static final int MIB = 1 << 20;

        private final ModelHost host;
        private final Map<String, ModelEndpoint> endpoints = new LinkedHashMap<>();
        private final List<String> load = new ArrayList<>();
        private final List<String> aliases = new ArrayList<>();
        private boolean loadActive = true;
        private String interfaceName = "127.0.0.1";
        private int listenPort;
        private int grpcPort = -1;
        private AccessToken secret = AccessToken.none();
        private @Nullable SSLContext context;
        private int bodyBytes = 64 * MIB;
        private int concurrent = Math.max(16, 4 * Runtime.getRuntime().availableProcessors());
        private int queue = 128;
        private Duration queueing = Duration.ofSeconds(1);
        private Duration idle = Duration.ofSeconds(30);
        private Duration closing = Duration.ofSeconds(10);
        private @Nullable HttpTransport library;

        private Builder(ModelHost host) {
            this.host = host;
        }

        /** The interface to listen on, e.g. {@code "0.0.0.0"} for all; then think of a token and TLS. */
        public Builder host(String name) {
            this.interfaceName = name;
            return this;
        }

        /** The port, 0 to 65535; 0 takes a free one. */
        public Builder port(int number) {
            this.listenPort = requirePort(number, "Port");
            return this;
        }

        /**
         * Answers the protocol's gRPC service too, on a port of its own, 0 to 65535, where 0 takes a free one; with the same
         * interface, token, TLS and limits. Default not.
         */
        public Builder grpcPort(int number) {
            this.grpcPort = requirePort(number, "gRPC port");
            return this;
        }

        private static int requirePort(int number, String what) {
            if (number < 0 || number > 0xFFFF) {
                throw new InvalidInputException(what + " (" + number + ") is not in 0 to 65535.");
            }
            return number;
        }

        /** What requests must bear as {@code Authorization: Bearer …}, other than those for health. */
        public Builder token(String value) {
            this.secret = AccessToken.of(value);
            return this;
        }

        /** Speaks TLS with the key of a PKCS #12 or JKS store. */
        public Builder tls(Path keyStore, char[] password) {
            return tls(Tls.context(keyStore, password));
        }

        /** Speaks TLS with a context of your own. */
        public Builder tls(SSLContext own) {
            this.context = own;
            return this;
        }

        /** Longest body, unpacked, 1 to 2^31-9 bytes; longer ones are answered with 413. */
        public Builder maxBodyBytes(int bytes) {
            if (bytes < 1 || bytes > Integer.MAX_VALUE - 8) {
                throw new InvalidInputException("maxBodyBytes (" + bytes + ") is not in 1 to 2^31-9.");
            }
            this.bodyBytes = bytes;
            return this;
        }

        /** Inferences at a time, 1 to 10,000; those beyond it wait in a line, see {@link #maxQueue}. */
        public Builder maxConcurrent(int requests) {
            if (requests < 1 || requests > 10_000) {
                throw new InvalidInputException("maxConcurrent (" + requests + ") is not in 1 to 10000.");
            }
            this.concurrent = requests;
            return this;
        }

        /**
         * Inferences that wait for a place where all are taken, in the order they came, 0 to 10,000; those beyond it are told
         * at once to try again. One that waits holds no thread and none
         * of its body. Over gRPC as many wait besides.
         */
        public Builder maxQueue(int requests) {
            if (requests < 0 || requests > 10_000) {
                throw new InvalidInputException("maxQueue (" + requests + ") is not in 0 to 10000.");
            }
            this.queue = requests;
            return this;
        }

        /** The longest wait for a place over HTTP, above 0 and at most a day; over gRPC the client's deadline ends it. */
        public Builder queueTimeout(Duration longest) {
            if (longest.isNegative() || longest.isZero() || longest.compareTo(Duration.ofDays(1)) > 0) {
                throw new InvalidInputException("queueTimeout (" + longest
                        + ") is not above 0 and at most a day. Maybe maxQueue(0) for no waiting at all.");
            }
            this.queueing = longest;
            return this;
        }

        /** How long a connection may be silent, above 0. */
        public Builder idleTimeout(Duration longest) {
            this.idle = longest;
            return this;
        }

        /** How long closing waits for requests in flight; 0 cuts them off. */
        public Builder closeTimeout(Duration longest) {
            if (longest.isNegative()) {
                throw new InvalidInputException("closeTimeout (" + longest + ") is negative. Maybe use Duration.ZERO.");
            }
            this.closing = longest;
            return this;
        }

        /** Loads these models at the start, and no others. A model that cannot be loaded makes the server not ready. */
        public Builder models(String... names) {
            this.loadActive = false;
            load.addAll(List.of(names));
            return this;
        }

        /**
         * Loads versions by their aliases besides, {@code name:alias} each, which is also what requests call them. Their
         * endpoints go to the version that the alias is moved to.
         */
        public Builder aliases(String... names) {
            for (String name : names) {
                ServedName served = ServedName.parse(name);
                if (served.alias().isEmpty()) {
                    throw new InvalidInputException("(" + name + ") has no alias. Maybe " + name + ":best.");
                }
                aliases.add(served.toString());
            }
            return this;
        }

        /**
         * Serves an endpoint of your own under a name, e.g. one that splits requests between versions. It stays yours to
         * close.
         */
        public Builder endpoint(String model, ModelEndpoint endpoint) {
            endpoints.put(ModelId.of(model).name(), endpoint);
            return this;
        }

        /** Speaks HTTP with this library; default the first on the class path that works. */
        public Builder transport(HttpTransport chosen) {
            this.library = chosen;
            return this;
        }

        /**
         * Loads the models and listens.
         *
         * @throws io.edgeai.core.error.RuntimeUnavailableException where no HTTP library is here; the message names the
         *     dependency to add
         * @throws InvalidInputException where the port is taken
         */
        public EdgeServer start() {
            HttpTransport transport = library == null ? HttpTransports.any() : library;
            HttpSettings settings =
                    new HttpSettings(interfaceName, listenPort, Optional.ofNullable(context), concurrent, idle);
            ServedModels models = new ServedModels(host);
            endpoints.forEach(models::add);
            Admission admission = new Admission(concurrent, queue, queueing);
            EdgeHandler handler = new EdgeHandler(host, version(), models, secret, admission, new Bodies(bodyBytes));
            HttpListener listener = null;
            Optional<GrpcInferenceServer> grpc = Optional.empty();
            try {
                loadAll(models);
                listener = transport.listen(settings, handler);
                grpc = grpcPort < 0
                        ? Optional.empty()
                        : Optional.of(
                                grpc(new GrpcHost(version(), admission, models, handler.models()), handler.figures()));
                EdgeServer server = new EdgeServer(admission, models, listener, grpc, uri(listener.port()), closing);
                warnOfStrangers();
                host.started(server);
                return server;
            } catch (RuntimeException e) {
                if (listener != null) {
                    listener.close();
                }
                grpc.ifPresent(GrpcInferenceServer::close);
                models.close();
                throw e;
            }
        }

        /** As many threads as requests may run, so that what admission lets in runs at once. */
        private GrpcInferenceServer grpc(GrpcHost served, ServerFigures figures) {
            GrpcInferenceServer.Builder builder = GrpcInferenceServer.builder()
                    .serving(served)
                    .host(interfaceName)
                    .port(grpcPort)
                    .access(secret::admits)
                    .calls(figures::called)
                    .maxMessageBytes(Math.max(1024, bodyBytes))
                    .threads(Math.min(concurrent, 1024))
                    .maxQueue(queue)
                    .patience(closing);
            SSLContext encryption = context;
            return (encryption == null ? builder.allowPlaintext() : builder.tls(encryption)).start();
        }

        private void loadAll(ServedModels models) {
            List<String> names = new ArrayList<>(load);
            if (loadActive) {
                for (ModelId model : host.registry().models()) {
                    boolean active = host.registry()
                            .findActive(model.name(), host.environment())
                            .isPresent();
                    if (active || experiment(model.name())) {
                        names.add(model.name());
                    }
                }
            }
            names.addAll(aliases);
            for (String name : names) {
                try {
                    models.want(name);
                } catch (EdgeException e) {
                    LOG.warn("Model ({}) is not served: {}", name, e.getMessage());
                }
            }
        }

        /** Whether an experiment is defined; one that cannot be read is, and is told when the model is loaded. */
        private boolean experiment(String model) {
            try {
                return host.experiments()
                        .filter(all -> all.definition(model).isPresent())
                        .isPresent();
            } catch (EdgeException e) {
                return true;
            }
        }

        private void warnOfStrangers() {
            boolean loopback = interfaceName.startsWith("127.")
                    || interfaceName.equals("::1")
                    || interfaceName.equals("localhost");
            if (!loopback && !secret.required()) {
                LOG.warn("Everybody who reaches {} can use and unload its models. Maybe set token(…).", interfaceName);
            }
        }

        private URI uri(int port) {
            String shown = interfaceName.contains(":") ? "[" + interfaceName + "]" : interfaceName;
            return URI.create((context == null ? "http://" : "https://") + shown + ":" + port);
        }

        private static String version() {
            try (InputStream in = EdgeServer.class.getResourceAsStream("version.txt")) {
                return in == null ? "unknown" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
