package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * SQLite's write-ahead log cut off within what one operation wrote, as a power cut before its sync leaves it: at the ends of its
 * frames and somewhere inside each, and at every 64th byte under {@code -Dedgeai.full=true}. A log that is torn, with a sector
 * of the last frames never written, is the same.
 */
class TornLogTest {
    private static final boolean FULL = Boolean.getBoolean("edgeai.full");
    private static final int FRAME = 24 + 4096;
    private static final int SECTOR = 512;
    private static final long SEED = 20261127;

    @TempDir
    Path folder;

    private Path before;
    private Path after;
    private List<String> old;
    private List<String> fresh;
    private byte[] log;
    private int from;

    /** Does the deed to a registry that stays open, so that its log stays too, and copies the home around it. */
    private void around(Deed deed) throws IOException {
        Path home = folder.resolve("home");
        Deed.prepare(home);
        before = folder.resolve("before");
        after = folder.resolve("after");
        try (EdgeModelRegistry registry = RegistryModels.open(home)) {
            registry.annotations().note(RegistryModels.ref("m", 1), "begins the log");
            old = Deed.state(registry);
            Deed.copy(home, before);
            from = (int) Files.size(before.resolve("registry.db-wal"));
            deed.to(registry);
            fresh = Deed.state(registry);
            Deed.copy(home, after);
        }
        log = Files.readAllBytes(after.resolve("registry.db-wal"));
        assertThat(log.length).as("length of the log").isGreaterThan(from);
    }

    /** A registry with this log; the bytes are those of before or after, whichever the operation had then. */
    private List<String> open(byte[] torn, Path bytes, String when) throws IOException {
        Path home = Files.createTempDirectory(folder, "torn");
        Files.delete(home);
        Deed.copy(bytes, home);
        Files.write(home.resolve("registry.db-wal"), torn);
        try (EdgeModelRegistry registry = RegistryModels.open(home)) {
            List<String> state = Deed.state(registry);
            assertThat(List.of(old, fresh)).as(when).contains(state);
            Deed.checkSound(registry, when);
            return state;
        }
    }

    @ParameterizedTest
    @EnumSource(Deed.class)
    void aLogCutAnywhereHoldsTheOldOrTheNew(Deed deed) throws IOException {
        around(deed);
        // Bytes are written before their record and deleted after it.
        Path bytes = deed == Deed.ERASE ? before : after;
        int news = 0;
        for (int length : cuts()) {
            String when = deed + ", log of " + length + " in " + from + " to " + log.length + ", seed " + SEED;
            List<String> state = open(Arrays.copyOf(log, length), length == log.length ? after : bytes, when);
            assertThat(state.equals(fresh) || news == 0)
                    .as("what was there stays there, %s", when)
                    .isTrue();
            news += state.equals(fresh) ? 1 : 0;
        }
        assertThat(news).as("the whole log holds the new").isPositive();
    }

    private SortedSet<Integer> cuts() {
        SortedSet<Integer> cuts = new TreeSet<>();
        Random random = new Random(SEED);
        for (int frame = from; frame < log.length; frame += FRAME) {
            cuts.add(frame);
            cuts.add(frame + 1 + random.nextInt(FRAME - 1));
        }
        for (int at = from; FULL && at < log.length; at += 64) {
            cuts.add(at);
        }
        cuts.add(log.length - 1);
        cuts.add(log.length);
        return cuts;
    }

    @Test
    void aLogWithASectorThatWasNeverWrittenHoldsTheOld() throws IOException {
        around(Deed.PROMOTE);
        Random random = new Random(SEED);
        for (int i = 0; i < (FULL ? 500 : 12); i++) {
            byte[] torn = log.clone();
            int sector = from + random.nextInt(log.length - from - SECTOR);
            byte[] written = Arrays.copyOfRange(torn, sector, sector + SECTOR);
            Arrays.fill(torn, sector, sector + SECTOR, (byte) 0);
            List<String> state = open(torn, after, "sector at " + sector + ", seed " + SEED);
            boolean lost = !Arrays.equals(written, new byte[SECTOR]);
            assertThat(state).as("sector at %d", sector).isEqualTo(lost ? old : fresh);
        }
    }
}
