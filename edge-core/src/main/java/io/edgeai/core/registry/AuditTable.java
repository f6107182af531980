package io.edgeai.core.registry;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The history: entries are appended, each with the hash of the one before, and never changed. */
final class AuditTable {
    private static final String COLUMNS = "sequence, at, actor, action, model, number, detail, environment, from_stage,"
            + " to_stage, evidence, record, previous, hash";

    private static final String HEADS =
            "SELECT sequence || ' ' || COALESCE(record, '') || ' ' || COALESCE(action, '') || ' ' ||"
                    + " COALESCE(model, '') || '@' || COALESCE(number, 0) FROM audit WHERE sequence IN";

    /** From an index of these alone. */
    private static final String LAST_POLICY =
            "(SELECT COALESCE(MAX(sequence), 0) FROM audit WHERE action = 'POLICY_SET')";

    private static final Map<String, AuditAction> ACTIONS =
            Arrays.stream(AuditAction.values()).collect(Collectors.toMap(Enum::name, action -> action));

    private final Database database;

    AuditTable(Database database) {
        this.database = database;
    }

    /** What is new in an entry; the table adds its number and the chain. */
    record Change(
            Instant at,
            String actor,
            AuditAction action,
            VersionRef ref,
            String detail,
            String environment,
            @Nullable Stage from,
            @Nullable Stage to,
            String evidence,
            String record) {}

    /** The last that is said of a version; the action is null where its text is none that is known. */
    record Head(long sequence, @Nullable AuditAction action, String record) {}

    /** What the next entry follows, and the last one that set a policy, 0 for none. */
    record Tail(long sequence, String hash, String at, long lastPolicy) {
        Tail(AuditEntry last, Tail before) {
            this(
                    last.sequence(),
                    last.hash(),
                    last.at().toString(),
                    last.action() == AuditAction.POLICY_SET ? last.sequence() : before.lastPolicy());
        }
    }

    Tail tail() throws SQLException {
        List<Tail> tails = database.query(
                "SELECT sequence, hash, at, " + LAST_POLICY + " FROM audit ORDER BY sequence DESC LIMIT 1",
                rows -> new Tail(
                        rows.getLong(1),
                        String.valueOf(rows.getString(2)),
                        String.valueOf(rows.getString(3)),
                        rows.getLong(4)));
        return tails.isEmpty() ? new Tail(0, AuditEntry.GENESIS, Instant.MIN.toString(), 0) : tails.get(0);
    }

    /** The number of the last entry that set a policy; 0 for none. */
    long lastPolicy() throws SQLException {
        return database.one("SELECT " + LAST_POLICY, rows -> rows.getLong(1));
    }

    /** The entries that set policies, in order. */
    List<AuditEntry> policies() throws SQLException {
        return select(" WHERE action = 'POLICY_SET'");
    }

    /** Whether it is noted of a version that it meets something, since it was validated last. */
    boolean meets(VersionRef ref, String what) throws SQLException {
        return !select(
                        " WHERE model = ? AND number = ? AND action = 'POLICY_MET' AND detail = ? AND sequence >"
                                + " (SELECT COALESCE(MAX(sequence), 0) FROM audit WHERE model = ? AND number = ?"
                                + " AND action = 'VALIDATION_STARTED')",
                        ref.model().name(),
                        ref.number(),
                        what,
                        ref.model().name(),
                        ref.number())
                .isEmpty();
    }

    AuditEntry append(Change change) throws SQLException {
        return append(tail(), change);
    }

    /** As {@link #append(Change)}, where the last entry is known. */
    AuditEntry append(Tail tail, Change change) throws SQLException {
        AuditEntry entry = new AuditEntry(
                        tail.sequence() + 1,
                        later(change.at(), tail.at()),
                        change.actor(),
                        change.action(),
                        change.ref(),
                        change.detail(),
                        change.environment(),
                        Optional.ofNullable(change.from()),
                        Optional.ofNullable(change.to()),
                        change.evidence(),
                        change.record(),
                        tail.hash(),
                        "")
                .hashed();
        database.update(
                "INSERT INTO audit (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                entry.sequence(),
                entry.at().toString(),
                entry.actor(),
                entry.action().name(),
                entry.ref().model().name(),
                entry.ref().number(),
                entry.detail(),
                entry.environment(),
                entry.from().map(Stage::name).orElse(""),
                entry.to().map(Stage::name).orElse(""),
                entry.evidence(),
                entry.record(),
                entry.previous(),
                entry.hash());
        return entry;
    }

    /** A clock that was set back must not reorder the history. */
    private static Instant later(Instant now, String before) {
        try {
            Instant last = Instant.parse(before);
            return last.isAfter(now) ? last : now;
        } catch (DateTimeException e) { // a damaged entry is told when it is read
            return now;
        }
    }

