package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.VersionRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading all at once gives what reading row by row gives, or nothing. */
class CensusTest {
    private static final long SEED = 20261127;
    private static final int VERSIONS = 40;

    @TempDir
    static Path filled;

    @TempDir
    Path home;

    @BeforeAll
    static void fill() {
        try (EdgeModelRegistry registry = RandomFamilies.open(filled)) {
            List<VersionRef> refs = RandomFamilies.fill(registry, new Random(SEED), VERSIONS);
            registry.annotations().tag(refs.get(3), "zone", "north");
            registry.annotations().tag(refs.get(3), "area", "été\nline 2: \u001f");
            registry.annotations().alias("second", refs.get(3), "");
            registry.annotations().alias("first", refs.get(3), "");
            registry.lifecycle().in("field").promote(refs.get(5), "there");
        }
    }

    @BeforeEach
    void copy() throws IOException {
        Files.copy(filled.resolve("registry.db"), home.resolve("registry.db"));
        assertThat(filled.resolve("registry.db-wal")).as("all is in the file").doesNotExist();
    }

    private Database database() {
        return new Database(new SqliteDialect(home.resolve("registry.db")));
    }

    private Optional<Map<VersionRef, Entry>> census() {
        try (Database database = database()) {
            return database.transaction(false, () -> new Census(database).read())
                    .map(models -> {
                        Map<VersionRef, Entry> all = new TreeMap<>();
                        models.values()
                                .forEach(texts ->
                                        texts.entries().values().forEach(entry -> all.put(entry.ref(), entry)));
                        return all;
                    });
        }
    }

    private Map<VersionRef, Entry> rowByRow() {
        try (Database database = database()) {
            Map<String, ModelIntegrityException> damaged = new HashMap<>();
            Map<VersionRef, Entry> all = new TreeMap<>();
            database.transaction(false, () -> new VersionRows(database).read(damaged, ""))
                    .values()
                    .forEach(row -> all.put(row.entry().ref(), row.entry()));
            assertThat(damaged).isEmpty();
            return all;
        }
    }

    private int run(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("registry.db"));
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    @Test
    void givesWhatReadingRowByRowGives() {
        Map<VersionRef, Entry> expected = rowByRow();

        assertThat(expected).hasSize(VERSIONS);
        assertThat(census()).contains(expected);
        assertThat(expected.values())
                .anyMatch(entry -> entry.version().tags().size() > 1)
                .anyMatch(entry -> entry.standing().deployments().size() > 1
                        || entry.standing().deployments().containsKey("field"))
                .anyMatch(entry -> entry.standing().aliases().size() > 1)
                .anyMatch(entry -> entry.version().parent().isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE version SET format = 'ONNX' WHERE rowid = 5",
                "UPDATE version SET workload = 'OTHER' WHERE rowid = 5",
                "UPDATE version SET digest = replace(digest, '1', '2') WHERE rowid = 5",
                "UPDATE version SET tree = 1 - tree WHERE rowid = 5",
                "UPDATE version SET entry = 'other.xml' WHERE rowid = 5",
                "UPDATE version SET size_bytes = size_bytes + 1 WHERE rowid = 5",
                "UPDATE version SET signature = signature || ' ' WHERE rowid = 5",
                "UPDATE version SET parent_model = NULL WHERE parent_model IS NOT NULL",
                "UPDATE version SET derivation = derivation || ':' WHERE rowid = 5",
                "UPDATE version SET registered_at = '2026-11-27T00:00:00Z' WHERE rowid = 5",
                "UPDATE version SET stage = 'RETIRED' WHERE rowid = (SELECT MIN(rowid) FROM version WHERE stage <> 'RETIRED')",
                "UPDATE version SET number = 4000 WHERE rowid = 5",
                "UPDATE version SET model = 'another' WHERE rowid = 5",
                "DELETE FROM version WHERE rowid = 5",
                "DELETE FROM version",
                "INSERT INTO version SELECT model, 4000, format, workload, digest, tree, entry, size_bytes, signature,"
                        + " parent_model, parent_number, derivation, stage, registered_at FROM version WHERE rowid = 5",
                "UPDATE tag SET name = name || 'x' WHERE rowid = 1",
                "UPDATE tag SET value = value || 'x' WHERE rowid = 1",
                "DELETE FROM tag WHERE rowid = 1",
                "INSERT INTO tag SELECT model, number, 'new', '' FROM version WHERE rowid = 5",
                "INSERT INTO tag VALUES ('nobody', 1, 'new', '')",
                "UPDATE deployment SET environment = 'elsewhere' WHERE rowid = 1",
                "UPDATE deployment SET stage = 'STAGED' WHERE stage <> 'STAGED'",
                "UPDATE deployment SET percent = percent + 1",
                "UPDATE deployment SET frozen = 1 - frozen WHERE rowid = 1",
                "UPDATE deployment SET activation = activation + 1 WHERE rowid = 1",
                "DELETE FROM deployment WHERE rowid = 1",
                "UPDATE alias SET name = name || 'x' WHERE rowid = 1",
                "UPDATE alias SET number = number + 1 WHERE rowid = 1",
                "DELETE FROM alias WHERE rowid = 1",
                "UPDATE audit SET record = replace(record, '1', '2')",
                "UPDATE audit SET record = ''",
                "UPDATE audit SET action = 'SUNG'",
                "UPDATE audit SET action = action || char(10)",
                "UPDATE audit SET number = 4000 WHERE sequence = 1",
                "DELETE FROM audit WHERE sequence > 3"
            })
    void whatWasAlteredInAnyColumnIsNotBelieved(String alteration) throws SQLException {
        assertThat(run("PRAGMA foreign_keys = OFF")).isZero();
        assertThat(run(alteration)).isPositive();

        assertThat(census()).isEmpty();
    }

    @Test
    void anUnknownTextIsToldWhenItIsRead() {
        String text = "8:a-b@1234\n7:PAINTED\n";
        assertThatThrownBy(() -> new ModelTexts("a-b", text.getBytes(StandardCharsets.UTF_8), new int[] {text.length()})
                        .entries())
                .isInstanceOf(ModelIntegrityException.class)
                .hasMessageContaining("a-b")
                .hasMessageContaining("PAINTED")
                .hasMessageContaining("Maybe");
    }

    /** UTF-16 and UTF-8 put these two names in different orders; then rows are read one by one. */
    @Test
    void namesThatSqliteSortsOtherwiseAreReadAllTheSame() {
        String low = "\uFFFD";
        String high = "\uD83D\uDE00";
        VersionRef ref = VersionRef.of("cats", 1);
        try (EdgeModelRegistry registry = RandomFamilies.open(home)) {
            registry.annotations().tag(ref, low, "one");
            registry.annotations().tag(ref, high, "two");
        }

        assertThat(census()).isEmpty();
        try (EdgeModelRegistry registry = RandomFamilies.open(home)) {
            assertThat(registry.get(ref).tags()).containsEntry(low, "one").containsEntry(high, "two");
        }
    }

    @Test
    void anEmptyDatabaseHasNoModels() throws SQLException {
        for (String table : List.of("alias", "deployment", "tag", "version", "audit")) {
            assertThat(run("DELETE FROM " + table)).isNotNegative();
        }
        assertThat(census()).contains(Map.of());
    }
}
