package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.core.error.StorageException;
import io.edgeai.core.store.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The disk is full, or fails, at a call by which the registry or its SQLite changes a file: a typed error, the state as it
 * was, and the same operation works once the disk does. A third of the calls, and each under {@code -Dedgeai.full=true}.
 */
class SqliteFaultTest {
    private static final boolean FULL = Boolean.getBoolean("edgeai.full");
    private static final long SEED = Long.getLong("edgeai.power.seed", 20261127L);

    private enum Trouble {
        FULL_ONCE("No space left on device", false),
        FULL("No space left on device", true),
        BROKEN_ONCE("Input/output error", false),
        BROKEN("Input/output error", true);

        private final String message;
        private final boolean lasting;

        Trouble(String message, boolean lasting) {
            this.message = message;
            this.lasting = lasting;
        }

        void begin(FaultyDisk disk, int after) {
            disk.failAfter(after, lasting, () -> {
                throw new IOException(message);
            });
        }

        static void end(FaultyDisk disk) {
            disk.failAfter(Integer.MAX_VALUE / 2, false, () -> {});
        }
    }

    @TempDir
    Path temporary;

    private final Random random = new Random(SEED);
    private Path folder;
    private Path base;

    @BeforeEach
    void prepare() throws IOException, SQLException {
        assumeTrue(WatchedSqlite.possible(), "skipped: SQLite's file system is not the Unix one");
        folder = RegistryModels.fast(temporary.resolve("fast")).toRealPath();
        base = folder.resolve("base");
        Deed.prepare(base);
    }

    @AfterEach
    void clear() {
        Disk.deleteTree(folder);
    }

    private Path copy(String name) throws IOException {
        Path home = folder.resolve(name);
        Deed.copy(base, home);
        return home;
    }

    private boolean wanted() {
        return FULL || random.nextInt(3) == 0;
    }

    /** What is there before and after a deed without troubles. */
    private List<List<String>> beforeAndAfter(Deed deed) throws IOException {
        try (EdgeModelRegistry registry = RegistryModels.open(copy("peaceful"))) {
            List<String> before = Deed.state(registry);
            deed.to(registry);
            return List.of(before, Deed.state(registry));
        }
    }

    private int changes(Deed deed) throws Exception {
        FaultyDisk disk = new FaultyDisk(copy("counted"));
        try (WatchedSqlite watched = WatchedSqlite.on(disk);
                EdgeModelRegistry registry = RegistryModels.open(disk.root())) {
            int before = disk.changes();
            deed.to(registry);
            assertThat(watched).isNotNull();
            return disk.changes() - before;
        }
    }

    @ParameterizedTest
    @EnumSource(Deed.class)
    void anOperationIsRefusedAndWorksOnceTheDiskDoes(Deed deed) throws Exception {
        List<List<String>> states = beforeAndAfter(deed);
        int changes = changes(deed);
        assertThat(changes).as("calls that change files").isGreaterThan(5);
        int refusals = 0;
        for (Trouble trouble : Trouble.values()) {
            for (int at = 0; at < changes; at++) {
                if (wanted()) {
                    String when = deed + ", " + trouble + " at call " + at + " of " + changes + ", seed " + SEED;
                    refusals += meet(deed, trouble, at, states, when) ? 1 : 0;
                }
            }
        }
        assertThat(refusals).as("some are refused").isPositive();
    }

    private boolean meet(Deed deed, Trouble trouble, int at, List<List<String>> states, String when) throws Exception {
        Path home = copy("home");
        FaultyDisk disk = new FaultyDisk(home);
        boolean refused = false;
        try (WatchedSqlite watched = WatchedSqlite.on(disk)) {
            try (EdgeModelRegistry registry = RegistryModels.open(disk.root())) {
                trouble.begin(disk, at);
                try {
                    deed.to(registry);
                } catch (StorageException e) {
                    assertThat(e).as(when).hasMessageContaining("Maybe");
                    refused = true;
                }
                List<String> state = Deed.state(registry);
                // Bytes of an erased version are deleted after the record says so.
                if (refused && deed != Deed.ERASE) {
                    assertThat(state).as(when).isEqualTo(states.get(0));
                }
                Trouble.end(disk);
                if (state.equals(states.get(0))) {
                    deed.to(registry);
                }
                assertThat(Deed.state(registry)).as(when).isEqualTo(states.get(1));
                assertThat(watched).isNotNull();
            }
        }
        try (EdgeModelRegistry again = RegistryModels.open(home)) {
            assertThat(Deed.state(again)).as(when).isEqualTo(states.get(1));
            Deed.checkSound(again, when);
        }
        Disk.deleteTree(home);
        return refused;
    }

