package io.edgeai.federated.transport.grpc;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.remote.TlsFiles;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.secagg.Identities;
import io.edgeai.federated.transport.Conditions;
import io.edgeai.federated.transport.Roster;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in the rounds of a coordinator in another process, until that says there are no more. Connects again whenever
 * the connection breaks, and offers an update again that was not acknowledged. Data stay here; parameters travel.
 * Thread-safe.
 *
 * <pre>{@code
 * try (GrpcParticipant site = GrpcParticipant.builder()
 *         .host("coordinator.example").port(9443)
 *         .tls(TlsFiles.showing(certificate, key).andTrusting(coordinatorsAuthority))
 *         .participant(FederatedParticipant.training(model, data))
 *         .start()) {
 *     site.await();
 * }
 * }</pre>
 */
public final class GrpcParticipant implements AutoCloseable {
    private final GrpcConnection connection;

    private GrpcParticipant(GrpcConnection connection) {
        this.connection = connection;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Waits for the end of the last round.
     *
     * @throws io.edgeai.federated.transport.ParticipantRefusedException where the coordinator does not take this participant
     * @throws io.edgeai.core.error.RemoteUnavailableException where it was out of reach for longer than the patience
     * @throws CancellationException where this was closed before
     */
    public void await() {
        try {
            connection.finished().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Done when the coordinator has taken this participant for the first time; never where it does not. */
    public CompletableFuture<Void> welcomed() {
        return connection.welcomed().copy();
    }

    /** Done when the last round is over; fails as {@link #await()} does. */
    public CompletableFuture<Void> finished() {
        return connection.finished().copy();
    }

    /** Leaves, also in the middle of a round. Closing twice does nothing. */
    @Override
    public void close() {
        connection.close();
    }

    /** Configures a participant. Needs a port and the participant itself; by default host 127.0.0.1. Not thread-safe. */
    public static final class Builder {
        String host = "127.0.0.1";
        int port;
        int mostParameters = 1 << 28;
        Duration firstPause = Duration.ofMillis(200);
        Duration longestPause = Duration.ofSeconds(30);
        Duration patience = Duration.ofMinutes(10);

        @Nullable
        String serverName;

        @Nullable
        TlsFiles tls;

        @Nullable
        Executor executor;

        Conditions conditions = Conditions.none();
        Roster.@Nullable Place place;

        private @Nullable FederatedParticipant participant;

        private Builder() {}

        public Builder host(String address) {
            this.host = address;
            return this;
        }

        public Builder port(int number) {
            if (number < 1 || number > 65535) {
                throw new InvalidInputException("port (" + number + ") must be 1 to 65535.");
            }
            this.port = number;
            return this;
        }

        /** Certificates of this side, and the authorities that the coordinator's must come from. */
        public Builder tls(TlsFiles files) {
            this.tls = files;
            return this;
        }

        /** Name in the coordinator's certificate, where it is not the host. */
        public Builder serverName(String name) {
            this.serverName = name;
            return this;
        }

        /** Who trains, under which name; with TLS the name in its certificate. */
        public Builder participant(FederatedParticipant own) {
            this.participant = own;
            return this;
        }

        /** Without which it does not train; default {@link Conditions#none()}. */
        public Builder conditions(Conditions least) {
            this.conditions = least;
            return this;
        }

        /**
         * Takes part in secure sums among these, and signs by its key in the roster.
         *
         * @param signer e.g. {@code Identities.session(Identities.signer(keyFile))}
         */
        public Builder roster(Roster everybody, Identities.Signer signer) {
            this.place = new Roster.Place(everybody, signer);
            return this;
        }

        /** Where training runs; default a thread of its own. The caller shuts it down. */
        public Builder executor(Executor threads) {
            this.executor = threads;
            return this;
        }

        /** Longest vector that the coordinator may send; default 2^28. */
        public Builder mostParameters(int count) {
            if (count < 1) {
                throw new InvalidInputException("mostParameters (" + count + ") must be at least 1.");
            }
            this.mostParameters = count;
            return this;
        }

        /** Pauses between attempts to connect double from the first to the longest; default 0.2 to 30 seconds. */
        public Builder pauses(Duration first, Duration longest) {
            if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
                throw new InvalidInputException("Pauses of (" + first + ") to (" + longest + ") do not grow.");
            }
            this.firstPause = first;
            this.longestPause = longest;
            return this;
        }

        /** How long it tries to reach the coordinator without success; default 10 minutes. */
        public Builder patience(Duration longest) {
            this.patience = longest;
            return this;
        }

        /**
         * Begins to connect.
         *
         * @throws InvalidInputException where the participant or the port is missing, or the roster is without it
         * @throws io.edgeai.core.error.RuntimeUnavailableException where gRPC is not on the class path
         */
        public GrpcParticipant start() {
            FederatedParticipant own = participant;
            if (own == null || port == 0) {
                throw new InvalidInputException(
                        "A participant (" + own + ") needs a coordinator's port (" + port + "). Maybe set both.");
            }
            if (place != null) {
                int unused = place.roster().number(own.id());
            }
            GrpcLibrary.require();
            GrpcConnection connection = new GrpcConnection(this, own);
            connection.connect();
            return new GrpcParticipant(connection);
        }
    }
}
