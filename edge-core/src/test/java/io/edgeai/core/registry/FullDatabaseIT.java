package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.core.error.StorageException;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SQLite that runs out of space at a random byte: a process whose files may not grow past it, by Linux's limit, until the limit
 * is lifted while it lives. 2 times, and 60 times under {@code -Dedgeai.full=true}.
 */
class FullDatabaseIT {
    private static final int TIMES = Boolean.getBoolean("edgeai.full") ? 60 : 2;
    private static final long SEED = 20261126;

    @TempDir
    Path folder;

    private static boolean limit(Process process, String bytes) throws Exception {
        try {
            return new ProcessBuilder("prlimit", "--pid", Long.toString(process.pid()), "--fsize=" + bytes + ":")
                            .inheritIO()
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aFullDatabaseRefusesAndWorksOnceThereIsSpace() throws Exception {
        QuickJvm jvm = QuickJvm.prepare(
                folder, Child.class, folder.resolve("rehearsal").toString(), "rehearse");
        Random random = new Random(SEED);
        for (int time = 0; time < TIMES; time++) {
            Path home = folder.resolve("home" + time);
            Process child = jvm.start(folder.resolve("child.err"), home.toString(), "run");
            List<String> acknowledged = new ArrayList<>();
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                String ready = out.readLine();
                assertThat(ready)
                        .as("the child's errors: %s", Files.readString(folder.resolve("child.err")))
                        .isEqualTo("ready");
                long bytes = Files.size(home.resolve("registry.db-wal")) + 1 + random.nextInt(200_000);
                assumeTrue(limit(child, Long.toString(bytes)), "skipped: needs prlimit of util-linux");
                String when = bytes + " bytes, seed " + SEED;
                go(child);
                for (String line = out.readLine(); !"full".equals(line); line = out.readLine()) {
                    assertThat(line).as(when).isNotNull().startsWith("m@");
                    acknowledged.add(line);
                }
                assertThat(limit(child, "unlimited")).isTrue();
                go(child);
                out.lines().forEach(acknowledged::add);
                assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
                assertThat(child.exitValue()).as(when).isZero();
                check(home, acknowledged, when);
            } finally {
                child.destroyForcibly();
            }
        }
    }

    private static void go(Process child) throws IOException {
        child.getOutputStream().write('\n');
        child.getOutputStream().flush();
    }

    private static void check(Path home, List<String> acknowledged, String when) {
        try (EdgeModelRegistry registry = RegistryModels.open(home)) {
            assertThat(registry.versions("m").stream()
                            .map(version -> version.ref().toString()))
                    .as(when)
                    .containsExactlyElementsOf(acknowledged);
            assertThat(registry.verify().ok()).as(when).isTrue();
            assertThat(registry.history().verify(Set.of()).findings()).as(when).isEmpty();
            assertThat(registry.gc())
                    .as("bytes of refused registrations, %s", when)
                    .isBetween(0L, 6L);
        }
    }

    /** Registers until it is refused, says so, and registers five more once it is told to. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws IOException {
            PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true);
            try (EdgeModelRegistry registry = RegistryModels.open(Path.of(arguments[0]))) {
                if (arguments[1].equals("rehearse")) {
                    RegistryModels.add(registry, "m", 1);
                    return;
                }
                out.println("ready");
                require(System.in.read());
                int content = 0;
                int refusals = 0;
                while (refusals < 3) {
                    try {
                        out.println(RegistryModels.add(registry, "m", content).ref());
                        content++;
                    } catch (StorageException e) {
                        refusals++;
                    }
                }
                out.println("full");
                require(System.in.read());
                for (int more = 0; more < 5; more++) {
                    out.println(RegistryModels.add(registry, "m", content++).ref());
                }
            }
        }

        private static void require(int read) {
            if (read < 0) {
                throw new IllegalStateException("nobody says when to go on");
            }
        }
    }
}
