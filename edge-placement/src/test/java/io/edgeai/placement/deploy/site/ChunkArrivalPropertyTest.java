package io.edgeai.placement.deploy.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.deploy.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store of chunks beside a set of the indexes that a plain reading says are still missing. */
class ChunkArrivalPropertyTest {
    @TempDir
    private Path folder;

    private Path artifact(long seed, int size) {
        return Models.noise(folder.resolve("model" + seed), size, seed);
    }

    private static byte[] part(byte[] model, Chunks chunks, int index) {
        int from = index * chunks.chunkBytes();
        return Arrays.copyOfRange(model, from, Math.min(model.length, from + chunks.chunkBytes()));
    }

    @Test
    void anyOrderWithRepeatsDamageAndRestartsEndsInTheSameBytes() throws IOException {
        for (long seed = 0; seed < 25; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Path file = artifact(seed, random.nextInt(4000));
            byte[] model = Files.readAllBytes(file);
            Chunks chunks = Chunks.of(file, 1 + random.nextInt(900));
            Path root = folder.resolve("site" + seed);
            SiteStore store = SiteStore.open(root);
            TreeSet<Integer> missing =
                    new TreeSet<>(IntStream.range(0, chunks.count()).boxed().toList());
            assertThat(store.begin(chunks)).as("seed %d", seed).containsExactlyElementsOf(missing);
            while (!missing.isEmpty()) {
                int index = random.nextInt(chunks.count());
                byte[] part = part(model, chunks, index);
                switch (random.nextInt(5)) {
                    case 0 -> store = SiteStore.open(root);
                    case 1 -> {
                        SiteStore refusing = store;
                        part[random.nextInt(part.length)] ^= 1;
                        assertThatThrownBy(() -> refusing.write(chunks.digest(), index, part, part.length))
                                .as("seed %d, chunk %d", seed, index)
                                .isInstanceOf(ModelIntegrityException.class);
                    }
                    case 2 -> {
                        SiteStore unfinished = store;
                        assertThatThrownBy(() -> unfinished.commit(chunks.digest()))
                                .as("seed %d", seed)
                                .hasMessageContaining("lacks (" + missing.size() + ") of its (" + chunks.count() + ")");
                    }
                    default -> {
                        store.write(chunks.digest(), index, part, part.length);
                        missing.remove(index);
                    }
                }
                assertThat(store.begin(chunks)).as("seed %d", seed).containsExactlyElementsOf(missing);
            }
            store.commit(chunks.digest());
            store.commit(chunks.digest());
            assertThat(Files.readAllBytes(store.file(chunks.digest())))
                    .as("seed %d", seed)
                    .isEqualTo(model);
            assertThat(store.artifacts()).as("seed %d", seed).containsExactly(chunks.digest());
        }
    }

    @Test
    void aChunkOfAnotherPlaceOrLengthIsNotTaken() throws IOException {
        Path file = artifact(1, 1000);
        byte[] model = Files.readAllBytes(file);
        Chunks chunks = Chunks.of(file, 300);
        SiteStore store = SiteStore.open(folder.resolve("site"));
        store.begin(chunks);
        for (int index = 0; index < chunks.count(); index++) {
            for (int other = 0; other < chunks.count(); other++) {
                byte[] part = part(model, chunks, other);
                int at = index;
                if (at != other) {
                    assertThatThrownBy(() -> store.write(chunks.digest(), at, part, part.length))
                            .as("chunk %d as %d", other, index)
                            .isInstanceOf(ModelIntegrityException.class);
                }
                assertThatThrownBy(() -> store.write(chunks.digest(), at, part, part.length - 1))
                        .as("chunk %d too short", other)
                        .isInstanceOf(ModelIntegrityException.class);
            }
        }
        assertThat(store.begin(chunks)).hasSize(chunks.count());
    }

