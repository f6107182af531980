package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Digest;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.runtime.TinyModels;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills real JVMs (SIGKILL) at random moments while they register and promote, and looks at what is left. The system
 * property {@code edgeai.crash.kills} sets how many (60).
 */
class RegistryCrashIT {
    private static final int KILLS = Integer.getInteger("edgeai.crash.kills", 60);
    private static final long SEED = Long.getLong("edgeai.crash.seed", 20261125L);
    private static final String MODEL = "crash";
    private static final int HOMES = 4;

    /** What a run of kills saw. */
    private record Outcome(int kills, int acknowledged, int unacknowledged, int leftovers) {
        Outcome plus(Outcome other) {
            return new Outcome(
                    kills + other.kills,
                    acknowledged + other.acknowledged,
                    unacknowledged + other.unacknowledged,
                    leftovers + other.leftovers);
        }
    }

    @Test
    void whatWasAcknowledgedIsThereAndNothingIsHalfThere(@TempDir Path folder) throws Exception {
        QuickJvm jvm = QuickJvm.prepare(
                folder, Child.class, folder.resolve("rehearsal").toString(), "0", "5");
        ExecutorService runners = Executors.newFixedThreadPool(HOMES);
        try {
            List<Future<Outcome>> futures = new ArrayList<>();
            for (int i = 0; i < HOMES; i++) {
                int home = i;
                Callable<Outcome> run =
                        () -> killOver(folder.resolve("home" + home), folder, jvm, share(home), SEED + home);
                futures.add(runners.submit(run));
            }
            Outcome sum = new Outcome(0, 0, 0, 0);
            for (Future<Outcome> future : futures) {
                sum = sum.plus(future.get(1, TimeUnit.HOURS));
            }
            assertThat(sum.kills()).as("kills, seed %d", SEED).isEqualTo(KILLS);
            // Four of five children are killed only after their first acknowledgement, however slow the machine.
            assertThat(sum.acknowledged()).as("acknowledged versions").isGreaterThan(KILLS / 2);
            Files.writeString(
                    Path.of("target", "crash-it.txt"),
                    sum.kills() + " kills, " + sum.acknowledged() + " acknowledged versions all there, "
                            + sum.unacknowledged() + " durable but not yet acknowledged, " + sum.leftovers()
                            + " times unfinished files found and swept; seed " + SEED + "\n");
        } finally {
            runners.shutdownNow();
        }
    }

    private static int share(int home) {
        return KILLS / HOMES + (home < KILLS % HOMES ? 1 : 0);
    }

    private static Outcome killOver(Path home, Path folder, QuickJvm jvm, int kills, long seed) throws Exception {
        Random random = new Random(seed);
        Map<Integer, String> acknowledged = new HashMap<>();
        int unacknowledged = 0;
        int leftovers = 0;
        for (int kill = 0; kill < kills; kill++) {
            for (String line : runAndKill(home, folder, jvm, random)) {
                String[] parts = line.split(" ");
                acknowledged.put(Integer.parseInt(parts[1]), parts[2]);
            }
            leftovers += unfinished(home) ? 1 : 0;
            unacknowledged = check(home, acknowledged, "kill " + kill + " of seed " + seed);
        }
        return new Outcome(kills, acknowledged.size(), unacknowledged, leftovers);
    }

    /** Lets a child run for a random moment after its start, kills it, and returns the acknowledgements it printed. */
    private static List<String> runAndKill(Path home, Path folder, QuickJvm jvm, Random random) throws Exception {
        Path errors = folder.resolve("child" + home.getFileName() + ".err");
        Process child = jvm.start(errors, home.toString(), Long.toString(random.nextInt(1 << 20)), "10000");
        boolean whileOpening = random.nextInt(100) < 20;
        long pause = random.nextInt(250_000_000);
        List<String> acknowledged = new ArrayList<>();
        try (BufferedReader out = child.inputReader(StandardCharsets.UTF_8)) {
            String first = out.readLine();
            assertThat(first)
                    .as("child start; its errors: %s", Files.readString(errors))
                    .isEqualTo("started");
            if (!whileOpening) {
                acknowledged.add(out.readLine());
            }
            LockSupport.parkNanos(pause);
            child.toHandle().destroyForcibly(); // Process.destroyForcibly would close the pipe
            // What the pipe still holds was printed before the kill. A line without its end is no acknowledgement.
            String rest = readAll(out);
            int end = rest.lastIndexOf('\n');
            if (end >= 0) {
                rest.substring(0, end).lines().forEach(acknowledged::add);
            }
        }
        assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return acknowledged;
    }

