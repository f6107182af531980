package io.edgeai.federated.transport.grpc;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.remote.TlsFiles;
import io.edgeai.federated.Population;
import io.edgeai.federated.transport.Enrolment;
import io.edgeai.federated.transport.RemotePopulation;
import io.edgeai.federated.transport.Roster;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Takes connections of participants and makes a population of them. Each keeps one stream open over TLS, on which both
 * sides show certificates; who it is, its certificate says. Thread-safe.
 *
 * <pre>{@code
 * try (GrpcCoordinator door = GrpcCoordinator.builder()
 *         .host("0.0.0.0").port(9443)
 *         .tls(TlsFiles.showing(certificate, key).andTrusting(participantsAuthority))
 *         .start()) {
 *     FederatedRun run = FederatedCoordinator.builder().model(model).population(door.population()).build().run();
 *     door.finish();
 * }
 * }</pre>
 */
public final class GrpcCoordinator implements AutoCloseable {
    private final GrpcListener listener;
    private final RemotePopulation population;

    private GrpcCoordinator(GrpcListener listener, RemotePopulation population) {
        this.listener = listener;
        this.population = population;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Those that came so far; grows while the port is open. */
    public Population population() {
        return population;
    }

    /** Participants that are connected now. */
    public int connected() {
        return population.connected();
    }

    public int port() {
        return listener.port();
    }

    /** Tells everybody, also who comes later, that there are no more rounds. */
    public void finish() {
        population.finish();
    }

    /**
     * Closes the port; after {@link #finish()} only once everybody that took part has heard of it, also who is on its way
     * back, or after {@link Builder#goodbye}. Participants that were not told of an end try to come back until their patience
     * is at its end; who opens the port again for a run that is over, from its journal, tells them. Closing twice does nothing.
     */
    @Override
    public void close() {
        listener.close(population.finished() ? population.farewell() : null);
    }

    /**
     * Configures a coordinator's door. By default host 127.0.0.1, any free port, 10,000 participants, 64 updates arriving at
     * once within a minute each, names by certificate, 40 seconds for the goodbye. Not thread-safe.
     */
    public static final class Builder {
        String host = "127.0.0.1";
        int port;
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        Duration goodbye = Duration.ofSeconds(40);

        @Nullable
        TlsFiles tls;

        private int mostParticipants = 10_000;
        private int uploadsAtOnce = 64;
        private Duration uploadPatience = Duration.ofMinutes(1);
        private Duration restFrom = Duration.ofMinutes(1);
        private @Nullable Enrolment enrolment;
        private @Nullable Roster roster;
        private boolean plaintextAnywhere;
        private Ticker ticker = Ticker.system();

        private Builder() {}

        /** The address to listen on, e.g. 0.0.0.0 for all. */
        public Builder host(String address) {
            this.host = address;
            return this;
        }

        /** 0 for any free one. */
        public Builder port(int number) {
            if (number < 0 || number > 65535) {
                throw new InvalidInputException("port (" + number + ") must be 0 to 65535.");
            }
            this.port = number;
            return this;
        }

        /** Certificates of this side, and the authorities that participants' must come from. */
        public Builder tls(TlsFiles files) {
            if (files.certificates() == null || files.trusted() == null) {
                throw new InvalidInputException("A coordinator shows certificates and asks for them, but (" + files
                        + ") lacks one. Maybe TlsFiles.showing(…).andTrusting(…).");
            }
            this.tls = files;
            return this;
        }

        /** Who may take part; default {@link Enrolment#byCommonName()} with TLS and {@link Enrolment#open()} without. */
        public Builder enrolment(Enrolment who) {
            this.enrolment = who;
            return this;
        }

        /** Who may take part in secure sums, and by which keys; default nobody: there are none. */
        public Builder roster(Roster everybody) {
            this.roster = everybody;
            return this;
        }

        /** Participants that may ever come, 1 to 1,000,000. */
        public Builder mostParticipants(int count) {
            this.mostParticipants = inRange("mostParticipants", count, 1_000_000);
            return this;
        }

        /** Updates that arrive at a time, 1 to 100,000; each takes the memory of one model. */
        public Builder uploadsAtOnce(int count) {
            this.uploadsAtOnce = inRange("uploadsAtOnce", count, 100_000);
            return this;
        }

        /** How long an update may take from its grant; who is slower has failed the round. */
        public Builder uploadPatience(Duration longest) {
            if (longest.isNegative() || longest.isZero()) {
                throw new InvalidInputException("uploadPatience (" + longest + ") must be above zero.");
            }
            this.uploadPatience = longest;
            return this;
        }

        /**
         * From which length on pauses between rounds are told to participants, which leave and come back shortly before the
         * end: connections cost a little memory and traffic, and making one some milliseconds of CPU. Default a minute.
         */
        public Builder restFrom(Duration shortest) {
            if (shortest.isNegative() || shortest.isZero()) {
                throw new InvalidInputException("restFrom (" + shortest + ") must be above zero.");
            }
            this.restFrom = shortest;
            return this;
        }

        /**
         * How long closing waits at most until everybody that took part has heard that there are no more rounds. The default of
         * 40 seconds is longer than the longest pause a participant makes before it tries to come back; only where somebody
         * does not come back is it waited for to its end. 0 waits for nobody.
         */
        public Builder goodbye(Duration longest) {
            if (longest.isNegative()) {
                throw new InvalidInputException("goodbye (" + longest + ") must not be negative.");
            }
            this.goodbye = longest;
            return this;
        }

        /** Threads that read messages, 1 to 1024; default the processors, at least 2. */
        public Builder threads(int count) {
            this.threads = inRange("threads", count, 1024);
            return this;
        }

        /** Listens unencrypted on other addresses than this machine's own. */
        public Builder allowPlaintext() {
            this.plaintextAnywhere = true;
            return this;
        }

        /** Clock of the upload patience and of pauses. */
        public Builder ticker(Ticker clock) {
            this.ticker = clock;
            return this;
        }

        private static int inRange(String what, int count, int most) {
            if (count < 1 || count > most) {
                throw new InvalidInputException(what + " (" + count + ") must be 1 to " + most + ".");
            }
            return count;
        }

        /**
         * Opens the port.
         *
         * @throws InvalidInputException where models would travel to other machines unencrypted
         * @throws io.edgeai.core.error.RuntimeUnavailableException where gRPC is not on the class path, or the port is taken
         */
        public GrpcCoordinator start() {
            GrpcLibrary.require();
            if (tls == null && !plaintextAnywhere) {
                requireLoopback(host);
            }
            Enrolment who = enrolment;
            if (who == null) {
                who = tls == null ? Enrolment.open() : Enrolment.byCommonName();
            }
            GrpcListener listener = new GrpcListener(threads, goodbye);
            RemotePopulation population = new RemotePopulation(
                    who,
                    mostParticipants,
                    uploadsAtOnce,
                    uploadPatience,
                    ticker,
                    listener.executor(),
                    roster,
                    restFrom);
            listener.open(this, population);
            return new GrpcCoordinator(listener, population);
        }

        private static void requireLoopback(String host) {
            try {
                for (InetAddress address : InetAddress.getAllByName(host)) {
                    if (!address.isLoopbackAddress()) {
                        throw new InvalidInputException("Host (" + host + ") is not this machine alone, and models"
                                + " would travel unencrypted. Maybe give tls(…), or allowPlaintext() on a network you"
                                + " trust.");
                    }
                }
            } catch (UnknownHostException e) {
                throw new InvalidInputException("Host (" + host + ") has no address. Maybe correct its name.", e);
            }
        }
    }
}
