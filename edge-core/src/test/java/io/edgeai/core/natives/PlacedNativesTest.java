package io.edgeai.core.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.StorageException;
import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlacedNativesTest {
    @TempDir
    Path folder;

    /** Runs {@link #main} in a JVM of its own, since properties and loaded libraries are the process's. */
    private List<String> fresh(String... options) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp"))));
        command.add(PlacedNativesTest.class.getName());
        command.add(folder.resolve("natives").toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Process process = builder.start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as(String.join(File.pathSeparator, lines)).isZero();
        return lines;
    }

    /** Places in one folder, deletes it, places in the one asked for, then opens a database and an environment, and says which libraries the process mapped. */
    public static void main(String[] args) throws Exception {
        Path deleted = Files.createTempDirectory("deleted");
        for (Path file : PlacedNatives.place(deleted)) {
            Files.delete(file);
        }
        PlacedNatives.place(Path.of(args[0]));
        try (var database = java.sql.DriverManager.getConnection("jdbc:sqlite::memory:")) {
            database.createStatement().execute("SELECT 1");
        }
        Class.forName("io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine")
                .getMethod("availability")
                .invoke(Class.forName("io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine")
                        .getDeclaredConstructor()
                        .newInstance());
        Path maps = Path.of("/proc/self/maps");
        if (Files.exists(maps)) {
            try (var lines = Files.lines(maps)) {
                lines.filter(line -> line.contains("sqlitejdbc") || line.contains("onnxruntime"))
                        .map(line -> line.substring(line.indexOf('/')))
                        .distinct()
                        .forEach(System.out::println);
            }
        }
    }

    private List<Path> files() throws Exception {
        try (var all = Files.walk(folder.resolve("natives"))) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void librariesAreLoadedFromWhereTheyWerePlacedAndOnlyUnpackedOnce() throws Exception {
        List<String> loaded = fresh();
        assertThat(files()).hasSize(3);
        if (!loaded.isEmpty()) { // where the system tells what is mapped
            assertThat(loaded).hasSize(3).allSatisfy(path -> assertThat(path)
                    .startsWith(folder.resolve("natives").toString()));
        }
        try (var left = Files.list(folder.resolve("tmp"))) {
            assertThat(left.filter(path -> path.toString().contains("onnxruntime")
                            || path.toString().contains("sqlite")))
                    .isEmpty();
        }
        Map<Path, Object> before = Map.of(
                files().get(0), Files.getLastModifiedTime(files().get(0)),
                files().get(1), Files.getLastModifiedTime(files().get(1)),
                files().get(2), Files.getLastModifiedTime(files().get(2)));
        fresh();
        for (Path file : files()) {
            assertThat(Files.getLastModifiedTime(file)).isEqualTo(before.get(file));
        }
    }

    @Test
    void damagedFilesAreUnpackedAnew() throws Exception {
        fresh();
        for (Path file : files()) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
        }
        fresh();
        for (NativeLibrary library : NativeLibrary.known()) {
            for (String name : library.files()) {
                try (InputStream packed =
                        PlacedNatives.class.getClassLoader().getResourceAsStream(library.resources() + name)) {
                    Path placed = files().stream()
                            .filter(file -> file.endsWith(name))
                            .findFirst()
                            .orElseThrow();
                    assertThat(Files.readAllBytes(placed)).isEqualTo(packed.readAllBytes());
                }
            }
        }
    }

    @Test
    void aPlaceThatSomebodyChoseStands() throws Exception {
        fresh("-Dorg.sqlite.lib.path=" + folder.resolve("elsewhere"));
        assertThat(files()).noneSatisfy(file -> assertThat(file.toString()).contains("sqlite"));
    }

    @Test
    void aFolderThatCannotBeIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThatThrownBy(() -> PlacedNatives.place(file))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(file.toString());
    }
}