    long last() throws SQLException {
        return database.one("SELECT COALESCE(MAX(sequence), 0) FROM audit", rows -> rows.getLong(1));
    }

    /** The number of the last entry that was ever written: more than {@link #last} where the table lost its end. */
    long written() throws SQLException {
        return database.one(database.dialect().highestEntry(), rows -> rows.getLong(1));
    }

    /** @throws ModelIntegrityException where an entry of the model is not as it was written */
    List<AuditEntry> of(String model) throws SQLException {
        return select(" WHERE model = ?", model);
    }

    /** Entries after a sequence, at most so many, in order. */
    List<AuditEntry> page(long after, int most) throws SQLException {
        return database.query(
                "SELECT " + COLUMNS + " FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?",
                this::entry,
                after,
                most);
    }

    private List<AuditEntry> select(String where, Object... arguments) throws SQLException {
        List<AuditEntry> entries = database.query(
                "SELECT " + COLUMNS + " FROM audit" + where + " ORDER BY sequence", this::entry, arguments);
        for (AuditEntry entry : entries) {
            if (!entry.hash().equals(entry.computedHash())) {
                throw altered(entry.ref() + ", entry " + entry.sequence(), null);
            }
        }
        return entries;
    }

    /** The last entry of every version that changed after a sequence, by the version's reference as text. */
    void headsAfter(long sequence, BiConsumer<String, Head> each) throws SQLException {
        heads(" (SELECT MAX(sequence) FROM audit WHERE sequence > ? GROUP BY model, number)", each, sequence);
    }

    /** The last entry of every version, by the version's reference as text. */
    void heads(BiConsumer<String, Head> each) throws SQLException {
        heads(" (SELECT MAX(sequence) FROM audit GROUP BY model, number)", each);
    }

    /** One text a row, since each value that is fetched costs a call into the database's own code. */
    private void heads(String which, BiConsumer<String, Head> each, Object... arguments) throws SQLException {
        int read = database.query(
                        HEADS + which,
                        rows -> {
                            // A damaged text with a blank in it shifts what follows, and names no version then.
                            String text = rows.getString(1);
                            int record = text.indexOf(' ') + 1;
                            int action = text.indexOf(' ', record) + 1;
                            int key = text.indexOf(' ', action) + 1;
                            each.accept(
                                    text.substring(key),
                                    new Head(
                                            Long.parseLong(text, 0, record - 1, 10),
                                            action(text.substring(action, key - 1)),
                                            text.substring(record, action - 1)));
                            return true;
                        },
                        arguments)
                .size();
        assert read >= 0;
    }

    /** The action of that name, if it is one that is known. */
    static @Nullable AuditAction action(String name) {
        return ACTIONS.get(name);
    }

    /** The version of that reference; empty for a name or number that no version can have. */
    static Optional<VersionRef> ref(String key) {
        try {
            return Optional.of(VersionRef.parse(key));
        } catch (EdgeException e) {
            return Optional.empty();
        }
    }

    private AuditEntry entry(ResultSet rows) throws SQLException {
        try {
            return new AuditEntry(
                    rows.getLong("sequence"),
                    Instant.parse(text(rows, "at")),
                    text(rows, "actor"),
                    action(rows),
                    ref(rows),
                    text(rows, "detail"),
                    text(rows, "environment"),
                    stage(text(rows, "from_stage")),
                    stage(text(rows, "to_stage")),
                    text(rows, "evidence"),
                    text(rows, "record"),
                    text(rows, "previous"),
                    text(rows, "hash"));
        } catch (EdgeException | IllegalArgumentException | DateTimeException e) {
            throw altered(text(rows, "model") + "@" + text(rows, "number") + ", entry " + text(rows, "sequence"), e);
        }
    }

    /** A bit of a damaged file can make a text none. */
    private static String text(ResultSet rows, String column) throws SQLException {
        return String.valueOf(rows.getString(column));
    }

    private VersionRef ref(ResultSet rows) throws SQLException {
        try {
            return VersionRef.of(text(rows, "model"), rows.getInt("number"));
        } catch (EdgeException e) {
            throw altered(text(rows, "model"), e);
        }
    }

    private AuditAction action(ResultSet rows) throws SQLException {
        String name = text(rows, "action");
        try {
            return AuditAction.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw altered("an action (" + name + ")", e);
        }
    }

    private static Optional<Stage> stage(String name) {
        return name.isEmpty() ? Optional.empty() : Optional.of(Stage.valueOf(name));
    }

    ModelIntegrityException altered(String what, @Nullable Exception cause) {
        return new ModelIntegrityException(
                "Registry database (" + database.name() + ") has an audit entry that is not as it was written (" + what
                        + "). Maybe restore the file from a backup; 'verify' lists all that is wrong.",
                cause);
    }
}
