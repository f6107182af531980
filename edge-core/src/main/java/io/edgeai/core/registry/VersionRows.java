package io.edgeai.core.registry;

import io.edgeai.core.audit.Fields;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads versions with all that the tables say of them. A version is known by its reference as text until it is needed as an
 * object. Reads once; not thread-safe.
 */
final class VersionRows {
    private static final String KEY = "model || '@' || number";
    private static final SortedMap<String, Deployment> NOWHERE = Collections.emptySortedMap();
    private static final SortedSet<String> NAMELESS = Collections.emptySortedSet();

    private final Database database;
    private final Map<String, Map<String, String>> tags = new HashMap<>();
    private final Map<String, SortedMap<String, Deployment>> deployments = new HashMap<>();
    private final Map<String, SortedSet<String>> aliases = new HashMap<>();

    /** What many versions have alike is kept once. */
    private final Map<Map<String, String>, Map<String, String>> sets = new HashMap<>();

    private final Map<Stage, Standing> standings = new HashMap<>();

    /** Versions of a model mostly have the same ones, which are looked for before they are looked up. */
    private final Map<String, Signature> signatures = new HashMap<>();

    private String signatureText = "";
    private String entryText = "";
    private String derivationText = "";
    private String formatText = "";
    private String workloadText = "";
    private String stageText = "";
    private String tagName = "";
    private String tagValue = "";
    private Map<String, String> tagSet = Map.of();
    private final IdentityHashMap<Signature, String> written = new IdentityHashMap<>();
    private final Fields fields = new Fields();
    private @Nullable ModelId last;

    VersionRows(Database database) {
        this.database = database;
    }

    /** A version as it was found, and the digest of what was found. */
    record Row(Entry entry, String record) {}

    /**
     * Versions by their references as text; a model with one that cannot be read is noted, and the others are read on.
     *
     * @param where a condition on model and number; empty for all
     */
    Map<String, Row> read(Map<String, ModelIntegrityException> damaged, String where, Object... arguments)
            throws SQLException {
        details(where, arguments);
        JoinedRow row = new JoinedRow(
                KEY,
                "tree",
                "size_bytes",
                "digest",
                "format",
                "workload",
                "stage",
                "registered_at",
                "entry",
                "signature",
                "derivation",
                "COALESCE(parent_model || '@' || parent_number, '')");
        Map<String, Row> found = new HashMap<>();
        int rows = database.query(
                        "SELECT " + row.select() + " FROM version" + where,
                        result -> {
                            String key = row.at(result).text(0);
                            try {
                                return found.put(key, row(key, row)) == null;
                            } catch (EdgeException | IllegalArgumentException | DateTimeException e) {
                                int at = key.lastIndexOf('@');
                                String model = at < 0 ? key : key.substring(0, at);
                                return damaged.putIfAbsent(
                                                model, damaged(key, "it cannot be read: " + e.getMessage(), e))
                                        == null;
                            }
                        },
                        arguments)
                .size();
        assert where.isEmpty() || rows <= found.size() + damaged.size();
        return found;
    }

    /** @throws ModelIntegrityException where it cannot be read */
    @Nullable
    Entry one(VersionRef ref) throws SQLException {
        Map<String, ModelIntegrityException> damaged = new HashMap<>();
        Map<String, Row> found =
                read(damaged, " WHERE model = ? AND number = ?", ref.model().name(), ref.number());
        for (ModelIntegrityException damage : damaged.values()) {
            throw damage;
        }
        Row row = found.get(ref.toString());
        return row == null ? null : row.entry();
    }

    /** Says of a version that its record is not as it was written. */
    ModelIntegrityException damaged(String version, String how, @Nullable Exception cause) {
        return new ModelIntegrityException(
                "Registry database (" + database.name() + ") has a record of version (" + version
                        + ") that is not as it was written: " + how
                        + ". Maybe restore the file from a backup, or a newer"
                        + " version of the library wrote it. Other models are not touched by this.",
                cause);
    }

