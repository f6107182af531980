package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.add;
import static io.edgeai.core.registry.RegistryModels.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.signing.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every entry is altered, removed and exchanged by whoever may write the database, each in a fresh copy of it. */
class AuditTamperingTest {
    private static final SigningKey KEY = SigningKey.generate();
    private static final int ENTRIES = 13;

    @TempDir
    Path disk;

    private Path home;
    private byte[] database;

    @BeforeEach
    void aHistoryWithACheckpoint() throws Exception {
        home = RegistryModels.fast(disk);
        try (EdgeModelRegistry registry = RegistryModels.open(home)) {
            for (int i = 1; i <= 2; i++) {
                add(registry, "m", i);
                add(registry, "n", i);
                registry.promote(ref("m", i), "release " + i);
            }
            registry.rollback("m", "slower");
            registry.annotations().note(ref("n", 1), "measured outdoors");
            assertThat(registry.history().checkpoint(KEY).sequence()).isGreaterThanOrEqualTo(ENTRIES);
        }
        sql("PRAGMA wal_checkpoint(TRUNCATE)");
        database = Files.readAllBytes(home.resolve("registry.db"));
    }

    @AfterEach
    void leaveNothingInMemory() throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void sql(String... lines) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("registry.db"));
                Statement statement = connection.createStatement()) {
            for (String line : lines) {
                statement.execute(line);
            }
        }
    }

    private void restore() throws IOException {
        Files.deleteIfExists(home.resolve("registry.db-wal"));
        Files.deleteIfExists(home.resolve("registry.db-shm"));
        Path copy = Files.write(home.resolve("copy"), database);
        Files.move(copy, home.resolve("registry.db"), StandardCopyOption.REPLACE_EXISTING);
    }

    private List<String> findings() {
        try (EdgeModelRegistry registry = RegistryModels.open(home)) {
            return registry.history().verify(Set.of(KEY.verifying())).findings();
        }
    }

    @Test
    void theUntouchedCopyHasNoFinding() throws Exception {
        restore();
        assertThat(findings()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "at = '2001-01-01T00:00:00Z'",
                "actor = actor || '2'",
                "action = 'IMPORTED'",
                "model = 'other'",
                "number = number + 1",
                "detail = detail || '.'",
                "environment = environment || 'x'",
                "from_stage = 'SHADOW'",
                "to_stage = 'SHADOW'",
                "evidence = evidence || ' '",
                "record = record || '0'",
                "previous = replace(previous, substr(previous, 64), 'g')",
                "hash = replace(hash, substr(hash, 64), 'g')",
            })
    void noFieldOfAnyEntryCanBeAltered(String change) throws Exception {
        for (int entry = 1; entry <= ENTRIES; entry++) {
            restore();
            sql("UPDATE audit SET " + change + " WHERE sequence = " + entry);
            assertThat(findings()).as("entry %d: %s", entry, change).isNotEmpty();
        }
    }

    @Test
    void noEntryCanBeRemoved() throws Exception {
        for (int entry = 1; entry <= ENTRIES; entry++) {
            restore();
            sql("DELETE FROM audit WHERE sequence = " + entry);
            assertThat(findings()).as("without entry " + entry).isNotEmpty();
        }
    }

    @Test
    void noTwoNeighboursCanChangePlaces() throws Exception {
        for (int entry = 1; entry < ENTRIES; entry++) {
            restore();
            sql(
                    "UPDATE audit SET sequence = -1 WHERE sequence = " + entry,
                    "UPDATE audit SET sequence = " + entry + " WHERE sequence = " + (entry + 1),
                    "UPDATE audit SET sequence = " + (entry + 1) + " WHERE sequence = -1");
            assertThat(findings()).as("entry %d and the next", entry).isNotEmpty();
        }
    }

    /** What is left is a whole chain; the signed checkpoint remembers that it was longer. */
    @Test
    void theEndCannotBeCutOff() throws Exception {
        for (int kept = 0; kept < ENTRIES; kept++) {
            restore();
            sql("DELETE FROM audit WHERE sequence > " + kept);
            assertThat(findings())
                    .as("only " + kept + " entries kept")
                    .anyMatch(finding -> finding.contains("the history ends before it"));
        }
    }

    /** Regression: a table that lost its last entries, as by a damaged page, was told as if it were whole. */
    @Test
    void anAuditThatLostItsEndIsNotTold() throws Exception {
        sql("DELETE FROM audit WHERE sequence = (SELECT MAX(sequence) FROM audit)");
        try (EdgeModelRegistry registry = RegistryModels.open(home)) {
            assertThatThrownBy(() -> registry.audit("m"))
                    .isInstanceOf(ModelIntegrityException.class)
                    .hasMessageContaining("it ends with entry (" + ENTRIES + ") and not (" + (ENTRIES + 1) + ")");
            assertThat(registry.history().verify(Set.of()).findings())
                    .contains("The history ends with entry (" + ENTRIES + "), but the last that was written is ("
                            + (ENTRIES + 1) + ").");
        }
    }

    /** Regression: an entry whose model's name was damaged was missing from the audit without a word. */
    @Test
    void anAuditThatLacksAnEntryIsNotTold() throws Exception {
        sql("UPDATE audit SET model = 'n' WHERE sequence = 1");
        try (EdgeModelRegistry registry = RegistryModels.open(home)) {
            for (String model : List.of("m", "n")) {
                assertThatThrownBy(() -> registry.audit(model))
                        .isInstanceOf(ModelIntegrityException.class)
                        .hasMessageContaining("entry (1) does not follow entry (0)")
                        .hasMessageContaining("Maybe");
                assertThatThrownBy(() -> registry.history().activeAt(model, "default", Instant.MAX))
                        .isInstanceOf(ModelIntegrityException.class);
            }
            assertThat(registry.active("m").number()).as("answers nonetheless").isEqualTo(1);
        }
    }
}
