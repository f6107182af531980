package io.edgeai.federated.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.Receipt;
import io.edgeai.federated.RoundTask;
import io.edgeai.federated.Update;
import io.edgeai.federated.strategy.LocalRule;
import io.edgeai.federated.training.SgdSettings;
import io.edgeai.federated.transport.wire.Federation;
import io.edgeai.federated.transport.wire.Federation.ToCoordinator;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What both sides say to each other, message by message, without a network. */
class ConversationTest {
    private static final int SIZE = 150_000;

    private final AtomicLong clock = new AtomicLong();
    private final RemotePopulation population = new RemotePopulation(
            Enrolment.open(), 5, 2, Duration.ofSeconds(30), clock::get, Runnable::run, null, Pipe.REST_FROM);
    private final AtomicInteger trained = new AtomicInteger();
    private final List<Receipt> receipts = new ArrayList<>();

    private ParticipantSession session(String id) {
        return new ParticipantSession(new Adding(id), Runnable::run, 1 << 20);
    }

    private Pipe connect(ParticipantSession session) {
        Pipe pipe = new Pipe(population, session, Enrolment.Identity.NONE);
        pipe.up();
        pipe.down();
        return pipe;
    }

    /** Adds its position to each parameter. */
    private final class Adding implements FederatedParticipant {
        private final String id;

        Adding(String id) {
            this.id = id;
        }

        @Override
        public String id() {
            return id;
        }

        @Override
        public int samples() {
            return 7;
        }

