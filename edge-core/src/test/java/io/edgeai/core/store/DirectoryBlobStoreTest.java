package io.edgeai.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryBlobStoreTest {
    @TempDir
    Path folder;

    private Path home;
    private DirectoryBlobStore store;

    @BeforeEach
    void open() {
        home = folder.resolve("home");
        store = DirectoryBlobStore.open(home);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Path source(String... files) throws IOException {
        Path root = Files.createDirectories(folder.resolve("source"));
        for (String file : files) {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, "content of " + file);
        }
        return root;
    }

    private static List<String> names(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void bytesLieUnderTheirDigest() throws IOException {
        // SHA-256 of "abc", FIPS 180-2 appendix B.1
        String hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        Blob blob = store.put(text("abc"));
        assertThat(blob).isEqualTo(new Blob(new Digest(hex), false, 3));
        assertThat(store.path(blob)).isEqualTo(home.resolve("blobs/ba/" + hex)).hasContent("abc");
        assertThat(store.verify(blob)).isEqualTo(store.path(blob));
        assertThat(store.put(Files.writeString(folder.resolve("abc.txt"), "abc")))
                .isEqualTo(blob);
        assertThat(store.list()).containsExactly(blob);
    }

    @Test
    void aTreesDigestIsThatOfItsManifest() throws IOException {
        Path root = source("b.bin", "a/x.txt");
        String manifest = "edgeai-tree 1\n"
                + Digest.of(text("content of a/x.txt")).hex() + " 18 a/x.txt\n"
                + Digest.of(text("content of b.bin")).hex() + " 16 b.bin\n";
        Blob blob = store.put(root);
        assertThat(blob).isEqualTo(new Blob(Digest.of(text(manifest)), true, 34));
        assertThat(names(store.path(blob))).containsExactly("a/x.txt", "b.bin");
        assertThat(store.path(blob).resolve("a/x.txt")).hasContent("content of a/x.txt");
        assertThat(store.check(blob)).isEqualTo(BlobState.OK);
        assertThat(store.put(root)).isEqualTo(blob);
        assertThat(store.list()).containsExactly(blob);
    }

    @Test
    void someFilesOfAFolderMakeATree() throws IOException {
        Path root = source("net.xml", "net.bin", "other.txt");
        Blob blob;
        try (StagedBlob staged = store.stager().stage(root, List.of("net.xml", "net.bin"), Progress.NONE)) {
            blob = store.publish(staged);
        }
        assertThat(names(store.path(blob))).containsExactly("net.bin", "net.xml");
    }

    @Test
    void whatIsStagedIsInvisibleUntilPublishedAndGoneWhenClosed() throws IOException {
        StagedBlob staged = store.stager().stage(text("abc"), Progress.NONE);
        assertThat(store.list()).isEmpty();
        assertThat(store.check(staged.blob())).isEqualTo(BlobState.MISSING);
        assertThat(staged.path()).hasContent("abc");
        Path temp = staged.path();
        staged.close();
        staged.close();
        assertThat(temp).doesNotExist();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void damageIsFoundAndRepairedByStoringAgain() throws IOException {
        Blob file = store.put(text("abc"));
        Blob tree = store.put(source("a", "b"));
        Files.writeString(store.path(file), "abd");
        Files.writeString(store.path(tree).resolve("a"), "changed");
        assertThat(store.check(file)).isEqualTo(BlobState.CORRUPT);
        assertThat(store.check(tree)).isEqualTo(BlobState.CORRUPT);
        assertThatThrownBy(() -> store.verify(file))
                .isInstanceOf(ModelIntegrityException.class)
                .hasMessageContaining("do not match their digest")
                .hasMessageContaining("Maybe");
        store.put(text("abc"));
        store.put(source("a", "b"));
        assertThat(store.check(file)).isEqualTo(BlobState.OK);
        assertThat(store.check(tree)).isEqualTo(BlobState.OK);
    }

    @Test
    void aTreeWithAFileMoreOrLessIsDamaged() throws IOException {
        Blob tree = store.put(source("a", "b"));
        Path extra = Files.writeString(store.path(tree).resolve("c"), "");
        assertThat(store.check(tree)).isEqualTo(BlobState.CORRUPT);
        Files.delete(extra);
        assertThat(store.check(tree)).isEqualTo(BlobState.OK);
        Files.delete(store.path(tree).resolve("b"));
        assertThat(store.check(tree)).isEqualTo(BlobState.CORRUPT);
    }

    @Test
    void deletingFreesTheBytesOnce() throws IOException {
        Blob file = store.put(text("abc"));
        Blob tree = store.put(source("a", "b"));
        assertThat(store.delete(file)).isEqualTo(3);
        assertThat(store.delete(file)).isZero();
        assertThat(store.delete(tree)).isEqualTo(tree.sizeBytes());
        assertThat(store.list()).isEmpty();
        assertThatThrownBy(() -> store.verify(file)).hasMessageContaining("missing");
    }

    @Test
    void linksInsideAFolderAreFilesAndLinksOutOfItAreRefused() throws IOException {
        Path root = source("real.bin");
        Files.createSymbolicLink(root.resolve("alias.bin"), Path.of("real.bin"));
        Blob blob = store.put(root);
        assertThat(Files.isSymbolicLink(store.path(blob).resolve("alias.bin"))).isFalse();
        assertThat(store.path(blob).resolve("alias.bin")).hasContent("content of real.bin");

        Path secret = Files.writeString(folder.resolve("secret"), "not yours");
        Path link = Files.createSymbolicLink(root.resolve("leak"), secret);
        assertThatThrownBy(() -> store.put(root))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("leads out of the model's folder")
                .hasMessageContaining("cp -L");
        Files.delete(link);
        Files.createSymbolicLink(link, folder.resolve("nowhere"));
        assertThatThrownBy(() -> store.put(root)).hasMessageContaining("leads nowhere");
        Files.delete(link);
        Files.createSymbolicLink(link, root);
        assertThatThrownBy(() -> store.put(root)).isInstanceOf(InvalidInputException.class);
        assertThat(store.list()).hasSize(1);
    }

    @Test
    void theFolderItselfMayBeALink() throws IOException {
        Path root = source("a");
        Path link = Files.createSymbolicLink(folder.resolve("link"), root);
        assertThat(store.put(link)).isEqualTo(store.put(root));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../a", "/etc/passwd", "a/../../b", "a//b", "", ".", "a/.", "C:/x", "a\\b", "a\nb"})
    void pathsThatLeaveTheTreeAreRefused(String path) {
        TreeFile file = new TreeFile(path, 1, () -> new ByteArrayInputStream(new byte[1]));
        assertThatThrownBy(() -> store.stager().stageTree(List.of(file), Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("cannot be part of a model");
        assertThat(home.resolve("blobs")).isEmptyDirectory();
    }

    @Test
    void aFileOutsideTheFolderCannotBeNamed() throws IOException {
        Path root = source("a");
        Files.writeString(folder.resolve("outside"), "x");
        assertThatThrownBy(() -> store.stager().stage(root, List.of("a", "../outside"), Progress.NONE))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void limitsHold() throws IOException {
        try (DirectoryBlobStore small = DirectoryBlobStore.open(folder.resolve("small"), new BlobLimits(20, 2, 1))) {
            assertThatCode(() -> small.put(new byte[20])).doesNotThrowAnyException();
            assertThatThrownBy(() -> small.put(new byte[21])).hasMessageContaining("more than (20) bytes");
            assertThatThrownBy(() -> small.put(source("a", "b"))).hasMessageContaining("more than (20) bytes");
            Path many = Files.createDirectory(folder.resolve("many"));
            for (String name : List.of("a", "b", "c")) {
                Files.writeString(many.resolve(name), "");
            }
            assertThatThrownBy(() -> small.put(many)).hasMessageContaining("more than (2) files");
            Path deep = Files.createDirectories(folder.resolve("deep/a/b"));
            Files.writeString(deep.resolve("c"), "");
            assertThatThrownBy(() -> small.put(folder.resolve("deep"))).hasMessageContaining("deeper than (1)");
            // A source that claims to be small and is not.
            TreeFile liar = new TreeFile("x", 1, () -> new ByteArrayInputStream(new byte[1000]));
            assertThatThrownBy(() -> small.stager().stage(liar, Progress.NONE))
                    .hasMessageContaining("more than (20) bytes");
            try (Stream<Path> left = Files.walk(folder.resolve("small/tmp"))) {
                assertThat(left.filter(f -> f.getFileName().toString().matches("[0-9]+")))
                        .isEmpty();
            }
        }
        assertThatThrownBy(() -> new BlobLimits(0, 1, 1)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void nothingToStoreIsSaid() throws IOException {
        assertThatThrownBy(() -> store.put(folder.resolve("absent")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is no file or folder");
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> store.put(empty)).hasMessageContaining("(0) files");
    }

    @Test
    void progressCountsBytesAndCancels() throws IOException {
        Path big = folder.resolve("big");
        byte[] bytes = new byte[1 << 20];
        new Random(1).nextBytes(bytes);
        Files.write(big, bytes);
        List<Long> seen = new ArrayList<>();
        Progress counting = new Progress() {
            @Override
            public void update(String phase, long done, long total) {
                assertThat(total).isEqualTo(bytes.length);
                seen.add(done);
            }

            @Override
            public boolean cancelled() {
                return false;
            }
        };
        store.stager().stage(big, counting).close();
        assertThat(seen).isSorted().last().isEqualTo((long) bytes.length);
        Progress cancelling = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        assertThatThrownBy(() -> store.stager().stage(big, cancelling)).isInstanceOf(OperationCancelledException.class);
    }

    @Test
    void leftoversOfTheDeadAreSweptAndThoseOfTheLivingAreNot() throws IOException {
        Path tmp = home.resolve("tmp");
        Path dead = Files.createDirectory(tmp.resolve("4194305.0.dead"));
        Files.writeString(dead.resolve("1"), "half a model");
        Files.writeString(tmp.resolve("4194305.0.dead.lock"), "");
        StagedBlob mine = store.stager().stage(text("in the making"), Progress.NONE);
        try (DirectoryBlobStore second = DirectoryBlobStore.open(home)) {
            assertThat(dead).doesNotExist();
            assertThat(tmp.resolve("4194305.0.dead.lock")).doesNotExist();
            assertThat(mine.path()).hasContent("in the making");
            assertThat(second.check(store.publish(mine))).isEqualTo(BlobState.OK);
        }
        store.close();
        assertThat(names(tmp)).containsExactly("guard");
    }

    @Test
    void aClosedStoreTakesNothing() {
        store.close();
        assertThatCode(store::close).doesNotThrowAnyException();
        assertThatThrownBy(() -> store.put(text("abc"))).isInstanceOf(LifecycleException.class);
    }

    @Test
    void aHomeThatIsAFileIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertThatThrownBy(() -> DirectoryBlobStore.open(file))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Maybe");
    }

    @Test
    void aSourceThatFailsLeavesNothing() throws IOException {
        TreeFile failing = new TreeFile("x", 10, () -> {
            throw new IOException("unplugged");
        });
        assertThatThrownBy(() -> store.stager().stage(failing, Progress.NONE))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("unplugged");
        assertThatThrownBy(() -> store.stager().stageTree(List.of(failing), Progress.NONE))
                .isInstanceOf(StorageException.class);
        assertThat(names(home.resolve("tmp"))).noneMatch(name -> name.matches(".*/[0-9]+(/.*)?"));
    }

    /** Any folder: stored, it holds the same files with the same bytes; any change to one gives another digest. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void treesAreFaithful(long seed) throws IOException {
        Random random = new Random(seed);
        Path root = Files.createDirectory(folder.resolve("tree"));
        int files = 1 + random.nextInt(8);
        for (int i = 0; i < files; i++) {
            Path file = root.resolve((random.nextBoolean() ? "d" + random.nextInt(3) + "/" : "") + "f" + i);
            Files.createDirectories(file.getParent());
            byte[] bytes = new byte[random.nextInt(2000)];
            random.nextBytes(bytes);
            Files.write(file, bytes);
        }
        Blob blob = store.put(root);
        assertThat(names(store.path(blob))).as("seed %d", seed).isEqualTo(names(root));
        for (String name : names(root)) {
            assertThat(Files.mismatch(root.resolve(name), store.path(blob).resolve(name)))
                    .as("seed %d, %s", seed, name)
                    .isEqualTo(-1);
        }
        List<String> all = names(root);
        Path changed = root.resolve(all.get(random.nextInt(all.size())));
        if (random.nextBoolean()) {
            Files.writeString(changed, "changed " + seed);
        } else {
            Files.move(changed, changed.resolveSibling("renamed"));
        }
        assertThat(store.put(root).digest()).as("seed %d", seed).isNotEqualTo(blob.digest());
    }
}
