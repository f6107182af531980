package io.edgeai.formats.sklearn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The cases of an archive beside these tests. */
final class Unzipped {
    private Unzipped() {}

    /** One folder a case. */
    static List<Path> cases(String archive, Path into) throws IOException {
        try (InputStream resource = Objects.requireNonNull(Unzipped.class.getResourceAsStream(archive));
                ZipInputStream zip = new ZipInputStream(resource)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = into.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.write(file, zip.readAllBytes());
            }
        }
        List<Path> folders = GoldenCase.folders(into);
        assertThat(folders).as(archive).isNotEmpty();
        return folders;
    }
}
