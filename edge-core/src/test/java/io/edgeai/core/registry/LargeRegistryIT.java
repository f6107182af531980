package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.model.WorkloadType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A registry of many versions answers right after it is opened, by a JVM that does nothing before and by this one: 1,000, and
 * 100,000 under {@code -Dedgeai.full=true}. How long that took is reported or goes to {@code target/registry/figures.txt}; it
 * is never asserted. With {@code -Dedgeai.large.home=FOLDER} the home stays, so that {@link FreshOpening} can be run alone.
 */
@ExtendWith(PostgresServer.class)
class LargeRegistryIT {
    private static final boolean FULL = Boolean.getBoolean("edgeai.full");
    private static final int MODELS = FULL ? 100 : 10;
    private static final int VERSIONS = FULL ? 1000 : 100;
    private static final int ROUNDS = FULL ? 5 : 1;
    private static final int ASKED = FULL ? 20_000_000 : 1000;
    private static final String KEPT = System.getProperty("edgeai.large.home", "");
    private static final Signature SIGNATURE = new Signature(
            List.of(TensorSpec.of("image", ElementType.FLOAT, 1, 3, 224, 224)),
            List.of(TensorSpec.of("scores", ElementType.FLOAT, 1, 1000)));

    @TempDir
    Path folder;

    @Test
    void inSqlite(TestReporter reporter) throws Exception {
        Path home = Files.createDirectories(KEPT.isEmpty() ? folder.resolve("home") : Path.of(KEPT));
        fill(new SqliteDialect(home.resolve("registry.db")));
        for (int round = 0; round < ROUNDS; round++) {
            String said = FreshOpening.of(home);
            reporter.publishEntry("in a fresh JVM: " + said);
            assertThat(said).startsWith(MODELS * VERSIONS + " versions in ");
        }
        openAndAsk("SQLite", RegistryModels.builder(home));
        assertThat(home.resolve("registry.db")).isNotEmptyFile();
    }

    @Test
    void inPostgres(PostgresServer.Schema schema) throws IOException {
        fill(PostgresDialect.of(schema.url()));
        openAndAsk("PostgreSQL", RegistryModels.builder(folder).database(schema.url()));
        assertThat(folder.resolve("registry.db")).doesNotExist();
    }

    /** In one transaction, since registering one by one would take minutes. */
    private static void fill(Dialect database) {
        try (Catalog catalog = Catalog.open(database)) {
            catalog.writing(() -> {
                for (int model = 0; model < MODELS; model++) {
                    for (int number = 1; number <= VERSIONS; number++) {
                        insert(catalog, VersionRef.of("model-" + model, number));
                    }
                }
                return catalog;
            });
        }
    }

    /** The last of each model is active. */
    private static void insert(Catalog catalog, VersionRef ref) throws SQLException {
        int before = catalog.lastNumber(ref.model());
        assertThat(before).isEqualTo(ref.number() - 1);
        ModelVersion version = new ModelVersion(
                ref,
                ModelFormat.ONNX,
                WorkloadType.COMPUTER_VISION,
                Digest.of(ref.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                1L << 40,
                SIGNATURE,
                Optional.empty(),
                "",
                ref.number() == VERSIONS ? Stage.ACTIVE : Stage.VALIDATED,
                Instant.parse("2026-11-26T12:00:00.000001Z"),
                Map.of("dataset", "2026-10"));
        Entry entry = new Entry(version, false, "");
        catalog.insert(entry);
        catalog.audit()
                .append(new AuditTable.Change(
                        version.registeredAt(),
                        "tester",
                        AuditAction.REGISTERED,
                        ref,
                        "",
                        "",
                        null,
                        version.stage(),
                        "",
                        entry.record()));
    }

    private static void openAndAsk(String where, EdgeModelRegistry.Builder place) throws IOException {
        for (int round = 1; round <= ROUNDS; round++) {
            long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            long wall = System.nanoTime();
            try (EdgeModelRegistry registry = place.build()) {
                note("%s, %d versions opened: %.0f ms, of them %.0f ms of this thread's CPU%n", where, cpu, wall, 1e6);
                assertThat(registry.models()).hasSize(MODELS);
                assertThat(registry.versions("model-7")).hasSize(VERSIONS);
                assertThat(registry.get(VersionRef.of("model-3", 42)).sizeBytes())
                        .isEqualTo(1L << 40);
                ask(where, registry);
            }
        }
    }

    private static void ask(String where, EdgeModelRegistry registry) throws IOException {
        String[] names = new String[MODELS];
        for (int model = 0; model < MODELS; model++) {
            names[model] = ModelId.of("model-" + model).name();
        }
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long wall = System.nanoTime();
        long sum = 0;
        for (int i = 0; i < ASKED; i++) {
            sum += registry.active(names[i % MODELS]).number();
        }
        note("%s, %d versions, active(name): %.1f ns, of them %.1f ns of CPU%n", where, cpu, wall, ASKED);
        assertThat(sum).isEqualTo((long) ASKED * VERSIONS);
    }

    private static void note(String format, String where, long cpu, long wall, double per) throws IOException {
        double wallSince = (System.nanoTime() - wall) / per;
        double cpuSince = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / per;
        Path figures = Files.createDirectories(Path.of("target/registry")).resolve("figures.txt");
        Files.writeString(
                figures,
                String.format(Locale.ROOT, format, where, MODELS * VERSIONS, wallSince, cpuSince),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
