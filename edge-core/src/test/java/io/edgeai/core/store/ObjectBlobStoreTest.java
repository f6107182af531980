package io.edgeai.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectBlobStoreTest implements BlobStoreContract {
    private static final long MINUTE = 60_000_000_000L;

    private final Map<Path, MemoryObjects> memories = new ConcurrentHashMap<>();
    private final Map<BlobStore, MemoryObjects> opened = new ConcurrentHashMap<>();
    private final AtomicInteger doors = new AtomicInteger();

    @Override
    public BlobStore open(Path folder) {
        MemoryObjects memory = memories.computeIfAbsent(folder, place -> new MemoryObjects());
        Path copies = folder.resolve("copies" + doors.incrementAndGet());
        BlobStore store = ObjectBlobStore.open(memory, copies, 1 << 20);
        opened.put(store, memory);
        return store;
    }

    @Override
    public void tearNextPut(BlobStore store, Blob blob) {
        opened.get(store).failAt.set(blob.tree() ? 2 : 1);
    }

    @Override
    public void damage(BlobStore store, Blob blob) {
        opened.get(store).objects.entrySet().stream()
                .filter(object -> object.getKey().contains(blob.digest().hex())
                        && !object.getKey().endsWith(".manifest"))
                .findFirst()
                .orElseThrow()
                .getValue()[0] ^= 1;
    }

    private static Blob put(ObjectBlobStore store, Path folder, int bytes, int fill) throws IOException {
        byte[] content = new byte[bytes];
        Arrays.fill(content, (byte) fill);
        Blob blob = new Blob(Digest.of(content), false, bytes);
        store.put(blob, Files.write(folder.resolve("put"), content));
        return blob;
    }

    @Test
    void theLayoutIsWhatTheDocumentationSays(@TempDir Path folder) throws IOException {
        MemoryObjects memory = new MemoryObjects();
        try (ObjectBlobStore store = ObjectBlobStore.open(memory, folder.resolve("copies"), 1 << 20);
                Stager stager = Stager.open(folder.resolve("staged"), BlobLimits.DEFAULT)) {
            Path tree = Files.createDirectories(folder.resolve("tree"));
            Files.writeString(tree.resolve("x"), "abc");
            Blob blob;
            try (StagedBlob staged = stager.stage(tree, Progress.NONE)) {
                blob = store.publish(staged);
            }
            String manifest =
                    """
                    edgeai-tree 1
                    ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad 3 x
                    """;
            String hex = Digest.of(manifest.getBytes(StandardCharsets.UTF_8)).hex();
            String place = hex.substring(0, 2) + "/" + hex;
            assertThat(blob.digest().hex()).isEqualTo(hex);
            assertThat(memory.objects.keySet()).containsExactly(place + ".manifest", place + ".tree/x");
            assertThat(memory.objects.get(place + ".manifest"))
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo(manifest);
        }
    }

    @Test
    void whatWasUsedLongestAgoMakesPlaceAndIsFetchedAgain(@TempDir Path folder) throws IOException {
        AtomicLong now = new AtomicLong();
        MemoryObjects memory = new MemoryObjects();
        try (ObjectBlobStore store =
                ObjectBlobStore.open(memory, folder.resolve("copies"), 250, BlobLimits.DEFAULT, now::get)) {
            List<Blob> blobs = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                blobs.add(put(store, folder, 100, i));
            }
            for (int i = 0; i < 3; i++) { // the third would leave one too many
                assertThat(store.verify(blobs.get(i))).exists();
                now.addAndGet(MINUTE + 1);
            }
            assertThat(store.path(blobs.get(0))).doesNotExist();
            assertThat(store.path(blobs.get(1))).exists(); // which makes it younger than the third
            now.addAndGet(MINUTE + 1);
            assertThat(store.verify(blobs.get(3))).exists();
            assertThat(Files.exists(store.path(blobs.get(1)))).isTrue();
            assertThat(Files.exists(store.path(blobs.get(2)))).isFalse();
            assertThat(store.verify(blobs.get(2))).exists();
            assertThat(Files.exists(store.path(blobs.get(3))))
                    .as("used within the minute")
                    .isTrue();
        }
        try (ObjectBlobStore again =
                ObjectBlobStore.open(memory, folder.resolve("copies"), 250, BlobLimits.DEFAULT, now::get)) {
            Blob fresh = put(again, folder, 200, 9);
            assertThat(again.verify(fresh)).exists();
            assertThat(DirectoryBlobStore.open(folder.resolve("copies")).list())
                    .as("copies of an earlier process go first")
                    .containsExactly(fresh);
        }
    }

    @Test
    void aDamagedCopyIsFetchedAgain(@TempDir Path folder) throws IOException {
        try (ObjectBlobStore store = ObjectBlobStore.open(new MemoryObjects(), folder.resolve("copies"), 1000)) {
            Blob blob = put(store, folder, 10, 7);
            Files.writeString(store.verify(blob), "something else");
            assertThat(Files.readAllBytes(store.verify(blob))).containsOnly(7).hasSize(10);
        }
    }

    @Test
    void aConnectionThatBreaksIsRetriableAndLeavesNoCopy(@TempDir Path folder) throws IOException {
        MemoryObjects memory = new MemoryObjects();
        try (ObjectBlobStore store = ObjectBlobStore.open(memory, folder.resolve("copies"), 1000)) {
            Blob blob = put(store, folder, 10, 7);
            memory.breakAt = 4;
            assertThatThrownBy(() -> store.verify(blob))
                    .isInstanceOf(StorageException.class)
                    .matches(e -> ((StorageException) e).retriable());
            assertThat(store.path(blob)).doesNotExist();
            memory.breakAt = -1;
            assertThat(store.verify(blob)).exists();
        }
    }

    @Test
    void filesThatGarbageCollectionTookOnTheirWayAreSentAgain(@TempDir Path folder) throws IOException {
        MemoryObjects memory = new MemoryObjects();
        try (ObjectBlobStore store = ObjectBlobStore.open(memory, folder.resolve("copies"), 1000);
                Stager stager = Stager.open(folder.resolve("staged"), BlobLimits.DEFAULT)) {
            Path tree = Files.createDirectories(folder.resolve("tree"));
            Files.writeString(tree.resolve("x"), "abc");
            Files.writeString(tree.resolve("y"), "def");
            try (StagedBlob staged = stager.stage(tree, Progress.NONE)) {
                store.prepare(staged);
                memory.objects.keySet().removeIf(key -> key.endsWith("/x"));
                assertThat(store.check(store.publish(staged))).isEqualTo(BlobState.OK);
            }
            memory.objects.keySet().removeIf(key -> key.endsWith(".manifest"));
            assertThat(store.list())
                    .as("what was left without a manifest can be deleted")
                    .hasSize(1);
            assertThat(store.delete(store.list().get(0))).isEqualTo(6);
            assertThat(memory.objects).isEmpty();
        }
    }

    @Test
    void aManifestMustBeTheTreesOwnAndWithinTheLimits(@TempDir Path folder) throws IOException {
        MemoryObjects memory = new MemoryObjects();
        Path tree = Files.createDirectories(folder.resolve("tree"));
        Files.writeString(tree.resolve("x"), "abc");
        Files.writeString(tree.resolve("y"), "def");
        BlobLimits one = new BlobLimits(100, 1, 1);
        Blob blob = TreeManifest.hash(tree);
        try (ObjectBlobStore wide = ObjectBlobStore.open(memory, folder.resolve("a"), 1000);
                ObjectBlobStore narrow = ObjectBlobStore.open(memory, folder.resolve("b"), 1000, one, () -> 0)) {
            wide.put(blob, tree);
            assertThatThrownBy(() -> narrow.verify(blob))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("maxFiles");
            memory.objects.replaceAll((key, bytes) -> key.endsWith(".manifest")
                    ? new String(bytes, StandardCharsets.UTF_8)
                            .replace("x", "../x")
                            .getBytes(StandardCharsets.UTF_8)
                    : bytes);
            assertThatThrownBy(() -> wide.verify(blob)).isInstanceOf(ModelIntegrityException.class);
        }
    }
}
