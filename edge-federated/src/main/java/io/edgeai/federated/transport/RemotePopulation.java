package io.edgeai.federated.transport;

import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.Population;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.transport.wire.Federation;
import io.edgeai.federated.transport.wire.Federation.ToCoordinator;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Participants that are connected, or were. Thread-safe. */
public final class RemotePopulation implements Population {
    private final Enrolment enrolment;
    private final int most;
    private final Uploads uploads;
    private final @Nullable Roster roster;
    private final Ticker ticker;
    private final Rests rests;
    private final Map<String, RemoteParticipant> participants = new LinkedHashMap<>();
    private Set<String> needed = Set.of();
    private final Set<String> refused = new HashSet<>();
    private final Set<String> unaware = new HashSet<>();
    private final CompletableFuture<Void> farewell = new CompletableFuture<>();
    private boolean finished;

    /**
     * Nobody yet.
     *
     * @param most participants that may ever come
     * @param uploadsAtOnce updates that arrive at a time; each takes the memory of one model
     * @param uploadPatience how long one may take
     * @param executor where grants are given
     * @param roster of secure sums; null where there are none
     * @param restFrom pauses at least that long are told to participants
     */
    public RemotePopulation(
            Enrolment enrolment,
            int most,
            int uploadsAtOnce,
            Duration uploadPatience,
            Ticker ticker,
            Executor executor,
            @Nullable Roster roster,
            Duration restFrom) {
        this.enrolment = enrolment;
        this.most = most;
        this.uploads = new Uploads(uploadsAtOnce, uploadPatience.toNanos(), ticker, executor);
        this.roster = roster;
        this.ticker = ticker;
        this.rests = new Rests(restFrom, ticker);
    }

    @Override
    public void rest(Duration untilNext) {
        rests.begin(untilNext);
        List<RemoteParticipant> everybody;
        synchronized (participants) {
            everybody = List.copyOf(participants.values());
        }
        everybody.forEach(one -> one.rest(rests.of(one.id())));
    }

    @Override
    public Set<String> abilities() {
        Set<String> abilities = new LinkedHashSet<>(Codec.families());
        abilities.add(Messages.GUARD);
        abilities.add(Messages.MEASURE);
        if (roster != null) {
            abilities.add(Messages.SECURE);
            abilities.add(Messages.NARROW_MASKS);
        }
        return abilities;
    }

    @Override
    public void require(Set<String> all) {
        List<RemoteParticipant> everybody;
        synchronized (participants) {
            needed = Set.copyOf(all);
            everybody = List.copyOf(participants.values());
        }
        for (RemoteParticipant one : everybody) {
            Set<String> missing = one.missing(all);
            if (!missing.isEmpty()) {
                one.refuse(RefusalReason.ABILITY, lacks(missing));
                refused(one.id());
            }
        }
    }

    private static String lacks(Set<String> missing) {
        return "these rounds need what it cannot do: " + missing;
    }

