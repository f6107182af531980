package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Ample;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.runtime.TinyModels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Homes that are not what they should be, writers that wait for each other in one, and what texts it keeps. */
class RegistryHomeTest {
    private static final VersionRef ONE = VersionRef.of("m", 1);

    @TempDir
    Path folder;

    private Path home;
    private EdgeModelRegistry registry;

    @BeforeEach
    void open() {
        home = folder.resolve("home");
        registry = EdgeModelRegistry.open(home);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private ModelVersion add(String model, float factor) {
        return registry.register(model, TinyModels.affine(factor), r -> {});
    }

    private Connection raw() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + home.resolve("registry.db"));
    }

    @Test
    void anotherProgramsDatabaseIsNotTakenOver() throws SQLException, IOException {
        Path foreign = Files.createDirectory(folder.resolve("foreign"));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + foreign.resolve("registry.db"));
                PreparedStatement table = connection.prepareStatement("CREATE TABLE version (what TEXT)")) {
            table.executeUpdate();
        }
        assertThatThrownBy(() -> EdgeModelRegistry.open(foreign))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("registry.db")
                .hasMessageContaining("it is no registry");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + foreign.resolve("registry.db"));
                var rows = connection
                        .createStatement()
                        .executeQuery("SELECT group_concat(name) FROM sqlite_master WHERE type = 'table'")) {
            assertThat(rows.getString(1)).as("no table was added").isEqualTo("version");
        }
    }

    @Test
    void aHomeThatCannotBeWrittenIsRefusedAndHoldsNoLocks() throws IOException {
        Path database = folder.resolve("odd/registry.db");
        Files.createDirectories(database); // a folder where the database belongs: nobody can write that, not even root
        assertThatThrownBy(() -> EdgeModelRegistry.open(folder.resolve("odd")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Maybe");
        try (var left = Files.list(folder.resolve("odd/tmp"))) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .as("the store that was opened first is closed again")
                    .containsExactly("guard");
        }
        Files.delete(database);
        assertThatCode(() -> EdgeModelRegistry.open(folder.resolve("odd")).close())
                .doesNotThrowAnyException();
    }

    @Test
    void aReadOnlyHomeIsRefusedForOrdinaryUsers() throws IOException {
        Assumptions.assumeFalse(
                Files.isWritable(Path.of("/")) || !Files.getFileStore(folder).supportsFileAttributeView("posix"),
                "root may write everywhere; folders of Windows have no permission bits");
        Path sealed = Files.createDirectory(folder.resolve("sealed"));
        Files.setPosixFilePermissions(
                sealed,
                java.util.EnumSet.of(
                        java.nio.file.attribute.PosixFilePermission.OWNER_READ,
                        java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE));
        try {
            assertThatThrownBy(() -> EdgeModelRegistry.open(sealed))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("not writable");
        } finally {
            Files.setPosixFilePermissions(sealed, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
        }
    }

    /** SQLite's checksums end a log at the first page that is not whole; what came before it stays. */
    @Test
    void aTornWriteAheadLogLosesNoVersionThatWasFoldedIn() throws IOException {
        add("m", 1);
        registry.close();
        registry = EdgeModelRegistry.open(home);
        add("m", 2);
        Path copy = Files.createDirectories(folder.resolve("copy"));
        Files.copy(home.resolve("registry.db"), copy.resolve("registry.db"));
        byte[] log = Files.readAllBytes(home.resolve("registry.db-wal"));
        log[log.length / 2] ^= 1;
        Files.write(copy.resolve("registry.db-wal"), java.util.Arrays.copyOf(log, log.length - 100));
        try (EdgeModelRegistry torn = EdgeModelRegistry.open(copy)) {
            assertThat(torn.versions("m")).extracting(ModelVersion::number).contains(1);
            assertThat(torn.audit("m")).hasSameSizeAs(torn.versions("m"));
        }
    }

    @Test
    void aWriterThatHoldsTheDatabaseIsWaitedFor() throws Exception {
        add("m", 1);
        try (Connection connection = raw()) {
            connection.createStatement().execute("BEGIN IMMEDIATE");
            Thread waiting = new Thread(() -> registry.promote(ONE, "after you"), "waiting writer");
            waiting.setDaemon(true);
            waiting.start();
            Ample.await().until(() -> waiting.getState() != Thread.State.NEW);
            assertThat(registry.versions("m"))
                    .as("readers do not wait")
                    .extracting(ModelVersion::stage)
                    .containsExactly(Stage.REGISTERED);
            connection.createStatement().execute("COMMIT");
            waiting.join(Ample.TIME.toMillis());
            assertThat(waiting.isAlive()).isFalse();
        }
        assertThat(registry.active("m").ref()).isEqualTo(ONE);
    }

    @Test
    void textsOfAnyKindComeBackAsTheyWere() {
        List<String> texts = List.of(
                "",
                " ",
                "grün ✓",
                "😀👩‍👩‍👧",
                "\u202eright to left",
                "e\u0301 is not \u00e9",
                "'; DROP TABLE version; --",
                "line\nbreak\r\n\ttab",
                "ends in nothing\u0000",
                "a\u0000b",
                "\uffff",
                "x".repeat(8192),
                "ü".repeat(8192));
        ModelVersion version = registry.register("m", TinyModels.affine(1), r -> {
            for (int i = 0; i < texts.size(); i++) {
                r.tag("key " + i + " of ü\"'%_", texts.get(i));
            }
            r.tag("k".repeat(128), "longest key").actor("Zoë 'o' Ñ");
        });
        registry.promote(version.ref(), "reason ".repeat(20_000));
        try (EdgeModelRegistry other = EdgeModelRegistry.open(home)) {
            ModelVersion read = other.get(version.ref());
            for (int i = 0; i < texts.size(); i++) {
                assertThat(read.tags().get("key " + i + " of ü\"'%_"))
                        .as("text %d", i)
                        .isEqualTo(texts.get(i));
            }
            assertThat(read.tags()).isEqualTo(version.tags()).hasSize(texts.size() + 1);
            assertThat(other.audit("m").get(0).actor()).isEqualTo("Zoë 'o' Ñ");
            assertThat(other.audit("m").get(3).detail()).hasSize(7 * 20_000);
        }
    }

    @Test
    void halfACharacterIsRefusedBecauseItCannotBeKept() {
        String half = "\ud83d"; // UTF-8 has no form for a lone surrogate
        assertThat(new String(half.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isNotEqualTo(half);
        for (String[] tag : new String[][] {{"k", half}, {half, "v"}, {"k", "a" + half + "b"}}) {
            assertThatThrownBy(() -> registry.register("m", TinyModels.affine(1), r -> r.tag(tag[0], tag[1])))
                    .isInstanceOf(io.edgeai.core.error.InvalidInputException.class)
                    .hasMessageContaining("Maybe");
        }
        assertThat(registry.models()).isEmpty();
    }
}
