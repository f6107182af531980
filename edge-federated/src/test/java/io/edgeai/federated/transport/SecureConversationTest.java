package io.edgeai.federated.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.Receipt;
import io.edgeai.federated.RoundTask;
import io.edgeai.federated.SecureParticipant;
import io.edgeai.federated.Sending;
import io.edgeai.federated.Update;
import io.edgeai.federated.UpdateGuard;
import io.edgeai.federated.secagg.FixedPoint;
import io.edgeai.federated.secagg.Message;
import io.edgeai.federated.secagg.SecAggServer;
import io.edgeai.federated.secagg.SumCoding;
import io.edgeai.federated.secagg.SumTerms;
import io.edgeai.federated.strategy.LocalRule;
import io.edgeai.federated.training.SgdSettings;
import io.edgeai.federated.transport.wire.Federation;
import io.edgeai.federated.transport.wire.Federation.ToCoordinator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secure sums message by message, without a network: real keys, masks and signatures. */
class SecureConversationTest {
    private static final int SIZE = 70_000; // a masked vector takes two chunks
    private static final double UNIT = 1 / 1024.0;
    private static final SumTerms TERMS = new SumTerms(new FixedPoint(UNIT, 8), 0, 100, 2);

    private final Rosters keys = new Rosters("EC", "a", "b", "c");
    private final RemotePopulation population = new RemotePopulation(
            Enrolment.open(), 5, 2, Duration.ofSeconds(30), () -> 0, Runnable::run, keys.roster(), Pipe.REST_FROM);
    private final Map<String, Pipe> pipes = new HashMap<>();
    private final Map<String, ParticipantSession> sessions = new HashMap<>();

