package io.edgeai.core.registry;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.store.Blob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The registry's tables as methods, over one connection. Every call belongs inside {@link #reading} or
 * {@link #writing}, which the owner serializes. SQL here is what SQLite and PostgreSQL share.
 */
final class Catalog implements AutoCloseable {
    private static final String VERSION_COLUMNS = "model, number, format, workload, digest, tree, entry, size_bytes,"
            + " signature, parent_model, parent_number, derivation, stage, registered_at";

    private static final SortedMap<String, Deployment> NOWHERE = Collections.emptySortedMap();
    private static final SortedSet<String> NAMELESS = Collections.emptySortedSet();

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
        Map<VersionRef, @Nullable Entry> changed = new HashMap<>();
        Map<String, ModelIntegrityException> damaged = new HashMap<>();
        if (previous.sequence() == 0) {
            read(changed, damaged, "");
            Set<VersionRef> known = compare(changed, damaged, audit::heads);
            for (VersionRef ref : changed.keySet()) {
                if (!known.contains(ref)) {
                    damaged.putIfAbsent(
                            ref.model().name(), damaged(ref.toString(), "the audit does not know it", null));
                }
            }
        } else {
            read(
                    changed,
                    damaged,
                    " WHERE (model, number) IN (SELECT model, number FROM audit WHERE sequence > ?)",
                    previous.sequence());
            for (VersionRef ref : compare(changed, damaged, heads -> audit.headsAfter(previous.sequence(), heads))) {
                changed.putIfAbsent(ref, null);
            }
        }
        return previous.with(last, changed, damaged);
    }

    @FunctionalInterface
    private interface Heads {
        void forEach(BiConsumer<VersionRef, AuditTable.Head> each) throws SQLException;
    }

    /**
     * A record counts only where the audit's last word on it is the same.
     *
     * @return the versions that the audit has a word on
     */
    private Set<VersionRef> compare(
            Map<VersionRef, @Nullable Entry> entries, Map<String, ModelIntegrityException> damaged, Heads heads)
            throws SQLException {
        Set<VersionRef> known = new HashSet<>();
        IdentityHashMap<Signature, String> signatures = new IdentityHashMap<>();
        heads.forEach((ref, head) -> {
            Entry entry = entries.get(ref);
            known.add(entry == null ? ref : entry.ref());
            boolean agrees = entry == null
                    ? head.action() == AuditAction.ERASED
                    : head.action() != null
                            && entry.record(signatures.computeIfAbsent(
                                            entry.version().signature(), SignatureJson::write))
                                    .equals(head.record());
            if (!agrees) {
                damaged.putIfAbsent(
                        ref.model().name(),
                        damaged(ref.toString(), entry == null ? "it is missing" : "it was altered", null));
            }
        });
        return known;
    }

    @Nullable
    Entry entry(VersionRef ref) throws SQLException {
        String where = " WHERE model = ? AND number = ?";
        Object[] arguments = {ref.model().name(), ref.number()};
        Details details = new Details(where, arguments);
        List<Entry> found = database.query(
                "SELECT " + VERSION_COLUMNS + " FROM version" + where, rows -> entry(rows, details), arguments);
        return found.isEmpty() ? null : found.get(0);
    }

    /**
     * Reads versions; a model with one that cannot be read is noted, and the others are read on.
     *
     * @param where a condition on model and number; empty for all
     */
    private void read(
            Map<VersionRef, @Nullable Entry> entries,
            Map<String, ModelIntegrityException> damaged,
            String where,
            Object... arguments)
            throws SQLException {
        Details details = new Details(where, arguments);
        List<Boolean> read = database.query(
                "SELECT " + VERSION_COLUMNS + " FROM version" + where,
                rows -> {
                    try {
                        Entry entry = entry(rows, details);
                        return entries.put(entry.ref(), entry) == null;
                    } catch (ModelIntegrityException e) {
                        return damaged.putIfAbsent(String.valueOf(rows.getString("model")), e) == null;
                    }
                },
                arguments);
        assert where.isEmpty() || read.size() <= entries.size() + damaged.size();
    }

    /** What other tables say of the versions that a condition selects. */
    private final class Details {
        private final Map<VersionRef, Map<String, String>> tags = new HashMap<>();
        private final Map<VersionRef, SortedMap<String, Deployment>> deployments = new HashMap<>();
        private final Map<VersionRef, SortedSet<String>> aliases = new HashMap<>();

        /** What many versions have alike is kept once. */
        private final Map<String, ModelId> names = new HashMap<>();

        private final Map<Map<String, String>, Map<String, String>> sets = new HashMap<>();
        private final Map<String, String> texts = new HashMap<>();
        private final Map<Stage, Standing> standings = new HashMap<>();

        /** Versions of a model mostly have the same one. */
        private final Map<String, Signature> signatures = new HashMap<>();

        Details(String where, Object... arguments) throws SQLException {
            Object[] three = new Object[arguments.length * 3];
            for (int i = 0; i < three.length; i++) {
                three[i] = arguments[i % arguments.length];
            }
            List<Boolean> read = database.query(
                    "SELECT 1, model, number, name, value, 0, 0, 0 FROM tag" + where
                            + " UNION ALL SELECT 2, model, number, environment, stage, percent, frozen, activation"
                            + " FROM deployment" + where
                            + " UNION ALL SELECT 3, model, number, name, '', 0, 0, 0 FROM alias" + where,
                    this::add,
                    three);
            assert !read.contains(false);
        }

        private VersionRef ref(String model, int number) {
            return new VersionRef(names.computeIfAbsent(model, ModelId::of), number);
        }

        private boolean add(ResultSet rows) throws SQLException {
            VersionRef key;
            try {
                key = ref(rows.getString(2), rows.getInt(3));
            } catch (EdgeException e) {
                return true; // belongs to no version, and is missing where it did
            }
            String name = rows.getString(4);
            return switch (rows.getInt(1)) {
                case 1 -> tag(key, name, rows.getString(5));
                case 2 ->
                    deployments.computeIfAbsent(key, ref -> new TreeMap<>()).put(name, deployment(name, rows)) == null;
                default -> aliases.computeIfAbsent(key, ref -> new TreeSet<>()).add(name);
            };
        }

        private boolean tag(VersionRef ref, String name, String value) {
            Map<String, String> before = tags.get(ref);
            Map<String, String> all = before == null ? Map.of(name, value) : new HashMap<>(before);
            boolean added = before == null || all.put(name, value) == null;
            tags.put(ref, sets.computeIfAbsent(all, Map::copyOf));
            return added;
        }

        private String text(String text) {
            return texts.computeIfAbsent(text, one -> one);
        }

        private Standing standing(VersionRef ref, Stage base) {
            SortedMap<String, Deployment> places = deployments.get(ref);
            SortedSet<String> named = aliases.get(ref);
            return places == null && named == null
                    ? standings.computeIfAbsent(base, stage -> new Standing(stage, NOWHERE, NAMELESS))
                    : new Standing(base, places == null ? NOWHERE : places, named == null ? NAMELESS : named);
        }

        private static Deployment deployment(String environment, ResultSet rows) throws SQLException {
            try {
                return new Deployment(
                        environment,
                        Stage.valueOf(rows.getString(5)),
                        rows.getInt(6),
                        rows.getInt(7) != 0,
                        rows.getLong(8));
            } catch (IllegalArgumentException e) {
                // Read as a stage that no deployment has, so that the record does not agree with the audit.
                return new Deployment(environment, Stage.ERASED, 0, false, 0);
            }
        }
    }

    private Entry entry(ResultSet rows, Details details) throws SQLException {
        try {
            return parsed(rows, details);
        } catch (EdgeException | IllegalArgumentException | DateTimeException e) {
            throw damaged(
                    rows.getString("model") + "@" + rows.getString("number"),
                    "it cannot be read: " + e.getMessage(),
                    e);
        }
    }

    private ModelIntegrityException damaged(String version, String how, @Nullable Exception cause) {
        return new ModelIntegrityException(
                "Registry database (" + database.name() + ") has a record of version (" + version
                        + ") that is not as it was written: " + how
                        + ". Maybe restore the file from a backup, or a newer"
                        + " version of the library wrote it. Other models are not touched by this.",
                cause);
    }

    /** By position, as {@link #VERSION_COLUMNS} has them, since names would be looked up for each row. */
    private static Entry parsed(ResultSet rows, Details details) throws SQLException {
        VersionRef ref = details.ref(rows.getString(1), rows.getInt(2));
        String parent = rows.getString(10);
        Standing standing = details.standing(ref, Stage.valueOf(rows.getString(13)));
        return new Entry(
                new ModelVersion(
                        ref,
                        ModelFormat.valueOf(rows.getString(3)),
                        WorkloadType.valueOf(rows.getString(4)),
                        new Digest(rows.getString(5)),
                        rows.getLong(8),
                        details.signatures.computeIfAbsent(rows.getString(9), SignatureJson::read),
                        parent == null ? Optional.empty() : Optional.of(details.ref(parent, rows.getInt(11))),
                        details.text(rows.getString(12)),
                        standing.in(EdgeModelRegistry.DEFAULT_ENVIRONMENT),
                        Moments.parse(rows.getString(14)),
                        details.tags.getOrDefault(ref, Map.of())),
                rows.getInt(6) != 0,
                details.text(rows.getString(7)),
                standing);
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
            throw damaged(model + "@" + audited, "(" + last + ") is noted as its last number", null);
        }
        return last;
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
