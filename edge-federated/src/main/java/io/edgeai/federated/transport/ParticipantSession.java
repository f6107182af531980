package io.edgeai.federated.transport;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.Receipt;
import io.edgeai.federated.RoundTask;
import io.edgeai.federated.Update;
import io.edgeai.federated.UpdateGuard;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.evaluation.ScoreSum;
import io.edgeai.federated.secagg.Message;
import io.edgeai.federated.secagg.SumTerms;
import io.edgeai.federated.strategy.LocalRule;
import io.edgeai.federated.training.Evaluation;
import io.edgeai.federated.transport.wire.Federation;
import io.edgeai.federated.transport.wire.Federation.ToCoordinator;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A participant's side of the conversation, which outlives its connections: an update that could not be delivered is
 * offered again under the same name. Work is done on the executor, one task at a time. Thread-safe.
 */
public final class ParticipantSession {
    private static final int MOST_BYTES_A_VALUE = 8;
    private static final int MOST_HEADER_BYTES = 64;
    private static final long LONGEST_REST_MILLIS = 24L * 60 * 60 * 1000;

    private final FederatedParticipant participant;
    private final Executor executor;
    private final int mostParameters;
    private final Conditions conditions;
    private final Roster.@Nullable Place place;
    private final Outgoing outgoing = new Outgoing();
    private @Nullable Link<ToCoordinator> link;
    private Federation.@Nullable Task head;
    private Vectors.@Nullable Arrival arriving;
    private int wantedRound;
    private Federation.@Nullable Task wanted;
    private Outgoing.@Nullable Answer answer;
    private @Nullable SecurePart part;
    private Duration rest = Duration.ZERO;

    /** What the coordinator wants of the connection. */
    public enum Verdict {
        /** Go on. */
        CONTINUE,
        /** Nothing is asked for {@link #rest()}: it may end, and begin again then. */
        REST,
        /** There are no more rounds. */
        FINISHED
    }

    /** @param mostParameters longest vector to give memory to */
    public ParticipantSession(FederatedParticipant participant, Executor executor, int mostParameters) {
        this(participant, executor, mostParameters, Conditions.none(), null);
    }

    /**
     * @param mostParameters longest vector to give memory to
     * @param place in secure sums; null where it takes part in none
     */
    public ParticipantSession(
            FederatedParticipant participant,
            Executor executor,
            int mostParameters,
            Conditions conditions,
            Roster.@Nullable Place place) {
        this.participant = participant;
        this.executor = executor;
        this.mostParameters = mostParameters;
        this.conditions = conditions;
        this.place = place;
    }

    /** A connection is there; the one before it is forgotten. */
    public synchronized void connected(Link<ToCoordinator> fresh) {
        link = fresh;
        head = null;
        arriving = null;
        part = null;
        if (answer != null && answer.header().getEncoding().equals(Messages.MASKED)) {
            answer = null; // the others have gone on without it
        }
        Outgoing.Answer open = answer;
        Federation.Hello.Builder hello = Federation.Hello.newBuilder()
                .setOldestVersion(Messages.VERSION)
                .setNewestVersion(Messages.VERSION)
                .setParticipant(participant.id())
                .setSamples(participant.samples())
                .addAllCapabilities(capabilities());
        if (open != null) {
            hello.setPendingUpdate(open.header().getUpdate())
                    .setPendingRound(open.header().getRound());
        }
        fresh.send(Messages.one(ToCoordinator.newBuilder().setHello(hello)));
        if (open != null) {
            announce(open);
        }
    }

    private List<String> capabilities() {
        List<String> capabilities = new ArrayList<>(Codec.families());
        capabilities.add(Messages.GUARD);
        capabilities.add(Messages.MEASURE);
        if (place != null) {
            capabilities.add(Messages.SECURE);
            capabilities.add(Messages.NARROW_MASKS);
        }
        for (LocalRule.Kind kind : LocalRule.Kind.values()) {
            capabilities.add(kind.name());
        }
        return capabilities;
    }

    /** The connection is gone; work goes on. */
    public synchronized void disconnected(Link<ToCoordinator> from) {
        if (link == from) {
            link = null;
        }
    }

    private void announce(Outgoing.Answer open) {
        if (link != null) {
            link.send(Messages.one(ToCoordinator.newBuilder().setUpdate(open.header())));
        }
    }

    /**
     * Takes one message.
     *
     * @throws ParticipantRefusedException where the coordinator does not take this participant
     * @throws InvalidInputException where it sends what it must not
     */
    public synchronized Verdict receive(ToParticipant message) {
        switch (message.getKindCase()) {
            case WELCOME -> welcome(message.getWelcome());
            case TASK -> begin(message.getTask());
            case CHUNK -> chunk(message.getChunk());
            case GRANT -> granted(message.getGrant().getUpdate());
            case RECEIPT -> settled(Messages.receipt(message.getReceipt()));
            case AGGREGATION -> told(message.getAggregation());
            case REFUSAL -> throw Messages.refusal(message.getRefusal(), participant.id());
            case REST -> {
                rest = Duration.ofMillis(Math.max(
                        0, Math.min(LONGEST_REST_MILLIS, message.getRest().getMillis())));
                return Verdict.REST;
            }
            case FINISHED -> {
                return Verdict.FINISHED;
            }
            default -> throw new InvalidInputException("A message of this kind is not known. Maybe update.");
        }
        return Verdict.CONTINUE;
    }

