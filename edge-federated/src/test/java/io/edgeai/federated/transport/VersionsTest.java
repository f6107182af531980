package io.edgeai.federated.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.Update;
import io.edgeai.federated.transport.wire.Federation;
import io.edgeai.federated.transport.wire.Federation.ToCoordinator;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers of other versions of the protocol. Its version 1 is kept here as bytes. */
class VersionsTest {
    /** Hello of "eve", versions 1 to 1, 7 samples, which can do "f32". */
    private static final byte[] HELLO_1 =
            HexFormat.of().parseHex("0a10" + "08011001" + "1a03657665" + "2007" + "2a03663332");

    private final List<ToParticipant> heard = new ArrayList<>();
    private boolean ended;

    private final Link<ToParticipant> link = new Link<>() {
        @Override
        public void send(Iterator<ToParticipant> messages) {
            messages.forEachRemaining(heard::add);
        }

        @Override
        public void end() {
            ended = true;
        }
    };

    /** What version 1 reads of it: field 6 is a refusal, whose field 1 is the reason and field 3 the code, 2 for the version. */
    @Test
    void aParticipantOfVersionOneIsRefusedInWordsThatItKnows() throws Exception {
        RemotePopulation population = new RemotePopulation(
                Enrolment.open(), 5, 2, Duration.ofSeconds(30), () -> 0, Runnable::run, null, Pipe.REST_FROM);
        population.open(link, Enrolment.Identity.NONE).receive(ToCoordinator.parseFrom(HELLO_1));
        assertThat(ended).isTrue();
        assertThat(population.members()).isEmpty();
        String reason = "it speaks protocol (1) to (1), this side 2";
        byte[] text = reason.getBytes(StandardCharsets.US_ASCII);
        String expected = "32%02x0a%02x%s1802"
                .formatted(text.length + 4, text.length, HexFormat.of().formatHex(text));
        assertThat(heard).hasSize(1);
        assertThat(HexFormat.of().formatHex(heard.get(0).toByteArray())).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, -1})
    void aParticipantIsNotWelcomeToAnotherVersion(int version) {
        ParticipantSession session = session();
        assertThatThrownBy(() -> session.receive(ToParticipant.newBuilder()
                        .setWelcome(Federation.Welcome.newBuilder().setVersion(version))
                        .build()))
                .isInstanceOfSatisfying(ParticipantRefusedException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(RefusalReason.PROTOCOL_VERSION))
                .hasMessageContaining("this side speaks 2. Maybe update");
    }

    /** What a coordinator of version 1 answers to a participant of this one. */
    @Test
    void aCoordinatorOfVersionOneRefusesForTheVersion() throws Exception {
        byte[] reason = "it speaks protocol (2) to (2), this side 1".getBytes(StandardCharsets.US_ASCII);
        byte[] message = HexFormat.of()
                .parseHex("32%02x0a%02x%s1802"
                        .formatted(
                                reason.length + 4, reason.length, HexFormat.of().formatHex(reason)));
        ParticipantSession session = session();
        assertThatThrownBy(() -> session.receive(ToParticipant.parseFrom(message)))
                .isInstanceOfSatisfying(ParticipantRefusedException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(RefusalReason.PROTOCOL_VERSION))
                .hasMessageContaining("participant (eve)")
                .hasMessageContaining("it speaks protocol (2) to (2), this side 1");
    }

    private static ParticipantSession session() {
        return new ParticipantSession(
                FederatedParticipant.of("eve", 7, task -> Update.of(task.parameters(), 7)), Runnable::run, 100);
    }
}
