package io.edgeai.federated.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.RoundTask;
import io.edgeai.federated.Sending;
import io.edgeai.federated.Update;
import io.edgeai.federated.UpdateGuard;
import io.edgeai.federated.codec.Codec;
import io.edgeai.federated.strategy.LocalRule;
import io.edgeai.federated.training.SgdSettings;
import io.edgeai.federated.transport.wire.Federation;
import io.edgeai.federated.transport.wire.Federation.ToCoordinator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Updates and models in codecs, message by message, without a network. */
class CodedConversationTest {
    private static final int SIZE = 1000;

    private final RemotePopulation population = new RemotePopulation(
            Enrolment.open(), 5, 2, Duration.ofSeconds(30), () -> 0, Runnable::run, null, Pipe.REST_FROM);

    private Pipe connect(Function<RoundTask, Update> work) {
        return connect(work, Conditions.none());
    }

    private Pipe connect(Function<RoundTask, Update> work, Conditions conditions) {
        ParticipantSession session =
                new ParticipantSession(FederatedParticipant.of("a", 1, work), Runnable::run, 1 << 20, conditions, null);
        Pipe pipe = new Pipe(population, session, Enrolment.Identity.NONE);
        pipe.up();
        pipe.down();
        return pipe;
    }

    private static RoundTask task(int round, float[] parameters, float[] control, Sending how) {
        return RoundTask.received(
                        round, parameters, control, SgdSettings.defaults(), LocalRule.plain(), false, 5L + round)
                .sending(how);
    }

    private CompletableFuture<Update> ask(RoundTask task) {
        return population.members().get(0).begin(task, Runnable::run);
    }

