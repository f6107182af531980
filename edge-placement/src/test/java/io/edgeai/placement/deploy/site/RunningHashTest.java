package io.edgeai.placement.deploy.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.deploy.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningHashTest {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir
    private Path folder;

    private static byte[] part(byte[] model, Chunks chunks, int index) {
        int from = index * chunks.chunkBytes();
        return Arrays.copyOfRange(model, from, from + chunks.length(index));
    }

    private static void send(SiteStore store, Chunks chunks, byte[] model, int index) {
        store.write(chunks.digest(), index, part(model, chunks, index), chunks.length(index));
    }

    @Test
    void prefixesAreTheDigestsOfWhatComesBefore() throws IOException {
        Path file = Models.noise(folder.resolve("model"), 10_007, 1);
        byte[] model = Files.readAllBytes(file);
        Chunks chunks = Chunks.of(file, 1000);
        for (int i = 0; i < chunks.count(); i++) {
            assertThat(chunks.prefixes().get(i))
                    .isEqualTo(Digest.of(Arrays.copyOf(model, (int) chunks.offset(i) + chunks.length(i))));
        }
        List<Digest> others = new ArrayList<>(chunks.prefixes());
        Collections.swap(others, 0, 10);
        assertThatThrownBy(() -> new Chunks(chunks.digest(), 10_007, 1000, chunks.parts(), others))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> new Chunks(chunks.digest(), 10_007, 1000, chunks.parts(), others.subList(0, 3)))
                .isInstanceOf(InvalidInputException.class);
    }

    /** In each order of arrival, with each chunk damaged once on its way and one byte changed on the disk. */
    @Test
    void anyOrderFindsWhatIsDamagedAndEndsInTheModel() throws IOException {
        for (long seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            Path file = Models.noise(folder.resolve("model" + seed), 5_000 + random.nextInt(5_000), seed);
            byte[] model = Files.readAllBytes(file);
            Chunks chunks = Chunks.of(file, 700);
            Path root = folder.resolve("site" + seed);
            SiteStore store = SiteStore.open(root);
            store.begin(chunks);
            List<Integer> order =
                    new ArrayList<>(IntStream.range(0, chunks.count()).boxed().toList());
            for (int swaps = random.nextInt(12); swaps > 0; swaps--) {
                Collections.swap(order, random.nextInt(order.size()), random.nextInt(order.size()));
            }
            for (int index : order) {
                byte[] damaged = part(model, chunks, index);
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                assertThatThrownBy(() -> store.write(chunks.digest(), index, damaged, damaged.length))
                        .as("seed %d chunk %d", seed, index)
                        .isInstanceOf(ModelIntegrityException.class);
                send(store, chunks, model, index);
            }
            int at = random.nextInt(model.length);
            Path data = root.resolve("staging/" + chunks.digest().hex() + "/data");
            byte[] bytes = Files.readAllBytes(data);
            bytes[at] ^= 1;
            Files.write(data, bytes);
            assertThatThrownBy(() -> store.commit(chunks.digest()))
                    .as("seed %d", seed)
                    .hasMessageContaining("(1) chunks that changed on the disk");
            assertThat(store.begin(chunks)).as("seed %d", seed).containsExactly(at / 700);
            send(store, chunks, model, at / 700);
            store.commit(chunks.digest());
            assertThat(store.file(chunks.digest())).as("seed %d", seed).hasBinaryContent(model);
        }
    }

    /** Prefixes that hold and chunk digests that do not: the second copy of a chunk is other bytes than the first. */
    @Test
    void aManifestWithTwoTruthsIsGivenUp() throws IOException {
        Path file = Models.noise(folder.resolve("model"), 3_000, 2);
        byte[] model = Files.readAllBytes(file);
        Chunks honest = Chunks.of(file, 1000);
        byte[] other = new byte[1000];
        List<Digest> parts = new ArrayList<>(honest.parts());
        parts.set(1, Digest.of(other));
        Chunks lie = new Chunks(honest.digest(), 3_000, 1000, parts, honest.prefixes());
        for (boolean otherFirst : new boolean[] {true, false}) {
            SiteStore store = SiteStore.open(folder.resolve("site" + otherFirst));
            store.begin(lie);
            if (otherFirst) {
                store.write(lie.digest(), 1, other, 1000);
            }
            send(store, lie, model, 0);
            if (!otherFirst) {
                send(store, lie, model, 1);
                store.write(lie.digest(), 1, other, 1000);
            }
            send(store, lie, model, 2);
            assertThatThrownBy(() -> store.commit(lie.digest()))
                    .as("other first %s", otherFirst)
                    .isInstanceOf(ModelIntegrityException.class)
                    .hasMessageContaining("does not describe it");
            assertThat(store.artifacts()).isEmpty();
        }
    }

    /** A file from 64 MiB on is written past the cache where the file system can; its last chunk fills no block. */
    @Test
    void aLargeFileThatSomebodyElseChangesIsReadBack() throws IOException {
        int size = (int) ArrivingFile.LARGE + 12_345;
        Path file = Models.noise(folder.resolve("model"), size, 3);
        byte[] model = Files.readAllBytes(file);
        Chunks chunks = Chunks.of(file, MEBIBYTE);
        SiteStore store = SiteStore.open(folder.resolve("site"));
        store.begin(chunks);
        IntStream.range(0, 20).forEach(i -> send(store, chunks, model, i ^ 1));
        SiteStore again = SiteStore.open(folder.resolve("site"));
        assertThat(again.begin(chunks)).hasSize(chunks.count() - 20);
        IntStream.range(20, chunks.count()).forEach(i -> send(again, chunks, model, i));
        Path data = folder.resolve("site/staging/" + chunks.digest().hex() + "/data");
        FileTime before = Files.getLastModifiedTime(data);
        byte[] bytes = Files.readAllBytes(data);
        bytes[size - 1] ^= 1;
        bytes[7 * MEBIBYTE] ^= 1;
        Files.write(data, bytes);
        Files.setLastModifiedTime(data, FileTime.fromMillis(before.toMillis() + 1000));

        assertThatThrownBy(() -> again.commit(chunks.digest())).isInstanceOf(ModelIntegrityException.class);

        assertThat(again.begin(chunks)).containsExactly(7, chunks.count() - 1);
        send(again, chunks, model, 7);
        send(again, chunks, model, chunks.count() - 1);
        again.commit(chunks.digest());
        assertThat(Digest.of(again.file(chunks.digest()))).isEqualTo(chunks.digest());
    }
}
