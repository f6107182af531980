package io.edgeai.placement.deploy.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.ModelNotFoundException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.deploy.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteStoreTest {
    private static final int CHUNK = 1000;

    @TempDir
    private Path folder;

    private Path root;
    private byte[] model;
    private Chunks chunks;

    @BeforeEach
    void aModelOfFiveChunks() throws IOException {
        root = folder.resolve("site");
        Path file = Models.noise(folder.resolve("model"), 4_200, 1);
        model = Files.readAllBytes(file);
        chunks = Chunks.of(file, CHUNK);
    }

    @Test
    void anArtifactAppearsOnlyWhenItIsWhole() throws IOException {
        SiteStore store = SiteStore.open(root);
        assertThat(store.begin(chunks)).containsExactly(0, 1, 2, 3, 4);
        for (int i : new int[] {3, 0, 4, 1}) {
            send(store, i, model);
        }
        assertThatThrownBy(() -> store.commit(chunks.digest()))
                .isInstanceOf(ModelIntegrityException.class)
                .hasMessageContaining("lacks (1)");
        assertThat(store.artifacts()).isEmpty();

        send(store, 2, model);
        store.commit(chunks.digest());

        assertThat(store.file(chunks.digest())).hasBinaryContent(model);
        assertThat(store.begin(chunks)).isEmpty();
        assertThat(filesBelow("staging")).isZero();
    }

    @Test
    void aProcessThatWasKilledGoesOnWithWhatItHad() {
        SiteStore killed = SiteStore.open(root);
        killed.begin(chunks);
        send(killed, 4, model);
        send(killed, 1, model);

        SiteStore store = SiteStore.open(root);

        assertThat(store.begin(chunks)).containsExactly(0, 2, 3);
        List.of(0, 2, 3).forEach(i -> send(store, i, model));
        store.commit(chunks.digest());
        assertThat(store.file(chunks.digest())).hasBinaryContent(model);
    }

    @Test
    void everyByteFlippedOnTheWayIsFound() {
        SiteStore store = SiteStore.open(root);
        store.begin(chunks);
        for (int at = 0; at < model.length; at++) {
            byte[] damaged = model.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            int index = at / CHUNK;
            assertThatThrownBy(() -> send(store, index, damaged))
                    .as("byte " + at)
                    .isInstanceOf(ModelIntegrityException.class);
        }
        assertThat(store.begin(chunks)).hasSize(5);
    }

    @Test
    void aByteFlippedOnTheDiskCostsItsChunkOnly() throws IOException {
        for (long seed = 0; seed < 20; seed++) {
            SiteStore store = SiteStore.open(folder.resolve("site" + seed));
            store.begin(chunks);
            List.of(0, 1, 2, 3, 4).forEach(i -> send(store, i, model));
            int at = new Random(seed).nextInt(model.length);
            Path data =
                    folder.resolve("site" + seed + "/staging/" + chunks.digest().hex() + "/data");
            byte[] bytes = Files.readAllBytes(data);
            bytes[at]++;
            Files.write(data, bytes);

            assertThatThrownBy(() -> store.commit(chunks.digest()))
                    .as("seed " + seed)
                    .isInstanceOf(ModelIntegrityException.class);

            assertThat(store.begin(chunks)).as("seed " + seed).containsExactly(at / CHUNK);
            send(store, at / CHUNK, model);
            store.commit(chunks.digest());
            assertThat(store.file(chunks.digest())).as("seed " + seed).hasBinaryContent(model);
        }
    }

    @Test
    void aManifestThatDoesNotDescribeItsArtifactIsGivenUp() {
        Chunks lie = new Chunks(Digest.of(new byte[] {9}), chunks.sizeBytes(), CHUNK, chunks.parts());
        SiteStore store = SiteStore.open(root);
        store.begin(lie);
        for (int i = 0; i < 5; i++) {
            store.write(lie.digest(), i, part(i, model), chunks.length(i));
        }
        assertThatThrownBy(() -> store.commit(lie.digest()))
                .isInstanceOf(ModelIntegrityException.class)
                .hasMessageContaining("does not describe it");
        assertThat(store.artifacts()).isEmpty();
        assertThat(store.begin(lie)).hasSize(5);
    }

    @Test
    void aFullDiskIsSaidBeforeTheFirstByte() throws IOException {
        SiteStore store = SiteStore.open(root, new SiteLimits(1 << 20, CHUNK, 100), () -> 4_299);

        assertThatThrownBy(() -> store.begin(chunks))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("(4299) bytes free")
                .hasMessageContaining("Maybe");

        assertThat(filesBelow("staging") + filesBelow("blobs")).isZero();
    }

    @Test
    void aDiskThatFailsHalfwayLeavesNothingBehind() throws IOException {
        SiteStore store = SiteStore.open(root);
        store.begin(chunks);
        send(store, 0, model);
        Files.delete(root.resolve("staging/" + chunks.digest().hex() + "/data"));

        assertThatThrownBy(() -> send(store, 1, model)).isInstanceOf(StorageException.class);

        assertThat(filesBelow("staging") + filesBelow("blobs")).isZero();
        assertThat(store.begin(chunks)).hasSize(5);
    }

    @Test
    void anInterruptCostsItsChunkOnly() {
        SiteStore store = SiteStore.open(root);
        store.begin(chunks);
        send(store, 0, model);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> send(store, 1, model)).isInstanceOf(OperationCancelledException.class);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(store.begin(chunks)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void limitsAndUnknownThingsAreRefusedByName() {
        SiteStore store = SiteStore.open(root, new SiteLimits(4_000, CHUNK, 0), () -> Long.MAX_VALUE);
        assertThatThrownBy(() -> store.begin(chunks))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("4200");
        assertThatThrownBy(() -> send(store, 0, model)).isInstanceOf(ModelNotFoundException.class);
        SiteStore other = SiteStore.open(root);
        other.begin(chunks);
        assertThatThrownBy(() -> other.write(chunks.digest(), 5, new byte[1], 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("0 to 4");
    }

    @Test
    void whatIsLiveChangesInOneStepAndSurvives() {
        SiteStore store = received();
        Release first = new Release("../défauts", "int8", chunks.digest(), 2);
        assertThat(store.activate(first)).isEmpty();
        Release second = new Release("../défauts", "fp32", chunks.digest(), 1);
        assertThat(store.activate(second)).contains(first);

        SiteStore again = SiteStore.open(root);
        assertThat(again.releases()).containsExactly(second);
        assertThatThrownBy(() -> again.remove(chunks.digest()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("défauts");
        assertThat(again.deactivate("../défauts")).contains(second);
        again.remove(chunks.digest());
        assertThat(again.artifacts()).isEmpty();
        assertThat(Files.exists(folder.resolve("défauts.json"))).isFalse();
        assertThatThrownBy(() -> again.activate(first)).isInstanceOf(ModelNotFoundException.class);
    }

    @Test
    void aServiceThatDoesNotStartLeavesTheOneBeforeRunning() {
        SiteStore store = received();
        Release good = new Release("defects", "int8", chunks.digest(), 1);
        Release bad = new Release("defects", "broken", chunks.digest(), 1);
        RecordingRunner runner = new RecordingRunner("broken");
        LocalSite site = LocalSite.open(store, runner);
        site.activate(good);

        assertThatThrownBy(() -> site.activate(bad)).isInstanceOf(IllegalStateException.class);

        assertThat(site.release("defects")).contains(good);
        assertThat(site.healthy("defects")).isTrue();
        assertThat(runner.started).containsExactly("int8", "broken", "int8");
        RecordingRunner restarted = new RecordingRunner("broken");
        LocalSite.open(SiteStore.open(root), restarted);
        assertThat(restarted.started).containsExactly("int8");
    }

    private SiteStore received() {
        SiteStore store = SiteStore.open(root);
        store.begin(chunks);
        List.of(0, 1, 2, 3, 4).forEach(i -> send(store, i, model));
        store.commit(chunks.digest());
        return store;
    }

    private void send(SiteStore store, int index, byte[] source) {
        store.write(chunks.digest(), index, part(index, source), chunks.length(index));
    }

    private static byte[] part(int index, byte[] source) {
        return Arrays.copyOfRange(source, index * CHUNK, Math.min(source.length, (index + 1) * CHUNK));
    }

    private long filesBelow(String name) throws IOException {
        try (Stream<Path> all = Files.walk(root.resolve(name))) {
            return all.filter(Files::isRegularFile).count();
        }
    }
}
