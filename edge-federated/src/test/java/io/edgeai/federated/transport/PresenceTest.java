package io.edgeai.federated.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.Update;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** By hand, on a clock of its own: the chance of no break in a time is e to the minus of that time by the rate of breaks. */
class PresenceTest {
    private static final double DAY = 86_400;

    private long now;
    private final Presence presence = new Presence(() -> now);

    private void pass(double seconds) {
        now += (long) (seconds * 1e9);
    }

    private double inTenMinutes() {
        return presence.staying(Duration.ofMinutes(10));
    }

    @Test
    void oneBreakAnHourIsExpectedOfWhoIsNotKnown() {
        assertThat(inTenMinutes()).isCloseTo(Math.exp(-600 / 3600.0), within(1e-12));
    }

    @Test
    void whoStaysIsTrusted() {
        presence.came();
        pass(DAY / 4);
        assertThat(inTenMinutes()).isCloseTo(Math.exp(-600 / (DAY / 4 + 3600)), within(1e-9));
    }

    /** Ten times two minutes there and one away; forgotten in half an hour is a factor of half to the power of 1/48 at most. */
    @Test
    void whoFlapsIsNot() {
        for (int i = 0; i < 10; i++) {
            presence.came();
            pass(120);
            presence.went();
            pass(60);
        }
        double kept = Math.pow(0.5, 1 / 48.0);
        assertThat(inTenMinutes())
                .isBetween(
                        Math.exp(-600 * 11 / (1200 * kept + 3600)), Math.exp(-600 * (10 * kept + 1) / (1200 + 3600.0)));
    }

    @Test
    void whatWasADayAgoCountsHalf() {
        presence.came();
        pass(3600);
        presence.went();
        pass(DAY);
        assertThat(inTenMinutes()).isCloseTo(Math.exp(-600 * 1.5 / (1800 + 3600)), within(1e-9));
    }

    @Test
    void leavingAsToldIsNoBreak() {
        presence.came();
        pass(3600);
        presence.dismissed();
        presence.went();
        assertThat(inTenMinutes()).isCloseTo(Math.exp(-600 / 7200.0), within(1e-9));
        presence.went();
        presence.came();
        presence.went();
        assertThat(inTenMinutes()).isCloseTo(Math.exp(-600 * 2 / 7200.0), within(1e-9));
    }

    /** Two participants of one coordinator; the connection of one is cut every five minutes. */
    @Test
    void aCoordinatorLearnsFromItsConnections() {
        RemotePopulation population = new RemotePopulation(
                Enrolment.open(), 5, 2, Duration.ofSeconds(30), () -> now, Runnable::run, null, Pipe.REST_FROM);
        Pipe steady = connect(population, "steady");
        for (int i = 0; i < 12; i++) {
            Pipe flapping = connect(population, "flapping");
            pass(300);
            flapping.cut();
        }
        steady.flow();
        assertThat(staying(population, "steady")).isCloseTo(Math.exp(-600 / 7200.0), within(0.01));
        assertThat(staying(population, "flapping")).isCloseTo(Math.exp(-600 * 13 / 7200.0), within(0.01));
    }

    private static Pipe connect(RemotePopulation population, String id) {
        ParticipantSession session = new ParticipantSession(
                FederatedParticipant.of(id, 1, task -> Update.of(task.parameters(), 1)), Runnable::run, 1 << 20);
        Pipe pipe = new Pipe(population, session, Enrolment.Identity.NONE);
        pipe.flow();
        return pipe;
    }

    private static double staying(RemotePopulation population, String id) {
        return population.members().stream()
                .filter(member -> member.id().equals(id))
                .findFirst()
                .orElseThrow()
                .staying(Duration.ofMinutes(10));
    }
}
