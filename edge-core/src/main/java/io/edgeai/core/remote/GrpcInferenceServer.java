package io.edgeai.core.remote;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.runtime.InferenceSession;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of this process for others to ask, over the gRPC service of the Open Inference Protocol, version 2: health,
 * metadata and inference with raw or typed contents; and gRPC's own health checks. Requests run on at most {@code threads} threads; more wait in a bounded
 * queue, beyond which they are refused as overload. A client's deadline is handed to the session. Thread-safe. Closing
 * refuses new requests and lets running ones end; it does not close sessions.
 */
public final class GrpcInferenceServer implements AutoCloseable {
    private final AutoCloseable listener;
    private final int port;

    private GrpcInferenceServer(GrpcListener listener) {
        this.listener = listener;
        this.port = listener.port();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** The port it listens on. */
    public int port() {
        return port;
    }

    /** Waits for running requests, by default at most 10 seconds. Closing twice does nothing. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Configures a server. Needs models; by default host 127.0.0.1, any free port, messages up to 64 MiB, as many threads as
     * twice the processors, 1024 requests waiting, no TLS. Not thread-safe.
     */
    public static final class Builder {
        String name = "edgeai";
        String host = "127.0.0.1";
        int port;
        int maxMessageBytes = 64 << 20;
        int threads = 2 * Runtime.getRuntime().availableProcessors();
        int maxQueue = 1024;
        Duration patience = Duration.ofSeconds(10);

        @Nullable
        TlsFiles tls;

        @Nullable
        SSLContext tlsContext;

        Predicate<String> access = authorization -> true;
        CallListener calls = (method, code, receivedBytes, sentBytes) -> {};

        private final Map<String, InferenceSession> named = new LinkedHashMap<>();
        private @Nullable ServedModels models;
        private @Nullable InferenceHost served;
        private boolean plaintextAnywhere;

        private Builder() {}

        /** What it calls itself; default {@code edgeai}. */
        public Builder name(String own) {
            this.name = own;
            return this;
        }

        /** The address to listen on, e.g. 0.0.0.0 for all; default 127.0.0.1. */
        public Builder host(String address) {
            this.host = address;
            return this;
        }

        /** 0 for any free one, which is the default. */
        public Builder port(int number) {
            if (number < 0 || number > 65535) {
                throw new InvalidInputException("port (" + number + ") must be 0 to 65535.");
            }
            this.port = number;
            return this;
        }

        /** Serves a session under a name, whatever version is asked for. */
        public Builder model(String model, InferenceSession session) {
            if (named.put(model, session) != null) {
                throw new InvalidInputException("Model (" + model + ") is given twice. Maybe use two names.");
            }
            return this;
        }

        /** Serves what a function finds, where {@link #model} names none. */
        public Builder models(ServedModels found) {
            this.models = found;
            return this;
        }

        /** Serves all that a host has, instead of {@link #model} and {@link #models}. */
        public Builder serving(InferenceHost host) {
            this.served = host;
            return this;
        }

        /**
         * Lets calls in by the value of their metadata {@code authorization}, empty where they have none; those for the
         * server's health need nothing. Default: all.
         */
        public Builder access(Predicate<String> admits) {
            this.access = admits;
            return this;
        }

        /** Tells of every call once it ended, e.g. to count it; default nobody. */
        public Builder calls(CallListener listener) {
            this.calls = listener;
            return this;
        }

        /** Encrypts with a context of your own. */
        public Builder tls(SSLContext context) {
            this.tlsContext = context;
            return this;
        }

        /** Most bytes of one request, at least 1024; default 64 MiB. */
        public Builder maxMessageBytes(int bytes) {
            this.maxMessageBytes = Limits.messageBytes(bytes);
            return this;
        }

        /** Requests that run at once, 1 to 1024; default twice the processors. */
        public Builder threads(int count) {
            this.threads = Limits.count("threads", count, 1, 1024);
            return this;
        }

        /** Requests that may wait while all threads are busy, 0 to 1,000,000; default 1024. */
        public Builder maxQueue(int requests) {
            this.maxQueue = Limits.count("maxQueue", requests, 0, 1_000_000);
            return this;
        }

        /** How long closing waits for running requests; default 10 seconds. */
        public Builder patience(Duration longest) {
            this.patience = longest;
            return this;
        }

        /** Encrypts; with {@link TlsFiles#andTrusting} clients must show certificates too. */
        public Builder tls(TlsFiles files) {
            if (files.certificates() == null) {
                throw new InvalidInputException(
                        "A server must show certificates, but (" + files + ") has none. Maybe TlsFiles.showing(…).");
            }
            this.tls = files;
            return this;
        }

        /** Listens unencrypted on other addresses than this machine's own. */
        public Builder allowPlaintext() {
            this.plaintextAnywhere = true;
            return this;
        }

        /**
         * Opens the port.
         *
         * @throws InvalidInputException where there are no models, or data would come from other machines unencrypted
         * @throws io.edgeai.core.error.RuntimeUnavailableException where gRPC is not on the class path, or the port is taken
         */
        public GrpcInferenceServer start() {
            if (served == null && named.isEmpty() && models == null) {
                throw new InvalidInputException(
                        "A server of (0) models has nothing to say. Maybe model(name, session).");
            }
            GrpcLibrary.require();
            if (tls == null && tlsContext == null && !plaintextAnywhere) {
                Plaintext.requireLoopback(host);
            }
            return new GrpcInferenceServer(new GrpcListener(this, served == null ? sessions() : served));
        }

        private InferenceHost sessions() {
            ServedModels others = models;
            Map<String, InferenceSession> fixed = Map.copyOf(named);
            return new SessionHost((model, version) -> {
                InferenceSession session = fixed.get(model);
                return session == null && others != null ? others.find(model, version) : session;
            });
        }
    }
}
