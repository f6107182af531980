package io.edgeai.core.registry;

import io.edgeai.core.audit.Fields;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What processes see of a trial that all of them run, in the registry's database: each keeps a part of its own, as often as
 * it likes, and reads those of the others, so that everything counts once, whoever saw it, and outlives who saw it. A part is
 * written only where its revision is the one that its writer knows; of two that think they are the same node the second is
 * refused. Apart from the audit: parts are neither chained nor kept for good, and a writer of one waits for no registration or
 * promotion on PostgreSQL. Takes a connection at the first call. Thread-safe.
 */
public final class SharedEvidence {
    private static final String COLUMNS = "model, environment, kind, run, subject, node, revision, at, state, digest";
    private static final String OF_KEY =
            " WHERE model = ? AND environment = ? AND kind = ? AND run = ? AND subject = ?";

    private final Dialect dialect;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Database database;
    private boolean closed;

    SharedEvidence(Dialect dialect, Clock clock) {
        this.dialect = dialect;
        this.clock = clock;
    }

    /**
     * The parts of all processes, by node.
     *
     * @throws StorageException where one is not as it was written
     */
    public List<EvidencePart> parts(EvidenceKey key) {
        return call(evidence -> evidence.query(
                "SELECT " + COLUMNS + " FROM evidence" + OF_KEY + " ORDER BY node", this::part, arguments(key)));
    }

    /** The parts of the latest run of a kind, the subject being the one that changed last; empty where there never was one. */
    public List<EvidencePart> latest(String model, String environment, String kind) {
        List<EvidencePart> last = call(evidence -> evidence.query(
                "SELECT " + COLUMNS + " FROM evidence WHERE model = ? AND environment = ? AND kind = ?"
                        + " ORDER BY run DESC, at DESC LIMIT 1",
                this::part,
                model,
                environment,
                kind));
        return last.isEmpty() ? List.of() : parts(last.get(0).key());
    }

    /**
     * Keeps a part in place of the one before; durable when it returns.
     *
     * @param revision of the part before, 0 where there is none
     * @return its revision now
     * @throws LifecycleException where another revision is there: somebody else writes under this name
     */
    public long put(EvidenceKey key, String node, long revision, String state) {
        long next = revision + 1;
        String at = clock.instant().toString();
        String digest = digest(key, node, next, at, state);
        boolean done = call(evidence -> (revision == 0
                        ? evidence.change(
                                "INSERT INTO evidence (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                                        + " ON CONFLICT (model, environment, kind, run, subject, node) DO NOTHING",
                                with(key, node, next, at, state, digest))
                        : evidence.change(
                                "UPDATE evidence SET revision = ?, at = ?, state = ?, digest = ?" + OF_KEY
                                        + " AND node = ? AND revision = ?",
                                next,
                                at,
                                state,
                                digest,
                                key.model(),
                                key.environment(),
                                key.kind(),
                                key.run(),
                                key.subject(),
                                node,
                                revision))
                == 1);
        // A connection that was lost after the change and before the answer had it tried twice.
        if (!done
                && parts(key).stream()
                        .noneMatch(
                                part -> part.node().equals(node) && part.state().equals(state))) {
            throw new LifecycleException("Evidence of (" + key.subject() + ") by node (" + node
                    + ") was changed by somebody else since revision (" + revision
                    + "). Maybe two processes run on copies of one home.");
        }
        return next;
    }

    /** Forgets what earlier runs of this kind have shown, be it of other subjects. */
    public void forgetBefore(EvidenceKey key) {
        int gone = call(evidence -> evidence.change(
                "DELETE FROM evidence WHERE model = ? AND environment = ? AND kind = ? AND run < ?",
                key.model(),
                key.environment(),
                key.kind(),
                key.run()));
        assert gone >= 0;
    }

    /** Forgets all parts. */
    public void forget(EvidenceKey key) {
        int gone = call(evidence -> evidence.change("DELETE FROM evidence" + OF_KEY, arguments(key)));
        assert gone >= 0;
    }

    /** The entry of the audit with which a version last came to a stage in an environment; 0 where it never did. */
    public long began(VersionRef ref, String environment, Stage stage) {
        return call(evidence -> evidence.one(
                "SELECT COALESCE(MAX(sequence), 0) FROM audit WHERE model = ? AND number = ? AND environment = ?"
                        + " AND to_stage = ? AND from_stage <> to_stage",
                rows -> rows.getLong(1),
                ref.model().name(),
                ref.number(),
                environment,
                stage.name()));
    }

    private static Object[] arguments(EvidenceKey key) {
        return new Object[] {key.model(), key.environment(), key.kind(), key.run(), key.subject()};
    }

    private static Object[] with(EvidenceKey key, Object... more) {
        Object[] first = arguments(key);
        Object[] all = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }

    private static String digest(EvidenceKey key, String node, long revision, String at, String state) {
        return new Fields()
                .add(key.model())
                .add(key.environment())
                .add(key.kind())
                .add(key.run())
                .add(key.subject())
                .add(node)
                .add(revision)
                .add(at)
                .add(state)
                .hex();
    }

    /** A bit of a damaged file can make a text none. */
    private static String text(ResultSet rows, int column) throws SQLException {
        return String.valueOf(rows.getString(column));
    }

    private EvidencePart part(ResultSet rows) throws SQLException {
        EvidenceKey key = new EvidenceKey(text(rows, 1), text(rows, 2), text(rows, 3), rows.getLong(4), text(rows, 5));
        String at = text(rows, 8);
        try {
            EvidencePart part = new EvidencePart(key, text(rows, 6), rows.getLong(7), Instant.parse(at), text(rows, 9));
            if (digest(key, part.node(), part.revision(), at, part.state()).equals(text(rows, 10))) {
                return part;
            }
        } catch (DateTimeException e) {
            throw damaged(key, e);
        }
        throw damaged(key, null);
    }

    private static StorageException damaged(EvidenceKey key, @Nullable Exception cause) {
        return new StorageException(
                "Evidence of (" + key.subject() + ") is not as it was written. Maybe begin the " + key.kind()
                        + " anew, or restore the database from a backup.",
                cause);
    }

    @FunctionalInterface
    private interface Call<T> {
        T on(Database database) throws SQLException;
    }

    private <T> T call(Call<T> call) {
        lock.lock();
        try {
            if (closed) {
                throw new LifecycleException("The registry of this evidence is closed. Maybe open another.");
            }
            Database open = database;
            if (open == null) {
                open = new Database(dialect);
                database = open;
            }
            Database evidence = open;
            return evidence.alone(() -> call.on(evidence));
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            Database open = database;
            database = null;
            if (open != null) {
                open.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