    /** Closing copies the log into the database's file where it can; what was acknowledged is there in any case. */
    @Test
    void closingOnADiskInTroubleLosesNothing() throws Exception {
        List<String> after = beforeAndAfter(Deed.PROMOTE).get(1);
        for (Trouble trouble : Trouble.values()) {
            for (int at = 0; at < 12; at++) {
                String when = trouble + " at call " + at + " of closing";
                Path home = copy("home");
                FaultyDisk disk = new FaultyDisk(home);
                try (WatchedSqlite watched = WatchedSqlite.on(disk)) {
                    EdgeModelRegistry registry = RegistryModels.open(disk.root());
                    Deed.PROMOTE.to(registry);
                    trouble.begin(disk, at);
                    registry.close();
                    Trouble.end(disk);
                    assertThat(watched).isNotNull();
                }
                try (EdgeModelRegistry again = RegistryModels.open(home)) {
                    assertThat(Deed.state(again)).as(when).isEqualTo(after);
                    Deed.checkSound(again, when);
                }
                Disk.deleteTree(home);
            }
        }
    }

    @Test
    void aRegistryThatCannotBeMadeCanBeMadeLater() throws Exception {
        int refusals = 0;
        for (Trouble trouble : Trouble.values()) {
            int changes = 1;
            for (int at = 0; at < changes; at++) {
                String when = trouble + " at call " + at + " of making, seed " + SEED;
                Path place = Files.createDirectories(folder.resolve("place"));
                FaultyDisk disk = new FaultyDisk(place);
                try (WatchedSqlite watched = WatchedSqlite.on(disk)) {
                    if (at == 0) {
                        RegistryModels.open(disk.root().resolve("first")).close();
                        changes = disk.changes();
                    }
                    trouble.begin(disk, at);
                    refusals += refused(disk) ? 1 : 0;
                    Trouble.end(disk);
                    assertThat(watched).isNotNull();
                }
                try (EdgeModelRegistry later = RegistryModels.open(place.resolve("home"))) {
                    assertThat(RegistryModels.add(later, "m", 1).number())
                            .as(when)
                            .isEqualTo(1);
                    assertThat(later.verify().ok()).as(when).isTrue();
                }
                Disk.deleteTree(place);
                at += FULL ? 0 : random.nextInt(6);
            }
        }
        assertThat(refusals).isGreaterThan(10);
    }

    private static boolean refused(FaultyDisk disk) {
        try {
            RegistryModels.open(disk.root().resolve("home")).close();
            return false;
        } catch (StorageException e) {
            assertThat(e).hasMessageContaining("Maybe");
            return true;
        }
    }

    @Test
    void reportsAreTypedAndReadsGoOnWhileTheDiskIsFull() throws Exception {
        FaultyDisk disk = new FaultyDisk(copy("home"));
        try (WatchedSqlite watched = WatchedSqlite.on(disk);
                EdgeModelRegistry registry = RegistryModels.open(disk.root())) {
            disk.space(5000);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            registry.annotations().note(RegistryModels.ref("m", 1), "word ".repeat(100));
                        }
                    })
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("full")
                    .hasMessageContaining("Maybe the disk is full");
            assertThat(registry.active("m").number()).isEqualTo(2);
            assertThat(Deed.state(registry)).hasSize(4);
            disk.space(Long.MAX_VALUE);
            registry.annotations().note(RegistryModels.ref("m", 1), "there is space");
            assertThat(registry.audit("m"))
                    .last()
                    .extracting(AuditEntry::detail)
                    .isEqualTo("there is space");
            assertThat(watched).isNotNull();
        }
    }
}
