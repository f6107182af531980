package io.edgeai.core.registry;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * Starts child JVMs in less than half the time: their classes come from an archive that a first child leaves (JEP 350,
 * which wants jars where Maven has folders), and SQLite's library is unpacked once and not by every child.
 */
public final class QuickJvm {
    private final List<String> command;

    private QuickJvm(List<String> command) {
        this.command = command;
    }

    /** Prepares what children share in a folder; {@code arguments} make {@code main} do a little and end. */
    public static QuickJvm prepare(Path folder, Class<?> main, String... arguments) throws Exception {
        List<String> base = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xshare:auto",
                "-Xmx64m"));
        Path natives = Files.createDirectories(folder.resolve("natives"));
        String library = LibraryLoaderUtil.getNativeLibName();
        try (InputStream in = Objects.requireNonNull(
                QuickJvm.class.getResourceAsStream(LibraryLoaderUtil.getNativeLibResourcePath() + "/" + library))) {
            Files.copy(in, natives.resolve(library));
        }
        base.add("-Dorg.sqlite.lib.path=" + natives);
        base.add("-Dorg.sqlite.lib.name=" + library);
        List<String> classes = List.of("-cp", jars(folder), main.getName());
        Path archive = folder.resolve("classes.jsa");
        List<String> first = new ArrayList<>(base);
        first.add("-XX:ArchiveClassesAtExit=" + archive);
        first.addAll(classes);
        first.addAll(List.of(arguments));
        Process dumping = new ProcessBuilder(first)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("archive.log").toFile())
                .start();
        if (!dumping.waitFor(5, TimeUnit.MINUTES)) {
            dumping.destroyForcibly();
        }
        if (Files.isRegularFile(archive)) { // other JVMs than HotSpot leave none, and their children start slowly
            base.add("-XX:SharedArchiveFile=" + archive);
        }
        base.addAll(classes);
        return new QuickJvm(base);
    }

    private static String jars(Path folder) throws IOException {
        List<String> paths = new ArrayList<>();
        for (String path : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!Files.isDirectory(Path.of(path))) {
                paths.add(path);
            } else {
                paths.add(jar(Path.of(path), folder.resolve("classes" + paths.size() + ".jar")));
            }
        }
        return String.join(File.pathSeparator, paths);
    }

    private static String jar(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(file).toString().replace('\\', '/')));
                Files.copy(file, out);
            }
        }
        return jar.toString();
    }

    /** Starts a child with these arguments. */
    public Process start(Path errors, String... arguments) throws IOException {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(List.of(arguments));
        return new ProcessBuilder(whole).redirectError(errors.toFile()).start();
    }
}
