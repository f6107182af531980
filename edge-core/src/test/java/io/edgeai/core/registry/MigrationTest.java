package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.store.DirectoryBlobStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A home as the first schema left it opens and means what it meant. */
class MigrationTest {
    /** The first schema's tables as they were published. */
    private static final String[] FIRST_SCHEMA = {
        "CREATE TABLE edgeai_schema (version INTEGER NOT NULL)",
        "INSERT INTO edgeai_schema VALUES (1)",
        "CREATE TABLE model (name TEXT PRIMARY KEY, last_number INTEGER NOT NULL)",
        "CREATE TABLE version (model TEXT NOT NULL REFERENCES model (name), number INTEGER NOT NULL,"
                + " format TEXT NOT NULL, workload TEXT NOT NULL, digest TEXT NOT NULL, tree INTEGER NOT NULL,"
                + " entry TEXT NOT NULL, size_bytes INTEGER NOT NULL, signature TEXT NOT NULL,"
                + " parent_model TEXT, parent_number INTEGER, derivation TEXT NOT NULL, stage TEXT NOT NULL,"
                + " registered_at TEXT NOT NULL, PRIMARY KEY (model, number),"
                + " FOREIGN KEY (parent_model, parent_number) REFERENCES version (model, number))",
        "CREATE UNIQUE INDEX version_one_active ON version (model) WHERE stage = 'ACTIVE'",
        "CREATE INDEX version_parent ON version (parent_model, parent_number)",
        "CREATE TABLE tag (model TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
                + " PRIMARY KEY (model, number, name),"
                + " FOREIGN KEY (model, number) REFERENCES version (model, number) ON DELETE CASCADE)",
        "CREATE TABLE activation (sequence INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL,"
                + " number INTEGER NOT NULL)",
        "CREATE INDEX activation_model ON activation (model, sequence)",
        "CREATE TABLE audit (sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, actor TEXT NOT NULL,"
                + " action TEXT NOT NULL, model TEXT NOT NULL, number INTEGER NOT NULL, detail TEXT NOT NULL)",
        "CREATE INDEX audit_model ON audit (model, sequence)",
    };

    /** Registered five; promoted 1, 2, 3; rolled back to 2; promoted 4; retired 5; registered 6, retired and erased it. */
    private static final String[] HISTORY = {
        "REGISTERED 1", "REGISTERED 2", "REGISTERED 3", "REGISTERED 4", "REGISTERED 5", "PROMOTED 1",
        "SUPERSEDED 1", "PROMOTED 2", "SUPERSEDED 2", "PROMOTED 3", "ROLLED_BACK 3", "PROMOTED 2",
        "SUPERSEDED 2", "PROMOTED 4", "RETIRED 5", "REGISTERED 6", "RETIRED 6", "ERASED 6",
    };

    @TempDir
    Path home;

    @BeforeEach
    void firstSchema() throws SQLException {
        String digest;
        try (DirectoryBlobStore store = DirectoryBlobStore.open(home)) {
            digest = store.put(new byte[] {1, 2, 3}).digest().hex();
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("registry.db"));
                Statement sql = connection.createStatement()) {
            for (String line : FIRST_SCHEMA) {
                sql.execute(line);
            }
            sql.execute("INSERT INTO model VALUES ('m', 6)");
            String[] stages = {"SUPERSEDED", "SUPERSEDED", "SUPERSEDED", "ACTIVE", "RETIRED"};
            for (int number = 1; number <= 5; number++) {
                sql.execute("INSERT INTO version VALUES ('m', " + number + ", 'TENSORRT', 'INFERENCE', '" + digest
                        + "', 0, '', 3, '{\"inputs\":[],\"outputs\":[]}', "
                        + (number == 2 ? "'m', 1, 'pruned'" : "NULL, NULL, ''")
                        + ", '" + stages[number - 1] + "', '2026-01-01T00:00:00Z')");
            }
            sql.execute("INSERT INTO tag VALUES ('m', 2, 'site', 'north')");
            for (int number : new int[] {1, 2, 4}) {
                sql.execute("INSERT INTO activation (model, number) VALUES ('m', " + number + ")");
            }
            for (int i = 0; i < HISTORY.length; i++) {
                String[] words = HISTORY[i].split(" ");
                sql.execute("INSERT INTO audit (at, actor, action, model, number, detail) VALUES"
                        + " ('2026-01-01T00:00:" + (10 + i) + "Z', 'ada', '" + words[0] + "', 'm', " + words[1]
                        + ", 'why')");
            }
        }
    }

    @Test
    void stagesTagsLineageAndHistoryAreKept() {
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home)) {
            assertThat(registry.versions("m"))
                    .extracting(ModelVersion::stage)
                    .containsExactly(Stage.SUPERSEDED, Stage.SUPERSEDED, Stage.SUPERSEDED, Stage.ACTIVE, Stage.RETIRED);
            assertThat(registry.active("m").number()).isEqualTo(4);
            assertThat(registry.get("m@2").tags()).containsEntry("site", "north");
            assertThat(registry.lineage(ref("m", 2)))
                    .extracting(ModelVersion::number)
                    .containsExactly(1, 2);
            assertThat(registry.find(ref("m", 6)))
                    .as("erased with its record then")
                    .isEmpty();
            assertThat(registry.audit("m"))
                    .extracting(entry -> entry.action() + " " + entry.ref().number())
                    .containsExactly(HISTORY);
            assertThat(registry.audit("m")).extracting(AuditEntry::actor).containsOnly("ada");
            assertThat(registry.file(ref("m", 4))).exists();
        }
    }

    @Test
    void rollbacksGoWhereTheyWouldHaveGoneAndNumbersGoOn() {
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home)) {
            assertThat(registry.rollback("m", "back").number()).isEqualTo(2);
            assertThat(registry.rollback("m", "back").number()).isEqualTo(1);
            assertThatThrownBy(() -> registry.rollback("m", "3 was rolled back"))
                    .isInstanceOf(LifecycleException.class);
            assertThat(registry.promote(ref("m", 3), "by hand").stage()).isEqualTo(Stage.ACTIVE);
            assertThat(RegistryModels.add(registry, "m", 9).number()).isEqualTo(7);
        }
    }

    @Test
    void openingAgainChangesNothing() {
        String first;
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home)) {
            first = registry.audit("m").toString();
        }
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home)) {
            assertThat(registry.audit("m")).hasToString(first);
        }
    }
}
