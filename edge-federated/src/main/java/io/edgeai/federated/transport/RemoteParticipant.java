package io.edgeai.federated.transport;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.Receipt;
import io.edgeai.federated.RoundTask;
import io.edgeai.federated.SecureParticipant;
import io.edgeai.federated.Update;
import io.edgeai.federated.secagg.Message;
import io.edgeai.federated.training.Evaluation;
import io.edgeai.federated.transport.wire.Federation;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's picture of one participant, which outlives its connections: its task of this round, the update that is
 * on its way, and the receipt of its last one. Thread-safe.
 */
final class RemoteParticipant implements SecureParticipant, Uploads.Upload {
    private final String id;
    private final int number;
    private final Uploads uploads;
    private final Presence presence;
    private int samples;
    private @Nullable Link<ToParticipant> link;
    private @Nullable Link<ToParticipant> farewell;
    private @Nullable Assignment assignment;
    private Federation.@Nullable UpdateHeader announced;
    private Vectors.@Nullable Arrival arriving;
    private @Nullable Receipt last;
    private Set<String> abilities = Set.of();

    /** @param number in the roster; -1 where it is not in it */
    RemoteParticipant(String id, int samples, int number, Uploads uploads, Presence presence) {
        this.id = id;
        this.samples = samples;
        this.number = number;
        this.uploads = uploads;
        this.presence = presence;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public synchronized int samples() {
        return samples;
    }

    @Override
    public synchronized boolean available() {
        return link != null;
    }

    @Override
    public synchronized double staying(Duration ahead) {
        return presence.staying(ahead);
    }

    @Override
    public Update fit(RoundTask task) {
        return begin(task, Runnable::run).join();
    }

    /** Sends the task as soon as the participant is connected; again where its connection breaks before it answered. */
    @Override
    public CompletableFuture<Update> begin(RoundTask task, Executor executor) {
        Assignment.Plain fresh = new Assignment.Plain(task, new CompletableFuture<>());
        give(fresh);
        var unused = fresh.work().whenComplete((update, failure) -> ended(fresh, update == null));
        return fresh.work();
    }

    @Override
    public CompletableFuture<Message> join(RoundTask task) {
        if (number < 0) {
            return CompletableFuture.failedFuture(new InvalidInputException("it is not in the roster"));
        }
        SecureAssignment fresh = new SecureAssignment(task, number);
        give(fresh);
        return watched(fresh, fresh.answer());
    }

    @Override
    public synchronized CompletableFuture<Message> tell(Message message) {
        if (!(assignment instanceof SecureAssignment open) || link == null) {
            return CompletableFuture.failedFuture(new InvalidInputException("its connection broke"));
        }
        CompletableFuture<Message> answer = open.told(message);
        link.send(Messages.one(ToParticipant.newBuilder()
                .setAggregation(AggregationMessages.write(open.task().round(), message))));
        return watched(open, answer);
    }

    /** Asks it as soon as it is connected; again where its connection breaks before it answered. */
    @Override
    public CompletableFuture<Optional<Evaluation>> measure(RoundTask task, Executor executor) {
        Measurement fresh = new Measurement(task, new CompletableFuture<>());
        give(fresh);
        var unused = fresh.answer().whenComplete((score, failure) -> ended(fresh, true));
        return fresh.answer();
    }

    synchronized void measured(Link<ToParticipant> from, Federation.Score score) {
        if (link == from
                && assignment instanceof Measurement open
                && open.task().round() == score.getRound()) {
            open.said(score);
        }
    }

    @Override
    public synchronized void released() {
        if (assignment instanceof SecureAssignment open && open.task().measures()) {
            assignment = null;
            forgetUpload();
        }
    }

    private CompletableFuture<Message> watched(SecureAssignment open, CompletableFuture<Message> answer) {
        var unused = answer.whenComplete((message, failure) -> {
            if (failure != null) {
                ended(open, true);
            }
        });
        return answer;
    }

    private synchronized void give(Assignment fresh) {
        assignment = fresh;
        forgetUpload();
        if (link != null) {
            link.send(Messages.task(fresh.task()));
        }
    }

    private synchronized void ended(Assignment which, boolean withoutUpdate) {
        if (assignment == which) {
            assignment = null;
            if (withoutUpdate) {
                forgetUpload();
            }
        }
    }

    /** A connection takes the place of the one before it. */
    synchronized void attach(Link<ToParticipant> fresh, Federation.Hello hello) {
        if (link != null) {
            link.end();
            presence.went();
        }
        presence.came();
        forgetUpload();
        samples = hello.getSamples();
        abilities = Set.copyOf(hello.getCapabilitiesList());
        link = fresh;
        Assignment open = assignment;
        long pending = hello.getPendingUpdate();
        if (open != null && (pending == 0 || pending != open.task().updateId())) {
            fresh.send(Messages.task(open.task()));
        }
    }

    synchronized void detach(Link<ToParticipant> from) {
        if (link == from) {
            link = null;
            presence.went();
            forgetUpload();
            Assignment open = assignment;
            if (open != null && !open.outlivesConnection()) {
                open.fail("its connection broke in the middle of a secure sum");
            }
        }
    }

    /** What the rounds need and it lacks; empty where it lacks nothing, or never said what it can do. */
    synchronized Set<String> missing(Set<String> needed) {
        Set<String> missing = new TreeSet<>(needed);
        missing.removeAll(abilities);
        return abilities.isEmpty() ? Set.of() : missing;
    }

    /** Ends its connection for good. */
    synchronized void refuse(RefusalReason code, String reason) {
        if (link != null) {
            link.send(Messages.one(Messages.refusal(code, reason)));
            link.end();
            link = null;
        }
    }

    private void forgetUpload() {
        announced = null;
        arriving = null;
        uploads.done(this);
    }

    /** An update is announced: it gets a place in the queue, or its receipt at once. */
    synchronized void announced(Link<ToParticipant> from, Federation.UpdateHeader header) {
        if (link != from) {
            return;
        }
        Assignment open = assignment;
        Receipt before = last;
        if (before != null && before.round() == header.getRound() && (open == null || !matches(open, header))) {
            answer(
                    header,
                    before.updateId() == header.getUpdate() ? before : refusal(header, "this round has had one"));
        } else if (open == null || open.task().round() != header.getRound()) {
            answer(header, refusal(header, "round " + header.getRound() + " is over or was not asked for"));
        } else if (announced != null) {
            answer(header, refusal(header, "another update is on its way"));
        } else {
            String problem = open.problem(header);
            if (problem.isEmpty()) {
                announced = header;
                uploads.request(this);
            } else {
                open.fail(problem + ".");
            }
        }
    }

    private static boolean matches(Assignment open, Federation.UpdateHeader header) {
        return open.task().round() == header.getRound();
    }

    private static Receipt refusal(Federation.UpdateHeader header, String reason) {
        return new Receipt(header.getRound(), header.getUpdate(), false, reason);
    }

    private void answer(Federation.UpdateHeader header, Receipt receipt) {
        if (link != null) {
            link.send(Messages.one(Messages.receipt(
                    new Receipt(receipt.round(), header.getUpdate(), receipt.accepted(), receipt.reason()))));
        }
    }

    @Override
    public synchronized void granted() {
        Federation.UpdateHeader header = announced;
        Assignment open = assignment;
        if (header == null || link == null || open == null) {
            uploads.done(this);
            return;
        }
        arriving = open.arrival(header);
        link.send(Messages.one(ToParticipant.newBuilder()
                .setGrant(Federation.Grant.newBuilder().setUpdate(header.getUpdate()))));
        completeWhenAllIsThere();
    }

    /** @throws InvalidInputException for a chunk that nobody asked for, or that does not fit */
    synchronized void chunk(Link<ToParticipant> from, ByteString data) {
        Vectors.Arrival open = arriving;
        if (link != from) {
            return;
        }
        if (open == null) {
            if (announced == null) {
                return; // the round went on without it while its chunks were on their way
            }
            throw new InvalidInputException("Participant (" + id + ") sends chunks before they are granted.");
        }
        open.add(data);
        completeWhenAllIsThere();
    }

    private void completeWhenAllIsThere() {
        Federation.UpdateHeader header = announced;
        Vectors.Arrival vectors = arriving;
        Assignment open = assignment;
        if (header != null && vectors != null && vectors.complete()) {
            announced = null;
            arriving = null;
            if (open != null) {
                open.arrived(header, vectors);
                if (open instanceof SecureAssignment) {
                    uploads.done(
                            this); // it goes into the sum at once, and no receipt comes before the end of the round
                }
            }
        }
    }

    @Override
    public void tooSlow() {
        fail("its update did not arrive in time");
    }

    /** Its answer in a secure sum. */
    synchronized void said(Link<ToParticipant> from, Federation.Aggregation answer) {
        if (link == from
                && assignment instanceof SecureAssignment open
                && open.task().round() == answer.getRound()) {
            open.said(answer);
        }
    }

    synchronized void failed(Federation.Failure failure) {
        Assignment open = assignment;
        if (open != null && open.task().round() == failure.getRound()) {
            fail(failure.getReason());
        }
    }

    private synchronized void fail(String reason) {
        Assignment open = assignment;
        if (open != null) {
            open.fail(reason);
        }
    }

    /** Keeps the receipt, for a participant that was not there to hear it. */
    @Override
    public void settled(Receipt receipt) {
        uploads.done(this);
        synchronized (this) {
            last = receipt;
            if (assignment instanceof SecureAssignment open && open.task().round() == receipt.round()) {
                assignment = null;
            }
            if (link != null) {
                link.send(Messages.one(Messages.receipt(receipt)));
            }
        }
    }

    /** Tells it that it may leave for that long; nothing for zero. */
    synchronized void rest(Duration pause) {
        if (link != null && assignment == null && !pause.isZero()) {
            presence.dismissed();
            link.send(Messages.one(ToParticipant.newBuilder()
                    .setRest(Federation.Rest.newBuilder().setMillis(pause.toMillis()))));
        }
    }

    /** Tells it that there are no more rounds; the connection is the participant's to end, which shows that it heard. */
    synchronized void finish() {
        if (link != null) {
            link.send(Messages.one(ToParticipant.newBuilder().setFinished(Federation.Finished.getDefaultInstance())));
            farewell = link;
            link = null;
        }
    }

    /** It has ended its connection by itself; whether it knew then that there are no more rounds. */
    synchronized boolean left(Link<ToParticipant> from) {
        detach(from);
        return farewell == from;
    }
}
