package io.edgeai.core.registry;

import static io.edgeai.core.registry.RegistryModels.add;
import static io.edgeai.core.registry.RegistryModels.ref;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.VersionRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left on the disk, beside the blobs, of versions that are erased. */
class CompanionsTest {
    private static final VersionRef ONE = ref("m", 1);
    private static final VersionRef TWO = ref("m", 2);

    @TempDir
    Path home;

    private EdgeModelRegistry registry;

    @BeforeEach
    void open() {
        registry = RegistryModels.open(home);
        add(registry, "m", 1);
        add(registry, "m", 2);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private void erase(VersionRef ref) {
        registry.retire(ref, "done");
        registry.erase(ref, "law");
    }

    private Path file(String path) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "somebody's data");
    }

    /** Files below a folder of the home, by their paths within it. */
    private List<String> files(String folder) throws IOException {
        Path root = home.resolve(folder);
        try (Stream<Path> found = Files.walk(root)) {
            return found.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private String digest(VersionRef ref) {
        return registry.get(ref).digest().hex();
    }

    @Test
    void warmUpRequestsGoWithTheirVersionAndNoOthers() throws IOException {
        file("warm-up/m/1/1.json");
        file("warm-up/m/1/more/2.json");
        file("warm-up/m/2/1.json");
        file("warm-up/m/11/1.json");
        file("warm-up/other/1/1.json");
        file("warm-up/notes.txt");
        assertThat(registry.warmUps(ONE)).isEqualTo(home.toAbsolutePath().resolve("warm-up/m/1"));
        erase(ONE);
        assertThat(files("warm-up")).containsExactly("m/11/1.json", "m/2/1.json", "notes.txt", "other/1/1.json");
        assertThat(registry.warmUps(ONE)).doesNotExist();
    }

    @Test
    void whatEnginesMadeOfTheBytesGoesUnlessAnotherVersionHasThemToo() throws IOException {
        String one = digest(ONE);
        String two = digest(TWO);
        VersionRef same = add(registry, "again", 2).ref();
        for (String digest : List.of(one, two)) {
            file("optimized/" + digest + "-a.ort");
            file("optimized/" + digest + "-a.sum");
        }
        file("optimized/fresh.tmp");
        erase(ONE);
        assertThat(files("optimized")).containsExactlyInAnyOrder(two + "-a.ort", two + "-a.sum", "fresh.tmp");
        erase(TWO);
        assertThat(files("optimized")).as("again@1 has the same bytes").hasSize(3);
        erase(same);
        assertThat(files("optimized")).containsExactly("fresh.tmp");
    }

    /** As where a process died between the record and the disk, or another node erased the version. */
    @Test
    void whatAnErasedVersionStillHasGoesWhenTheRegistryIsOpened() throws IOException {
        String one = digest(ONE);
        erase(ONE);
        file("warm-up/m/1/late.json");
        file("warm-up/m/2/1.json");
        file("optimized/" + one + "-b.ort");
        registry.close();
        registry = RegistryModels.open(home);
        assertThat(files("warm-up")).containsExactly("m/2/1.json");
        assertThat(files("optimized")).isEmpty();
    }

    @Test
    void aLinkGoesAndWhatItLeadsToStays(@TempDir Path elsewhere) throws IOException {
        Path kept = Files.writeString(elsewhere.resolve("1.json"), "shared by many");
        Files.createDirectories(home.resolve("warm-up/m"));
        Files.createSymbolicLink(home.resolve("warm-up/m/1"), elsewhere);
        erase(ONE);
        assertThat(Files.exists(home.resolve("warm-up/m/1"), java.nio.file.LinkOption.NOFOLLOW_LINKS))
                .isFalse();
        assertThat(kept).hasContent("shared by many");
    }

    @Test
    void whatCannotBeErasedKeepsEverything() throws IOException {
        file("warm-up/m/1/1.json");
        assertThatThrownBy(() -> registry.erase(ONE, "not retired")).isInstanceOf(LifecycleException.class);
        registry.retire(ONE, "done");
        assertThat(files("warm-up")).containsExactly("m/1/1.json");
    }
}