    private static float[] ramp() {
        float[] values = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            values[i] = (i % 37 - 18) / 64f;
        }
        return values;
    }

    private static Update moved(RoundTask task, float[] change) {
        float[] parameters = task.parameters();
        for (int i = 0; i < change.length; i++) {
            parameters[i] += change[i];
        }
        return Update.of(parameters, 1).control(task.control());
    }

    /**
     * Bytes by hand: 12 of a header, then a value's own, and 2 for each block of 64. The error by hand: none for values with
     * few bits, and at most one step of 127 or 7 to the block's largest, here below 0.29.
     */
    @ParameterizedTest
    @CsvSource({
        "f32, 4012, 0",
        "f16, 2012, 0",
        "bf16, 2012, 0",
        "int8, 1044, 0.0024",
        "int4, 544, 0.043",
    })
    void aChangeArrivesInItsCodec(String codec, int bytes, float error) {
        Pipe pipe = connect(task -> moved(task, ramp()));
        RoundTask task = task(1, new float[SIZE], null, new Sending(Codec.named(codec), 1, null));
        CompletableFuture<Update> answer = ask(task);
        pipe.flow();
        assertThat(answer.join().parameters()).containsExactly(ramp(), within(error));
        assertThat(answer.join().bytes()).isEqualTo(bytes);
        assertThat(pipe.said.stream()
                        .filter(ToCoordinator::hasChunk)
                        .mapToInt(message -> message.getChunk().getData().size()))
                .containsExactly(bytes);
    }

    @Test
    void aControlVectorTravelsExactlyBehindTheCodec() {
        Pipe pipe = connect(task -> moved(task, ramp()));
        float[] control = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            control[i] = 1f / (i + 3);
        }
        CompletableFuture<Update> answer = ask(task(1, new float[SIZE], control, new Sending(Codec.int8(), 1, null)));
        pipe.flow();
        assertThat(answer.join().control()).isEqualTo(control);
        assertThat(answer.join().bytes()).isEqualTo(1044 + 4 * SIZE);
    }

    /** Half of (1, 0.6) is 1; the rest of 0.6 is sent with the next 0.6, and 1.2 is then the larger one. By hand. */
    @ParameterizedTest
    @CsvSource({"1, 1.2", "0.5, 0.9"})
    void whatWasLeftOutComesWithTheNextUpdate(double decay, float second) {
        Pipe pipe = connect(task -> moved(task, task.round() == 1 ? new float[] {1, 0.6f} : new float[] {0.1f, 0.6f}));
        Sending how = new Sending(Codec.top(0.5), decay, null);
        List<float[]> arrived = new ArrayList<>();
        for (int round = 1; round <= 2; round++) {
            CompletableFuture<Update> answer = ask(task(round, new float[2], null, how));
            pipe.flow();
            arrived.add(answer.join().parameters());
        }
        assertThat(arrived.get(0)).containsExactly(new float[] {1, 0}, within(0.01f));
        assertThat(arrived.get(1)).containsExactly(new float[] {0, second}, within(0.01f));
    }

    /** A half holds 11 bits: 1/3 becomes 1365/4096 (IEEE 754). Both sides have the same model, and its version. */
    @Test
    void aModelInACodecIsTheSameOnBothSides() {
        List<RoundTask> seen = new ArrayList<>();
        Pipe pipe = connect(task -> {
            seen.add(task);
            return moved(task, new float[] {0.5f, 0.25f});
        });
        RoundTask plain = task(3, new float[2], null, Sending.plain());
        byte[] coded = Codec.f16().encode(new float[] {1 / 3f, 2}, 0);
        RoundTask task = plain.arrivedAs(coded);
        CompletableFuture<Update> answer = ask(task);
        pipe.flow();
        assertThat(seen).singleElement().satisfies(given -> {
            assertThat(given.parameters()).containsExactly(1365 / 4096f, 2);
            assertThat(given.version()).isEqualTo(task.version()).isNotEqualTo(plain.version());
            assertThat(given.hash()).isEqualTo(task.hash());
        });
        assertThat(answer.join().parameters()).containsExactly(1365 / 4096f + 0.5f, 2.25f);
        assertThat(task.wire().remaining()).isEqualTo(coded.length).isEqualTo(16);
    }

    @ParameterizedTest
    @CsvSource({
        "int4, 12, comes as (int4)",
        "'', 0, comes as ()",
        "int8, 0, takes (0) bytes",
        "int8, 1045, takes (1045) bytes",
        "int8, -1, takes (4294967295) bytes",
    })
    void whatIsAnnouncedWronglyGetsNoMemory(String encoding, int bytes, String reason) {
        Pipe pipe = connect(task -> moved(task, ramp()));
        RoundTask task = task(1, new float[SIZE], null, new Sending(Codec.int8(), 1, null));
        CompletableFuture<Update> answer = ask(task);
        pipe.coordinator.receive(ToCoordinator.newBuilder()
                .setUpdate(Federation.UpdateHeader.newBuilder()
                        .setRound(1)
                        .setModelVersion(task.version())
                        .setUpdate(task.updateId())
                        .setParameters(SIZE)
                        .setSamples(1)
                        .setEncoding(encoding)
                        .setCodedBytes(bytes))
                .build());
        assertThatThrownBy(answer::join)
                .hasCauseInstanceOf(InvalidInputException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void bytesThatAreNoCodecAreARefusedUpdateAndNoBrokenConnection() {
        Pipe pipe = connect(task -> moved(task, ramp()));
        RoundTask task = task(1, new float[2], null, new Sending(Codec.f16(), 1, null));
        CompletableFuture<Update> answer = ask(task);
        Federation.UpdateHeader header = Federation.UpdateHeader.newBuilder()
                .setRound(1)
                .setModelVersion(task.version())
                .setUpdate(task.updateId())
                .setParameters(2)
                .setSamples(1)
                .setEncoding("f16")
                .setCodedBytes(16)
                .build();
        pipe.coordinator.receive(ToCoordinator.newBuilder().setUpdate(header).build());
        pipe.coordinator.receive(ToCoordinator.newBuilder()
                .setChunk(Federation.Chunk.newBuilder().setData(ByteString.copyFrom(new byte[16])))
                .build());
        assertThatThrownBy(answer::join)
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("A message of (16) bytes is no update");
        assertThat(population.connected()).isEqualTo(1);
    }

    @Test
    void aModelThatNoCodecMakesGetsNoMemoryEither() {
        Pipe pipe = connect(task -> moved(task, ramp()));
        Federation.Task.Builder huge =
                Federation.Task.newBuilder().setRound(1).setParameters(10).setCodedBytes(145);
        assertThatThrownBy(() -> pipe.participant.receive(
                        Federation.ToParticipant.newBuilder().setTask(huge).build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("takes (145) bytes, which no codec makes of it");
    }

    /** Limited to norm 1 where it is trained: (3, 4) leaves as (0.6, 0.8). */
    @Test
    void aGuardLimitsAChangeBeforeItLeaves() {
        Pipe pipe = connect(task -> moved(task, new float[] {3, 4}));
        UpdateGuard guard = new UpdateGuard(1, new int[] {0, 2}, 0, null);
        CompletableFuture<Update> answer = ask(task(1, new float[] {10, 20}, null, new Sending(null, 0, guard)));
        pipe.flow();
        assertThat(answer.join().parameters()).containsExactly(new float[] {10.6f, 20.8f}, within(1e-5f));
    }

    @ParameterizedTest
    @CsvSource({"2, 0, asks for 2", "0, 0.5, asks for 0.5"})
    void aParticipantDoesNotTrainBelowItsOwnConditions(int survivors, double noise, String says) {
        Pipe pipe = connect(
                task -> {
                    throw new AssertionError("trained");
                },
                new Conditions(survivors, noise));
        UpdateGuard guard = new UpdateGuard(1, new int[] {0, 2}, 0.4, null);
        CompletableFuture<Update> answer = ask(task(1, new float[2], null, new Sending(null, 0, guard)));
        pipe.flow();
        assertThatThrownBy(answer::join).hasMessageContaining(says);
    }

    @Test
    void whoCannotDoWhatTheRoundsNeedIsToldSo() {
        Pipe early = connect(task -> moved(task, ramp()));
        population.require(Set.of("int8", "secagg"));
        assertThatThrownBy(early::flow)
                .isInstanceOfSatisfying(ParticipantRefusedException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(RefusalReason.ABILITY))
                .hasMessageContaining("these rounds need what it cannot do: [secagg]");
        assertThatThrownBy(() -> connect(task -> moved(task, ramp()))).hasMessageContaining("[secagg]");
        assertThat(population.connected()).isZero();
        population.require(Set.of("int8"));
        assertThat(connect(task -> moved(task, ramp())).heard).singleElement().satisfies(welcome -> assertThat(
                        welcome.getWelcome().getNeedsList())
                .containsExactly("int8"));
    }
}
