package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills real JVMs (SIGKILL) at random moments while they register, promote, roll back, retire and erase: 24 times, and 2,000
 * times under {@code -Dedgeai.full=true}, or {@code -Dedgeai.kills} times from {@code -Dedgeai.seed} on. Every operation that was acknowledged is in the history, and nothing is half done.
 * What a killed process wrote is in the file system whether it was synced or not, so homes are in memory where that can be,
 * and most moments fall between calls and not within a sync.
 */
class LifecycleCrashIT {
    private static final int KILLS = Integer.getInteger("edgeai.kills", Boolean.getBoolean("edgeai.full") ? 2_000 : 24);
    private static final int KILLS_A_HOME = 25;
    private static final int LONGEST_NANOS = 40_000_000;
    private static final long SEED = Long.getLong("edgeai.seed", 20261128);
    private static final String MODEL = "crash";

    @TempDir
    Path folder;

    @Test
    void whatWasAcknowledgedIsThereAndNothingIsHalfDone(TestReporter reporter) throws Exception {
        Path homes = RegistryModels.fast(folder);
        try {
            killAndCheck(homes, reporter);
        } finally {
            delete(homes);
        }
    }

    private void killAndCheck(Path homes, TestReporter reporter) throws Exception {
        QuickJvm jvm = QuickJvm.prepare(
                folder, Child.class, folder.resolve("rehearsal").toString(), "0", "6");
        Random random = new Random(SEED);
        Set<String> acknowledged = new HashSet<>();
        Set<String> kinds = new HashSet<>();
        int operations = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Path home = homes.resolve("home" + kill / KILLS_A_HOME);
            if (kill % KILLS_A_HOME == 0) {
                acknowledged.clear();
            }
            for (String line : runAndKill(home, jvm, random)) {
                acknowledged.add(line);
                kinds.add(line.substring(0, line.indexOf(' ')));
                operations++;
            }
            check(home, acknowledged, "kill " + kill + " of seed " + SEED);
            if ((kill + 1) % KILLS_A_HOME == 0) {
                delete(home);
            }
        }
        reporter.publishEntry("kills", KILLS + " of seed " + SEED + ", operations acknowledged " + operations);
        assertThat(operations).as("operations acknowledged").isGreaterThanOrEqualTo(KILLS);
        assertThat(kinds).contains("register", "promote", "rollback", "retire", "erase");
    }

    /** Lets a child do some operations and work on for a random moment, kills it, and returns what it acknowledged. */
    private List<String> runAndKill(Path home, QuickJvm jvm, Random random) throws Exception {
        Process child = jvm.start(
                folder.resolve("child.err"), home.toString(), Integer.toString(random.nextInt(1 << 20)), "10000");
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
            for (int wanted = 4 + random.nextInt(12); wanted > 0; wanted--) { // however slow the machine
                String line = out.readLine();
                assertThat(line)
                        .as("the child's errors: %s", Files.readString(folder.resolve("child.err")))
                        .isNotNull();
                lines.add(line);
            }
            LockSupport.parkNanos(random.nextInt(LONGEST_NANOS));
            child.toHandle().destroyForcibly(); // Process.destroyForcibly would close the pipe
            StringBuilder rest = new StringBuilder();
            for (int c = out.read(); c >= 0; c = out.read()) {
                rest.append((char) c);
            }
            int end = rest.lastIndexOf("\n"); // a line without its end is no acknowledgement
            rest.substring(0, Math.max(0, end)).lines().forEach(lines::add);
        }
        assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return lines;
    }

    private static void check(Path home, Set<String> acknowledged, String when) throws IOException {
        try (EdgeModelRegistry registry = RegistryModels.open(home)) {
            Set<String> recorded = new HashSet<>();
            for (AuditEntry entry : registry.audit(MODEL)) {
                recorded.add(entry.detail().substring(entry.detail().lastIndexOf('#') + 1));
            }
            Set<String> wanted = new HashSet<>();
            for (String line : acknowledged) {
                String[] words = line.split(" ");
                if (words[0].equals("register")) {
                    assertThat(registry.find(VersionRef.parse(words[1])))
                            .as("%s, %s", line, when)
                            .isPresent();
                } else {
                    wanted.add(words[1]);
                }
            }
            assertThat(recorded).as("operations acknowledged before %s", when).containsAll(wanted);
            ChainReport chain = registry.history().verify(Set.of());
            assertThat(chain.findings()).as(when).isEmpty();
            assertThat(registry.verify().damaged()).as(when).isEmpty();
            List<ModelVersion> versions = registry.versions(MODEL);
            assertThat(versions.stream()
                            .filter(version -> version.stage() == Stage.ACTIVE)
                            .count())
                    .as("active versions, %s", when)
                    .isLessThanOrEqualTo(1);
            checkBytes(registry, versions, when);
        }
    }

    /** After opening and collecting, exactly the bytes of versions that are not erased are left. */
    private static void checkBytes(EdgeModelRegistry registry, List<ModelVersion> versions, String when)
            throws IOException {
        long freed = registry.gc();
        assertThat(freed).as("at most one unfinished registration, %s", when).isLessThanOrEqualTo(Child.BYTES);
        try (Stream<Path> files = Files.walk(registry.home().resolve("blobs"))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .as("bytes, %s", when)
                    .containsExactlyInAnyOrderElementsOf(versions.stream()
                            .map(version -> version.digest().hex())
                            .distinct()
                            .toList());
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** The program that is killed. */
    static final class Child {
        static final int BYTES = 64;

        private Child() {}

        public static void main(String[] arguments) {
            PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
            Random random = new Random(Integer.parseInt(arguments[1]));
            try (EdgeModelRegistry registry = RegistryModels.open(Path.of(arguments[0]))) {
                for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
                    String done = operate(registry, random, arguments[1] + "-" + i);
                    if (!done.isEmpty()) {
                        out.print(done + "\n");
                        out.flush();
                    }
                }
            }
        }

        /** What was done, as it is acknowledged; empty where it was refused. */
        private static String operate(EdgeModelRegistry registry, Random random, String id) {
            List<ModelVersion> versions = registry.versions(MODEL);
            if (versions.size() < 3 || random.nextInt(4) == 0) {
                byte[] bytes = new byte[BYTES];
                random.nextBytes(bytes);
                return "register "
                        + RegistryModels.register(registry, MODEL, bytes).ref();
            }
            VersionRef ref = versions.get(random.nextInt(versions.size())).ref();
            try {
                switch (random.nextInt(5)) {
                    case 0, 1 -> {
                        registry.promote(ref, "#" + id);
                        return "promote " + id;
                    }
                    case 2 -> {
                        registry.rollback(MODEL, "#" + id);
                        return "rollback " + id;
                    }
                    case 3 -> {
                        registry.retire(ref, "#" + id);
                        return "retire " + id;
                    }
                    default -> {
                        registry.erase(ref, "#" + id);
                        return "erase " + id;
                    }
                }
            } catch (LifecycleException refused) {
                return "";
            }
        }
    }
}
