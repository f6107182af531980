package io.edgeai.federated.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.Update;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who has heard that there are no more rounds, message by message. */
class FarewellTest {
    private final RemotePopulation population = new RemotePopulation(
            Enrolment.open(), 5, 2, Duration.ofSeconds(30), () -> 0, Runnable::run, null, Pipe.REST_FROM);

    private static ParticipantSession session(String id) {
        return new ParticipantSession(
                FederatedParticipant.of(id, 1, task -> Update.of(task.parameters(), 1)), Runnable::run, 10);
    }

    private Pipe connect(ParticipantSession session) {
        Pipe pipe = new Pipe(population, session, Enrolment.Identity.NONE);
        pipe.up();
        pipe.down();
        return pipe;
    }

    private static void hearsAndLeaves(Pipe pipe) {
        pipe.flow();
        assertThat(pipe.finished).isTrue();
        pipe.coordinator.left();
        pipe.coordinator.closed();
    }

    @Test
    void withoutAnybodyThereIsNobodyToWaitFor() {
        assertThat(population.farewell()).isNotDone();
        population.finish();
        assertThat(population.farewell()).isCompleted();
    }

    @Test
    void itIsDoneOnceEverybodyHasHeard() {
        Pipe one = connect(session("one"));
        Pipe two = connect(session("two"));
        population.finish();
        hearsAndLeaves(one);
        assertThat(population.farewell()).isNotDone();
        hearsAndLeaves(two);
        assertThat(population.farewell()).isCompleted();
    }

    @Test
    void whoIsOnItsWayBackIsWaitedFor() {
        ParticipantSession session = session("one");
        connect(session).cut();
        population.finish();
        assertThat(population.farewell()).isNotDone();
        hearsAndLeaves(connect(session));
        assertThat(population.farewell()).isCompleted();
    }

    @Test
    void whoseConnectionBreaksBeforeItHeardIsToldAgain() {
        ParticipantSession session = session("one");
        Pipe pipe = connect(session);
        population.finish();
        pipe.cut();
        assertThat(pipe.finished).isFalse();
        assertThat(population.farewell()).isNotDone();
        hearsAndLeaves(connect(session));
        assertThat(population.farewell()).isCompleted();
    }

    /** It leaves for a rest as the end comes: it does not know of it. */
    @Test
    void whoLeftBeforeTheEndHasNotHeard() {
        ParticipantSession session = session("one");
        Pipe pipe = connect(session);
        pipe.coordinator.left();
        population.finish();
        assertThat(population.farewell()).isNotDone();
        hearsAndLeaves(connect(session));
        assertThat(population.farewell()).isCompleted();
    }

    @Test
    void whoTookPartInAnEarlierProcessIsWaitedFor() {
        assertThat(population.expect("one", 1)).isPresent();
        population.finish();
        assertThat(population.farewell()).isNotDone();
        hearsAndLeaves(connect(session("one")));
        assertThat(population.farewell()).isCompleted();
    }

    /** Refused, they do not come back. */
    @Test
    void whoWasRefusedIsNotWaitedFor() {
        Pipe rude = connect(session("rude"));
        rude.coordinator.refuse("it spoke out of turn");
        connect(session("unable"));
        population.require(Set.of("flight"));
        population.finish();
        assertThat(population.farewell()).isCompleted();
    }

    @Test
    void whoComesForTheFirstTimeAfterTheEndIsToldAndNotWaitedFor() {
        population.finish();
        Pipe late = connect(session("late"));
        assertThat(population.farewell()).isCompleted();
        hearsAndLeaves(late);
    }
}
