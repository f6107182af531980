package io.edgeai.core.registry;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.model.ModelId;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads all versions of a database at once: SQLite puts the texts that a version's digest is made of behind one another, one
 * value for each model, and they are held against the digests in the audit as they are, before any of them becomes an object.
 * It believes all or nothing. Not thread-safe.
 */
final class Census {
    private static final String HEADS =
            "SELECT h.model, CAST(group_concat(concat(h.number, ' ', a.record, ' ', a.action, '\n'), '') AS BLOB)"
                    + " FROM (SELECT model, number, MAX(sequence) AS last FROM audit GROUP BY model, number) AS h"
                    + " JOIN audit AS a ON a.sequence = h.last GROUP BY h.model";

    private static final String VERSIONS = grouped(
            "version",
            "model || '@' || number",
            "format",
            "workload",
            "digest",
            "tree",
            "entry",
            "size_bytes",
            "signature",
            "COALESCE(parent_model || '@' || parent_number, '')",
            "derivation",
            "registered_at",
            "stage");

    private static final String TAGS =
            grouped("(SELECT * FROM tag ORDER BY model, number, name)", "number", "name", "value");

    private static final String DEPLOYMENTS = grouped(
            "(SELECT * FROM deployment ORDER BY model, number, environment)",
            "number",
            "environment",
            "stage",
            "percent",
            "frozen",
            "activation");

    private static final String ALIASES =
            grouped("(SELECT * FROM alias ORDER BY model, number, name)", "number", "name");

    private final Database database;
    private final ReadableTexts readable = new ReadableTexts();

    Census(Database database) {
        this.database = database;
    }

    /** For each model the texts of all rows: {@code length:text} and a line feed for each expression. */
    private static String grouped(String table, String... expressions) {
        String texts = Arrays.stream(expressions)
                .map(text -> "octet_length(" + text + "), ':', " + text + ", '\n'")
                .collect(Collectors.joining(", "));
        return "SELECT model, CAST(group_concat(concat(" + texts + "), '') AS BLOB) FROM " + table + " GROUP BY model";
    }

    /**
     * All models by name; nothing where any record is not as the audit says, or not of the usual form: then only reading row by
     * row can tell what is wrong.
     */
    Optional<Map<String, ModelTexts>> read() throws SQLException {
        try {
            Map<String, byte[]> heads = values(HEADS);
            Map<String, byte[]> tags = values(TAGS);
            Map<String, byte[]> deployments = values(DEPLOYMENTS);
            Map<String, byte[]> aliases = values(ALIASES);
            Map<String, ModelTexts> models = new HashMap<>();
            int read = database.query(VERSIONS, rows -> {
                        String model =
                                ModelId.of(String.valueOf(rows.getString(1))).name();
                        RecordMerge merge = new RecordMerge(readable, rows.getBytes(2), taken(heads, model));
                        merge.add(taken(tags, model), fields -> fields.skip(2), true);
                        merge.add(taken(deployments, model), readable::deployment, true);
                        merge.add(taken(aliases, model), FieldReader::next, false);
                        return models.put(model, merge.of(model)) == null;
                    })
                    .size();
            assert read == models.size();
            boolean all = heads.isEmpty() && tags.isEmpty() && deployments.isEmpty() && aliases.isEmpty();
            return all ? Optional.of(models) : Optional.empty();
        } catch (EdgeException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Map<String, byte[]> values(String sql) throws SQLException {
        Map<String, byte[]> values = new HashMap<>();
        int read = database.query(sql, rows -> values.put(String.valueOf(rows.getString(1)), rows.getBytes(2)) == null)
                .size();
        assert read >= values.size();
        return values;
    }

    private static byte[] taken(Map<String, byte[]> values, String model) {
        byte[] value = values.remove(model);
        return value == null ? new byte[0] : value;
    }
}
