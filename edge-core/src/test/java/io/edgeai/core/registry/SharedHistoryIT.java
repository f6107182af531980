package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes of two threads each write to one registry at once: 400 calls, and 100,000 under {@code -Dedgeai.full=true},
 * or as many as {@code -Dedgeai.calls} says.
 */
@ExtendWith(PostgresServer.class)
class SharedHistoryIT {
    private static final int CALLS =
            Integer.getInteger("edgeai.calls", Boolean.getBoolean("edgeai.full") ? 100_000 : 400);
    private static final int THREADS = 2;
    private static final int EACH = CALLS / (2 * THREADS);
    private static final String NONE = "none";
    private static final long SEED = 20261126;

    @TempDir
    Path folder;

    @Test
    void onOneFolderTheCallsHaveOneHistory() throws Exception {
        Path home = RegistryModels.fast(folder.resolve("home"));
        try {
            linearizable(home, NONE);
        } finally {
            delete(home);
        }
    }

    @Test
    void inOnePostgresTheCallsHaveOneHistory(PostgresServer.Schema schema) throws Exception {
        Path home = RegistryModels.fast(folder.resolve("home"));
        try {
            linearizable(home, schema.url());
        } finally {
            delete(home);
        }
    }

    private void linearizable(Path home, String database) throws Exception {
        Path theirs = folder.resolve("calls");
        Path errors = folder.resolve("errors");
        try (EdgeModelRegistry registry = open(home, database)) {
            SharedCall.prepare(registry);
            Process other = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-Dorg.sqlite.tmpdir=" + Files.createDirectories(folder.resolve("natives")),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            home.toString(),
                            database,
                            String.valueOf(EACH),
                            theirs.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(errors.toFile())
                    .start();
            List<SharedCall> calls;
            try {
                calls = new ArrayList<>(call(registry, "here", EACH));
                assertThat(other.waitFor(1, TimeUnit.HOURS)).isTrue();
            } finally {
                other.destroyForcibly();
            }
            assertThat(theirs)
                    .as("the other process says %s", Files.readString(errors))
                    .exists();
            Files.readAllLines(theirs).forEach(line -> calls.add(SharedCall.parse(line)));

            assertThat(calls).hasSize(CALLS);
            List<AuditEntry> audit = new ArrayList<>();
            registry.history().forEach(audit::add);
            new OneHistory(calls, audit).check();
            assertThat(registry.history().verify(java.util.Set.of()).findings()).isEmpty();
            assertThat(calls.stream().filter(SharedCall::wrote).count()).isGreaterThan(CALLS / 5);
            assertThat(calls.stream().filter(call -> call.outcome().equals(SharedCall.REFUSED)))
                    .isNotEmpty();
        }
    }

    private static EdgeModelRegistry open(Path home, String database) {
        EdgeModelRegistry.Builder place = RegistryModels.builder(home);
        return (database.equals(NONE) ? place : place.database(database)).build();
    }

    private static List<SharedCall> call(EdgeModelRegistry registry, String node, int each) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<List<SharedCall>>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                String caller = node + i;
                all.add(threads.submit(() -> SharedCall.make(registry, caller, each, SEED + caller.hashCode())));
            }
            List<SharedCall> made = new ArrayList<>();
            for (Future<List<SharedCall>> one : all) {
                made.addAll(one.get(1, TimeUnit.HOURS));
            }
            return made;
        } finally {
            threads.shutdownNow();
        }
    }

    private static void delete(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }

    /** The other process. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws Exception {
            try (EdgeModelRegistry registry = open(Path.of(arguments[0]), arguments[1])) {
                List<SharedCall> calls = call(registry, "there", Integer.parseInt(arguments[2]));
                Files.write(
                        Path.of(arguments[3]),
                        calls.stream().map(SharedCall::line).toList());
            }
        }
    }
}
