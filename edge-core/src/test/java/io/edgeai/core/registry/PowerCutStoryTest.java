package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.core.store.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records all that a registry and its SQLite do to files in a life from its making to its third opening, and cuts the power
 * after each of these calls: what is found is the registry before or after the operation that was under way, whole, and it
 * works. Some 150 moments and kinds of luck, and after every call each kind of luck under {@code -Dedgeai.full=true}: chance
 * four times, and once while the log is filled. {@code -Dedgeai.power.part=2/5} is the second of five parts, each of which tries
 * every call at least once.
 */
class PowerCutStoryTest {
    private static final boolean FULL = Boolean.getBoolean("edgeai.full");
    private static final int ROUNDS = 4;
    private static final int WANTED = 150;
    private static final String WHICH = System.getProperty("edgeai.power.part", "1/1");
    private static final int PART = Integer.parseInt(WHICH.split("/", 2)[0]) - 1;
    private static final int PARTS = Integer.parseInt(WHICH.split("/", 2)[1]);
    private static final long SEED = Long.getLong("edgeai.power.seed", 20261126L);
    private static final String LONG = "x".repeat(60_000);

    /** The length of the log at which SQLite copies it to the file: 1000 pages. */
    private static final int CHECKPOINT = 1000 * 4120;

    @TempDir
    Path temporary;

    private final List<Step> steps = new ArrayList<>();
    private Path folder;
    private EdgeModelRegistry registry;

    /**
     * An operation that was acknowledged.
     *
     * @param calls how many calls there had been then
     * @param parts whether it may be found partly done, at the end of one of its transactions
     * @param state what was there
     */
    private record Step(String name, int calls, boolean parts, List<String> state, List<String> hashes) {}

    @BeforeEach
    void place() throws IOException, SQLException {
        assumeTrue(WatchedSqlite.possible(), "skipped: SQLite's file system is not the Unix one");
        folder = RegistryModels.fast(temporary.resolve("fast")).toRealPath();
    }

    @AfterEach
    void clear() {
        Disk.deleteTree(folder);
    }

    @Test
    void aPowerCutAfterAnyCallLeavesTheOldOrTheNew(TestReporter reporter) throws Exception {
        FaultyDisk disk = new FaultyDisk(Files.createDirectories(folder.resolve("disk")));
        PowerCut left = PowerCut.of(folder.resolve("disk"));
        try (WatchedSqlite watched = WatchedSqlite.on(disk)) {
            tell(disk);
            assertThat(watched).isNotNull();
        }
        List<Consumer<PowerCut>> calls = disk.done();
        Random random = new Random(SEED);
        int images = calls.size() * PowerCut.Luck.values().length;
        int moments = 0;
        int checked = 0;
        for (int at = 0; at <= calls.size(); at++) {
            int before = checked;
            List<PowerCut.Luck> lucks = lucks(at);
            for (int i = 0; i < lucks.size(); i++) {
                if (FULL ? (at + i) % PARTS == PART : random.nextInt(images) < WANTED) {
                    check(left, at, lucks.get(i), random);
                    checked++;
                }
            }
            moments += checked > before ? 1 : 0;
            if (at < calls.size()) {
                calls.get(at).accept(left);
            }
        }
        reporter.publishEntry(checked + " images after " + moments + " of " + calls.size() + " calls, part " + WHICH
                + ", seed " + SEED);
        assertThat(checked).isGreaterThan(FULL ? calls.size() / PARTS : WANTED / 2);
    }

    private List<PowerCut.Luck> lucks(int at) {
        List<PowerCut.Luck> lucks = new ArrayList<>(List.of(PowerCut.Luck.values()));
        int more = FULL && !now(at).name().equals("filling") ? ROUNDS - 1 : 0;
        lucks.addAll(Collections.nCopies(more, PowerCut.Luck.ANY));
        return lucks;
    }

    private Step now(int at) {
        return steps.stream().filter(step -> step.calls() > at).findFirst().orElse(steps.get(steps.size() - 1));
    }

