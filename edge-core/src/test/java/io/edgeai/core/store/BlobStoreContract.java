package io.edgeai.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store of blobs must do, wherever it keeps them: a test class of a store implements this and opens it. */
public interface BlobStoreContract {
    /**
     * Opens a store; each call with the same folder opens the same store again, be the one before closed or not.
     *
     * @param folder empty at the first call
     */
    BlobStore open(Path folder) throws IOException;

    /** Makes the next attempt to store a blob fail half-way, as a crash would. */
    void tearNextPut(BlobStore store, Blob blob) throws IOException;

    /** Changes a byte of what is kept of a blob. */
    void damage(BlobStore store, Blob blob) throws IOException;

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Path tree(Path folder) throws IOException {
        Path root = Files.createDirectories(folder.resolve("tree/inner"));
        Files.writeString(root.resolve("a"), "one");
        Files.writeString(root.resolveSibling("b"), "another");
        return root.getParent();
    }

    private static Stager stager(Path folder) {
        return Stager.open(folder.resolve("staged"), BlobLimits.DEFAULT);
    }

    private static Blob store(BlobStore store, StagedBlob staged) {
        try (staged) {
            store.prepare(staged);
            return store.publish(staged);
        }
    }

    @Test
    default void keepsAFileUnderItsDigest(@TempDir Path folder) throws IOException {
        try (BlobStore store = open(folder.resolve("store"));
                Stager stager = stager(folder)) {
            Blob blob = store(store, stager.stage(text("abc"), Progress.NONE));
            // FIPS 180-2 appendix B.1
            assertThat(blob.digest().hex())
                    .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
            assertThat(store.exists(blob)).isTrue();
            assertThat(store.verify(blob)).isEqualTo(store.path(blob)).hasContent("abc");
            assertThat(store.check(blob)).isEqualTo(BlobState.OK);
            assertThat(store.list()).containsExactly(blob);
            assertThat(store(store, stager.stage(text("abc"), Progress.NONE))).isEqualTo(blob);
            assertThat(store.list()).containsExactly(blob);
            Blob empty = store(store, stager.stage(new byte[0], Progress.NONE));
            assertThat(store.verify(empty)).isEmptyFile();
        }
    }

    @Test
    default void keepsATreeWithItsPaths(@TempDir Path folder) throws IOException {
        try (BlobStore store = open(folder.resolve("store"));
                Stager stager = stager(folder)) {
            Blob blob = store(store, stager.stage(tree(folder), Progress.NONE));
            assertThat(blob.tree()).isTrue();
            assertThat(store.verify(blob).resolve("inner/a")).hasContent("one");
            assertThat(store.path(blob).resolve("b")).hasContent("another");
            assertThat(store.list()).containsExactly(new Blob(blob.digest(), true, 10));
            assertThat(store.exists(new Blob(blob.digest(), false, 10)))
                    .as("no file of that digest")
                    .isFalse();
        }
    }

    @Test
    default void outlivesBeingClosed(@TempDir Path folder) throws IOException {
        Blob file;
        Blob tree;
        try (BlobStore store = open(folder.resolve("store"));
                Stager stager = stager(folder)) {
            file = store(store, stager.stage(text("abc"), Progress.NONE));
            tree = store(store, stager.stage(tree(folder), Progress.NONE));
        }
        try (BlobStore store = open(folder.resolve("store"))) {
            assertThat(store.list()).containsExactlyInAnyOrder(file, tree);
            assertThat(store.verify(file)).hasContent("abc");
            assertThat(store.verify(tree).resolve("b")).hasContent("another");
        }
    }

    @Test
    default void takesOnlyWhatIsExpected(@TempDir Path folder) throws IOException {
        try (BlobStore store = open(folder.resolve("store"))) {
            Path file = Files.writeString(folder.resolve("file"), "abc");
            Blob other = new Blob(Digest.of(text("abd")), false, 3);
            assertThatThrownBy(() -> store.put(other, file))
                    .isInstanceOf(ModelIntegrityException.class)
                    .hasMessageContaining(other.digest().toString())
                    .hasMessageContaining("Maybe");
            Blob wrongTree = new Blob(other.digest(), true, 10);
            assertThatThrownBy(() -> store.put(wrongTree, tree(folder))).isInstanceOf(ModelIntegrityException.class);
            assertThat(store.list()).isEmpty();
            Blob right = new Blob(Digest.of(text("abc")), false, 3);
            store.put(right, file);
            assertThat(store.verify(right)).hasContent("abc");
            assertThat(file).as("it stays where it was").hasContent("abc");
        }
    }