    private static String readAll(BufferedReader in) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int c = in.read(); c >= 0; c = in.read()) {
            text.append((char) c);
        }
        return text.toString();
    }

    private static boolean unfinished(Path home) throws IOException {
        if (!Files.isDirectory(home.resolve("tmp"))) {
            return false;
        }
        try (Stream<Path> files = Files.list(home.resolve("tmp"))) {
            return files.anyMatch(file -> file.toString().endsWith(".lock"));
        }
    }

    /** Returns how many versions are there beyond the acknowledged ones. */
    private static int check(Path home, Map<Integer, String> acknowledged, String when) throws IOException {
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(home)) {
            List<ModelVersion> versions = registry.versions(MODEL);
            Set<Integer> numbers = new HashSet<>();
            for (ModelVersion version : versions) {
                numbers.add(version.number());
                byte[] bytes = Files.readAllBytes(registry.file(version.ref()));
                assertThat(Digest.of(bytes)).as("%s of %s", version.ref(), when).isEqualTo(version.digest());
                assertThat(bytes.length).as("%s of %s", version.ref(), when).isEqualTo((int) version.sizeBytes());
                String told = acknowledged.get(version.number());
                if (told != null) {
                    assertThat(version.digest().hex())
                            .as("%s of %s", version.ref(), when)
                            .isEqualTo(told);
                }
            }
            assertThat(numbers).as("acknowledged versions after %s", when).containsAll(acknowledged.keySet());
            assertThat(versions.stream().map(ModelVersion::number))
                    .as("numbers without gap or repetition after %s", when)
                    .containsExactlyElementsOf(
                            Stream.iterate(1, n -> n + 1).limit(versions.size()).toList());
            assertThat(registry.verify().damaged()).as(when).isEmpty();
            checkStagesAndAudit(registry, versions, when);
            assertThat(unfinishedOfTheDead(home))
                    .as("leftovers after reopening, %s", when)
                    .isEmpty();
            return versions.size() - acknowledged.size();
        }
    }

    /** Replays the audit: it must lead to exactly the stages there are. */
    private static void checkStagesAndAudit(EdgeModelRegistry registry, List<ModelVersion> versions, String when) {
        Map<Integer, Stage> replayed = new HashMap<>();
        long last = 0;
        for (AuditEntry entry : registry.audit(MODEL)) {
            assertThat(entry.sequence()).as(when).isGreaterThan(last);
            last = entry.sequence();
            Stage before = replayed.put(
                    entry.ref().number(),
                    switch (entry.action()) {
                        case REGISTERED -> Stage.REGISTERED;
                        case PROMOTED -> Stage.ACTIVE;
                        case VALIDATION_STARTED -> Stage.VALIDATING;
                        case VALIDATED -> Stage.VALIDATED;
                        case SUPERSEDED -> Stage.SUPERSEDED;
                        default -> throw new AssertionError("unexpected " + entry + " after " + when);
                    });
            assertThat(before == null)
                    .as("%s after %s", entry, when)
                    .isEqualTo(entry.action() == AuditAction.REGISTERED);
        }
        Map<Integer, Stage> there = new HashMap<>();
        versions.forEach(version -> there.put(version.number(), version.stage()));
        assertThat(there).as("stages against the audit after %s", when).isEqualTo(replayed);
        assertThat(there.values().stream().filter(Stage.ACTIVE::equals).count())
                .as("active versions after %s", when)
                .isLessThanOrEqualTo(1);
    }

    private static List<Path> unfinishedOfTheDead(Path home) throws IOException {
        String own = ProcessHandle.current().pid() + ".";
        try (Stream<Path> files = Files.list(home.resolve("tmp"))) {
            return files.filter(file -> !file.getFileName().toString().startsWith(own) && !file.endsWith("guard"))
                    .toList();
        }
    }

    /** The program that is killed: registers distinct models as fast as it can and promotes every third. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) {
            PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true);
            int salt = Integer.parseInt(arguments[1]);
            out.print("started\n");
            out.flush();
            try (EdgeModelRegistry registry = EdgeModelRegistry.open(Path.of(arguments[0]))) {
                for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
                    ModelVersion version = registry.register(MODEL, TinyModels.affine(salt + i), r -> {});
                    out.print("ack " + version.number() + " " + version.digest().hex() + "\n");
                    out.flush();
                    if (i % 3 == 0) {
                        registry.promote(version.ref(), "every third");
                    }
                }
            }
        }
    }
}
