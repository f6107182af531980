package io.edgeai.core.remote;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.ensemble.ComposedSession;
import io.edgeai.core.ensemble.Deadline;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model in another process, asked over the gRPC service of the Open Inference Protocol, version 2: another EdgeAI, Triton,
 * KServe, OpenVINO Model Server. The time allowed travels with each request. Nothing is asked twice by itself: errors say
 * whether asking again may help ({@link io.edgeai.core.error.EdgeException#retriable()}). Where the other side has been away,
 * the next request tries to reach it at once. Thread-safe; one connection.
 *
 * <pre>{@code
 * try (RemoteSession second = RemoteSession.builder().port(8001).model("stage-2").open()) {
 *     Map<String, Tensor> answer = second.run(inputs, Duration.ofMillis(50));
 * }
 * }</pre>
 */
public final class RemoteSession extends ComposedSession {
    private final RemoteModel model;

    private RemoteSession(RemoteModel model, Signature signature, Ticker ticker) {
        super("remote session", signature, ticker);
        this.model = model;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * @throws io.edgeai.core.error.RemoteUnavailableException where the other side cannot be reached now
     * @throws io.edgeai.core.error.OverloadedException where it is full
     */
    @Override
    protected Map<String, Tensor> answer(Map<String, Tensor> inputs, Deadline deadline) {
        return model.infer(inputs, deadline.remaining());
    }

    @Override
    protected void release() {
        model.close();
    }

    /**
     * Configures a connection. Needs a port and a model; by default host 127.0.0.1, no version (the server chooses), messages
     * up to 64 MiB, 5 seconds for the other side to be there, no token, no TLS. Not thread-safe.
     */
    public static final class Builder {
        String host = "127.0.0.1";
        int port;
        String model = "";
        String version = "";
        int maxMessageBytes = 64 << 20;

        @Nullable
        TlsFiles tls;

        @Nullable
        String serverName;

        @Nullable
        String token;

        private Duration within = Duration.ofSeconds(5);
        private boolean plaintextAnywhere;

        private Builder() {}

        /** A name or an address; default 127.0.0.1. */
        public Builder host(String name) {
            this.host = name;
            return this;
        }

        public Builder port(int number) {
            this.port = number;
            return this;
        }

        /** The model's name on the server. */
        public Builder model(String name) {
            this.model = name;
            return this;
        }

        /** The model's version on the server; default its choice. */
        public Builder version(String name) {
            this.version = name;
            return this;
        }

        /** Most bytes of one request or answer, at least 1024; default 64 MiB. */
        public Builder maxMessageBytes(int bytes) {
            this.maxMessageBytes = Limits.messageBytes(bytes);
            return this;
        }

        /** Encrypts, and says whom to trust and what to show. */
        public Builder tls(TlsFiles files) {
            this.tls = files;
            return this;
        }

        /** The name the server's certificate must have, where it is not the host's. */
        public Builder serverName(String name) {
            this.serverName = name;
            return this;
        }

        /** What the other side asks callers to bear, as {@code edgeai serve --token-file} does; goes with every request. */
        public Builder token(String secret) {
            if (secret.isBlank() || !secret.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new InvalidInputException("The token is empty or holds other than printable ASCII characters."
                        + " Maybe strip the end of its line.");
            }
            this.token = secret;
            return this;
        }

        /** Sends unencrypted to other machines too; without it only this machine is asked without TLS. */
        public Builder allowPlaintext() {
            this.plaintextAnywhere = true;
            return this;
        }

        /** How long opening waits for the other side to be there; default 5 seconds. */
        public Builder connectWithin(Duration longest) {
            if (longest.isZero() || longest.isNegative()) {
                throw new InvalidInputException("connectWithin (" + longest + ") must be above 0.");
            }
            this.within = longest;
            return this;
        }

        /**
         * Connects and asks for the model's inputs and outputs.
         *
         * @throws InvalidInputException where the port or the model is missing, or data would leave this machine unencrypted
         * @throws io.edgeai.core.error.RuntimeUnavailableException where gRPC is not on the class path
         * @throws io.edgeai.core.error.RemoteUnavailableException where the other side is not there in time
         * @throws io.edgeai.core.error.ModelNotFoundException where it has no such model
         */
        public RemoteSession open() {
            if (port < 1 || port > 65535 || model.isEmpty()) {
                throw new InvalidInputException("A remote session needs (port: " + port + ", model: " + model
                        + "). Maybe set port(…) from 1 to 65535 and model(…).");
            }
            GrpcLibrary.require();
            if (tls == null && !plaintextAnywhere) {
                Plaintext.requireLoopback(host);
            }
            RemoteModel remote = new GrpcClient(this);
            boolean complete = false;
            try {
                RemoteSession session = new RemoteSession(remote, remote.signature(within), Ticker.system());
                complete = true;
                return session;
            } finally {
                if (!complete) {
                    remote.close();
                }
            }
        }
    }
}
