package io.edgeai.core.registry;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.store.Blob;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry's tables as methods, over one connection. Every call belongs inside {@link #reading} or
 * {@link #writing}, which the owner serializes. SQL here is what SQLite and PostgreSQL share.
 */
final class Catalog implements AutoCloseable {
    private static final String VERSION_COLUMNS = "model, number, format, workload, digest, tree, entry, size_bytes,"
            + " signature, parent_model, parent_number, derivation, stage, registered_at";

    private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);

    private final Path file;
    private final Connection connection;

    private Catalog(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /** Opens a database, creating or migrating it. */
    static Catalog open(Path file) {
        Catalog catalog = new Catalog(file, SqliteDialect.connect(file));
        boolean ready = false;
        try {
            catalog.writing(() -> {
                SqliteDialect.migrate(file, catalog.connection);
                return file;
            });
            ready = true;
            return catalog;
        } finally {
            if (!ready) {
                catalog.close();
            }
        }
    }

    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T run() throws SQLException;
    }

    /** Runs queries that all see the same state. */
    <T extends @Nullable Object> T reading(Work<T> work) {
        return transaction(work, false);
    }

    /** Runs work alone among all writers of the home, in any process; commits unless it throws. */
    <T extends @Nullable Object> T writing(Work<T> work) {
        return transaction(work, true);
    }

    private <T extends @Nullable Object> T transaction(Work<T> work, boolean writes) {
        boolean open = false;
        try {
            SqliteDialect.begin(connection, writes);
            open = true;
            T result = work.run();
            SqliteDialect.commit(connection);
            open = false;
            return result;
        } catch (SQLException e) {
            throw SqliteDialect.failure(file, e);
        } finally {
            if (open) {
                rollback();
            }
        }
    }

    private void rollback() {
        try {
            SqliteDialect.rollback(connection);
        } catch (SQLException e) {
            LOG.warn(
                    "Rolling back in {} failed: {}", file, e.getMessage()); // SQLite has done it already on some errors
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw SqliteDialect.failure(file, e);
        }
    }

    /** The snapshot that follows {@code previous}, or that one where nothing happened since. */
    Snapshot refresh(Snapshot previous) throws SQLException {
        long last = one("SELECT COALESCE(MAX(sequence), 0) FROM audit", rows -> rows.getLong(1));
        if (last == previous.sequence()) {
            return previous;
        }
        Map<VersionRef, @Nullable Entry> changed = new HashMap<>();
        if (previous.sequence() == 0) {
            select("", "").forEach(entry -> changed.put(entry.ref(), entry));
        } else {
            for (VersionRef ref : query(
                    "SELECT DISTINCT model, number FROM audit WHERE sequence > ?",
                    rows -> VersionRef.of(rows.getString(1), rows.getInt(2)),
                    previous.sequence())) {
                changed.put(ref, entry(ref));
            }
        }
        return previous.with(last, changed);
    }

    @Nullable
    Entry entry(VersionRef ref) throws SQLException {
        List<Entry> found =
                select(" WHERE model = ? AND number = ?", "", ref.model().name(), ref.number());
        return found.isEmpty() ? null : found.get(0);
    }

    @Nullable
    Entry active(ModelId model) throws SQLException {
        List<Entry> found = select(" WHERE model = ? AND stage = 'ACTIVE'", "", model.name());
        return found.isEmpty() ? null : found.get(0);
    }

    /** Versions of a model in one of the two stages a promotion starts from, for messages. */
    List<Entry> promotable(ModelId model) throws SQLException {
        return select(
                " WHERE model = ? AND stage IN ('REGISTERED', 'SUPERSEDED')",
                " ORDER BY number LIMIT 20",
                model.name());
    }

    private List<Entry> select(String where, String order, Object... arguments) throws SQLException {
        Map<VersionRef, Map<String, String>> tags = new HashMap<>();
        String these =
                where.isEmpty() ? "" : " WHERE (model, number) IN (SELECT model, number FROM version" + where + ")";
        List<Boolean> noted = query(
                "SELECT model, number, name, value FROM tag" + these,
                rows -> tags.computeIfAbsent(
                                        VersionRef.of(rows.getString(1), rows.getInt(2)), ref -> new LinkedHashMap<>())
                                .put(rows.getString(3), rows.getString(4))
                        == null,
                arguments);
        assert noted.stream().allMatch(first -> first);
        return query(
                "SELECT " + VERSION_COLUMNS + " FROM version" + where + order, rows -> entry(rows, tags), arguments);
    }

    private Entry entry(ResultSet rows, Map<VersionRef, Map<String, String>> tags) throws SQLException {
        try {
            return parsed(rows, tags);
        } catch (EdgeException | IllegalArgumentException | DateTimeException e) {
            throw new ModelIntegrityException(
                    "Registry database (" + file + ") has a version (" + rows.getString("model") + "@"
                            + rows.getString("number") + ") that cannot be read: " + e.getMessage()
                            + ". Maybe a newer version of the library wrote it, or the file is damaged.",
                    e);
        }
    }

    private static Entry parsed(ResultSet rows, Map<VersionRef, Map<String, String>> tags) throws SQLException {
        VersionRef ref = VersionRef.of(rows.getString("model"), rows.getInt("number"));
        String parent = rows.getString("parent_model");
        return new Entry(
                new ModelVersion(
                        ref,
                        ModelFormat.valueOf(rows.getString("format")),
                        WorkloadType.valueOf(rows.getString("workload")),
                        new Digest(rows.getString("digest")),
                        rows.getLong("size_bytes"),
                        SignatureJson.read(rows.getString("signature")),
                        parent == null
                                ? Optional.empty()
                                : Optional.of(VersionRef.of(parent, rows.getInt("parent_number"))),
                        rows.getString("derivation"),
                        Stage.valueOf(rows.getString("stage")),
                        Instant.parse(rows.getString("registered_at")),
                        tags.getOrDefault(ref, Map.of())),
                rows.getInt("tree") != 0,
                rows.getString("entry"));
    }

    /** The number that follows all a model ever had; a new model is entered. */
    int nextNumber(ModelId model) throws SQLException {
        int last = lastNumber(model);
        if (last == Integer.MAX_VALUE) {
            throw new LifecycleException(
                    "Model (" + model + ") has used up all numbers. Maybe register it under another name.");
        }
        return last + 1;
    }

    /** The highest number the model ever had, 0 for a new one, which is entered. */
    int lastNumber(ModelId model) throws SQLException {
        update("INSERT INTO model (name, last_number) VALUES (?, 0) ON CONFLICT (name) DO NOTHING", model.name());
        return one("SELECT last_number FROM model WHERE name = ?", rows -> rows.getInt(1), model.name());
    }

    /** Inserts a version whose number is above {@link #lastNumber}. */
    void insert(Entry entry) throws SQLException {
        ModelVersion version = entry.version();
        String model = version.model().name();
        update("UPDATE model SET last_number = ? WHERE name = ?", version.number(), model);
        update(
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
                version.stage().name(),
                version.registeredAt().toString());
        for (Map.Entry<String, String> tag : version.tags().entrySet()) {
            update(
                    "INSERT INTO tag (model, number, name, value) VALUES (?, ?, ?, ?)",
                    model,
                    version.number(),
                    tag.getKey(),
                    tag.getValue());
        }
    }

    void stage(VersionRef ref, Stage stage) throws SQLException {
        update(
                "UPDATE version SET stage = ? WHERE model = ? AND number = ?",
                stage.name(),
                ref.model().name(),
                ref.number());
    }

    void erase(VersionRef ref) throws SQLException {
        update(
                "DELETE FROM activation WHERE model = ? AND number = ?",
                ref.model().name(),
                ref.number());
        update("DELETE FROM version WHERE model = ? AND number = ?", ref.model().name(), ref.number());
    }

    List<VersionRef> children(VersionRef ref) throws SQLException {
        return query(
                "SELECT model, number FROM version WHERE parent_model = ? AND parent_number = ?",
                rows -> VersionRef.of(rows.getString(1), rows.getInt(2)),
                ref.model().name(),
                ref.number());
    }

    void pushActivation(VersionRef ref) throws SQLException {
        update(
                "INSERT INTO activation (model, number) VALUES (?, ?)",
                ref.model().name(),
                ref.number());
    }

    /** Numbers that were active, the latest first. */
    List<Integer> activations(ModelId model) throws SQLException {
        return query(
                "SELECT number FROM activation WHERE model = ? ORDER BY sequence DESC",
                rows -> rows.getInt(1),
                model.name());
    }

    void popActivations(ModelId model, int count) throws SQLException {
        update(
                "DELETE FROM activation WHERE sequence IN"
                        + " (SELECT sequence FROM activation WHERE model = ? ORDER BY sequence DESC LIMIT ?)",
                model.name(),
                count);
    }

    void audit(Instant at, String actor, AuditAction action, VersionRef ref, String detail) throws SQLException {
        update(
                "INSERT INTO audit (at, actor, action, model, number, detail) VALUES (?, ?, ?, ?, ?, ?)",
                at.toString(),
                actor,
                action.name(),
                ref.model().name(),
                ref.number(),
                detail);
    }

    List<AuditEntry> audit(String model) throws SQLException {
        return query(
                "SELECT sequence, at, actor, action, model, number, detail FROM audit WHERE model = ? ORDER BY sequence",
                rows -> new AuditEntry(
                        rows.getLong(1),
                        Instant.parse(rows.getString(2)),
                        rows.getString(3),
                        AuditAction.valueOf(rows.getString(4)),
                        VersionRef.of(rows.getString(5), rows.getInt(6)),
                        rows.getString(7)),
                model);
    }

    /** Every blob a version refers to; sizes are left 0. */
    Set<Blob> referenced() throws SQLException {
        return new HashSet<>(query(
                "SELECT DISTINCT digest, tree FROM version",
                rows -> new Blob(new Digest(rows.getString(1)), rows.getInt(2) != 0, 0)));
    }

    @FunctionalInterface
    private interface Row<T> {
        T of(ResultSet rows) throws SQLException;
    }

    private <T> T one(String sql, Row<T> row, @Nullable Object... arguments) throws SQLException {
        return query(sql, row, arguments).get(0);
    }

    private <T> List<T> query(String sql, Row<T> row, @Nullable Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments);
                ResultSet rows = statement.executeQuery()) {
            List<T> found = new ArrayList<>();
            while (rows.next()) {
                found.add(row.of(rows));
            }
            return found;
        }
    }

    private void update(String sql, @Nullable Object... arguments) throws SQLException {
        try (PreparedStatement statement = prepare(sql, arguments)) {
            statement.executeUpdate();
        }
    }

    private PreparedStatement prepare(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }
}
