package io.edgeai.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/edgeai} over a small checkout of its own, whose command says what it was given. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest {
    private static final Path SCRIPT =
            Path.of(System.getProperty("edgeai.root", "..")).resolve("bin/edgeai");

    private static final String COMMAND = "package io.edgeai.samples; public class EdgeCommand {"
            + " public static void main(String[] a) { System.out.println(\"ran \" + String.join(\",\", a)); } }";

    private static final String REHEARSAL = "package io.edgeai.samples; public class Rehearsal {"
            + " public static void main(String[] a) { EdgeCommand.main(new String[] {\"rehearsed\"}); } }";

    private static final String LIBRARY = "package io.edgeai.core; public class Library { }";

    private static final String FROM_ARCHIVE = "io.edgeai.samples.EdgeCommand source: shared objects file (top)";
    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private Path root;
    private Path jar;

    private record Ended(int code, String out, String err) {}

    @BeforeEach
    void build() throws IOException {
        root = folder.resolve("checkout");
        Files.createDirectories(root.resolve("bin"));
        Files.copy(SCRIPT, root.resolve("bin/edgeai"));
        compile("samples", COMMAND, "EdgeCommand");
        compile("samples", REHEARSAL, "Rehearsal");
        compile("edge-core", LIBRARY, "Library");
        jar = pack("samples", "edgeai-samples-1.0.jar");
        classPath(pack("edge-core", "edge-core-1.0.jar"));
        setTimes(BUILT);
    }

    private void compile(String module, String source, String name) throws IOException {
        Path classes = Files.createDirectories(root.resolve(module).resolve("target/classes"));
        Path file =
                Files.writeString(Files.createDirectories(folder.resolve("src")).resolve(name + ".java"), source);
        List<String> words = List.of(
                "-proc:none", "--release", "17", "-cp", classes.toString(), "-d", classes.toString(), file.toString());
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, words.toArray(String[]::new)))
                .isZero();
    }

    private Path pack(String module, String name) throws IOException {
        Path classes = root.resolve(module).resolve("target/classes");
        Path file = root.resolve(module).resolve("target").resolve(name);
        try (Stream<Path> files = Files.walk(classes);
                JarOutputStream out = new JarOutputStream(Files.newOutputStream(file))) {
            for (Path each : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
                out.write(Files.readAllBytes(each));
                out.closeEntry();
            }
        }
        return file;
    }

    private void classPath(Path entry) throws IOException {
        Files.writeString(root.resolve("samples/target/classpath.txt"), entry.toString());
    }

    private void setTimes(Instant time) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, FileTime.from(time));
            }
        }
    }

    private Process begin(List<String> environment, Path err, String... words) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("sh", root.resolve("bin/edgeai").toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> variables = builder.environment();
        variables.put("JAVA_HOME", System.getProperty("java.home"));
        variables.keySet().removeAll(List.of("JAVA_OPTS", "JAVA_TOOL_OPTIONS", "CLASSPATH"));
        environment.forEach(
                one -> variables.put(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1)));
        return builder.redirectError(err.toFile()).start();
    }

    private Ended run(List<String> environment, String... words) throws Exception {
        Path err = Files.createTempFile(folder, "err", "");
        Process process = begin(environment, err, words);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Ended(process.exitValue(), out, Files.readString(err));
    }

    /** Whether the command's class came from an archive. */
    private boolean fromArchive(String... environment) throws Exception {
        List<String> all = new ArrayList<>(List.of(environment));
        all.add("JAVA_OPTS=-Xlog:class+load");
        return run(all, "one").out().contains(FROM_ARCHIVE);
    }

    private void assertRuns(Ended ended) {
        assertThat(ended).isEqualTo(new Ended(0, "ran one,two words\n", ""));
    }

    private List<Path> archives() throws IOException {
        Path start = root.resolve("samples/target/start");
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(start)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private void makeArchive() throws Exception {
        assertThat(run(List.of(), "--make-archive")).isEqualTo(new Ended(0, "ran rehearsed\n", ""));
        assertThat(archives()).hasSize(1);
    }

    @Test
    void startsFromClassesAloneAsItDoesFromAnArchive() throws Exception {
        assertRuns(run(List.of(), "one", "two words"));
        assertThat(fromArchive()).isFalse();

        makeArchive();

        assertRuns(run(List.of(), "one", "two words"));
        assertThat(fromArchive()).isTrue();
        assertThat(run(List.of(), "--help").out()).isEqualTo("ran --help\n");
    }

    @Test
    void whatWasBuiltLastRuns() throws Exception {
        makeArchive();
        compile("samples", COMMAND.replace("ran ", "now "), "EdgeCommand");

        assertThat(run(List.of(), "one")).isEqualTo(new Ended(0, "now one\n", ""));
        assertThat(run(List.of(), "--make-archive").code()).isEqualTo(2);

        pack("samples", "edgeai-samples-1.0.jar");
        assertThat(run(List.of(), "--make-archive").out()).isEqualTo("now rehearsed\n");
        assertThat(fromArchive()).isTrue();
        assertThat(archives()).hasSize(1);
    }

    @Test
    void anotherJarUnderTheSameNameIsNoticed() throws Exception {
        makeArchive();
        Path classes = root.resolve("samples/target/classes/io/edgeai/samples/EdgeCommand.class");
        compile("samples", COMMAND.replace("ran ", "new "), "EdgeCommand");
        pack("samples", "edgeai-samples-1.0.jar");
        Files.setLastModifiedTime(classes, FileTime.from(BUILT));
        Files.setLastModifiedTime(jar, FileTime.from(BUILT.plusSeconds(5)));

        assertThat(run(List.of(), "one")).isEqualTo(new Ended(0, "new one\n", ""));
    }

    @Test
    void anotherClassPathIsNoticed() throws Exception {
        makeArchive();
        Path other = root.resolve("edge-core/target/edge-core-1.1.jar");
        Files.move(root.resolve("edge-core/target/edge-core-1.0.jar"), other);
        classPath(other);
        Files.setLastModifiedTime(root.resolve("samples/target/classpath.txt"), FileTime.from(BUILT));

        assertRuns(run(List.of(), "one", "two words"));
    }

    @Test
    void anArchiveThatIsNoneIsPassedOver() throws Exception {
        makeArchive();
        Path archive = archives().get(0);
        byte[] whole = Files.readAllBytes(archive);
        for (byte[] damaged :
                List.of(new byte[0], "no archive".getBytes(StandardCharsets.US_ASCII), new byte[whole.length])) {
            Files.deleteIfExists(archive);
            Files.write(archive, damaged);
            assertRuns(run(List.of(), "one", "two words"));
        }
    }

    @Test
    void anotherJavaHasAnotherArchive() throws Exception {
        makeArchive();
        Path home = folder.resolve("jdk");
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"99\"\n");
        Path java = Files.writeString(
                home.resolve("bin/java"),
                "#!/bin/sh\nexec '" + System.getProperty("java.home") + "/bin/java' \"$@\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        List<String> other = List.of("JAVA_HOME=" + home);

        assertRuns(run(other, "one", "two words"));
        assertThat(fromArchive(other.get(0))).isFalse();

        assertThat(run(other, "--make-archive").code()).isZero();
        assertThat(fromArchive(other.get(0))).isTrue();
        assertThat(archives()).hasSize(2);

        Files.delete(home.resolve("release"));
        assertRuns(run(other, "one", "two words"));
    }

    @Test
    void severalMayMakeItAtOnce() throws Exception {
        List<Process> makers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            makers.add(begin(List.of(), Files.createTempFile(folder, "err", ""), "--make-archive"));
        }
        for (Process maker : makers) {
            assertThat(maker.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(maker.exitValue()).isZero();
        }
        assertThat(archives()).hasSize(1);
        assertThat(fromArchive()).isTrue();
    }

    @Test
    void withoutJarsThereIsNoArchiveAndThatIsSaid() throws Exception {
        Files.delete(jar);

        Ended ended = run(List.of(), "--make-archive");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).startsWith("edgeai: ").contains("Maybe run").hasLineCount(1);
        assertThat(archives()).isEmpty();
        assertRuns(run(List.of(), "one", "two words"));
    }

    @Test
    void aFolderThatCannotBeWrittenIsNoHindrance() throws Exception {
        Path target = root.resolve("samples/target");
        Files.writeString(target.resolve("start"), "a file where the folder would be");

        assertRuns(run(List.of(), "one", "two words"));
        assertThat(run(List.of(), "--make-archive").code()).isNotZero();
        assertRuns(run(List.of(), "one", "two words"));
    }
}
