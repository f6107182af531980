package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.add;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.registry.PostgresServer.Schema;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** What a registry promises, with its records in a real PostgreSQL. */
@ExtendWith(PostgresServer.class)
class PostgresRegistryIT {
    @TempDir
    Path folder;

    private Schema schema;

    @BeforeEach
    void schema(Schema fresh) {
        this.schema = fresh;
    }

    private EdgeModelRegistry open(String node) {
        return RegistryModels.builder(folder.resolve(node))
                .database(schema.url())
                .blobs(folder.resolve("shared"))
                .build();
    }

    @Test
    void whatOneNodeAcknowledgedTheOtherReads() {
        try (EdgeModelRegistry a = open("a");
                EdgeModelRegistry b = open("b")) {
            ModelVersion one = add(a, "m", 1);
            ModelVersion two = add(b, "m", 2);
            a.promote(one.ref(), "first");
            b.promote(two.ref(), "second");
            assertThat(two.number()).isEqualTo(2);
            assertThat(a.get(one.ref()).stage()).isEqualTo(Stage.SUPERSEDED);
            assertThat(a.file(two.ref())).hasBinaryContent(new byte[] {2, 0});
            assertThat(b.audit("m")).hasSize(9).isEqualTo(a.audit("m"));
            assertThat(a.history().verify(java.util.Set.of()).findings()).isEmpty();
        }
        assertThat(folder.resolve("a/registry.db")).doesNotExist();
    }

    @Test
    void survivesClosingAndTakesADataSource() {
        try (EdgeModelRegistry before = open("a")) {
            before.promote(add(before, "m", 1).ref(), "first");
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(schema.url());
        try (EdgeModelRegistry after = RegistryModels.builder(folder.resolve("c"))
                .database(source)
                .blobs(folder.resolve("shared"))
                .build()) {
            assertThat(after.active("m").number()).isEqualTo(1);
            assertThat(after.verify().ok()).isTrue();
        }
    }

    @Test
    void aLostConnectionIsMadeAgain() throws SQLException {
        try (EdgeModelRegistry registry = open("a")) {
            ModelVersion one = add(registry, "m", 1);
            schema.disconnectAll();
            registry.promote(one.ref(), "over new connections");
            schema.disconnectAll();
            assertThat(registry.get(one.ref()).stage()).isEqualTo(Stage.ACTIVE);
        }
    }

    @Test
    void whatIsLostWithinATransactionIsNotRecordedAndMayBeTriedAgain() throws SQLException {
        schema.execute("CREATE TABLE fact (number BIGINT NOT NULL)");
        try (Database database = new Database(PostgresDialect.of(schema.url()))) {
            assertThatThrownBy(() -> database.transaction(true, () -> {
                        database.update("INSERT INTO fact VALUES (?)", 1);
                        schema.disconnectAll();
                        database.update("INSERT INTO fact VALUES (?)", 2);
                        return "done";
                    }))
                    .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.retriable())
                            .isTrue());
            long kept = database.transaction(
                    false, () -> database.one("SELECT COUNT(*) FROM fact", rows -> rows.getLong(1)));
            assertThat(kept).isZero();
        }
    }

    @Test
    void whatIsLostWhileItCommitsIsSaidToBeUnknown() throws SQLException {
        schema.execute("CREATE TABLE fact (number BIGINT NOT NULL)");
        try (Database database = new Database(PostgresDialect.of(schema.url()))) {
            assertThatThrownBy(() -> database.transaction(true, () -> {
                        schema.disconnectAll();
                        return "done";
                    }))
                    .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.retriable())
                            .isFalse())
                    .hasMessageContaining("may be there or not");
        }
    }

    @Test
    void aWriterThatWaitsTooLongIsRefusedAndMayTryAgain() {
        PostgresDialect impatient = PostgresDialect.of(schema.url()).withPatience(50);
        try (Database holder = new Database(PostgresDialect.of(schema.url()));
                Database other = new Database(impatient)) {
            EdgeException refusal = holder.transaction(true, () -> {
                try {
                    return other.transaction(true, () -> null);
                } catch (EdgeException e) {
                    return e;
                }
            });
            assertThat(refusal).isInstanceOf(StorageException.class).matches(EdgeException::retriable);
            String after = other.transaction(true, () -> "free again");
            assertThat(after).isEqualTo("free again");
        }
    }

    @Test
    void textThatPostgresCannotKeepIsRefusedAndNothingIsRecorded() {
        try (EdgeModelRegistry registry = open("a")) {
            ModelVersion one = add(registry, "m", 1);
            assertThatThrownBy(() -> registry.annotations().note(one.ref(), "before\u0000after"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("U+0000");
            assertThat(registry.audit("m")).hasSize(1);
        }
    }

    @Test
    void aRowAlteredBehindItsBackStopsItsModelOnly() throws SQLException {
        try (EdgeModelRegistry registry = open("a")) {
            add(registry, "altered", 1);
            add(registry, "intact", 2);
        }
        schema.execute("UPDATE version SET digest = '" + "0".repeat(64) + "' WHERE model = 'altered'");
        try (EdgeModelRegistry registry = open("b")) {
            assertThatThrownBy(() -> registry.versions("altered")).isInstanceOf(ModelIntegrityException.class);
            assertThat(registry.versions("intact")).hasSize(1);
        }
    }

    @Test
    void aNewerSchemaIsRefused() throws SQLException {
        open("a").close();
        schema.execute("INSERT INTO edgeai_schema (version) VALUES (99)");
        assertThatThrownBy(() -> open("b"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("99")
                .hasMessageContaining("Maybe upgrade EdgeAI");
    }
}