    private void tell(FaultyDisk disk) throws Exception {
        Path home = disk.root().resolve("home");
        did(disk, "nothing", List.of(), List.of());
        open(disk, home);
        step(disk, "register", r -> RegistryModels.add(r, "m", 1));
        step(disk, "register again", r -> RegistryModels.register(r, "m", new byte[9000]));
        step(disk, "register another", r -> RegistryModels.add(r, "n", 3));
        parts(disk, "validate", r -> r.lifecycle().validate(RegistryModels.ref("m", 1)));
        step(disk, "promote", r -> r.promote(RegistryModels.ref("m", 1), "first"));
        parts(disk, "validate and promote", r -> r.promote(RegistryModels.ref("m", 2), "second"));
        step(disk, "roll back", r -> r.rollback("m", "worse"));
        step(disk, "alias", r -> r.annotations().alias("best", RegistryModels.ref("m", 1), "fewest misses"));
        step(disk, "tag", r -> r.annotations().tag(RegistryModels.ref("n", 1), "site", "north"));
        step(disk, "freeze", r -> r.lifecycle().freeze("m", "audit"));
        step(disk, "retire", r -> r.retire(RegistryModels.ref("m", 2), "old"));
        step(disk, "erase", r -> r.erase(RegistryModels.ref("m", 2), "secret"));
        close(disk);
        open(disk, home);
        step(disk, "quarantine", r -> r.lifecycle().quarantine(RegistryModels.ref("n", 1), "suspect"));
        passTheCheckpoint(disk, Path.of(home.toString(), "registry.db-wal"));
        step(disk, "collect", r -> assertThat(r.gc()).isZero());
        close(disk);
        open(disk, home);
        step(disk, "register at last", r -> RegistryModels.add(r, "m", 4));
        close(disk);
    }

    /** Writes until SQLite copies its log to the file and begins the log anew. */
    private void passTheCheckpoint(FaultyDisk disk, Path log) throws IOException {
        Consumer<EdgeModelRegistry> note = r -> r.annotations().note(RegistryModels.ref("m", 1), LONG);
        while (Files.size(log) < CHECKPOINT - 4 * LONG.length()) {
            note.accept(registry);
        }
        Step before = steps.get(steps.size() - 1);
        did(disk, "filling", before.state(), hashes(registry));
        for (int i = 0; i < 6; i++) {
            step(disk, "note " + i, note);
        }
        assertThat(Files.size(log)).as("the log began anew").isLessThan(CHECKPOINT + 2L * LONG.length());
    }

    private void open(FaultyDisk disk, Path home) {
        registry = RegistryModels.open(home);
        did(disk, "open", state(registry), hashes(registry));
    }

    private void close(FaultyDisk disk) {
        Step before = steps.get(steps.size() - 1);
        registry.close();
        did(disk, "close", before.state(), before.hashes());
    }

    private void step(FaultyDisk disk, String name, Consumer<EdgeModelRegistry> step) {
        step.accept(registry);
        did(disk, name, state(registry), hashes(registry));
    }

    private void parts(FaultyDisk disk, String name, Consumer<EdgeModelRegistry> step) {
        step.accept(registry);
        steps.add(new Step(name, disk.done().size(), true, state(registry), hashes(registry)));
    }

    private void did(FaultyDisk disk, String name, List<String> state, List<String> hashes) {
        steps.add(new Step(name, disk.done().size(), name.equals("filling"), state, hashes));
    }

    private static List<String> state(EdgeModelRegistry registry) {
        List<String> state = new ArrayList<>();
        registry.search(VersionQuery.parse(""))
                .forEach(version -> state.add(version + " " + registry.deployments(version.ref())));
        registry.search(VersionQuery.parse("stage:erased")).forEach(version -> state.add(version.toString()));
        registry.search(VersionQuery.parse("alias:best")).forEach(version -> state.add("best " + version.ref()));
        return state;
    }

    private static List<String> hashes(EdgeModelRegistry registry) {
        List<String> hashes = new ArrayList<>();
        registry.history().forEach(entry -> hashes.add(entry.hash()));
        return hashes;
    }

    private void check(PowerCut left, int at, PowerCut.Luck luck, Random random) throws IOException {
        Path image = folder.resolve("image");
        left.write(image, luck, random);
        Step now = now(at);
        Step old = now.calls() <= at ? now : steps.get(steps.indexOf(now) - 1);
        String when = "call " + at + " in (" + now.name() + ") after (" + old.name() + "), " + luck + ", seed " + SEED;
        try (EdgeModelRegistry found = RegistryModels.open(image.resolve("home"))) {
            List<String> hashes = hashes(found);
            List<String> state = state(found);
            if (now.parts()
                    && hashes.size() > old.hashes().size()
                    && hashes.size() < now.hashes().size()) {
                assertThat(hashes).as(when).isEqualTo(now.hashes().subList(0, hashes.size()));
            } else {
                assertThat(List.of(old.hashes(), now.hashes())).as(when).contains(hashes);
                assertThat(state).as(when).isEqualTo(hashes.equals(now.hashes()) ? now.state() : old.state());
            }
            Deed.checkWhole(found, when, 9000);
            assertThat(RegistryModels.add(found, "later", 1).number()).as(when).isEqualTo(1);
        } catch (RuntimeException e) {
            throw new AssertionError(when, e);
        }
        try (EdgeModelRegistry again = RegistryModels.open(image.resolve("home"))) {
            assertThat(again.versions("later")).as(when).hasSize(1);
            assertThat(again.history().verify(Set.of()).findings()).as(when).isEmpty();
        }
        Disk.deleteTree(image);
    }
}
