package io.edgeai.federated.transport;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.Population;
import io.edgeai.federated.transport.wire.Federation;
import io.edgeai.federated.transport.wire.Federation.ToCoordinator;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Participants that are connected, or were. Thread-safe. */
public final class RemotePopulation implements Population {
    private final Enrolment enrolment;
    private final int most;
    private final Uploads uploads;
    private final Map<String, RemoteParticipant> participants = new LinkedHashMap<>();
    private boolean finished;

    /**
     * Nobody yet.
     *
     * @param most participants that may ever come
     * @param uploadsAtOnce updates that arrive at a time; each takes the memory of one model
     * @param uploadPatience how long one may take
     * @param executor where grants are given
     */
    public RemotePopulation(
            Enrolment enrolment,
            int most,
            int uploadsAtOnce,
            Duration uploadPatience,
            Ticker ticker,
            Executor executor) {
        this.enrolment = enrolment;
        this.most = most;
        this.uploads = new Uploads(uploadsAtOnce, uploadPatience.toNanos(), ticker, executor);
    }

    @Override
    public List<FederatedParticipant> members() {
        synchronized (participants) {
            return new ArrayList<>(participants.values());
        }
    }

    @Override
    public Optional<FederatedParticipant> expect(String id, int samples) {
        synchronized (participants) {
            return Optional.of(participants.computeIfAbsent(id, key -> new RemoteParticipant(key, samples, uploads)));
        }
    }

    /** Participants that are connected now. */
    public int connected() {
        synchronized (participants) {
            return (int) participants.values().stream()
                    .filter(RemoteParticipant::available)
                    .count();
        }
    }

    /** Ends uploads that take too long; to be called now and then. */
    public void evictSlowUploads() {
        uploads.evict();
    }

    /** Tells everybody that there are no more rounds. */
    public void finish() {
        List<RemoteParticipant> everybody;
        synchronized (participants) {
            finished = true;
            everybody = List.copyOf(participants.values());
        }
        everybody.forEach(RemoteParticipant::finish);
    }

    /** Whether {@link #finish()} was called. */
    public boolean finished() {
        synchronized (participants) {
            return finished;
        }
    }

    /** Begins the conversation with whoever has connected. */
    public Session open(Link<ToParticipant> link, Enrolment.Identity identity) {
        return new Session(link, identity);
    }

    private @Nullable RemoteParticipant admitted(
            Federation.Hello hello, Enrolment.Identity identity, List<String> why) {
        String objection = enrolment.objection(hello.getParticipant(), identity);
        if (objection.isEmpty() && (hello.getParticipant().isBlank() || hello.getSamples() < 1)) {
            objection = "participant (" + hello.getParticipant() + ") has (" + hello.getSamples() + ") samples";
        }
        if (objection.isEmpty()
                && (hello.getOldestVersion() > Messages.VERSION || hello.getNewestVersion() < Messages.VERSION)) {
            objection = "it speaks protocol (" + hello.getOldestVersion() + ") to (" + hello.getNewestVersion()
                    + "), this side " + Messages.VERSION;
        }
        if (objection.isEmpty() && !hello.getCapabilitiesList().contains(Messages.FLOAT32)) {
            objection = "it has no encoding in common: " + hello.getCapabilitiesList();
        }
        if (objection.isEmpty()) {
            synchronized (participants) {
                RemoteParticipant known = participants.get(hello.getParticipant());
                if (known != null || participants.size() < most) {
                    return participants.computeIfAbsent(
                            hello.getParticipant(), id -> new RemoteParticipant(id, hello.getSamples(), uploads));
                }
            }
            objection = "there are (" + most + ") participants, no more are taken";
        }
        why.add(objection);
        return null;
    }

    /** One connection. Messages come one after the other. */
    public final class Session {
        private final Link<ToParticipant> link;
        private final Enrolment.Identity identity;
        private @Nullable RemoteParticipant participant;

        private Session(Link<ToParticipant> link, Enrolment.Identity identity) {
            this.link = link;
            this.identity = identity;
        }

        /** @throws InvalidInputException for a message that does not belong there; the connection should end then */
        public void receive(ToCoordinator message) {
            RemoteParticipant known = participant;
            if (message.getKindCase() == ToCoordinator.KindCase.HELLO) {
                hello(message.getHello());
                return;
            }
            if (known == null) {
                throw new InvalidInputException("A participant must say hello before (" + message.getKindCase() + ").");
            }
            switch (message.getKindCase()) {
                case UPDATE -> known.announced(link, message.getUpdate());
                case CHUNK -> known.chunk(link, message.getChunk().getData());
                case FAILURE -> known.failed(message.getFailure());
                default -> throw new InvalidInputException("A message of this kind is not known. Maybe update.");
            }
        }

        private void hello(Federation.Hello hello) {
            if (participant != null) {
                throw new InvalidInputException("Participant (" + hello.getParticipant() + ") says hello twice.");
            }
            List<String> objections = new ArrayList<>();
            RemoteParticipant admitted = admitted(hello, identity, objections);
            if (admitted == null) {
                refuse(objections.get(0));
                return;
            }
            link.send(Messages.one(ToParticipant.newBuilder()
                    .setWelcome(Federation.Welcome.newBuilder()
                            .setVersion(Messages.VERSION)
                            .setEncoding(Messages.FLOAT32))));
            participant = admitted;
            admitted.attach(link, hello);
            if (finished()) {
                admitted.finish();
            }
        }

        /** Says why, and ends the connection for good. */
        public void refuse(String reason) {
            link.send(Messages.one(ToParticipant.newBuilder()
                    .setRefusal(Federation.Refusal.newBuilder().setReason(reason))));
            link.end();
        }

        /** The connection is gone. */
        public void closed() {
            RemoteParticipant known = participant;
            if (known != null) {
                known.detach(link);
            }
        }
    }
}
