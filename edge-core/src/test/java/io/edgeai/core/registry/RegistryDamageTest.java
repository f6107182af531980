package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.event.StageChanged;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.runtime.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases that are damaged, from the future or out of reach, and changes that other hands made in them. */
class RegistryDamageTest {
    private static final VersionRef ONE = VersionRef.of("m", 1);

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private final List<StageChanged> events = new ArrayList<>();
    private Path home;
    private EdgeModelRegistry registry;

    @BeforeEach
    void open() {
        home = folder.resolve("home");
        EventBus bus = new EventBus((event, failure) -> {
            throw failure;
        });
        bus.subscribe(StageChanged.class, events::add);
        registry = EdgeModelRegistry.builder()
                .home(home)
                .ticker(nanos::get)
                .events(bus)
                .build();
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

    private void sql(String text, Object... arguments) throws SQLException {
        try (Connection connection = raw();
                PreparedStatement statement = connection.prepareStatement(text)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            statement.executeUpdate();
        }
    }

    /** Makes every open registry of the home read a version again. */
    private void touch(String model, int number) throws SQLException {
        sql(
                "INSERT INTO audit (at, actor, action, model, number, detail, record)"
                        + " SELECT at, actor, action, model, number, detail, record FROM audit"
                        + " WHERE model = ? AND number = ? ORDER BY sequence DESC LIMIT 1",
                model,
                number);
    }

    /** Damages a record of another model, and makes every registry read it again. */
    private void breakOther() throws SQLException {
        sql("UPDATE version SET signature = '{broken' || signature WHERE model = 'other'");
        touch("other", 1);
    }

    private void mendOther() throws SQLException {
        sql("UPDATE version SET signature = substr(signature, 8) WHERE model = 'other'");
        touch("other", 1);
    }

    @Test
    void aDamagedRecordStopsItsOwnModelAndNoOther() throws SQLException {
        add("m", 1);
        add("other", 9);
        registry.promote(VersionRef.of("other", 1), "go");
        breakOther();
        assertThat(registry.promote(ONE, "go").stage()).isEqualTo(Stage.ACTIVE);
        assertThat(registry.active("m").ref()).isEqualTo(ONE);
        assertThat(add("m", 2).number()).isEqualTo(2);
        for (ThrowingCallable read : List.<ThrowingCallable>of(
                () -> registry.active("other"),
                () -> registry.get("other@1"),
                () -> registry.versions("other"),
                () -> registry.file(VersionRef.of("other", 1)),
                () -> registry.promote(VersionRef.of("other", 1), "again"))) {
            assertThatThrownBy(read)
                    .isInstanceOf(ModelIntegrityException.class)
                    .hasMessageContaining("(other@1)")
                    .hasMessageContaining("Maybe");
        }
        assertThat(registry.models()).extracting(Object::toString).containsExactly("m", "other");
        mendOther();
        assertThat(registry.get("other@1").stage()).isEqualTo(Stage.ACTIVE);
    }

    /** Regression: an action or a name that is none in one version's last entry hid all models. */
    @ParameterizedTest
    @CsvSource({"action, PROMOTEE", "model, a/b", "number, -1", "record, 00"})
    void aDamagedLastEntryStopsItsOwnModelAndNoOther(String column, String value) throws SQLException {
        add("m", 1);
        add("other", 9);
        registry.promote(ONE, "go");
        registry.promote(VersionRef.of("other", 1), "go");
        registry.close();
        sql("UPDATE audit SET " + column + " = ? WHERE sequence = (SELECT MAX(sequence) FROM audit)", value);

        registry = EdgeModelRegistry.open(home);

        assertThat(registry.active("m").ref()).isEqualTo(ONE);
        assertThat(registry.file(ONE)).exists();
        assertThatThrownBy(() -> registry.active("other"))
                .isInstanceOf(ModelIntegrityException.class)
                .hasMessageContaining("(other@1)")
                .hasMessageContaining("Maybe");
        assertThat(registry.history().verify(Set.of()).findings()).isNotEmpty();
    }

    /** A call must not fail once its change is durable: the caller would do it again. */
    @Test
    void aChangeThatIsRecordedIsReportedAsDoneEvenWhereItCannotBeShownYet() throws SQLException {
        add("m", 1);
        add("m", 2);
        registry.promote(ONE, "go");
        registry.lifecycle().validate(VersionRef.of("m", 2));
        // The writer does not look at this entry; the reader's snapshot does.
        sql("CREATE TRIGGER odd AFTER INSERT ON audit WHEN NEW.action = 'PROMOTED'"
                + " BEGIN INSERT INTO audit (at, actor, action, model, number, detail)"
                + " VALUES ('', '', 'NOTED', 'a/b', 1, ''); END");
        assertThat(registry.promote(VersionRef.of("m", 2), "go on").stage()).isEqualTo(Stage.ACTIVE);
        assertThatThrownBy(() -> registry.get(ONE))
                .as("a read that must be complete says why it is not")
                .isInstanceOf(ModelIntegrityException.class)
                .hasMessageContaining("(a/b)");
        sql("DELETE FROM audit WHERE model = 'a/b'");
        assertThat(registry.active("m").number())
                .as("looked for at once, not after a second")
                .isEqualTo(2);
    }

    @Test
    void whatAnswersKeepsAnsweringFromMemoryWhileTheDatabaseIsUnreadable() throws SQLException {
        add("m", 1);
        registry.promote(ONE, "go");
        sql("ALTER TABLE tag RENAME TO mislaid");
        sql("INSERT INTO audit (at, actor, action, model, number, detail) VALUES ('', '', 'NOTED', 'm', 1, '')");
        for (int second = 0; second < 3; second++) {
            nanos.addAndGet(1_000_000_001);
            assertThat(registry.active("m").ref()).isEqualTo(ONE);
        }
        assertThatThrownBy(() -> registry.get(ONE)).isInstanceOf(StorageException.class);
        sql("ALTER TABLE mislaid RENAME TO tag");
        sql("DELETE FROM audit WHERE at = ''");
        nanos.addAndGet(1_000_000_001);
        assertThat(registry.active("m").ref()).isEqualTo(ONE);
        assertThat(registry.get(ONE).ref()).isEqualTo(ONE);
    }

    @Test
    void aWriteThatFailsRollsBackAndPublishesNothing() throws SQLException {
        add("m", 1);
        add("m", 2);
        registry.promote(ONE, "go");
        registry.lifecycle().validate(VersionRef.of("m", 2));
        events.clear();
        sql("CREATE TRIGGER no_promotion BEFORE INSERT ON audit WHEN NEW.action = 'PROMOTED'"
                + " BEGIN SELECT RAISE(ABORT, 'the disk said no'); END");
        assertThatThrownBy(() -> registry.promote(VersionRef.of("m", 2), "go on"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("the disk said no")
                .hasMessageContaining("Maybe");
        assertThat(events).isEmpty();
        assertThat(registry.versions("m"))
                .extracting(ModelVersion::stage)
                .containsExactly(Stage.ACTIVE, Stage.VALIDATED);
        assertThat(registry.audit("m")).hasSize(7);
        sql("DROP TRIGGER no_promotion");
        assertThat(registry.promote(VersionRef.of("m", 2), "go on").stage()).isEqualTo(Stage.ACTIVE);
        assertThat(events).hasSize(2);
    }

    @Test
    void aRegistrationWhoseRecordFailsLeavesBytesThatAreCollected() throws SQLException {
        sql("CREATE TRIGGER no_version BEFORE INSERT ON version BEGIN SELECT RAISE(ABORT, 'full'); END");
        assertThatThrownBy(() -> add("m", 1)).isInstanceOf(StorageException.class);
        sql("DROP TRIGGER no_version");
        assertThat(registry.models()).isEmpty();
        assertThat(registry.gc()).isEqualTo(TinyModels.affine(1).length);
        assertThat(add("m", 1).number())
                .as("a failed registration uses no number")
                .isEqualTo(1);
    }

    /** Regression: unknown names in the database escaped as IllegalArgumentException and the like. */
    @ParameterizedTest
    @CsvSource({
        "format, FAX",
        "workload, KNITTING",
        "stage, MISLAID",
        "digest, 0123",
        "registered_at, yesterday",
        "signature, {broken",
        "parent_model, no spaces allowed"
    })
    void aRecordThatCannotBeReadIsNamed(String column, String value) throws SQLException {
        add("m", 1);
        add("m", 2);
        try (Connection connection = raw();
                PreparedStatement statement = connection.prepareStatement(
                        "UPDATE version SET " + column + " = ?, parent_number = ? WHERE number = 2")) {
            statement.setString(1, value);
            statement.setObject(2, column.equals("parent_model") ? 1 : null);
            statement.executeUpdate();
        }
        touch("m", 2);
        assertThatThrownBy(() -> registry.versions("m"))
                .isInstanceOf(ModelIntegrityException.class)
                .hasMessageContaining("(m@2)")
                .hasMessageContaining("Maybe");
        try (EdgeModelRegistry again = EdgeModelRegistry.open(home)) {
            assertThatThrownBy(() -> again.versions("m"))
                    .as("opened anew")
                    .isInstanceOf(ModelIntegrityException.class)
                    .hasMessageContaining("(m@2)");
        }
    }

    /** Whatever is cut off or overwritten: it opens and answers, or one typed error says that it cannot. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aDamagedDatabaseGivesTypedErrorsOnly(long seed) throws IOException {
        for (int i = 0; i < 12; i++) {
            registry.register("m" + i % 3, TinyModels.affine(i), r -> r.tag("k", "v".repeat(500)));
        }
        registry.close();
        Path database = home.resolve("registry.db");
        byte[] whole = Files.readAllBytes(database);
        Random random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 25; round++) {
            byte[] damaged = whole.clone();
            if (random.nextInt(4) == 0) {
                damaged = java.util.Arrays.copyOf(damaged, 1 + random.nextInt(damaged.length - 1));
            }
            for (int n = random.nextInt(40); n >= 0; n--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Files.write(database, damaged);
            Files.deleteIfExists(home.resolve("registry.db-wal"));
            Files.deleteIfExists(home.resolve("registry.db-shm"));
            try (EdgeModelRegistry opened = EdgeModelRegistry.open(home)) {
                opened.models().forEach(model -> opened.versions(model.name()));
                opened.audit("m1");
            } catch (EdgeException e) {
                refused++;
                assertThat(e.getMessage()).as("seed %d, round %d", seed, round).contains("Maybe");
            }
        }
        assertThat(refused).as("seed %d", seed).isPositive();
        Files.write(database, whole);
        try (EdgeModelRegistry again = EdgeModelRegistry.open(home)) {
            assertThat(again.models()).hasSize(3);
            assertThat(again.verify().ok()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 1000, Integer.MAX_VALUE})
    void aSchemaFromTheFutureIsRefusedByEveryNumber(int schema) throws SQLException {
        add("m", 1);
        registry.close();
        sql("INSERT INTO edgeai_schema (version) VALUES (?)", schema);
        assertThatThrownBy(() -> EdgeModelRegistry.open(home))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("schema (" + schema + ")")
                .hasMessageContaining("Maybe upgrade EdgeAI");
        sql("DELETE FROM edgeai_schema WHERE version = ?", schema);
        try (EdgeModelRegistry again = EdgeModelRegistry.open(home)) {
            assertThat(again.versions("m")).as("nothing was touched").hasSize(1);
        }
    }

    /** Regression: an ArithmeticException escaped. */
    @Test
    void numbersThatAreUsedUpAreSaid() throws SQLException {
        add("m", 1);
        sql("UPDATE model SET last_number = ? WHERE name = 'm'", Integer.MAX_VALUE);
        assertThatThrownBy(() -> add("m", 2))
                .as("a last number that the audit does not know")
                .isInstanceOf(ModelIntegrityException.class)
                .hasMessageContaining("last number");
        sql("UPDATE audit SET number = ? WHERE model = 'm'", Integer.MAX_VALUE);
        assertThatThrownBy(() -> add("m", 2))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("Model (m) has used up all numbers")
                .hasMessageContaining("Maybe");
        assertThat(add("n", 2).number()).isEqualTo(1);
    }
}
