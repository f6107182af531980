package io.edgeai.formats.golden;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The folder of real models with outputs their own frameworks computed; tests are skipped where it is absent. */
public final class Formats {
    private Formats() {}

    public static Path folder(String name) {
        Path folder = Path.of(System.getProperty("edgeai.testdata", "../shared/data"), "formats", name);
        Assumptions.assumeTrue(Files.isDirectory(folder), "skipped: no folder " + folder);
        return folder;
    }
}