    /** What other tables say of the versions that a condition selects. */
    private void details(String where, Object... arguments) throws SQLException {
        Object[] three = new Object[arguments.length * 3];
        for (int i = 0; i < three.length; i++) {
            three[i] = arguments[i % arguments.length];
        }
        JoinedRow row = new JoinedRow("kind", KEY, "name", "value", "percent", "frozen", "activation");
        int read = database.query(
                        "SELECT " + row.select()
                                + " FROM (SELECT 1 AS kind, model, number, name, value, 0 AS percent, 0 AS frozen,"
                                + " 0 AS activation FROM tag" + where
                                + " UNION ALL SELECT 2, model, number, environment, stage, percent, frozen, activation"
                                + " FROM deployment" + where
                                + " UNION ALL SELECT 3, model, number, name, '', 0, 0, 0 FROM alias" + where
                                + ") AS details",
                        rows -> detail(row.at(rows)),
                        three)
                .size();
        assert read >= aliases.size();
    }

    private boolean detail(JoinedRow row) {
        String key = row.text(1);
        return switch ((int) row.number(0)) {
            case 1 -> tag(key, row);
            case 2 -> {
                String environment = row.text(2);
                yield deployments
                                .computeIfAbsent(key, ref -> new TreeMap<>())
                                .put(environment, deployment(environment, row))
                        == null;
            }
            default -> aliases.computeIfAbsent(key, ref -> new TreeSet<>()).add(row.text(2));
        };
    }

    private boolean tag(String key, JoinedRow row) {
        String name = row.text(2, tagName);
        String value = row.text(3, tagValue);
        Map<String, String> before = tags.get(key);
        if (before != null) {
            Map<String, String> all = new HashMap<>(before);
            boolean added = all.put(name, value) == null;
            tags.put(key, sets.computeIfAbsent(all, Map::copyOf));
            return added;
        }
        if (!name.equals(tagName) || !value.equals(tagValue)) {
            tagName = name;
            tagValue = value;
            tagSet = sets.computeIfAbsent(Map.of(name, value), Map::copyOf);
        }
        return tags.put(key, tagSet) == null;
    }

    private static Deployment deployment(String environment, JoinedRow row) {
        try {
            return new Deployment(
                    environment, Stage.valueOf(row.text(3)), (int) row.number(4), row.number(5) != 0, row.number(6));
        } catch (IllegalArgumentException e) {
            // Read as a stage that no deployment has, so that the record does not agree with the audit.
            return new Deployment(environment, Stage.ERASED, 0, false, 0);
        }
    }

    private Row row(String key, JoinedRow row) {
        formatText = row.text(4, formatText);
        workloadText = row.text(5, workloadText);
        stageText = row.text(6, stageText);
        entryText = row.text(8, entryText);
        signatureText = row.text(9, signatureText);
        derivationText = row.text(10, derivationText);
        String registered = row.text(7);
        Standing standing = standing(key, Stage.valueOf(stageText));
        Signature signature = signatures.computeIfAbsent(signatureText, SignatureJson::read);
        String parent = row.text(11, "");
        Entry entry = new Entry(
                new ModelVersion(
                        ref(key),
                        ModelFormat.valueOf(formatText),
                        WorkloadType.valueOf(workloadText),
                        new Digest(row.text(3)),
                        row.number(2),
                        signature,
                        parent.isEmpty() ? Optional.empty() : Optional.of(ref(parent)),
                        derivationText,
                        standing.in(EdgeModelRegistry.DEFAULT_ENVIRONMENT),
                        Moments.parse(registered),
                        tags.getOrDefault(key, Map.of())),
                row.number(1) != 0,
                entryText,
                standing);
        return new Row(
                entry, entry.record(fields, key, written.computeIfAbsent(signature, SignatureJson::write), registered));
    }

    private VersionRef ref(String key) {
        int at = key.lastIndexOf('@');
        ModelId model = last;
        if (model == null || at != model.name().length() || !key.startsWith(model.name())) {
            model = ModelId.of(key.substring(0, Math.max(0, at)));
            last = model;
        }
        return new VersionRef(model, Integer.parseInt(key, at + 1, key.length(), 10));
    }

    private Standing standing(String key, Stage base) {
        SortedMap<String, Deployment> places = deployments.get(key);
        SortedSet<String> named = aliases.get(key);
        return places == null && named == null
                ? standings.computeIfAbsent(base, stage -> new Standing(stage, NOWHERE, NAMELESS))
                : new Standing(base, places == null ? NOWHERE : places, named == null ? NAMELESS : named);
    }
}
