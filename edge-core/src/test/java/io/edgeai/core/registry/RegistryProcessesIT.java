package io.edgeai.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.runtime.TinyModels;
import java.io.BufferedReader;
import java.io.BufferedWriter;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two real processes on one home, the other one told line by line what to do. */
class RegistryProcessesIT {
    private static final int EACH = 15;

    @TempDir
    Path folder;

    /** The other process. */
    private final class Other implements AutoCloseable {
        private final Process process;
        private final BufferedReader answers;
        private final BufferedWriter orders;

        Other(Path home) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-Dorg.sqlite.tmpdir=" + Files.createDirectories(folder.resolve("natives")),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Child.class.getName(),
                            home.toString())
                    .redirectError(folder.resolve("child.err").toFile())
                    .start();
            answers = process.inputReader(StandardCharsets.UTF_8);
            orders = process.outputWriter(StandardCharsets.UTF_8);
        }

        void tell(String order) throws IOException {
            orders.write(order + "\n");
            orders.flush();
        }

        String hear() throws IOException {
            String answer = answers.readLine();
            assertThat(answer)
                    .as("answer; its errors: %s", Files.readString(folder.resolve("child.err")))
                    .isNotNull();
            return answer;
        }

        String ask(String order) throws IOException {
            tell(order);
            return hear();
        }

        @Override
        public void close() throws IOException {
            try {
                tell("end");
                assertThat(process.waitFor(5, TimeUnit.MINUTES))
                        .as("the other process ends")
                        .isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                process.destroyForcibly();
            }
        }
    }

    @Test
    void eachSeesWhatTheOtherDoes() throws Exception {
        AtomicLong nanos = new AtomicLong();
        Path home = folder.resolve("home");
        try (EdgeModelRegistry here = EdgeModelRegistry.builder()
                        .home(home)
                        .ticker(nanos::get)
                        .build();
                Other there = new Other(home)) {
            assertThat(there.ask("register 1")).isEqualTo("m@1");
            assertThat(here.get("m@1").stage()).isEqualTo(Stage.REGISTERED);
            assertThat(Files.readAllBytes(here.file(VersionRef.of("m", 1)))).isEqualTo(TinyModels.affine(1));

            ModelVersion two = here.register("m", TinyModels.affine(2), r -> {});
            assertThat(two.number()).isEqualTo(2);
            assertThat(there.ask("versions")).isEqualTo("[m@1 REGISTERED, m@2 REGISTERED]");

            assertThat(there.ask("promote 1")).isEqualTo("ACTIVE");
            assertThat(here.findActive("m")).as("within the second").isEmpty();
            nanos.addAndGet(1_000_000_001);
            assertThat(here.active("m").number()).as("after it").isEqualTo(1);

            here.promote(two.ref(), "from here");
            assertThat(there.ask("versions")).isEqualTo("[m@1 SUPERSEDED, m@2 ACTIVE]");
            assertThat(here.audit("m"))
                    .extracting(AuditEntry::action)
                    .containsExactly(
                            AuditAction.REGISTERED,
                            AuditAction.REGISTERED,
                            AuditAction.VALIDATION_STARTED,
                            AuditAction.VALIDATED,
                            AuditAction.PROMOTED,
                            AuditAction.VALIDATION_STARTED,
                            AuditAction.VALIDATED,
                            AuditAction.SUPERSEDED,
                            AuditAction.PROMOTED);
        }
    }

    @Test
    void bothWriteAtOnceAndNothingIsLost() throws Exception {
        Path home = folder.resolve("home");
        try (EdgeModelRegistry here = EdgeModelRegistry.open(home);
                Other there = new Other(home)) {
            assertThat(there.ask("versions")).isEqualTo("[]");
            for (int i = 0; i < EACH; i++) {
                there.tell("register " + (1000 + i));
            }
            List<VersionRef> mine = new ArrayList<>();
            for (int i = 0; i < EACH; i++) {
                mine.add(here.register("m", TinyModels.affine(i), r -> {}).ref());
                if (i % 5 == 4) {
                    here.gc();
                }
            }
            List<VersionRef> theirs = new ArrayList<>();
            for (int i = 0; i < EACH; i++) {
                theirs.add(VersionRef.parse(there.hear()));
            }
            assertThat(mine).isSorted().doesNotContainAnyElementsOf(theirs);
            assertThat(theirs).isSorted();
            assertThat(here.versions("m").stream().map(ModelVersion::number))
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, 2 * EACH).boxed().toList());
            for (int i = 0; i < EACH; i++) {
                assertThat(Files.readAllBytes(here.file(mine.get(i)))).isEqualTo(TinyModels.affine(i));
                assertThat(Files.readAllBytes(here.file(theirs.get(i)))).isEqualTo(TinyModels.affine(1000 + i));
            }
            assertThat(here.verify().ok()).isTrue();
        }
    }

    /** Obeys orders from its standard input. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws IOException {
            PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
            try (EdgeModelRegistry registry = EdgeModelRegistry.open(Path.of(arguments[0]));
                    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null && !line.equals("end"); line = in.readLine()) {
                    String[] words = line.split(" ");
                    out.println(
                            switch (words[0]) {
                                case "register" ->
                                    registry.register("m", TinyModels.affine(Integer.parseInt(words[1])), r -> {})
                                            .ref()
                                            .toString();
                                case "promote" ->
                                    registry.promote(VersionRef.of("m", Integer.parseInt(words[1])), "from there")
                                            .stage()
                                            .toString();
                                default ->
                                    registry.versions("m").stream()
                                            .map(version -> version.ref() + " " + version.stage())
                                            .toList()
                                            .toString();
                            });
                }
            }
        }
    }
}