    private RemoteParticipant made(String id, int samples) {
        int number = roster != null && roster.has(id) ? roster.number(id) : -1;
        return new RemoteParticipant(id, samples, number, uploads, new Presence(ticker));
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
            return Optional.of(participants.computeIfAbsent(id, key -> made(key, samples)));
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

    /** Tells everybody that there are no more rounds, also who comes later. */
    public void finish() {
        List<RemoteParticipant> everybody;
        synchronized (participants) {
            if (!finished) {
                unaware.addAll(participants.keySet());
                unaware.removeAll(refused);
            }
            finished = true;
            everybody = List.copyOf(participants.values());
            bidFarewell();
        }
        everybody.forEach(RemoteParticipant::finish);
    }

    /**
     * Done when everybody that took part before {@link #finish()} has heard of it, also who was not connected then; who never
     * comes back keeps it from being done.
     */
    public CompletableFuture<Void> farewell() {
        return farewell.copy();
    }

    /** It will not come back. */
    private void refused(String id) {
        synchronized (participants) {
            refused.add(id);
            aware(id);
        }
    }

    private void aware(String id) {
        synchronized (participants) {
            unaware.remove(id);
            bidFarewell();
        }
    }

    private void bidFarewell() {
        if (finished && unaware.isEmpty()) {
            farewell.complete(null);
        }
    }

    /** Whether {@link #finish()} was called. */
    public boolean finished() {
        synchronized (participants) {
            return finished;
        }
    }

    private Set<String> needed() {
        synchronized (participants) {
            return needed;
        }
    }

    /** Begins the conversation with whoever has connected. */
    public Session open(Link<ToParticipant> link, Enrolment.Identity identity) {
        return new Session(link, identity);
    }

    /** @throws ParticipantRefusedException saying why a participant may not take part */
    private RemoteParticipant admitted(Federation.Hello hello, Enrolment.Identity identity) {
        String id = hello.getParticipant();
        String objection = enrolment.objection(id, identity);
        if (objection.isEmpty() && (id.isBlank() || hello.getSamples() < 1)) {
            objection = "participant (" + id + ") has (" + hello.getSamples() + ") samples";
        }
        if (!objection.isEmpty()) {
            throw new ParticipantRefusedException(RefusalReason.NOT_ENROLLED, objection);
        }
        if (hello.getOldestVersion() > Messages.VERSION || hello.getNewestVersion() < Messages.VERSION) {
            throw new ParticipantRefusedException(
                    RefusalReason.PROTOCOL_VERSION,
                    "it speaks protocol (" + hello.getOldestVersion() + ") to (" + hello.getNewestVersion()
                            + "), this side " + Messages.VERSION);
        }
        if (!hello.getCapabilitiesList().contains(Messages.FLOAT32)) {
            throw new ParticipantRefusedException(
                    RefusalReason.ABILITY, "it has no encoding in common: " + hello.getCapabilitiesList());
        }
        synchronized (participants) {
            Set<String> missing = new TreeSet<>(needed);
            missing.removeAll(hello.getCapabilitiesList());
            if (!missing.isEmpty()) {
                throw new ParticipantRefusedException(RefusalReason.ABILITY, lacks(missing));
            }
            if (needed.contains(Messages.SECURE) && (roster == null || !roster.has(id))) {
                throw new ParticipantRefusedException(
                        RefusalReason.NOT_ENROLLED, "participant (" + id + ") is not in the roster of secure sums");
            }
            if (!participants.containsKey(id) && participants.size() >= most) {
                throw new ParticipantRefusedException(
                        RefusalReason.FULL, "there are (" + most + ") participants, no more are taken");
            }
            refused.remove(id);
            return participants.computeIfAbsent(id, key -> made(key, hello.getSamples()));
        }
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
                case AGGREGATION -> known.said(link, message.getAggregation());
                case SCORE -> known.measured(link, message.getScore());
                case FAILURE -> known.failed(message.getFailure());
                default -> throw new InvalidInputException("A message of this kind is not known. Maybe update.");
            }
        }

        private void hello(Federation.Hello hello) {
            if (participant != null) {
                throw new InvalidInputException("Participant (" + hello.getParticipant() + ") says hello twice.");
            }
            RemoteParticipant admitted;
            try {
                admitted = admitted(hello, identity);
            } catch (ParticipantRefusedException e) {
                refuse(e.reason(), String.valueOf(e.getMessage()));
                return;
            }
            link.send(Messages.one(ToParticipant.newBuilder()
                    .setWelcome(Federation.Welcome.newBuilder()
                            .setVersion(Messages.VERSION)
                            .setEncoding(Messages.FLOAT32)
                            .addAllNeeds(needed()))));
            participant = admitted;
            admitted.attach(link, hello);
            if (finished()) {
                admitted.finish();
            } else {
                admitted.rest(rests.of(admitted.id()));
            }
        }

        /** Ends the connection for good, saying what the participant did. */
        public void refuse(String misbehaviour) {
            refuse(RefusalReason.MISBEHAVIOUR, misbehaviour);
            RemoteParticipant known = participant;
            if (known != null) {
                refused(known.id());
            }
        }

        private void refuse(RefusalReason code, String reason) {
            link.send(Messages.one(Messages.refusal(code, reason)));
            link.end();
        }

        /** The participant has ended the connection by itself. */
        public void left() {
            RemoteParticipant known = participant;
            if (known != null && known.left(link)) {
                aware(known.id());
            }
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