        @Override
        public Update fit(RoundTask task) {
            trained.incrementAndGet();
            float[] parameters = task.parameters();
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] += i;
            }
            return Update.of(parameters, 7).steps(3).initialLoss(0.5).control(task.control());
        }

        @Override
        public void settled(Receipt receipt) {
            receipts.add(receipt);
        }
    }

    private static RoundTask task(int round, int size, boolean control) {
        float[] parameters = new float[size];
        float[] more = control ? new float[size] : null;
        for (int i = 0; i < size; i++) {
            parameters[i] = 1f / (i + round);
            if (more != null) {
                more[i] = -i;
            }
        }
        SgdSettings settings = new SgdSettings(3, 17, 0.125, 0.5, 0.25, 0.75);
        return RoundTask.received(round, parameters, more, settings, LocalRule.plain(), true, 99L + round);
    }

    private FederatedParticipant only() {
        return population.members().get(0);
    }

    private CompletableFuture<Update> ask(RoundTask task) {
        return only().begin(task, Runnable::run);
    }

    @ParameterizedTest
    @CsvSource({"1,false", "65535,false", "65536,true", "150000,true"})
    void aTaskAndItsUpdateArriveToTheBit(int size, boolean control) {
        Pipe pipe = connect(session("a"));
        RoundTask task = task(4, size, control);
        CompletableFuture<Update> answer = ask(task);
        pipe.flow();
        Update update = answer.join();
        float[] expected = task.parameters();
        for (int i = 0; i < size; i++) {
            expected[i] += i;
        }
        assertThat(update.parameters()).isEqualTo(expected);
        assertThat(update.control()).isEqualTo(task.control());
        assertThat(update.samples()).isEqualTo(7);
        assertThat(update.steps()).isEqualTo(3);
        assertThat(update.initialLoss()).isEqualTo(0.5);
        assertThat(update.version()).isEqualTo(task.version());
        assertThat(update.id()).isEqualTo(task.updateId());
    }

    /** A float takes 4 bytes and a chunk at most 262,144 of them, in both directions. */
    @Test
    void vectorsTravelInChunksOfAQuarterMebibyte() {
        Pipe pipe = connect(session("a"));
        var unused = ask(task(1, SIZE, false));
        pipe.flow();
        List<Integer> down = pipe.heard.stream()
                .filter(ToParticipant::hasChunk)
                .map(message -> message.getChunk().getData().size())
                .toList();
        List<Integer> up = pipe.said.stream()
                .filter(ToCoordinator::hasChunk)
                .map(message -> message.getChunk().getData().size())
                .toList();
        assertThat(down).containsExactly(262_144, 262_144, 4 * SIZE - 2 * 262_144);
        assertThat(up).isEqualTo(down);
    }

    @Test
    void settingsOfTheTaskAreTheCoordinators() {
        List<RoundTask> seen = new ArrayList<>();
        ParticipantSession session = new ParticipantSession(
                FederatedParticipant.of("a", 1, given -> {
                    seen.add(given);
                    return Update.of(given.parameters(), 1);
                }),
                Runnable::run,
                100);
        Pipe pipe = connect(session);
        RoundTask task = task(6, 20, false);
        var unused = ask(task);
        pipe.flow();
        assertThat(seen).singleElement().satisfies(given -> {
            assertThat(given.settings()).isEqualTo(task.settings());
            assertThat(given.round()).isEqualTo(6);
            assertThat(given.seed()).isEqualTo(105);
            assertThat(given.wantsInitialLoss()).isTrue();
            assertThat(given.updateId()).isEqualTo(task.updateId());
        });
    }

    /** Cut after every number of messages: the participant trains again only where its update was not ready. */
    @Test
    void whereverTheConnectionBreaksTheUpdateArrivesOnce() {
        for (int messages = 0; messages < 9; messages++) {
            ParticipantSession session = session("p" + messages % 5);
            Pipe first = connect(session);
            FederatedParticipant remote = population.members().get(messages % 5);
            RoundTask task = task(10 + messages, SIZE, false);
            CompletableFuture<Update> answer = remote.begin(task, Runnable::run);
            for (int i = 0; i < messages && (first.down() || first.up()); i++) {}
            boolean arrived = answer.isDone();
            first.cut();
            assertThat(remote.available()).isFalse();
            connect(session).flow();
            assertThat(answer).as("cut after %d messages", messages).isCompleted();
            assertThat(answer.join().parameters()).as("cut after %d", messages).hasSize(SIZE);
            assertThat(arrived).as("cut after %d", messages).isFalse();
            remote.settled(new Receipt(task.round(), task.updateId(), true, ""));
        }
        assertThat(trained).as("9 tasks, of which none was trained twice").hasValue(9);
    }

    @Test
    void aReceiptThatWasLostIsGivenAgain() {
        ParticipantSession session = session("a");
        Pipe pipe = connect(session);
        RoundTask task = task(2, 10, false);
        var unused = ask(task);
        pipe.flow();
        pipe.cut();
        only().settled(new Receipt(2, task.updateId(), true, ""));
        assertThat(receipts).isEmpty();
        connect(session).flow();
        assertThat(receipts).containsExactly(new Receipt(2, task.updateId(), true, ""));
        assertThat(trained).hasValue(1);
    }

    /** A coordinator that was killed knows from its journal that the update counts, before the participant is back. */
    @Test
    void whoComesBackAfterTheCoordinatorDiedHearsThatItsUpdateCounts() {
        ParticipantSession session = session("a");
        Pipe pipe = connect(session);
        RoundTask task = task(2, 10, false);
        var unused = ask(task);
        pipe.flow();
        pipe.cut();
        RemotePopulation next = new RemotePopulation(
                Enrolment.open(), 5, 2, Duration.ofSeconds(30), clock::get, Runnable::run, null, Pipe.REST_FROM);
        next.expect("a", 7).orElseThrow().settled(new Receipt(2, task.updateId(), true, ""));
        new Pipe(next, session, Enrolment.Identity.NONE).flow();
        assertThat(receipts).containsExactly(new Receipt(2, task.updateId(), true, ""));
        assertThat(next.members()).hasSize(1);
    }

    @Test
    void aTaskWaitsForWhoIsExpected() {
        FederatedParticipant expected = population.expect("a", 7).orElseThrow();
        assertThat(expected.available()).isFalse();
        CompletableFuture<Update> answer = expected.begin(task(1, 10, false), Runnable::run);
        connect(session("a")).flow();
        assertThat(answer.join().samples()).isEqualTo(7);
    }

    /** Two at a time: the third is granted when the first is settled, not when it has arrived. */
    @Test
    void noMoreUpdatesArriveAtATimeThanThereIsMemoryFor() {
        List<Pipe> pipes = new ArrayList<>();
        List<CompletableFuture<Update>> answers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            pipes.add(connect(session("p" + i)));
        }
        population.members().forEach(member -> answers.add(member.begin(task(1, 10, false), Runnable::run)));
        pipes.forEach(Pipe::flow);
        assertThat(answers).filteredOn(CompletableFuture::isDone).hasSize(2);
        population.members().get(0).settled(new Receipt(1, 1, true, ""));
        pipes.forEach(Pipe::flow);
        assertThat(answers).filteredOn(CompletableFuture::isDone).hasSize(3);
        assertThat(answers.get(3)).isNotDone();
    }

    /** A grant that is not used in time goes to the next in the queue. */
    @Test
    void slowSendersLoseTheirPlace() {
        List<Pipe> pipes = new ArrayList<>();
        List<CompletableFuture<Update>> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pipes.add(connect(session("p" + i)));
        }
        population.members().forEach(member -> answers.add(member.begin(task(1, 10, false), Runnable::run)));
        for (Pipe pipe : pipes.subList(0, 2)) {
            while (pipe.down()) {}
            pipe.up();
        }
        pipes.get(2).flow();
        clock.addAndGet(Duration.ofSeconds(29).toNanos());
        population.evictSlowUploads();
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        clock.addAndGet(Duration.ofSeconds(2).toNanos());
        population.evictSlowUploads();
        pipes.get(2).flow();
        assertThat(answers.get(0)).isCompletedExceptionally();
        assertThatThrownBy(() -> answers.get(1).join()).hasMessageContaining("did not arrive in time");
        assertThat(answers.get(2).join().samples()).isEqualTo(7);
    }

    private static Federation.UpdateHeader.Builder header(RoundTask task) {
        return Federation.UpdateHeader.newBuilder()
                .setRound(task.round())
                .setModelVersion(task.version())
                .setUpdate(task.updateId())
                .setParameters(task.size())
                .setSamples(7);
    }

    private static ToCoordinator.Builder update(Federation.UpdateHeader.Builder header) {
        return ToCoordinator.newBuilder().setUpdate(header);
    }

    /** Before any memory is given to it. */
    @ParameterizedTest
    @ValueSource(strings = {"oversized", "negative size", "short", "control", "version", "samples"})
    void announcementsOfBadUpdatesFailTheirSender(String kind) {
        Pipe pipe = connect(session("a"));
        RoundTask task = task(3, 10, false);
        CompletableFuture<Update> answer = ask(task);
        Federation.UpdateHeader.Builder header = header(task);
        switch (kind) {
            case "oversized" -> header.setParameters(Integer.MAX_VALUE);
            case "negative size" -> header.setParameters(-5);
            case "short" -> header.setParameters(9);
            case "control" -> header.setControl(11);
            case "version" -> header.setModelVersion(1);
            default -> header.setSamples(0);
        }
        pipe.coordinator.receive(update(header).build());
        assertThat(answer).as(kind).isCompletedExceptionally();
        assertThatThrownBy(answer::join).hasCauseInstanceOf(InvalidInputException.class);
    }

    @Test
    void lateAndSecondUpdatesGetTheirReason() {
        Pipe pipe = connect(session("a"));
        RoundTask task = task(3, 10, false);
        CompletableFuture<Update> answer = ask(task);
        answer.cancel(false);
        pipe.coordinator.receive(update(header(task)).build());
        only().settled(new Receipt(4, 55, true, ""));
        pipe.coordinator.receive(update(header(task).setRound(4).setUpdate(56)).build());
        pipe.coordinator.receive(update(header(task).setRound(4).setUpdate(55)).build());
        while (pipe.down()) {}
        List<String> said = pipe.heard.stream()
                .filter(ToParticipant::hasReceipt)
                .map(message -> message.getReceipt().getAccepted() + " "
                        + message.getReceipt().getReason())
                .toList();
        assertThat(said)
                .containsExactly(
                        "false round 3 is over or was not asked for", "true ", "false this round has had one", "true ");
    }

    @Test
    void chunksThatWereNotGrantedOrAreTooManyEndTheConversation() {
        Pipe pipe = connect(session("a"));
        RoundTask task = task(3, 10, false);
        var unused = ask(task);
        ToCoordinator chunk = ToCoordinator.newBuilder()
                .setChunk(Federation.Chunk.newBuilder().setData(ByteString.copyFrom(new byte[44])))
                .build();
        pipe.coordinator.receive(update(header(task)).build());
        assertThatThrownBy(() -> pipe.coordinator.receive(chunk))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("chunk of (44) bytes does not fit the 10 values");
        assertThatThrownBy(() ->
                        population.open(Pipe.nowhere(), Enrolment.Identity.NONE).receive(chunk))
                .hasMessageContaining("must say hello before (CHUNK)");
    }

    @ParameterizedTest
    @CsvSource({
        "name,NOT_ENROLLED,participant (eve) shows the certificate of (mallory)",
        "version,PROTOCOL_VERSION,it speaks protocol (3) to (3)",
        "encoding,ABILITY,it has no encoding in common",
        "samples,NOT_ENROLLED,has (0) samples"
    })
    void whoDoesNotFitIsRefusedWithAReason(String kind, RefusalReason code, String reason) {
        RemotePopulation strict = new RemotePopulation(
                Enrolment.byCommonName(),
                5,
                2,
                Duration.ofSeconds(30),
                clock::get,
                Runnable::run,
                null,
                Pipe.REST_FROM);
        String certificate = kind.equals("name") ? "mallory" : "eve";
        Pipe pipe = new Pipe(strict, session("eve"), new Enrolment.Identity(certificate, ""));
        Federation.Hello.Builder hello = Federation.Hello.newBuilder()
                .setOldestVersion(kind.equals("version") ? 3 : 1)
                .setNewestVersion(3)
                .setParticipant("eve")
                .setSamples(kind.equals("samples") ? 0 : 7)
                .addCapabilities(kind.equals("encoding") ? "f64" : "f32");
        pipe.coordinator.receive(ToCoordinator.newBuilder().setHello(hello).build());
        assertThatThrownBy(pipe::down)
                .isInstanceOfSatisfying(ParticipantRefusedException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(code))
                .hasMessageContaining("does not take participant (eve)")
                .hasMessageContaining(reason);
        assertThat(strict.members()).isEmpty();
    }

    @Test
    void enrolmentByFingerprintKnowsCertificatesAndNotNames() {
        Enrolment enrolment = Enrolment.byFingerprint(Map.of("a", "00ff"));
        assertThat(enrolment.objection("a", new Enrolment.Identity("anything", "00ff")))
                .isEmpty();
        assertThat(enrolment.objection("a", new Enrolment.Identity("a", "00fe")))
                .contains("not enrolled");
        assertThat(enrolment.objection("b", new Enrolment.Identity("b", "00ff")))
                .contains("not enrolled");
        assertThat(enrolment.objection("a", Enrolment.Identity.NONE)).contains("not enrolled");
    }

    @Test
    void noMoreParticipantsAreTakenThanSaid() {
        for (int i = 0; i < 5; i++) {
            connect(session("p" + i));
        }
        Pipe sixth = new Pipe(population, session("p5"), Enrolment.Identity.NONE);
        sixth.up();
        assertThatThrownBy(sixth::down).hasMessageContaining("no more are taken");
        assertThat(population.connected()).isEqualTo(5);
        assertThat(connect(session("p3")).heard).as("who was there before").hasSize(1);
    }

    @Test
    void whatAParticipantThrowsIsItsFailure() {
        Pipe pipe = connect(new ParticipantSession(
                FederatedParticipant.of("a", 1, task -> {
                    throw new IllegalStateException("no electricity");
                }),
                Runnable::run,
                100));
        CompletableFuture<Update> answer = ask(task(1, 10, false));
        pipe.flow();
        assertThatThrownBy(answer::join).hasMessageContaining("no electricity");
    }

    @Test
    void aModelThatIsTooLargeIsRefusedBeforeItHasMemory() {
        Pipe pipe = connect(new ParticipantSession(new Adding("a"), Runnable::run, 100));
        var unused = ask(task(1, 101, false));
        assertThatThrownBy(pipe::down)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(101) parameters")
                .hasMessageContaining("Maybe raise mostParameters");
    }

    @Test
    void theEndIsHeard() {
        Pipe pipe = connect(session("a"));
        population.finish();
        pipe.flow();
        assertThat(pipe.finished).isTrue();
        assertThat(connect(session("b")).heard).hasSize(1);
    }
}
