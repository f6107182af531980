package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryPlaceTest {
    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://127.0.0.1:1/edge?user=ada&password=secret, Maybe try again once it is up",
        "jdbc:oracle:thin:@host?password=secret, Maybe use jdbc:postgresql://"
    })
    void aDatabaseThatDoesNotAnswerIsNamedWithoutItsPassword(String url, String repair) {
        Console console = Console.run("registry", "list", "--home", dir.resolve("home"), "--database", url);
        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err()).contains(url.split("\\?")[0], repair).doesNotContain("secret");
    }

    @Test
    void theBytesLieWhereBlobsSays() throws Exception {
        Path model = Graphs.write(Graphs.affine(), dir.resolve("model.onnx"));
        Path home = dir.resolve("home");
        Path shared = dir.resolve("shared");
        Console console = Console.run("registry", "register", "m", model, "--home", home, "--blobs", shared);
        assertThat(console.code()).as(console.err()).isZero();
        try (EdgeModelRegistry registry =
                EdgeModelRegistry.builder().home(home).blobs(shared).build()) {
            assertThat(registry.file(registry.get("m@1").ref()))
                    .startsWith(shared)
                    .hasSameBinaryContentAs(model);
        }
        try (Stream<Path> files = Files.walk(home)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("registry.db")
                    .doesNotContain("blobs");
        }
    }
}
