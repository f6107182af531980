package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * At each change of a file in turn the power goes, the disk fails, or the disk is full: afterwards the registry is as before
 * or as after, and never else.
 */
class StorageFaultTest {
    @TempDir
    Path folder;

    private Path base;

    /** The power is gone; nothing catches it. */
    private static final class PowerFails extends Error {
        private static final long serialVersionUID = 1L;
    }

    @BeforeEach
    void prepare() throws IOException {
        base = folder.resolve("base");
        Deed.prepare(base);
    }

    private Path copy(String name) throws IOException {
        Path home = folder.resolve(name);
        Deed.copy(base, home);
        return home;
    }

    private static List<String> state(Path home) {
        try (EdgeModelRegistry registry = RegistryModels.open(home)) {
            return Deed.state(registry);
        }
    }

    /** The state before a deed and the one after it, without faults. */
    private List<List<String>> beforeAndAfter(Deed deed) throws IOException {
        Path home = copy("peaceful");
        try (EdgeModelRegistry registry = RegistryModels.open(home)) {
            List<String> before = Deed.state(registry);
            deed.to(registry);
            return List.of(before, Deed.state(registry));
        }
    }

    private int changes(Deed deed) throws IOException {
        FaultyDisk disk = new FaultyDisk(copy("counted"));
        try (EdgeModelRegistry registry = RegistryModels.open(disk.root())) {
            int before = disk.changes();
            deed.to(registry);
            return disk.changes() - before;
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Deed.class,
            names = {"REGISTER", "REGISTER_FOLDER", "ERASE"})
    void aPowerCutAtAnyChangeLeavesTheOldOrTheNew(Deed deed) throws IOException {
        List<List<String>> states = beforeAndAfter(deed);
        int changes = changes(deed);
        assertThat(changes).as("changes of files").isGreaterThan(1);
        for (int at = 0; at <= changes; at++) {
            Path home = copy("home" + at);
            FaultyDisk disk = new FaultyDisk(home);
            EdgeModelRegistry registry = RegistryModels.open(disk.root());
            Path found = folder.resolve("found" + at);
            disk.failAfter(at, true, () -> {
                if (!Files.exists(found)) {
                    cut(disk, home, found);
                }
                throw new PowerFails();
            });
            if (at == changes) { // it returned: what it did is done
                deed.to(registry);
                cut(disk, home, found);
            } else {
                assertThatThrownBy(() -> deed.to(registry)).isInstanceOf(PowerFails.class);
            }
            disk.failAfter(Integer.MAX_VALUE / 2, false, () -> {});
            registry.close();
            for (PowerCut.Luck luck : PowerCut.Luck.values()) {
                String when = deed + ", change " + at + " of " + changes + ", " + luck;
                try (EdgeModelRegistry again = RegistryModels.open(found.resolve(luck.name()))) {
                    List<String> state = Deed.state(again);
                    assertThat(states).as(when).contains(state);
                    if (at == changes) {
                        assertThat(state).as(when).isEqualTo(states.get(1));
                    }
                    Deed.checkSound(again, when);
                }
            }
        }
    }

    /** The disk as each luck would have it, with the database as it is written. */
    private static void cut(FaultyDisk disk, Path home, Path found) throws IOException {
        for (PowerCut.Luck luck : PowerCut.Luck.values()) {
            Path left = found.resolve(luck.name());
            disk.durable().write(left, luck);
            for (String file : List.of("registry.db", "registry.db-wal")) {
                Files.copy(home.resolve(file), left.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Deed.class,
            names = {"REGISTER", "REGISTER_FOLDER", "ERASE"})
    void aDiskThatFailsOnceLeavesTheOldOrTheNewAndThenWorks(Deed deed) throws IOException {
        List<List<String>> states = beforeAndAfter(deed);
        int changes = changes(deed);
        int refusals = 0;
        for (int at = 0; at < changes; at++) {
            String when = deed + ", change " + at + " of " + changes;
            Path home = copy("home" + at);
            FaultyDisk disk = new FaultyDisk(home);
            try (EdgeModelRegistry registry = RegistryModels.open(disk.root())) {
                disk.failAfter(at, false, () -> {
                    throw new IOException("Input/output error");
                });
                refusals += refused(registry, deed, when) ? 1 : 0;
                assertThat(states).as(when).contains(Deed.state(registry));
                if (Deed.state(registry).equals(states.get(0))) {
                    deed.to(registry);
                }
                assertThat(Deed.state(registry)).as(when).isEqualTo(states.get(1));
            }
            try (EdgeModelRegistry again = RegistryModels.open(home)) {
                assertThat(Deed.state(again)).as(when).isEqualTo(states.get(1));
                Deed.checkSound(again, when);
            }
        }
        assertThat(refusals).as("of %d faults", changes).isGreaterThan(changes / 2);
    }

    /** Making a folder is tried twice by the JDK, so that not every fault is seen. */
    private static boolean refused(EdgeModelRegistry registry, Deed deed, String when) {
        try {
            deed.to(registry);
            return false;
        } catch (StorageException e) {
            assertThat(e).as(when).hasMessageContaining("Input/output error");
            return true;
        }
    }

    @Test
    void aDiskThatFillsAtAnyByteRefusesAndWorksOnceThereIsSpace() throws IOException {
        List<List<String>> states = beforeAndAfter(Deed.REGISTER);
        Path home = copy("home");
        FaultyDisk disk = new FaultyDisk(home);
        try (EdgeModelRegistry registry = RegistryModels.open(disk.root())) {
            for (int bytes = 0; bytes < 97; bytes++) {
                disk.space(bytes);
                assertThatThrownBy(() -> Deed.REGISTER.to(registry))
                        .as("%d bytes left", bytes)
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("No space left on device")
                        .hasMessageContaining("Maybe the disk is full");
            }
            assertThat(Deed.state(registry)).isEqualTo(states.get(0));
            Deed.checkSound(registry, "while the disk is full");
            disk.space(97);
            Deed.REGISTER.to(registry);
            assertThat(Deed.state(registry)).isEqualTo(states.get(1));
        }
        assertThat(state(home)).isEqualTo(states.get(1));
    }
}