    private static float[] change(String name) {
        float[] change = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            change[i] = (name.charAt(0) - 'b') * 0.5f + (i % 100) / 1000f;
        }
        return change;
    }

    private static Update trained(RoundTask task, String name) {
        float[] parameters = task.parameters();
        float[] change = change(name);
        for (int i = 0; i < SIZE; i++) {
            parameters[i] += change[i];
        }
        return Update.of(parameters, 1);
    }

    private Pipe connect(String name) {
        ParticipantSession session = sessions.computeIfAbsent(
                name,
                id -> new ParticipantSession(
                        FederatedParticipant.of(id, 1, task -> trained(task, id)),
                        Runnable::run,
                        1 << 20,
                        new Conditions(2, 0),
                        keys.place(id)));
        Pipe pipe = new Pipe(population, session, Enrolment.Identity.NONE);
        pipes.put(name, pipe);
        pipe.up();
        pipe.down();
        return pipe;
    }

    private static RoundTask task() {
        return task(TERMS);
    }

    private static RoundTask task(SumTerms terms) {
        UpdateGuard guard = new UpdateGuard(0, new int[] {0, SIZE}, 0, terms);
        return RoundTask.received(7, new float[SIZE], null, SgdSettings.defaults(), LocalRule.plain(), false, 99)
                .sending(new Sending(null, 0, guard));
    }

    private SecureParticipant remote(String name) {
        return population.members().stream()
                .filter(member -> member.id().equals(name))
                .map(SecureParticipant.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private Message answer(String name, CompletableFuture<Message> answer) {
        pipes.get(name).flow();
        assertThat(answer).as("answer of %s", name).isCompleted();
        return answer.join();
    }

    /** All three give their keys, and the server draws the graph. */
    private SecAggServer joined(List<String> names) {
        return joined(names, TERMS);
    }

    private SecAggServer joined(List<String> names, SumTerms terms) {
        RoundTask task = task(terms);
        SecAggServer server = SecAggServer.start(terms.of(7, task.hash(), SIZE));
        for (String name : names) {
            connect(name);
            server.receive(answer(name, remote(name).join(task)));
        }
        return server;
    }

    private void tell(SecAggServer server, Map<Integer, ? extends Message> messages, List<String> names) {
        for (String name : names) {
            Message own = messages.get(keys.roster().number(name));
            server.receive(answer(name, remote(name).tell(own)));
        }
    }

    private static <M> Map<Integer, M> toAll(List<Integer> participants, M message) {
        Map<Integer, M> all = new HashMap<>();
        participants.forEach(participant -> all.put(participant, message));
        return all;
    }

    /** The sum of changes that were each rounded to a unit, as whole numbers: exactly. */
    @Test
    void theSumIsThatOfAllChangesInUnits() {
        List<String> names = List.of("a", "b", "c");
        SecAggServer server = joined(names);
        tell(server, server.neighbours(), names);
        tell(server, server.envelopes(), names);
        Message.Survivors survivors = server.survivors();
        tell(server, toAll(survivors.participants(), survivors), names);
        tell(server, server.consents(), names);

        int[] expected = new int[SIZE];
        for (String name : names) {
            float[] change = change(name);
            for (int i = 0; i < SIZE; i++) {
                expected[i] += (int) Math.rint(change[i] * 1024.0);
            }
        }
        assertThat(server.sum()).containsExactly(expected);
        assertThat(pipes.get("a").said.stream()
                        .filter(ToCoordinator::hasChunk)
                        .mapToInt(message -> message.getChunk().getData().size()))
                .containsExactly(262_144, 4 * SIZE - 262_144);
    }

    /**
     * Values of 2 bits make sums of 3 with masks of 8, of 8 bits sums of 10 with masks of 16; an older coordinator names no
     * width, and means 32. Rounding at random moves each of three values by less than a unit; one vector is one unit long or
     * shorter everywhere, so that nothing is cut off.
     */
    @ParameterizedTest
    @CsvSource({"2, 8", "8, 16", "2, 32", "8, 32"})
    void masksAreAsNarrowAsBothSidesSay(int bits, int maskBits) {
        List<String> names = List.of("a", "b", "c");
        SumCoding coding = new SumCoding(bits, 1);
        double unit = coding.granularity(160, SIZE);
        SumTerms narrow = new SumTerms(new FixedPoint(unit, 3), 0, 100, 2, coding);
        SumTerms terms = new SumTerms(narrow.units(), 0, 100, 2, coding, maskBits);
        SecAggServer server = joined(names, terms);
        tell(server, server.neighbours(), names);
        tell(server, server.envelopes(), names);
        Message.Survivors survivors = server.survivors();
        tell(server, toAll(survivors.participants(), survivors), names);
        tell(server, server.consents(), names);

        double[] error = terms.decode(server.sum(), SIZE, 7);
        for (String name : names) {
            float[] change = change(name);
            for (int i = 0; i < SIZE; i++) {
                error[i] -= change[i];
            }
        }
        double wrong = Arrays.stream(error).map(each -> each * each).sum();
        assertThat(Math.sqrt(wrong / SIZE))
                .as("of three roundings, each of a variance of at most a quarter")
                .isBetween(unit * 0.4, unit * Math.sqrt(0.75) * 1.01);
        assertThat(narrow.maskBits()).isEqualTo(bits == 2 ? 8 : 16);
    }

    @Test
    void aCoordinatorThatNamesNoWidthOfMasksMeans32() {
        SumTerms narrow = new SumTerms(new FixedPoint(UNIT, 3), 0, 100, 2, new SumCoding(2, 1));
        Federation.Task.Builder head = Messages.task(task(narrow)).next().getTask().toBuilder();
        assertThat(Messages.sending(head.build()).guard().sum()).isEqualTo(narrow);
        head.getGuardBuilder().getSumBuilder().clearMaskBits();
        assertThat(Messages.sending(head.build()).guard().sum().maskBits()).isEqualTo(32);
        head.getGuardBuilder().getSumBuilder().setMaskBits(4);
        assertThatThrownBy(() -> Messages.sending(head.build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("maskBits (4) must be 8, 16 or 32.");
    }

    /** The unmasked vector is nowhere in what a participant says: of 70,000 values none stands where it would stand alone. */
    @Test
    void nobodySeesAVector() {
        List<String> names = List.of("a", "b", "c");
        SecAggServer server = joined(names);
        tell(server, server.neighbours(), names);
        Message.MaskedVector masked = (Message.MaskedVector)
                answer("b", remote("b").tell(server.envelopes().get(1)));
        float[] change = change("b");
        int same = 0;
        for (int i = 0; i < SIZE; i++) {
            same += masked.values()[i] == (int) Math.rint(change[i] * 1024.0) ? 1 : 0;
        }
        assertThat(same)
                .as("2³² values, 70,000 of them by chance: more than 2 once in 1e15")
                .isLessThan(3);
    }

    /** Before its keys a participant may come back and begins again; after them the others go on without it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBrokenConnectionIsALossOnlyOnceKeysAreThere(boolean afterKeys) {
        Pipe pipe = connect("a");
        CompletableFuture<Message> waiting = remote("a").join(task());
        if (afterKeys) {
            pipe.flow();
            assertThat(waiting).isCompleted();
            waiting = remote("a").tell(new Message.Neighbours(0, List.of()));
        }
        pipe.cut();
        if (afterKeys) {
            assertThatThrownBy(waiting::join).hasMessageContaining("broke in the middle of a secure sum");
            assertThatThrownBy(remote("a").tell(new Message.Survivors(List.of()))::join)
                    .hasMessageContaining("its connection broke");
        } else {
            connect("a").flow();
            assertThat(waiting).isCompleted();
        }
    }

    /** Its work of the first connection is not done when the second brings the same task: two keys would be a mistake. */
    @Test
    void aTaskThatComesTwiceGivesOneKey() {
        List<Runnable> works = new ArrayList<>();
        ParticipantSession slow = new ParticipantSession(
                FederatedParticipant.of("a", 1, task -> trained(task, "a")),
                works::add,
                1 << 20,
                Conditions.none(),
                keys.place("a"));
        sessions.put("a", slow);
        Pipe first = connect("a");
        CompletableFuture<Message> waiting = remote("a").join(task());
        first.flow();
        first.cut();
        Pipe second = connect("a");
        second.flow();
        works.forEach(Runnable::run);
        second.flow();
        assertThat(works).hasSize(2);
        assertThat(second.said.stream().filter(ToCoordinator::hasAggregation)).hasSize(1);
        assertThat(waiting).isCompleted();
    }

    /** What belongs to another round, or comes when nothing is open, changes nothing. */
    @Test
    void messagesOfOtherRoundsAreNotHeard() {
        Pipe pipe = connect("a");
        CompletableFuture<Message> waiting = remote("a").join(task());
        Federation.Aggregation stray = AggregationMessages.write(6, new Message.Consent(0, Map.of(1, new byte[32])));
        pipe.coordinator.receive(
                ToCoordinator.newBuilder().setAggregation(stray).build());
        assertThat(waiting).isNotDone();
        pipe.participant.receive(Federation.ToParticipant.newBuilder()
                .setAggregation(AggregationMessages.write(6, new Message.Survivors(List.of(0))))
                .build());
        pipe.flow();
        assertThat(waiting.join()).isInstanceOf(Message.Advertisement.class);
        remote("a").settled(new Receipt(7, 1, false, "over"));
        assertThatThrownBy(remote("a").tell(new Message.Survivors(List.of()))::join)
                .hasMessageContaining("its connection broke");
    }

    @Test
    void aParticipantWithoutItsKeyFailsTheTaskAndNothingElse() {
        ParticipantSession keyless = new ParticipantSession(
                FederatedParticipant.of("a", 1, task -> trained(task, "a")), Runnable::run, 1 << 20);
        sessions.put("a", keyless);
        Pipe pipe = connect("a");
        CompletableFuture<Message> waiting = remote("a").join(task());
        pipe.flow();
        assertThatThrownBy(waiting::join).hasMessageContaining("has no roster for secure sums");
        assertThat(population.connected()).isEqualTo(1);
    }

    @Test
    void aCoordinatorThatNamesTooFewHearsWhyNot() {
        joined(List.of("a", "b"));
        CompletableFuture<Message> answer = remote("a").tell(new Message.Neighbours(1, List.of()));
        pipes.get("a").flow();
        assertThatThrownBy(answer::join).hasMessageContaining("ProtocolViolationException: Of (1) participants");
    }

    @ParameterizedTest
    @CsvSource({
        "masked, 69999, 280000, is not",
        "masked, 70000, 280004, is not",
        "'', 70000, 0, is not wanted now",
        "int8, 70000, 280000, is not wanted now"
    })
    void aVectorOfAnotherLengthOrKindIsNotTaken(String encoding, int parameters, int bytes, String says) {
        List<String> names = List.of("a", "b");
        SecAggServer server = joined(names);
        tell(server, server.neighbours(), names);
        CompletableFuture<Message> answer = remote("a").tell(server.envelopes().get(0));
        pipes.get("a")
                .coordinator
                .receive(ToCoordinator.newBuilder()
                        .setUpdate(Federation.UpdateHeader.newBuilder()
                                .setRound(7)
                                .setEncoding(encoding)
                                .setParameters(parameters)
                                .setCodedBytes(bytes))
                        .build());
        assertThatThrownBy(answer::join).hasMessageContaining(says.equals("is not") ? "its masked vector has" : says);
    }

    /** Two uploads at a time, and five participants: the place is free as soon as the vector is in the sum. */
    @Test
    void aVectorThatArrivedMakesRoomForTheNext() {
        Rosters five = new Rosters("Ed25519", "a", "b", "c", "d", "e");
        RemotePopulation narrow = new RemotePopulation(
                Enrolment.open(), 5, 1, Duration.ofSeconds(30), () -> 0, Runnable::run, five.roster(), Pipe.REST_FROM);
        List<String> names = five.roster().names();
        RoundTask task = task();
        SecAggServer server = SecAggServer.start(TERMS.of(7, task.hash(), SIZE));
        List<Pipe> open = new ArrayList<>();
        for (String name : names) {
            ParticipantSession session = new ParticipantSession(
                    FederatedParticipant.of(name, 1, given -> trained(given, "b")),
                    Runnable::run,
                    1 << 20,
                    Conditions.none(),
                    five.place(name));
            Pipe pipe = new Pipe(narrow, session, Enrolment.Identity.NONE);
            pipe.flow();
            open.add(pipe);
        }
        List<SecureParticipant> remotes =
                narrow.members().stream().map(SecureParticipant.class::cast).toList();
        List<CompletableFuture<Message>> answers =
                remotes.stream().map(remote -> remote.join(task)).toList();
        open.forEach(Pipe::flow);
        answers.forEach(answer -> server.receive(answer.join()));
        for (int step = 0; step < 2; step++) {
            Map<Integer, ? extends Message> told = step == 0 ? server.neighbours() : server.envelopes();
            List<CompletableFuture<Message>> next = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                next.add(remotes.get(i).tell(told.get(i)));
            }
            open.forEach(Pipe::flow);
            open.forEach(Pipe::flow);
            assertThat(next).as("step %d", step).allMatch(CompletableFuture::isDone);
            next.forEach(answer -> server.receive(answer.join()));
        }
        remotes.forEach(remote -> remote.settled(new Receipt(7, task.updateId(), true, "")));
        assertThat(server.survivors().participants()).hasSize(5);
    }

    @Test
    void whoIsNotInTheRosterIsNotTakenForSecureRounds() {
        RemotePopulation strict = new RemotePopulation(
                Enrolment.open(), 5, 2, Duration.ofSeconds(30), () -> 0, Runnable::run, keys.roster(), Pipe.REST_FROM);
        strict.require(Set.of("guard", "secagg"));
        Rosters others = new Rosters("Ed25519", "mallory");
        ParticipantSession session = new ParticipantSession(
                FederatedParticipant.of("mallory", 1, task -> trained(task, "a")),
                Runnable::run,
                1 << 20,
                Conditions.none(),
                others.place("mallory"));
        Pipe pipe = new Pipe(strict, session, Enrolment.Identity.NONE);
        assertThatThrownBy(pipe::flow)
                .isInstanceOfSatisfying(ParticipantRefusedException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(RefusalReason.NOT_ENROLLED))
                .hasMessageContaining("participant (mallory) is not in the roster of secure sums");
    }
}