    private void welcome(Federation.Welcome welcome) {
        if (welcome.getVersion() != Messages.VERSION) {
            throw new ParticipantRefusedException(
                    RefusalReason.PROTOCOL_VERSION,
                    "The coordinator welcomes participant (" + participant.id() + ") to protocol ("
                            + Integer.toUnsignedString(welcome.getVersion()) + "), this side speaks "
                            + Messages.VERSION + ". Maybe update the older of the two.");
        }
    }

    /** How long the coordinator said that it asks for nothing; at most a day. */
    public synchronized Duration rest() {
        return rest;
    }

    private void begin(Federation.Task task) {
        int parameters = task.getParameters();
        if (parameters < 1
                || parameters > mostParameters
                || (task.getControl() != 0 && task.getControl() != parameters)) {
            throw new InvalidInputException("A model of (" + Integer.toUnsignedString(parameters) + ") parameters and ("
                    + Integer.toUnsignedString(task.getControl()) + ") control values is not 1 to " + mostParameters
                    + ". Maybe raise mostParameters.");
        }
        long coded = Integer.toUnsignedLong(task.getCodedBytes());
        if (coded > MOST_BYTES_A_VALUE * (long) parameters + MOST_HEADER_BYTES) {
            throw new InvalidInputException("A model of (" + parameters + ") parameters takes (" + coded
                    + ") bytes, which no codec makes of it.");
        }
        head = task;
        wantedRound = task.getRound();
        wanted = task;
        answer = null;
        part = null;
        arriving = coded == 0
                ? new Vectors.Assembly(parameters, task.getControl())
                : new Vectors.Coded(task.getCodedBytes(), task.getControl());
    }

    private void chunk(Federation.Chunk chunk) {
        Federation.Task task = head;
        Vectors.Arrival vectors = arriving;
        if (task == null || vectors == null) {
            throw new InvalidInputException("The coordinator sends chunks of no task.");
        }
        vectors.add(chunk.getData());
        if (vectors.complete()) {
            head = null;
            arriving = null;
            executor.execute(() -> work(task, vectors));
        }
    }

    private void work(Federation.Task head, Vectors.Arrival vectors) {
        synchronized (this) {
            if (wantedRound != head.getRound()) {
                return;
            }
        }
        try {
            conditions.require(Messages.sending(head));
            RoundTask task = Messages.task(head, vectors);
            if (task.measures()) {
                measure(head, task);
                return;
            }
            Update update = participant.fit(task);
            if (task.sending().secure()) {
                join(head, task, update.changeFrom(task.parameters()));
            } else {
                answered(outgoing.answer(task, update));
            }
        } catch (RuntimeException e) {
            failed(head.getRound(), e);
        }
    }

    /** Who keeps nothing to measure on fails before it gives keys: a sum is never of fewer scores than it says. */
    private void measure(Federation.Task head, RoundTask task) {
        Evaluation own = participant
                .evaluate(task.parameters())
                .orElseThrow(() -> new InvalidInputException(FederatedParticipant.KEEPS_NOTHING));
        UpdateGuard guard = task.sending().guard();
        SumTerms terms = guard == null ? null : guard.sum();
        if (terms != null) {
            int summands = terms.units().summands();
            join(head, task, ScoreSum.vector(own.samples(), own.accuracy(), own.loss(), summands));
            return;
        }
        synchronized (this) {
            if (wantedRound == task.round() && link != null) {
                link.send(Messages.one(Messages.score(task, own)));
            }
        }
    }

    private synchronized void failed(int round, RuntimeException e) {
        part = null;
        if (link != null) {
            link.send(Messages.one(ToCoordinator.newBuilder()
                    .setFailure(Federation.Failure.newBuilder().setRound(round).setReason(e.toString()))));
        }
    }

    private synchronized void answered(Outgoing.Answer fresh) {
        if (wantedRound == fresh.header().getRound()) {
            answer = fresh;
            announce(fresh);
        }
    }

    /** A task that came twice, as after a broken connection, has one part only: that of its last coming. */
    @SuppressWarnings("ReferenceEquality") // the same task may come twice, and each coming is its own
    private void join(Federation.Task head, RoundTask task, float[] vector) {
        Roster.Place own = place;
        if (own == null) {
            throw new InvalidInputException("This participant has no roster for secure sums. Maybe give it one.");
        }
        SecurePart fresh = new SecurePart(task, vector, own, participant.id());
        Message keys = fresh.keys();
        synchronized (this) {
            if (wanted == head) {
                part = fresh;
                say(task.round(), keys);
            }
        }
    }

    private void say(int round, Message message) {
        if (link != null) {
            link.send(
                    Messages.one(ToCoordinator.newBuilder().setAggregation(AggregationMessages.write(round, message))));
        }
    }

    private void told(Federation.Aggregation wire) {
        SecurePart open = part;
        if (open != null && open.task().round() == wire.getRound()) {
            executor.execute(() -> reply(open, wire));
        }
    }

    private void reply(SecurePart open, Federation.Aggregation wire) {
        int round = open.task().round();
        try {
            Message reply = open.answer(AggregationMessages.ofCoordinator(wire));
            if (reply instanceof Message.MaskedVector masked) {
                answered(Outgoing.masked(open.task(), masked.values(), open.bits()));
                return;
            }
            synchronized (this) {
                if (part == open) {
                    say(round, reply);
                }
            }
        } catch (RuntimeException e) {
            failed(round, e);
        }
    }

    private void granted(long update) {
        Outgoing.Answer open = answer;
        if (open != null && open.header().getUpdate() == update && link != null) {
            link.send(Messages.chunks(open.payload()));
        }
    }

    private void settled(Receipt receipt) {
        Outgoing.Answer open = answer;
        if (open != null && open.header().getRound() == receipt.round()) {
            answer = null;
            part = null;
        }
        participant.settled(receipt);
    }
}
