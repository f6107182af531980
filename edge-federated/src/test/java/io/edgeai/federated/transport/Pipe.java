package io.edgeai.federated.transport;

import io.edgeai.federated.transport.wire.Federation.ToCoordinator;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;

/** Both sides of a connection in one thread; messages wait until the test lets them through. */
final class Pipe {
    static final Duration REST_FROM = Duration.ofMinutes(1);

    final RemotePopulation.Session coordinator;
    final ParticipantSession participant;
    final List<ToParticipant> heard = new ArrayList<>();
    final List<ToCoordinator> said = new ArrayList<>();
    private final Lane<ToParticipant> down = new Lane<>();
    private final Lane<ToCoordinator> up = new Lane<>();
    boolean finished;
    boolean sentAway;

    Pipe(RemotePopulation population, ParticipantSession participant, Enrolment.Identity identity) {
        this.participant = participant;
        this.coordinator = population.open(down, identity);
        participant.connected(up);
    }

    private static final class Lane<M> implements Link<M> {
        private final Queue<Iterator<M>> queue = new ArrayDeque<>();
        private boolean ended;

        @Override
        public void send(Iterator<M> messages) {
            if (!ended) {
                queue.add(messages);
            }
        }

        @Override
        public void end() {
            ended = true;
        }

        private M next() {
            while (!queue.isEmpty()) {
                if (queue.element().hasNext()) {
                    return queue.element().next();
                }
                queue.remove();
            }
            return null;
        }
    }

    /** Lets the participant's next message through; false where there is none. */
    boolean up() {
        ToCoordinator message = up.next();
        if (message != null) {
            said.add(message);
            coordinator.receive(message);
        }
        return message != null;
    }

    /** Lets the coordinator's next message through; false where there is none. */
    boolean down() {
        ToParticipant message = down.next();
        if (message != null) {
            heard.add(message);
            ParticipantSession.Verdict verdict = participant.receive(message);
            finished |= verdict == ParticipantSession.Verdict.FINISHED;
            sentAway |= verdict == ParticipantSession.Verdict.REST;
        }
        return message != null;
    }

    /** Until nobody has anything to say. */
    void flow() {
        boolean moved = true;
        while (moved) {
            boolean some = up();
            moved = down() || some;
        }
    }

    /** A link that leads nowhere. */
    static Link<ToParticipant> nowhere() {
        return new Lane<>();
    }

    /** The connection is gone, with all that was on its way. */
    void cut() {
        coordinator.closed();
        participant.disconnected(up);
    }
}
