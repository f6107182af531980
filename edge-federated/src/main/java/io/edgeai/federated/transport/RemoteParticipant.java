package io.edgeai.federated.transport;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.FederatedParticipant;
import io.edgeai.federated.Receipt;
import io.edgeai.federated.RoundTask;
import io.edgeai.federated.Update;
import io.edgeai.federated.transport.wire.Federation;
import io.edgeai.federated.transport.wire.Federation.ToParticipant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's picture of one participant, which outlives its connections: its task of this round, the update that is
 * on its way, and the receipt of its last one. Thread-safe.
 */
final class RemoteParticipant implements FederatedParticipant, Uploads.Upload {
    private final String id;
    private final Uploads uploads;
    private int samples;
    private @Nullable Link<ToParticipant> link;
    private @Nullable Assignment assignment;
    private Federation.@Nullable UpdateHeader announced;
    private Vectors.@Nullable Assembly arriving;
    private @Nullable Receipt last;

    private record Assignment(RoundTask task, CompletableFuture<Update> work) {}

    RemoteParticipant(String id, int samples, Uploads uploads) {
        this.id = id;
        this.samples = samples;
        this.uploads = uploads;
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
    public Update fit(RoundTask task) {
        return begin(task, Runnable::run).join();
    }

    /** Sends the task as soon as the participant is connected; again where its connection breaks before it answered. */
    @Override
    public CompletableFuture<Update> begin(RoundTask task, Executor executor) {
        CompletableFuture<Update> work = new CompletableFuture<>();
        Assignment fresh = new Assignment(task, work);
        synchronized (this) {
            assignment = fresh;
            forgetUpload();
            if (link != null) {
                link.send(Messages.task(task));
            }
        }
        var unused = work.whenComplete((update, failure) -> ended(fresh, update == null));
        return work;
    }

    private void ended(Assignment which, boolean withoutUpdate) {
        synchronized (this) {
            Assignment open = assignment;
            if (open != null && open.work() == which.work()) {
                assignment = null;
                if (withoutUpdate) {
                    forgetUpload();
                }
            }
        }
    }

    /** A connection takes the place of the one before it. */
    synchronized void attach(Link<ToParticipant> fresh, Federation.Hello hello) {
        if (link != null) {
            link.end();
        }
        forgetUpload();
        samples = hello.getSamples();
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
            forgetUpload();
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
            String problem = problem(open.task(), header);
            if (problem.isEmpty()) {
                announced = header;
                uploads.request(this);
            } else {
                open.work().completeExceptionally(new InvalidInputException(problem + "."));
            }
        }
    }

    private static boolean matches(Assignment open, Federation.UpdateHeader header) {
        return open.task().round() == header.getRound();
    }

    /** What can be told from the header, before memory is given to it. */
    private static String problem(RoundTask task, Federation.UpdateHeader header) {
        if (header.getParameters() != task.size()) {
            return "its update has (" + Integer.toUnsignedString(header.getParameters()) + ") parameters, not "
                    + task.size();
        }
        if (header.getControl() != 0 && header.getControl() != task.size()) {
            return "its update has (" + Integer.toUnsignedString(header.getControl()) + ") control values, not "
                    + task.size();
        }
        if (header.getModelVersion() != task.version()) {
            return "its update belongs to model version (" + Long.toHexString(header.getModelVersion()) + "), not "
                    + Long.toHexString(task.version());
        }
        return header.getSamples() < 1 ? "its update counts (" + header.getSamples() + ") samples, not at least 1" : "";
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
        if (header == null || link == null) {
            uploads.done(this);
            return;
        }
        arriving = new Vectors.Assembly(header.getParameters(), header.getControl());
        link.send(Messages.one(ToParticipant.newBuilder()
                .setGrant(Federation.Grant.newBuilder().setUpdate(header.getUpdate()))));
        completeWhenAllIsThere();
    }

    /** @throws InvalidInputException for a chunk that nobody asked for, or that does not fit */
    synchronized void chunk(Link<ToParticipant> from, ByteString data) {
        Vectors.Assembly open = arriving;
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
        Vectors.Assembly vectors = arriving;
        Assignment open = assignment;
        if (header != null && vectors != null && vectors.complete()) {
            announced = null;
            arriving = null;
            if (open != null) {
                open.work().complete(Messages.update(header, vectors));
            }
        }
    }

    @Override
    public void tooSlow() {
        fail("its update did not arrive in time");
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
            open.work().completeExceptionally(new InvalidInputException(reason));
        }
    }

    /** Keeps the receipt, for a participant that was not there to hear it. */
    @Override
    public void settled(Receipt receipt) {
        uploads.done(this);
        synchronized (this) {
            last = receipt;
            if (link != null) {
                link.send(Messages.one(Messages.receipt(receipt)));
            }
        }
    }

    synchronized void finish() {
        if (link != null) {
            link.send(Messages.one(ToParticipant.newBuilder().setFinished(Federation.Finished.getDefaultInstance())));
            link.end();
            link = null;
        }
    }
}
