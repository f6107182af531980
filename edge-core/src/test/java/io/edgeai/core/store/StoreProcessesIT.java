package io.edgeai.core.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores of one home in real processes of their own, told line by line what to do, killed and starved. */
class StoreProcessesIT {
    private static final int ROUNDS = 40;

    @TempDir
    Path folder;

    private final class Other implements AutoCloseable {
        private final Process process;
        private final BufferedReader answers;
        private final BufferedWriter orders;

        Other(Path home, String... before) throws IOException {
            List<String> command = new ArrayList<>(List.of(before));
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData",
                    "-Xmx64m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Child.class.getName(),
                    home.toString()));
            process = new ProcessBuilder(command)
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

        void kill() throws InterruptedException {
            process.destroyForcibly();
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** The same few files and trees from both sides at once: one copy each, and neither side fails. */
    @Test
    void twoProcessesStoringTheSameBytesAgree() throws Exception {
        Path home = folder.resolve("home");
        try (DirectoryBlobStore here = DirectoryBlobStore.open(home);
                Other there = new Other(home)) {
            assertThat(there.ask("list")).isEqualTo("0");
            for (int round = 0; round < ROUNDS; round++) {
                there.tell("put " + round);
            }
            List<Blob> mine = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                mine.add(Child.put(here, round));
            }
            for (int round = 0; round < ROUNDS; round++) {
                assertThat(there.hear())
                        .as("round %d", round)
                        .isEqualTo(mine.get(round).digest().hex());
            }
            List<Blob> distinct = mine.stream().distinct().toList();
            assertThat(here.list()).containsExactlyInAnyOrderElementsOf(distinct);
            assertThat(there.ask("list")).isEqualTo(Integer.toString(distinct.size()));
            assertThat(distinct.stream().map(here::check)).containsOnly(BlobState.OK);
            assertThat(unfinished(home)).isEmpty();
        }
    }

    @Test
    void whatAKilledProcessStagedIsSweptAndWhatItPublishedStays() throws Exception {
        Path home = folder.resolve("home");
        try (DirectoryBlobStore here = DirectoryBlobStore.open(home);
                Other there = new Other(home)) {
            Digest published = new Digest(there.ask("put 3"));
            assertThat(there.ask("stage 4")).isEqualTo("staged");
            assertThat(unfinished(home)).as("the other's work").hasSize(1);
            DirectoryBlobStore.open(home).close();
            assertThat(unfinished(home)).as("it lives and keeps its work").hasSize(1);
            there.kill();
            assertThat(unfinished(home)).as("nobody has looked yet").hasSize(1);
            DirectoryBlobStore.open(home).close();
            assertThat(unfinished(home)).isEmpty();
            assertThat(here.list()).extracting(Blob::digest).containsExactly(published);
            assertThat(Child.put(here, 4).sizeBytes()).isPositive();
        }
    }

    /** The operating system refuses bytes past a file size, as a full disk would. */
    @Test
    void aDiskThatRefusesBytesGivesAnErrorAndNoHalfBlob() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs /bin/sh and its ulimit");
        Path home = folder.resolve("home");
        // POSIX: units of 512 bytes, so 1 MiB.
        try (Other there = new Other(home, "/bin/sh", "-c", "ulimit -f 2048; exec \"$0\" \"$@\"")) {
            String small = there.ask("big 1000");
            assertThat(small).hasSize(64);
            assertThat(there.ask("big 3000000"))
                    .startsWith("refused Cannot write")
                    .contains("Maybe the disk is full");
            assertThat(there.ask("list")).isEqualTo("1");
            assertThat(unfinished(home)).as("the half copy is gone").isEmpty();
            assertThat(there.ask("big 2000")).as("the store goes on").hasSize(64);
        }
        try (DirectoryBlobStore here = DirectoryBlobStore.open(home)) {
            assertThat(here.list()).hasSize(2);
            assertThat(here.list().stream().map(here::check)).containsOnly(BlobState.OK);
        }
    }

    private static List<Path> unfinished(Path home) throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("tmp"))) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9]+"))
                    .toList();
        }
    }

    /** Obeys orders from its standard input. */
    static final class Child {
        private Child() {}

        /** Even numbers are files, odd ones trees; few contents, so that both sides meet on most. */
        static Blob put(DirectoryBlobStore store, int round) {
            try (StagedBlob staged = stage(store, round)) {
                return store.publish(staged);
            }
        }

        private static StagedBlob stage(DirectoryBlobStore store, int round) {
            byte[] bytes = new byte[20_000];
            Arrays.fill(bytes, (byte) (round / 5));
            TreeFile one = new TreeFile("a/one", bytes.length, () -> new ByteArrayInputStream(bytes));
            TreeFile two = new TreeFile("two", bytes.length, () -> new ByteArrayInputStream(bytes));
            return round % 2 == 0
                    ? store.stager().stage(bytes, Progress.NONE)
                    : store.stager().stageTree(List.of(one, two), Progress.NONE);
        }

        public static void main(String[] arguments) throws IOException {
            PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
            try (DirectoryBlobStore store = DirectoryBlobStore.open(Path.of(arguments[0]));
                    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    out.println(obey(store, line.split(" ")));
                }
            }
        }

        private static String obey(DirectoryBlobStore store, String[] words) {
            try {
                return switch (words[0]) {
                    case "put" ->
                        put(store, Integer.parseInt(words[1])).digest().hex();
                    case "big" ->
                        store.put(new byte[Integer.parseInt(words[1])]).digest().hex();
                    case "stage" ->
                        stage(store, Integer.parseInt(words[1])).blob().tree() ? "a tree" : "staged";
                    default -> Integer.toString(store.list().size());
                };
            } catch (StorageException e) {
                return "refused " + e.getMessage();
            }
        }
    }
}
