package io.edgeai.federated.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.Update;
import io.edgeai.federated.transport.wire.Federation;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When participants are told to come back, by a clock that the test moves. */
class RestsTest {
    private final AtomicLong clock = new AtomicLong(-7);
    private final RemotePopulation population = new RemotePopulation(
            Enrolment.open(), 500, 2, Duration.ofSeconds(30), clock::get, Runnable::run, null, Pipe.REST_FROM);

    private static ParticipantSession session(String id) {
        return new ParticipantSession(
                FederatedParticipant.of(id, 1, task -> Update.of(task.parameters(), 1)), Runnable::run, 100);
    }

    private Pipe connect(String id) {
        Pipe pipe = new Pipe(population, session(id), Enrolment.Identity.NONE);
        pipe.flow();
        return pipe;
    }

    /** A quarter of the pause, and at most 30 s, is for coming back; nobody is told of the second half of that. */
    @ParameterizedTest
    @CsvSource({"60,45,52.5", "80,60,70", "120,90,105", "3600,3570,3585"})
    void everybodyComesBackShortlyBeforeTheEnd(long pause, double from, double to) {
        Set<Duration> told = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            connect("p" + i);
        }
        population.rest(Duration.ofSeconds(pause));
        for (int i = 200; i < 400; i++) {
            ParticipantSession session = session("p" + i);
            Pipe pipe = new Pipe(population, session, Enrolment.Identity.NONE);
            pipe.flow();
            assertThat(pipe.sentAway).isTrue();
            assertThat(session.rest()).isBetween(seconds(from), seconds(to));
            told.add(session.rest());
        }
        assertThat(told).as("moments of 200 participants").hasSizeGreaterThan(100);
    }

    private static Duration seconds(double count) {
        return Duration.ofMillis(Math.round(1000 * count));
    }

    @Test
    void whoIsConnectedHearsOfAPauseAndWhoComesWhenItIsAlmostOverDoesNot() {
        Pipe there = connect("a");
        population.rest(Duration.ofMinutes(10));
        there.flow();
        assertThat(there.sentAway).isTrue();
        clock.addAndGet(Duration.ofSeconds(9 * 60 + 1).toNanos());
        assertThat(connect("b").sentAway).as("59 s before the end").isFalse();
        clock.addAndGet(Duration.ofMinutes(5).toNanos());
        assertThat(connect("c").sentAway).as("after the end").isFalse();
    }

    @Test
    void shortPausesAreNotTold() {
        Pipe pipe = connect("a");
        population.rest(Duration.ofMillis(59_999));
        pipe.flow();
        assertThat(pipe.sentAway).isFalse();
        assertThat(pipe.heard).extracting(ToParticipant::getKindCase).containsExactly(ToParticipant.KindCase.WELCOME);
    }

    @Test
    void afterTheLastRoundTheEndIsToldInstead() {
        population.rest(Duration.ofHours(1));
        population.finish();
        Pipe late = connect("a");
        assertThat(late.sentAway).isFalse();
        assertThat(late.finished).isTrue();
    }

    /** A coordinator cannot send anybody away for ever. */
    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, -1, 0, 86_400_001})
    void aRestIsAtMostADay(long millis) {
        ParticipantSession session = session("a");
        session.receive(ToParticipant.newBuilder()
                .setRest(Federation.Rest.newBuilder().setMillis(millis))
                .build());
        assertThat(session.rest()).isBetween(Duration.ZERO, Duration.ofDays(1));
    }
}