    @Test
    default void aTornPutIsNotThere(@TempDir Path folder) throws IOException {
        try (BlobStore store = open(folder.resolve("store"));
                Stager stager = stager(folder)) {
            for (Path source : List.of(Files.writeString(folder.resolve("file"), "abcdef"), tree(folder))) {
                try (StagedBlob staged = stager.stage(source, Progress.NONE)) {
                    tearNextPut(store, staged.blob());
                    assertThatThrownBy(() -> store(store, stager.stage(source, Progress.NONE)))
                            .isInstanceOf(RuntimeException.class);
                    assertThat(store.exists(staged.blob())).isFalse();
                    assertThat(store.check(staged.blob())).isEqualTo(BlobState.MISSING);
                    assertThatThrownBy(() -> store.verify(staged.blob())).isInstanceOf(ModelIntegrityException.class);
                    assertThat(store.check(store(store, staged))).isEqualTo(BlobState.OK);
                }
            }
        }
    }

    @Test
    default void damageIsFoundAndRepaired(@TempDir Path folder) throws IOException {
        try (BlobStore store = open(folder.resolve("store"));
                Stager stager = stager(folder)) {
            for (Path source : List.of(Files.writeString(folder.resolve("file"), "abcdef"), tree(folder))) {
                Blob blob = store(store, stager.stage(source, Progress.NONE));
                damage(store, blob);
                assertThat(store.check(blob)).isEqualTo(BlobState.CORRUPT);
                assertThatThrownBy(() -> store.verify(blob))
                        .isInstanceOf(ModelIntegrityException.class)
                        .hasMessageContaining("Maybe");
                assertThat(store(store, stager.stage(source, Progress.NONE))).isEqualTo(blob);
                assertThat(store.check(blob)).isEqualTo(BlobState.OK);
                assertThat(store.verify(blob)).exists();
            }
        }
    }

    @Test
    default void whatIsDeletedIsGone(@TempDir Path folder) throws IOException {
        try (BlobStore store = open(folder.resolve("store"));
                Stager stager = stager(folder)) {
            Blob file = store(store, stager.stage(text("abc"), Progress.NONE));
            Blob tree = store(store, stager.stage(tree(folder), Progress.NONE));
            assertThat(store.delete(tree)).isEqualTo(10);
            assertThat(store.delete(tree)).isZero();
            assertThat(store.check(tree)).isEqualTo(BlobState.MISSING);
            assertThatThrownBy(() -> store.verify(tree)).isInstanceOf(ModelIntegrityException.class);
            assertThat(store.path(tree)).doesNotExist();
            assertThat(store.list()).containsExactly(file);
            // sizes are not part of the name
            assertThat(store.delete(new Blob(file.digest(), false, 0))).isEqualTo(3);
            assertThat(store.list()).isEmpty();
        }
    }

    @Test
    default void manyMayStoreTheSameAtOnceThroughSeveralDoors(@TempDir Path folder) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try (BlobStore store = open(folder.resolve("store"));
                BlobStore same = open(folder.resolve("store"));
                Stager stager = stager(folder)) {
            Path tree = tree(folder);
            List<Callable<Blob>> calls = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                BlobStore door = i % 2 == 0 ? store : same;
                boolean file = i % 4 < 2;
                calls.add(() -> store(
                        door, file ? stager.stage(text("abc"), Progress.NONE) : stager.stage(tree, Progress.NONE)));
            }
            Set<Blob> blobs = new HashSet<>();
            for (Future<Blob> call : pool.invokeAll(calls)) {
                blobs.add(call.get());
            }
            assertThat(blobs).hasSize(2);
            assertThat(store.list()).containsExactlyInAnyOrderElementsOf(blobs);
            blobs.forEach(blob -> assertThat(same.check(blob)).isEqualTo(BlobState.OK));
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    default void listsWhileOthersStoreAndDelete(@TempDir Path folder) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        long seed = new Random().nextLong();
        try (BlobStore store = open(folder.resolve("store"));
                Stager stager = stager(folder)) {
            Blob stays = store(store, stager.stage(text("stays"), Progress.NONE));
            Random random = new Random(seed);
            Future<?> churn = pool.submit(() -> {
                for (int i = 0; i < 100; i++) {
                    Blob goes = store(store, stager.stage(text("goes " + random.nextInt(5)), Progress.NONE));
                    store.delete(goes);
                }
            });
            do {
                assertThat(store.list())
                        .as("seed " + seed)
                        .contains(stays)
                        .allMatch(blob -> blob.equals(stays) || blob.sizeBytes() == 6);
            } while (!churn.isDone());
            churn.get();
            assertThat(store.list()).containsExactly(stays);
        } finally {
            pool.shutdownNow();
        }
    }

    /** The files below a folder, for {@link #damage}. */
    static Path anyFile(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).findFirst().orElseThrow();
        }
    }
}
