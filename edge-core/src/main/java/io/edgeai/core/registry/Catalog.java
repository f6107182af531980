package io.edgeai.core.registry;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.store.Blob;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The registry's tables as methods, over one connection. Every call belongs inside {@link #reading} or
 * {@link #writing}, which the owner serializes. SQL here is what SQLite and PostgreSQL share.
 */
final class Catalog implements AutoCloseable {
    private static final String VERSION_COLUMNS = "model, number, format, workload, digest, tree, entry, size_bytes,"
            + " signature, parent_model, parent_number, derivation, stage, registered_at";

    private final Database database;
    private final AuditTable audit;

    private Catalog(Database database) {
        this.database = database;
        this.audit = new AuditTable(database);
    }

    /** Opens a database, creating or migrating it. */
    static Catalog open(Dialect dialect) {
        Catalog catalog = new Catalog(new Database(dialect));
        boolean ready = false;
        try {
            catalog.writing(() -> {
                new Migration(catalog.database, catalog).run();
                return dialect;
            });
            ready = true;
            return catalog;
        } finally {
            if (!ready) {
                catalog.close();
            }
        }
    }

    /** Runs queries that all see the same state. */
    <T extends @Nullable Object> T reading(Database.Work<T> work) {
        return database.transaction(false, work);
    }

    /** Runs work alone among all writers of the registry, in any process; commits unless it throws. */
    <T extends @Nullable Object> T writing(Database.Work<T> work) {
        return database.transaction(true, work);
    }

    @Override
    public void close() {
        database.close();
    }

    AuditTable audit() {
        return audit;
    }

    /** As {@link #refresh} in a transaction of its own, which is only begun where something happened since. */
    Snapshot latest(Snapshot before) {
        return database.alone(audit::last) == before.sequence() ? before : reading(() -> refresh(before));
    }

    /** The snapshot that follows {@code before}, or that one where nothing happened since. */
    Snapshot refresh(Snapshot before) throws SQLException {
        long last = audit.last();
        if (last == before.sequence()) {
            return before;
        }
        // What was damaged may be restored by now.
        Snapshot previous = before.damaged().isEmpty() ? before : Snapshot.EMPTY;
        if (previous.sequence() != 0) {
            return following(previous, last);
        }
        Optional<Map<String, ModelTexts>> whole =
                before.damaged().isEmpty() && database.dialect().gathers()
                        ? new Census(database).read()
                        : Optional.empty();
        return whole.isPresent() ? Snapshot.of(last, whole.get()) : all(last);
    }

    /** Row by row; a record counts only where the audit's last word on it is the same. */
    private Snapshot all(long last) throws SQLException {
        VersionRows rows = new VersionRows(database);
        Map<String, ModelIntegrityException> damaged = new HashMap<>();
        Map<String, VersionRows.Row> unknown = rows.read(damaged, "");
        List<Entry> known = new ArrayList<>(unknown.size());
        audit.heads((key, head) -> {
            VersionRows.Row row = unknown.remove(key);
            if (row == null ? head.action() != AuditAction.ERASED : !agrees(row, head)) {
                AuditTable.ref(key)
                        .ifPresent(ref -> damaged.putIfAbsent(ref.model().name(), disagreement(rows, key, row)));
            }
            if (row != null) {
                known.add(row.entry());
            }
        });
        unknown.forEach((key, row) -> {
            damaged.putIfAbsent(
                    row.entry().ref().model().name(), rows.damaged(key, "the audit does not know it", null));
            known.add(row.entry());
        });
        return Snapshot.of(last, known, damaged);
    }

    private Snapshot following(Snapshot previous, long last) throws SQLException {
        VersionRows rows = new VersionRows(database);
        Map<String, ModelIntegrityException> damaged = new HashMap<>();
        Map<VersionRef, @Nullable Entry> changed = new HashMap<>();
        Map<String, VersionRows.Row> read = rows.read(
                damaged,
                " WHERE (model, number) IN (SELECT model, number FROM audit WHERE sequence > ?)",
                previous.sequence());
        audit.headsAfter(previous.sequence(), (key, head) -> {
            VersionRef ref = AuditTable.ref(key)
                    .orElseThrow(() -> audit.altered(key.substring(0, Math.max(0, key.lastIndexOf('@'))), null));
            VersionRows.Row row = read.get(key);
            if (row == null ? head.action() != AuditAction.ERASED : !agrees(row, head)) {
                damaged.putIfAbsent(ref.model().name(), disagreement(rows, key, row));
            }
            changed.put(ref, row == null ? null : row.entry());
        });
        read.values().forEach(row -> changed.putIfAbsent(row.entry().ref(), row.entry()));
        return previous.with(last, changed, damaged);
    }

    private static boolean agrees(VersionRows.Row row, AuditTable.Head head) {
        return head.action() != null && row.record().equals(head.record());
    }

    private static ModelIntegrityException disagreement(VersionRows rows, String key, VersionRows.@Nullable Row row) {
        return rows.damaged(key, row == null ? "it is missing" : "it was altered", null);
    }

    @Nullable
    Entry entry(VersionRef ref) throws SQLException {
        return new VersionRows(database).one(ref);
    }

    /** The number that follows all a model ever had. */
    int nextNumber(ModelId model) throws SQLException {
        int last = lastNumber(model);
        if (last == Integer.MAX_VALUE) {
            throw new LifecycleException(
                    "Model (" + model + ") has used up all numbers. Maybe register it under another name.");
        }
        return last + 1;
    }

    /** The highest number the model ever had, 0 for a new one. */
    int lastNumber(ModelId model) throws SQLException {
        int[] both = database.one(
                "SELECT (SELECT last_number FROM model WHERE name = ?),"
                        + " (SELECT MAX(number) FROM audit WHERE model = ?)",
                rows -> new int[] {rows.getInt(1), rows.getInt(2)},
                model.name(),
                model.name());
        int last = both[0];
        int audited = both[1];
        if (last != audited) {
            throw new VersionRows(database)
                    .damaged(model + "@" + audited, "(" + last + ") is noted as its last number", null);
        }
        if (last == 0) {
            requireNoTwin(model);
        }
        return last;
    }

    /**
     * File systems that know no case, or drop dots at the end of a name, would take what is kept of two such models for that of
     * one. Twins that are there already stay.
     */
    private void requireNoTwin(ModelId model) throws SQLException {
        List<String> twins = database.query(
                "SELECT name FROM model WHERE LOWER(RTRIM(name, '.')) = LOWER(RTRIM(?, '.')) AND name <> ?",
                rows -> rows.getString(1),
                model.name(),
                model.name());
        if (!twins.isEmpty()) {
            throw new InvalidInputException("Model (" + model + ") differs only in case, or in dots at its end, from ("
                    + twins.get(0)
                    + "), whose files it would share on some systems. Maybe that one is meant, or another"
                    + " name does.");
        }
    }

    /** Inserts a version whose number is above {@link #lastNumber}. */
    void insert(Entry entry) throws SQLException {
        ModelVersion version = entry.version();
        String model = version.model().name();
        database.update(
                "INSERT INTO model (name, last_number) VALUES (?, ?)"
                        + " ON CONFLICT (name) DO UPDATE SET last_number = excluded.last_number",
                model,
                version.number());
        database.update(
                "INSERT INTO version (" + VERSION_COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                model,
                version.number(),
                version.format().name(),
                version.workload().name(),
                version.digest().hex(),
                entry.tree() ? 1 : 0,
                entry.entry(),
                version.sizeBytes(),
                SignatureJson.write(version.signature()),
                version.parent().map(parent -> parent.model().name()).orElse(null),
                version.parent().map(VersionRef::number).orElse(null),
                version.derivation(),
                entry.standing().base().name(),
                version.registeredAt().toString());
        insertTags(entry);
        insertDeployments(entry);
        insertAliases(entry);
    }

    /** Writes what changed of a version: its standing and its tags, each of them as a whole. */
    void save(Entry before, Entry entry) throws SQLException {
        Standing old = before.standing();
        Standing now = entry.standing();
        if (old.base() != now.base()) {
            database.update(
                    "UPDATE version SET stage = ? WHERE model = ? AND number = ?",
                    now.base().name(),
                    entry.ref().model().name(),
                    entry.ref().number());
        }
        if (!before.version().tags().equals(entry.version().tags())) {
            clear("tag", entry.ref());
            insertTags(entry);
        }
        if (!old.deployments().equals(now.deployments())) {
            clear("deployment", entry.ref());
            insertDeployments(entry);
        }
        if (!old.aliases().equals(now.aliases())) {
            clear("alias", entry.ref());
            insertAliases(entry);
        }
    }

    private void clear(String table, VersionRef ref) throws SQLException {
        database.update(
                "DELETE FROM " + table + " WHERE model = ? AND number = ?",
                ref.model().name(),
                ref.number());
    }

    private void insertTags(Entry entry) throws SQLException {
        for (Map.Entry<String, String> tag : entry.version().tags().entrySet()) {
            database.update(
                    "INSERT INTO tag (model, number, name, value) VALUES (?, ?, ?, ?)",
                    entry.ref().model().name(),
                    entry.ref().number(),
                    tag.getKey(),
                    tag.getValue());
        }
    }

    private void insertDeployments(Entry entry) throws SQLException {
        for (Deployment deployment : entry.standing().deployments().values()) {
            database.update(
                    "INSERT INTO deployment (model, number, environment, stage, percent, frozen, activation)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    entry.ref().model().name(),
                    entry.ref().number(),
                    deployment.environment(),
                    deployment.stage().name(),
                    deployment.percent(),
                    deployment.frozen() ? 1 : 0,
                    deployment.activation());
        }
    }

    private void insertAliases(Entry entry) throws SQLException {
        for (String alias : entry.standing().aliases()) {
            database.update(
                    "INSERT INTO alias (model, name, number) VALUES (?, ?, ?)",
                    entry.ref().model().name(),
                    alias,
                    entry.ref().number());
        }
    }

    /** Notes bytes that are to be deleted once this transaction is durable. */
    void doom(Blob blob) throws SQLException {
        database.update(
                "INSERT INTO doomed (digest, tree) VALUES (?, ?) ON CONFLICT (digest, tree) DO NOTHING",
                blob.digest().hex(),
                blob.tree() ? 1 : 0);
    }

    /** Bytes to be deleted unless a version refers to them; sizes are left 0. */
    List<Blob> doomed() throws SQLException {
        return database.query(
                "SELECT digest, tree FROM doomed",
                rows -> new Blob(new Digest(rows.getString(1)), rows.getInt(2) != 0, 0));
    }

    /** Takes {@link #doom} back: the bytes are deleted, or referred to. */
    void spare(Blob blob) throws SQLException {
        database.update(
                "DELETE FROM doomed WHERE digest = ? AND tree = ?",
                blob.digest().hex(),
                blob.tree() ? 1 : 0);
    }

    /** Every blob that a version which is not erased refers to; sizes are left 0. */
    Set<Blob> referenced() throws SQLException {
        return new HashSet<>(database.query(
                "SELECT DISTINCT digest, tree FROM version WHERE stage <> 'ERASED'",
                rows -> new Blob(new Digest(rows.getString(1)), rows.getInt(2) != 0, 0)));
    }
}
