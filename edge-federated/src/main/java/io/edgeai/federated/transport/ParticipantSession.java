package io.edgeai.federated.transport;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.Receipt;
import io.edgeai.federated.RoundTask;
import io.edgeai.federated.Update;
import io.edgeai.federated.strategy.LocalRule;
import io.edgeai.federated.transport.wire.Federation;
import io.edgeai.federated.transport.wire.Federation.ToCoordinator;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A participant's side of the conversation, which outlives its connections: an update that could not be delivered is
 * offered again under the same name. Work is done on the executor, one task at a time. Thread-safe.
 */
public final class ParticipantSession {
    private final FederatedParticipant participant;
    private final Executor executor;
    private final int mostParameters;
    private @Nullable Link<ToCoordinator> link;
    private Federation.@Nullable Task head;
    private Vectors.@Nullable Assembly arriving;
    private int wantedRound;
    private @Nullable Answer answer;

    private record Answer(Federation.UpdateHeader header, Update update) {}

    /** What the coordinator wants of the connection. */
    public enum Verdict {
        /** Go on. */
        CONTINUE,
        /** There are no more rounds. */
        FINISHED
    }

    /** @param mostParameters longest vector to give memory to */
    public ParticipantSession(FederatedParticipant participant, Executor executor, int mostParameters) {
        this.participant = participant;
        this.executor = executor;
        this.mostParameters = mostParameters;
    }

    /** A connection is there; the one before it is forgotten. */
    public synchronized void connected(Link<ToCoordinator> fresh) {
        link = fresh;
        head = null;
        arriving = null;
        Answer open = answer;
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

    private static List<String> capabilities() {
        List<String> capabilities = new ArrayList<>();
        capabilities.add(Messages.FLOAT32);
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

    private void announce(Answer open) {
        if (link != null) {
            link.send(Messages.one(ToCoordinator.newBuilder().setUpdate(open.header())));
        }
    }

    /**
     * Takes one message.
     *
     * @throws InvalidInputException where the coordinator refuses this participant, or sends what it must not
     */
    public synchronized Verdict receive(ToParticipant message) {
        switch (message.getKindCase()) {
            case WELCOME -> {}
            case TASK -> begin(message.getTask());
            case CHUNK -> chunk(message.getChunk());
            case GRANT -> granted(message.getGrant().getUpdate());
            case RECEIPT -> settled(Messages.receipt(message.getReceipt()));
            case REFUSAL ->
                throw new InvalidInputException("The coordinator does not take participant (" + participant.id() + "): "
                        + message.getRefusal().getReason() + ".");
            case FINISHED -> {
                return Verdict.FINISHED;
            }
            default -> throw new InvalidInputException("A message of this kind is not known. Maybe update.");
        }
        return Verdict.CONTINUE;
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
        head = task;
        wantedRound = task.getRound();
        answer = null;
        arriving = new Vectors.Assembly(parameters, task.getControl());
    }

    private void chunk(Federation.Chunk chunk) {
        Federation.Task task = head;
        Vectors.Assembly vectors = arriving;
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

    private void work(Federation.Task head, Vectors.Assembly vectors) {
        synchronized (this) {
            if (wantedRound != head.getRound()) {
                return;
            }
        }
        try {
            RoundTask task = Messages.task(head, vectors.first(), vectors.second());
            answered(task, participant.fit(task));
        } catch (RuntimeException e) {
            synchronized (this) {
                if (link != null) {
                    link.send(Messages.one(ToCoordinator.newBuilder()
                            .setFailure(Federation.Failure.newBuilder()
                                    .setRound(head.getRound())
                                    .setReason(e.toString()))));
                }
            }
        }
    }

    private synchronized void answered(RoundTask task, Update update) {
        if (wantedRound == task.round()) {
            Answer fresh = new Answer(Messages.header(task, update), update);
            answer = fresh;
            announce(fresh);
        }
    }

    private void granted(long update) {
        Answer open = answer;
        if (open != null && open.header().getUpdate() == update && link != null) {
            link.send(Messages.chunks(open.update()));
        }
    }

    private void settled(Receipt receipt) {
        Answer open = answer;
        if (open != null && open.header().getRound() == receipt.round()) {
            answer = null;
        }
        participant.settled(receipt);
    }
}
