package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.event.StageChanged;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import io.edgeai.core.runtime.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EdgeModelRegistryTest {
    private static final Instant NOW = Instant.parse("2026-11-25T10:15:30.123456789Z");

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private final List<StageChanged> events = new ArrayList<>();
    private EdgeModelRegistry registry;

    @BeforeEach
    void open() {
        EventBus bus = new EventBus((event, failure) -> {
            throw failure;
        });
        bus.subscribe(StageChanged.class, events::add);
        registry = EdgeModelRegistry.builder()
                .home(folder.resolve("home"))
                .clock(Clock.fixed(NOW, ZoneOffset.UTC))
                .ticker(nanos::get)
                .events(bus)
                .actor("tester")
                .build();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private ModelVersion add(String model, float factor) {
        return registry.register(model, TinyModels.affine(factor), r -> {});
    }

    private static VersionRef ref(String model, int number) {
        return VersionRef.of(model, number);
    }

    @Test
    void aVersionRecordsAllThatWasSaid() throws IOException {
        Path file = Files.write(folder.resolve("defects.onnx"), TinyModels.affine(2));
        ModelVersion origin = registry.register("defects", file);
        ModelVersion derived =
                registry.register("defects", TinyModels.affine(3), r -> r.workload(WorkloadType.COMPUTER_VISION)
                        .derivedFrom(origin.ref(), "int8-static")
                        .tag("site", "north")
                        .tag("umlaut", "grün ✓"));
        assertThat(origin)
                .isEqualTo(new ModelVersion(
                        ref("defects", 1),
                        ModelFormat.ONNX,
                        WorkloadType.INFERENCE,
                        Digest.of(TinyModels.affine(2)),
                        TinyModels.affine(2).length,
                        new Signature(
                                List.of(new TensorSpec("x", ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(3)))),
                                List.of(new TensorSpec("y", ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(3))))),
                        Optional.empty(),
                        "",
                        Stage.REGISTERED,
                        NOW,
                        Map.of()));
        assertThat(derived.parent()).contains(origin.ref());
        assertThat(derived.derivation()).isEqualTo("int8-static");
        assertThat(derived.tags()).isEqualTo(Map.of("site", "north", "umlaut", "grün ✓"));
        assertThat(derived.workload()).isEqualTo(WorkloadType.COMPUTER_VISION);
        assertThat(registry.get("defects@2")).isEqualTo(derived);
        assertThat(registry.versions("defects")).containsExactly(origin, derived);
        assertThat(registry.models()).containsExactly(ModelId.of("defects"));
    }

    @Test
    void everythingSurvivesReopening() throws IOException {
        ModelVersion first = registry.register("m", TinyModels.affine(1), r -> r.tag("a", "b"));
        ModelVersion second = registry.register("m", TinyModels.affine(2), r -> r.derivedFrom(first.ref(), "scaled"));
        registry.promote(first.ref(), "go");
        List<AuditEntry> audit = registry.audit("m");
        registry.close();
        try (EdgeModelRegistry again = EdgeModelRegistry.open(folder.resolve("home"))) {
            assertThat(again.versions("m"))
                    .extracting(ModelVersion::stage)
                    .containsExactly(Stage.ACTIVE, Stage.REGISTERED);
            assertThat(again.get(second.ref())).isEqualTo(second);
            assertThat(again.get(first.ref()).tags()).containsEntry("a", "b");
            assertThat(again.active("m").ref()).isEqualTo(first.ref());
            assertThat(again.audit("m")).isEqualTo(audit);
            assertThat(Files.readAllBytes(again.file(second.ref()))).isEqualTo(TinyModels.affine(2));
        }
    }

    @Test
    void equalBytesGetANewNumberAndShareStorage() throws IOException {
        ModelVersion one = add("m", 1);
        ModelVersion two = add("m", 1);
        ModelVersion other = add("n", 1);
        assertThat(two.number()).isEqualTo(2);
        assertThat(registry.file(one.ref())).isEqualTo(registry.file(two.ref())).isEqualTo(registry.file(other.ref()));
    }

    @Test
    void unknownModelsAndVersionsSayWhatThereIs() {
        add("defects", 1);
        add("defects", 2);
        add("speech", 1);
        assertThatThrownBy(() -> registry.get("defect@1"))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("Model (defect) is not registered. Maybe one of [defects]?");
        assertThatThrownBy(() -> registry.get("defects@7"))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("no version (7)")
                .hasMessageContaining("defects@1, defects@2");
        assertThatThrownBy(() -> registry.active("speech"))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("no active version. Maybe promote one of [speech@1]");
        assertThatThrownBy(() -> registry.active("zzz")).hasMessageContaining("Maybe register it first");
        assertThat(registry.find(ref("defects", 7))).isEmpty();
        assertThat(registry.find(ref("defects", 2))).isPresent();
        assertThat(registry.findActive("nothing")).isEmpty();
        assertThat(registry.versions("nothing")).isEmpty();
        assertThat(registry.audit("nothing")).isEmpty();
    }

    @Test
    void aPromotionSupersedesAndPublishesBothChangesAfterTheCommit() {
        ModelVersion one = add("m", 1);
        ModelVersion two = add("m", 2);
        assertThat(registry.promote(one.ref(), "first").stage()).isEqualTo(Stage.ACTIVE);
        registry.lifecycle().validate(two.ref());
        events.clear();
        registry.promote(two.ref(), "better");
        assertThat(events)
                .containsExactly(
                        new StageChanged(one.ref(), Stage.ACTIVE, Stage.SUPERSEDED, NOW),
                        new StageChanged(two.ref(), Stage.VALIDATED, Stage.ACTIVE, NOW));
        assertThat(registry.active("m").ref()).isEqualTo(two.ref());
        assertThat(registry.get(one.ref()).stage()).isEqualTo(Stage.SUPERSEDED);
        registry.promote(one.ref(), "a superseded version may come back");
        assertThat(registry.active("m").ref()).isEqualTo(one.ref());
    }

    @Test
    void aSubscriberSeesTheNewStateAndMayWrite() {
        List<Stage> seen = new ArrayList<>();
        EventBus bus = new EventBus((event, failure) -> {
            throw failure;
        });
        try (EdgeModelRegistry own = EdgeModelRegistry.builder()
                .home(folder.resolve("own"))
                .events(bus)
                .build()) {
            ModelVersion version = own.register("m", TinyModels.affine(1), r -> {});
            own.lifecycle().validate(version.ref());
            bus.subscribe(StageChanged.class, event -> {
                seen.add(own.get(event.version()).stage());
                own.register("m", TinyModels.affine(9), r -> {});
            });
            own.promote(version.ref(), "go");
            assertThat(seen).containsExactly(Stage.ACTIVE);
            assertThat(own.versions("m")).hasSize(2);
        }
    }

    @Test
    void rollbackWalksBackThroughWhatWasActive() {
        for (int i = 1; i <= 4; i++) {
            registry.promote(add("m", i).ref(), "promote " + i);
        }
        registry.retire(ref("m", 2), "bad");
        assertThat(registry.rollback("m", "worse").number()).isEqualTo(3);
        assertThat(registry.rollback("m", "worse still").number()).isEqualTo(1);
        assertThat(registry.get(ref("m", 4)).stage()).isEqualTo(Stage.ROLLED_BACK);
        assertThatThrownBy(() -> registry.rollback("m", "further"))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("no active version before (m@1)")
                .hasMessageContaining("m@3, m@4");
        registry.promote(ref("m", 4), "again");
        assertThat(registry.rollback("m", "no").number()).isEqualTo(1);
        add("n", 1);
        assertThatThrownBy(() -> registry.rollback("n", "nothing active"))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("Maybe promote one");
    }

    @Test
    void illegalTransitionsNameTheAllowedOnes() {
        ModelVersion one = add("m", 1);
        ModelVersion two = add("m", 2);
        registry.promote(one.ref(), "go");
        assertThatThrownBy(() -> registry.promote(one.ref(), "again"))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("is (ACTIVE) and cannot be promoted; that needs [VALIDATED, STAGED, SHADOW,")
                .hasMessageContaining("Maybe use one of [m@2]");
        assertThatThrownBy(() -> registry.retire(one.ref(), "no"))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("Maybe promote another version first");
        registry.retire(two.ref(), "unused");
        assertThatThrownBy(() -> registry.promote(two.ref(), "no"))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("(RETIRED)");
        assertThatThrownBy(() -> registry.retire(two.ref(), "twice")).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> registry.erase(one.ref(), "active"))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("needs [RETIRED]");
        assertThat(events)
                .extracting(StageChanged::to)
                .containsExactly(Stage.VALIDATING, Stage.VALIDATED, Stage.ACTIVE, Stage.RETIRED);
    }

    @Test
    void theDatabaseItselfRefusesTwoActiveVersions() throws Exception {
        add("m", 1);
        add("m", 2);
        registry.promote(ref("m", 1), "go");
        try (Connection raw = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("home/registry.db"));
                Statement statement = raw.createStatement()) {
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO deployment SELECT model, 2, environment,"
                            + " 'DEGRADED', percent, frozen, activation FROM deployment"))
                    .hasMessageContaining("UNIQUE");
        }
    }

    @Test
    void theDatabaseIsDurableByItsSettings() throws Exception {
        try (Connection raw = new SqliteDialect(folder.resolve("home/registry.db")).connect();
                Statement statement = raw.createStatement()) {
            assertThat(pragma(statement, "journal_mode")).isEqualTo("wal");
            assertThat(pragma(statement, "synchronous")).isEqualTo("2");
            assertThat(pragma(statement, "foreign_keys")).isEqualTo("1");
            assertThat(pragma(statement, "busy_timeout")).isEqualTo("30000");
        }
    }

    private static String pragma(Statement statement, String name) throws Exception {
        try (ResultSet rows = statement.executeQuery("PRAGMA " + name)) {
            return rows.getString(1);
        }
    }

    @Test
    void lineageRunsFromTheOriginAndChildrenAreDirect() {
        ModelVersion origin = add("m", 1);
        ModelVersion pruned = registry.register("m", TinyModels.affine(2), r -> r.derivedFrom(origin.ref(), "pruned"));
        ModelVersion small =
                registry.register("m-small", TinyModels.affine(3), r -> r.derivedFrom(pruned.ref(), "int8"));
        ModelVersion side = registry.register("m", TinyModels.affine(4), r -> r.derivedFrom(origin.ref(), "fp16"));
        assertThat(registry.lineage(small.ref())).containsExactly(origin, pruned, small);
        assertThat(registry.lineage(origin.ref())).containsExactly(origin);
        assertThat(registry.children(origin.ref())).containsExactly(pruned, side);
        assertThat(registry.children(small.ref())).isEmpty();
        assertThatThrownBy(() -> registry.children(ref("m", 9))).isInstanceOf(ModelNotFoundException.class);
        assertThatThrownBy(() -> registry.register("m", TinyModels.affine(5), r -> r.derivedFrom(ref("gone", 1), "x")))
                .isInstanceOf(ModelNotFoundException.class);
        assertThat(registry.versions("m")).hasSize(3);
    }

    @Test
    void numbersAreNeverReused() {
        ModelVersion one = add("m", 1);
        ModelVersion two = registry.register("m", TinyModels.affine(2), r -> r.derivedFrom(one.ref(), "x"));
        registry.retire(one.ref(), "old");
        registry.erase(one.ref(), "law");
        assertThat(registry.lineage(two.ref()))
                .as("the record of the erased parent stays")
                .extracting(ModelVersion::stage)
                .containsExactly(Stage.ERASED, Stage.REGISTERED);
        registry.retire(two.ref(), "old");
        registry.erase(two.ref(), "law");
        assertThat(registry.versions("m")).isEmpty();
        assertThat(registry.models()).isEmpty();
        assertThat(add("m", 3).number()).isEqualTo(3);
        assertThat(registry.audit("m"))
                .extracting(AuditEntry::action)
                .containsExactly(
                        AuditAction.REGISTERED,
                        AuditAction.REGISTERED,
                        AuditAction.RETIRED,
                        AuditAction.ERASED,
                        AuditAction.RETIRED,
                        AuditAction.ERASED,
                        AuditAction.REGISTERED);
    }

    @Test
    void theAuditSaysWhoDidWhatAndWhy() {
        ModelVersion one = registry.register("m", TinyModels.affine(1), r -> r.actor("pipeline"));
        ModelVersion two = registry.register("m", TinyModels.affine(2), r -> r.derivedFrom(one.ref(), "int8"));
        registry.promote(one.ref(), "first");
        registry.promote(two.ref(), "smaller");
        registry.rollback("m", "slower");
        List<AuditEntry> audit = registry.audit("m");
        assertThat(audit)
                .extracting(e -> e.actor() + " " + e.action() + " " + e.ref() + " " + e.detail())
                .containsExactly(
                        "pipeline REGISTERED m@1 ",
                        "tester REGISTERED m@2 derived from m@1: int8",
                        "tester VALIDATION_STARTED m@1 before its first requests",
                        "tester VALIDATED m@1 passed format scan, signature, graph size",
                        "tester PROMOTED m@1 first",
                        "tester VALIDATION_STARTED m@2 before its first requests",
                        "tester VALIDATED m@2 passed format scan, signature, graph size",
                        "tester SUPERSEDED m@1 by m@2: smaller",
                        "tester PROMOTED m@2 smaller",
                        "tester ROLLED_BACK m@2 to m@1: slower",
                        "tester PROMOTED m@1 rolled back from m@2: slower");
        assertThat(audit).extracting(AuditEntry::at).containsOnly(NOW);
        assertThat(audit).extracting(AuditEntry::sequence).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void theActiveVersionIsReadWithoutTheDatabaseUntilASecondHasPassed() {
        ModelVersion one = add("m", 1);
        registry.promote(one.ref(), "go");
        try (EdgeModelRegistry other = EdgeModelRegistry.open(folder.resolve("home"))) {
            ModelVersion two = other.register("m", TinyModels.affine(2), r -> {});
            other.promote(two.ref(), "from elsewhere");
            nanos.addAndGet(1_000_000_000);
            assertThat(registry.active("m").ref()).isEqualTo(one.ref());
            nanos.incrementAndGet();
            assertThat(registry.active("m").ref()).isEqualTo(two.ref());
            assertThat(registry.findActive("m")).map(ModelVersion::ref).contains(two.ref());
        }
    }

    @Test
    void allOtherReadsShowWhatAnotherRegistryDidAtOnce() {
        try (EdgeModelRegistry other = EdgeModelRegistry.open(folder.resolve("home"))) {
            ModelVersion version = other.register("m", TinyModels.affine(1), r -> {});
            assertThat(registry.get(version.ref())).isEqualTo(version);
            other.promote(version.ref(), "go");
            assertThat(registry.versions("m")).extracting(ModelVersion::stage).containsExactly(Stage.ACTIVE);
            assertThat(registry.active("m").ref()).isEqualTo(version.ref());
            assertThat(registry.audit("m")).hasSize(4);
        }
    }

    @Test
    void badSettingsFailAtTheSetter() {
        Registration registration = new Registration("me");
        assertThatThrownBy(() -> registration.tag("", "x")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> registration.tag("k", "x".repeat(9000))).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> registration.derivedFrom(ref("m", 1), " ")).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> EdgeModelRegistry.builder().build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("needs a home");
    }

    @Test
    void aNewerSchemaIsRefusedAndLeftAlone() throws Exception {
        registry.close();
        Path db = folder.resolve("home/registry.db");
        try (Connection raw = DriverManager.getConnection("jdbc:sqlite:" + db);
                Statement statement = raw.createStatement()) {
            statement.execute("INSERT INTO edgeai_schema (version) VALUES (99)");
        }
        assertThatThrownBy(() -> EdgeModelRegistry.open(folder.resolve("home")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("has schema (99)")
                .hasMessageContaining("Maybe upgrade");
        try (Connection raw = DriverManager.getConnection("jdbc:sqlite:" + db);
                Statement statement = raw.createStatement()) {
            statement.execute("DELETE FROM edgeai_schema WHERE version = 99");
        }
        assertThatCode(() -> EdgeModelRegistry.open(folder.resolve("home")).close())
                .doesNotThrowAnyException();
    }

    @Test
    void aFileThatIsNoDatabaseIsRefused() throws IOException {
        Path home = Files.createDirectories(folder.resolve("strange"));
        Files.writeString(
                home.resolve("registry.db"), "this is not a database, however long one looks at it".repeat(40));
        assertThatThrownBy(() -> EdgeModelRegistry.open(home))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("registry.db");
    }

    @Test
    void aClosedRegistryRefusesEverythingAndClosesAgain() {
        add("m", 1);
        registry.close();
        assertThatCode(registry::close).doesNotThrowAnyException();
        assertThatThrownBy(() -> registry.active("m")).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> registry.versions("m")).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> registry.audit("m")).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(() -> add("m", 2)).isInstanceOf(LifecycleException.class);
        assertThatThrownBy(registry::gc).isInstanceOf(LifecycleException.class);
        assertThat(folder.resolve("home/registry.db-wal"))
                .as("the log is folded in at close")
                .doesNotExist();
    }
}
