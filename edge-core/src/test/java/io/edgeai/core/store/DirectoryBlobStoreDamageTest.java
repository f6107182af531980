package io.edgeai.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store does about bytes, folders and neighbours that are not as they should be. */
class DirectoryBlobStoreDamageTest {
    private static final byte[] ABC = "abc".getBytes(StandardCharsets.UTF_8);

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

    private static TreeFile file(String path, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return new TreeFile(path, bytes.length, () -> new ByteArrayInputStream(bytes));
    }

    private Blob tree(TreeFile... files) {
        try (StagedBlob staged = store.stager().stageTree(List.of(files), Progress.NONE)) {
            return store.publish(staged);
        }
    }

    /** Files in the making, of all stores of the home. */
    private List<Path> unfinished() throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("tmp"))) {
            return files.filter(file -> file.getFileName().toString().matches("[0-9]+"))
                    .toList();
        }
    }

    @Test
    void everyTruncationAndEveryFlippedBitIsFound() throws IOException {
        byte[] bytes = new byte[64];
        new Random(3).nextBytes(bytes);
        Blob blob = store.put(bytes);
        for (int length = 0; length < bytes.length; length++) {
            Files.write(store.path(blob), java.util.Arrays.copyOf(bytes, length));
            assertThat(store.check(blob)).as("cut to %d", length).isEqualTo(BlobState.CORRUPT);
        }
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(store.path(blob), flipped);
            assertThat(store.check(blob)).as("bit %d", bit).isEqualTo(BlobState.CORRUPT);
        }
        store.put(bytes);
        assertThat(store.check(blob)).isEqualTo(BlobState.OK);
    }

    @Test
    void aTreeThatChangedInAnyWayIsDamagedAndRepairedByStoringAgain() throws IOException {
        TreeFile[] files = {file("a", "1"), file("d/b", "22"), file("d/e/c", "")};
        Blob blob = tree(files);
        Path place = store.path(blob);
        Path outside = Files.writeString(folder.resolve("outside"), "1");
        List<Change> changes = List.of(
                at -> Files.writeString(at.resolve("a"), "2"),
                at -> Files.delete(at.resolve("d/e/c")),
                at -> Files.move(at.resolve("a"), at.resolve("b")),
                at -> Files.move(at.resolve("d/b"), at.resolve("d/e/b")),
                at -> Files.writeString(at.resolve("d/new"), ""),
                at -> {
                    Files.delete(at.resolve("a"));
                    Files.createSymbolicLink(at.resolve("a"), outside);
                },
                at -> {
                    Files.delete(at.resolve("a"));
                    Files.createSymbolicLink(at.resolve("a"), at.resolve("nowhere"));
                },
                at -> Files.createSymbolicLink(at.resolve("loop"), at),
                at -> Files.writeString(at.resolve("line\nbreak"), "x"));
        for (int i = 0; i < changes.size(); i++) {
            changes.get(i).to(place);
            assertThat(store.check(blob)).as("change %d", i).isEqualTo(BlobState.CORRUPT);
            assertThatThrownBy(() -> store.verify(blob))
                    .isInstanceOf(ModelIntegrityException.class)
                    .hasMessageContaining("Maybe register the original file again");
            assertThat(tree(files)).isEqualTo(blob);
            assertThat(store.check(blob)).as("after repair %d", i).isEqualTo(BlobState.OK);
        }
        assertThat(outside).as("the target of a link is nobody's").hasContent("1");
        assertThat(unfinished()).isEmpty();
    }

    private interface Change {
        void to(Path place) throws IOException;
    }

    @Test
    void aFolderWhereAFileBelongsMakesWay() throws IOException {
        Blob blob = store.put(ABC);
        Files.delete(store.path(blob));
        Files.createDirectories(store.path(blob).resolve("inner"));
        Files.writeString(store.path(blob).resolve("inner/x"), "x");
        assertThat(store.check(blob)).isEqualTo(BlobState.CORRUPT);
        assertThat(store.put(ABC)).isEqualTo(blob);
        assertThat(store.path(blob)).isRegularFile().hasBinaryContent(ABC);
        assertThat(unfinished()).isEmpty();
    }

    @Test
    void aFileWhereATreeBelongsMakesWay() throws IOException {
        TreeFile only = file("a", "1");
        Blob blob = tree(only);
        Disk.deleteTree(store.path(blob));
        Files.writeString(store.path(blob), "I am no folder");
        assertThat(store.check(blob)).isEqualTo(BlobState.CORRUPT);
        assertThat(tree(only)).isEqualTo(blob);
        assertThat(store.check(blob)).isEqualTo(BlobState.OK);
    }

    @Test
    void aLinkToNowhereWhereATreeBelongsMakesWay() throws IOException {
        TreeFile only = file("a", "1");
        Blob blob = tree(only);
        Disk.deleteTree(store.path(blob));
        Files.createSymbolicLink(store.path(blob), folder.resolve("nowhere"));
        assertThat(store.check(blob)).isEqualTo(BlobState.MISSING);
        tree(only);
        assertThat(store.check(blob)).isEqualTo(BlobState.OK);
    }

    /** Regression: one stray file made {@code list()} and so every collection of garbage fail. */
    @Test
    void strayFilesAreNoBlobs() throws IOException {
        Blob blob = store.put(ABC);
        Path beside = store.path(blob).getParent();
        Files.writeString(beside.resolve(".nfs000000001"), "x");
        Files.writeString(beside.resolve("README"), "x");
        Files.createDirectory(beside.resolve("lost+found.tree"));
        Files.writeString(home.resolve("blobs/.DS_Store"), "x");
        assertThat(store.list()).containsExactly(blob);
    }

    /** Regression: a store with smaller limits could not check what another had stored under larger ones. */
    @Test
    void whatIsStoredIsCheckedWhateverTheLimitsAreNow() {
        Blob many =
                tree(IntStream.range(0, 12).mapToObj(i -> file("f" + i, "x")).toArray(TreeFile[]::new));
        Blob deep = tree(file("1/2/3/4/5", "x"));
        Blob big = store.put(new byte[5000]);
        try (DirectoryBlobStore narrow = DirectoryBlobStore.open(home, new BlobLimits(10, 2, 1))) {
            assertThat(Stream.of(many, deep, big).map(narrow::check)).containsOnly(BlobState.OK);
            assertThat(narrow.list()).containsExactlyInAnyOrder(many, deep, big);
            assertThat(narrow.delete(many)).isEqualTo(12);
        }
    }

    @Test
    void limitsAreInclusive() throws IOException {
        try (DirectoryBlobStore narrow = DirectoryBlobStore.open(folder.resolve("narrow"), new BlobLimits(100, 3, 2))) {
            assertThat(narrow.put(new byte[100]).sizeBytes()).isEqualTo(100);
            assertThatThrownBy(() -> narrow.put(new byte[101])).hasMessageContaining("more than (100) bytes");
            List<TreeFile> three = List.of(
                    file("a", "x".repeat(50)), file("b", "x".repeat(49)), file("c", "x")); // 100 bytes in 3 files
            try (StagedBlob staged = narrow.stager().stageTree(three, Progress.NONE)) {
                assertThat(narrow.publish(staged).sizeBytes()).isEqualTo(100);
            }
            List<TreeFile> four = new ArrayList<>(three);
            four.add(file("d", ""));
            assertThatThrownBy(() -> narrow.stager().stageTree(four, Progress.NONE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(4) files");
            Path shallow = folder.resolve("shallow");
            Files.createDirectories(shallow.resolve("1/2"));
            Files.writeString(shallow.resolve("1/2/file"), "x");
            assertThat(narrow.put(shallow).tree()).isTrue();
            Files.createDirectories(shallow.resolve("1/2/3"));
            assertThatThrownBy(() -> narrow.put(shallow)).hasMessageContaining("deeper than (2)");
        }
    }

    /** Regression: a path taken twice was reported as a full disk. */
    @ParameterizedTest
    @ValueSource(strings = {"a,a", "a,a/b", "a/b,a", "d/x,d/x"})
    void pathsThatCannotLieInOneFolderAreRefused(String paths) throws IOException {
        List<TreeFile> files =
                Stream.of(paths.split(",")).map(path -> file(path, "x")).toList();
        assertThatThrownBy(() -> store.stager().stageTree(files, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("is taken twice");
        assertThat(unfinished()).isEmpty();
        assertThat(store.list()).isEmpty();
    }

    static Stream<String> namesThatNoFileSystemTakes() {
        return Stream.of("half\ud800", "x".repeat(256), "dir/" + "ö".repeat(128));
    }

    /** Regression: a name that is too long was reported as a full disk, half a character as a failure of the JDK. */
    @ParameterizedTest
    @MethodSource("namesThatNoFileSystemTakes")
    void namesThatNoFileSystemTakesAreRefused(String name) {
        assertThatThrownBy(() -> store.stager().stageTree(List.of(file(name, "x")), Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("cannot be part of a model");
        assertThat(store.list()).isEmpty();
    }

    /** Regression: the limit of depth held for folders only, not for files that come from an archive. */
    @Test
    void theLimitOfDepthHoldsForFilesFromElsewhere() {
        try (DirectoryBlobStore narrow = DirectoryBlobStore.open(folder.resolve("narrow"), new BlobLimits(100, 3, 2))) {
            assertThatThrownBy(() -> narrow.stager().stageTree(List.of(file("1/2/3/x", "x")), Progress.NONE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("deeper than (2)");
            try (StagedBlob staged = narrow.stager().stageTree(List.of(file("1/2/x", "x")), Progress.NONE)) {
                assertThat(narrow.publish(staged).sizeBytes()).isEqualTo(1);
            }
        }
    }

    @Test
    void theOrderOfFilesDoesNotMatterAndTheirNamesDo() {
        Blob one = tree(file("a", "1"), file("b", "2"), file("a.b", "3"));
        assertThat(tree(file("a.b", "3"), file("b", "2"), file("a", "1"))).isEqualTo(one);
        assertThat(tree(file("b", "1"), file("a", "2"), file("a.b", "3"))).isNotEqualTo(one);
        assertThat(tree(file("a", "1"), file("b", "2"), file("a/b".replace('/', '-'), "3")))
                .isNotEqualTo(one);
    }

    /** Names that could pass for another manifest's lines, or that a careless sort would order by locale. */
    @Test
    void manifestsOfOddNamesAreThoseOfTheirBytes() {
        List<String> names = List.of("ä", "Z", "a b", "~", "ｆ", "😀", "-");
        Blob blob = tree(names.stream().map(name -> file(name, name)).toArray(TreeFile[]::new));
        StringBuilder manifest = new StringBuilder("edgeai-tree 1\n");
        names.stream().sorted().forEach(name -> {
            byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
            manifest.append(Digest.of(bytes).hex() + " " + bytes.length + " " + name + "\n");
        });
        assertThat(blob.digest()).isEqualTo(Digest.of(manifest.toString().getBytes(StandardCharsets.UTF_8)));
        assertThat(store.check(blob)).isEqualTo(BlobState.OK);
    }

    @Test
    void equalBytesAreStoredOnceHoweverTheyCome() throws IOException {
        Path source = Files.write(folder.resolve("abc.bin"), ABC);
        Path link = Files.createSymbolicLink(folder.resolve("link.bin"), source);
        List<Blob> blobs = new ArrayList<>(List.of(store.put(ABC), store.put(source), store.put(link)));
        try (StagedBlob first = store.stager().stage(ABC, Progress.NONE);
                StagedBlob second = store.stager().stage(source, Progress.NONE);
                DirectoryBlobStore other = DirectoryBlobStore.open(home);
                StagedBlob third = other.stager().stage(file("x", "abc"), Progress.NONE)) {
            blobs.add(other.publish(third));
            blobs.add(store.publish(second));
            blobs.add(store.publish(first));
        }
        assertThat(blobs).containsOnly(blobs.get(0));
        assertThat(store.list()).hasSize(1);
        assertThat(Files.isSymbolicLink(store.path(blobs.get(0)))).isFalse();
        assertThat(unfinished()).isEmpty();
        assertThat(store.put(new byte[0]).digest().hex())
                .as("SHA-256 of nothing, FIPS 180-4")
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    @Test
    void theStoredCopyDoesNotFollowItsSource() throws IOException {
        Path source = Files.write(folder.resolve("m"), ABC);
        Blob blob = store.put(source);
        Files.writeString(source, "changed");
        assertThat(store.verify(blob)).hasBinaryContent(ABC);
        Files.delete(source);
        assertThat(store.check(blob)).isEqualTo(BlobState.OK);
    }

    /** The bytes that arrived count, not those announced. */
    @Test
    void aSourceThatGrowsOrShrinksIsTakenAsItIs() {
        for (long announced : new long[] {0, 1, 3, 1_000_000}) {
            TreeFile liar = new TreeFile("x", announced, () -> new ByteArrayInputStream(ABC));
            try (StagedBlob staged = store.stager().stage(liar, Progress.NONE)) {
                assertThat(staged.blob()).as("announced %d", announced).isEqualTo(new Blob(Digest.of(ABC), false, 3));
            }
        }
    }

    /** A file where the folder of a prefix belongs stands for every folder that cannot be written, for root too. */
    @Test
    void whereThePlaceCannotBeWrittenNothingChangesAndAnotherTrySucceeds() throws IOException {
        Blob expected = new Blob(Digest.of(ABC), false, ABC.length);
        Path prefix = store.path(expected).getParent();
        Files.writeString(prefix, "in the way");
        assertThatThrownBy(() -> store.put(ABC))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(expected.digest().toString());
        assertThat(unfinished()).as("the staged copy is gone").isEmpty();
        assertThat(store.check(expected)).isEqualTo(BlobState.MISSING);
        Files.delete(prefix);
        assertThat(store.put(ABC)).isEqualTo(expected);
    }

    @Test
    void whereNothingCanBeStagedTheErrorSaysSo() throws IOException {
        try (Stream<Path> areas = Files.list(home.resolve("tmp"))) {
            Path area = areas.filter(Files::isDirectory).findFirst().orElseThrow();
            Files.delete(area);
            assertThatThrownBy(() -> store.put(ABC))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("Cannot write")
                    .hasMessageContaining("Maybe the disk is full");
            Files.createDirectory(area);
        }
        assertThat(store.put(ABC).sizeBytes()).isEqualTo(3);
    }

    @Test
    void aHomeThatNobodyCanWriteIsRefused() {
        Path proc = Path.of("/proc");
        org.junit.jupiter.api.Assumptions.assumeTrue(
                Files.isRegularFile(proc.resolve("version")),
                "needs a system with /proc, which even root cannot write");
        assertThatThrownBy(() -> DirectoryBlobStore.open(proc.resolve("edgeai")))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("(/proc/edgeai)")
                .hasMessageContaining("Maybe the folder is not writable");
    }

    @Test
    void aHomeThatIsGoneIsAStorageErrorAndNotAnEmptyStore() {
        store.put(ABC);
        Disk.deleteTree(home.resolve("blobs"));
        assertThatThrownBy(store::list).isInstanceOf(StorageException.class).hasMessageContaining("Cannot list");
        assertThat(store.put(ABC).sizeBytes())
                .as("storing makes the folders again")
                .isEqualTo(3);
        assertThat(store.list()).hasSize(1);
    }

    @Test
    void deletingNeverFollowsALink() throws IOException {
        Path precious = Files.createDirectory(folder.resolve("precious"));
        Files.writeString(precious.resolve("x"), "mine");
        Blob blob = tree(file("a", "1"));
        Files.createSymbolicLink(store.path(blob).resolve("way-out"), precious);
        store.delete(blob);
        assertThat(store.path(blob)).doesNotExist();
        assertThat(precious.resolve("x")).hasContent("mine");
    }

    @Test
    void aFailedPublicationLeavesTheStagedBytesForAnotherTry() throws IOException {
        try (StagedBlob staged = store.stager().stage(ABC, Progress.NONE)) {
            Path prefix = store.path(staged.blob()).getParent();
            Files.writeString(prefix, "in the way");
            assertThatThrownBy(() -> store.publish(staged)).isInstanceOf(StorageException.class);
            Files.delete(prefix);
            assertThat(store.check(store.publish(staged))).isEqualTo(BlobState.OK);
            assertThat(staged.path()).doesNotExist();
            assertThat(store.publish(staged)).as("published twice is published").isEqualTo(staged.blob());
        }
        assertThat(store.list()).hasSize(1);
    }
}
