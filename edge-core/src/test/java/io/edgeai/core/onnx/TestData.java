package io.edgeai.core.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Real models nobody here made, in the folder of the system property {@code edgeai.testdata}. */
public final class TestData {
    private TestData() {}

    public static List<Path> models() {
        String folder = System.getProperty("edgeai.testdata", "");
        Assumptions.assumeTrue(
                !folder.isEmpty() && Files.isDirectory(Path.of(folder)),
                "skipped: no model folder in system property edgeai.testdata");
        try (Stream<Path> files = Files.walk(Path.of(folder))) {
            return files.filter(file -> file.toString().endsWith(".onnx"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Path model(String name) {
        return models().stream()
                .filter(file -> file.endsWith(name))
                .findFirst()
                .orElseGet(() -> Assumptions.abort("skipped: no model " + name + " in edgeai.testdata"));
    }
}