    @Test
    void artifactsThatArriveTogetherDoNotMix() throws IOException {
        SplittableRandom random = new SplittableRandom(11);
        SiteStore store = SiteStore.open(folder.resolve("site"));
        Map<Chunks, byte[]> models =
                new TreeMap<>((a, b) -> a.digest().hex().compareTo(b.digest().hex()));
        List<Runnable> deliveries = new ArrayList<>();
        for (long seed = 0; seed < 6; seed++) {
            Path file = artifact(seed, 500 + random.nextInt(2000));
            byte[] model = Files.readAllBytes(file);
            Chunks chunks = Chunks.of(file, 137);
            models.put(chunks, model);
            store.begin(chunks);
            for (int i = 0; i < chunks.count(); i++) {
                byte[] part = part(model, chunks, i);
                int index = i;
                deliveries.add(() -> store.write(chunks.digest(), index, part, part.length));
            }
        }
        while (!deliveries.isEmpty()) {
            deliveries.remove(random.nextInt(deliveries.size())).run();
        }
        for (Map.Entry<Chunks, byte[]> each : models.entrySet()) {
            store.commit(each.getKey().digest());
            assertThat(store.file(each.getKey().digest())).hasBinaryContent(each.getValue());
        }
        assertThat(store.artifacts())
                .containsExactlyElementsOf(
                        models.keySet().stream().map(Chunks::digest).toList());
    }

    @Test
    void whatWasAbandonedIsForgotten() throws IOException {
        Path file = artifact(2, 900);
        Chunks chunks = Chunks.of(file, 300);
        SiteStore store = SiteStore.open(folder.resolve("site"));
        store.begin(chunks);
        byte[] part = part(Files.readAllBytes(file), chunks, 1);
        store.write(chunks.digest(), 1, part, 300);
        store.abandon(chunks.digest());
        assertThatThrownBy(() -> store.write(chunks.digest(), 1, part, 300))
                .isInstanceOf(ModelNotFoundException.class)
                .hasMessageContaining("Maybe send its manifest");
        assertThatThrownBy(() -> store.commit(chunks.digest())).isInstanceOf(ModelNotFoundException.class);
        assertThat(store.begin(chunks)).containsExactly(0, 1, 2);
    }

    /** Names that a file system would read as another place. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x",
                "..",
                ".",
                "/etc/passwd",
                "a/../../b",
                "C:\\x",
                "\\\\host\\share",
                "a\u0000b",
                "~",
                "%2e%2e%2f",
                "con",
                "x.json",
                "défauts",
                "線",
                "\ud83d\ude00",
                "*",
                "a b",
                "-"
            })
    void aServiceOfAnyNameStaysInItsFolderAndIsFoundAgain(String name) throws IOException {
        Path root = folder.resolve("site");
        SiteStore store = SiteStore.open(root);
        Path file = artifact(3, 10);
        Chunks chunks = Chunks.of(file, 10);
        store.begin(chunks);
        store.write(chunks.digest(), 0, Files.readAllBytes(file), 10);
        store.commit(chunks.digest());
        Release release = new Release(name, "v", chunks.digest(), 1);
        store.activate(release);
        try (Stream<Path> files = Files.list(root.resolve("live"))) {
            assertThat(files.filter(each -> each.toString().endsWith(".json"))).hasSize(1);
        }
        try (Stream<Path> outside = Files.list(folder)) {
            assertThat(outside.map(each -> each.getFileName().toString())).containsExactlyInAnyOrder("site", "model3");
        }
        assertThat(SiteStore.open(root).release(name)).contains(release);
        assertThat(SiteStore.open(root).releases()).containsExactly(release);
        assertThat(store.deactivate(name)).contains(release);
        assertThat(store.releases()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../../etc/passwd", "00", "G", "ABCDEF", "a/b"})
    void aDigestThatIsNoneIsRefusedBeforeItBecomesAPath(String text) {
        String manifest = "{\"digest\": \"" + text + "\", \"sizeBytes\": 0, \"chunkBytes\": 1, \"chunks\": []}";
        assertThatThrownBy(() -> Chunks.fromJson(manifest)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new Digest(text)).isInstanceOf(InvalidInputException.class);
    }
}
