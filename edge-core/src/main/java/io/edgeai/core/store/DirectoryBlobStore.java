package io.edgeai.core.store;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Bytes in files under their SHA-256, at {@code <home>/blobs/ab/<64 digits>}; a model of several files is a folder of that
 * name with the suffix {@code .tree}. Storing copies to a temporary file while hashing, syncs it, moves it into place and
 * syncs the folder: when {@link #publish} returns, the bytes survive a power cut. Equal bytes are stored once. Several
 * stores, in one process or many, may share a home. Thread-safe.
 */
public final class DirectoryBlobStore implements BlobStore {
    private static final String TREE = ".tree";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    private final Path blobs;
    private final Stager stager;

    private DirectoryBlobStore(Path blobs, Stager stager) {
        this.blobs = blobs;
        this.stager = stager;
    }

    /** Opens under {@link BlobLimits#DEFAULT}. */
    public static DirectoryBlobStore open(Path home) {
        return open(home, BlobLimits.DEFAULT);
    }

    /**
     * Opens or creates the store of a home folder and removes what crashed processes left unfinished.
     *
     * @param limits of what is staged
     */
    public static DirectoryBlobStore open(Path home, BlobLimits limits) {
        Path absolute = home.toAbsolutePath().normalize();
        try {
            Path blobs = absolute.resolve("blobs");
            Disk.createFolders(blobs);
            return new DirectoryBlobStore(blobs, Stager.open(absolute.resolve("tmp"), limits));
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot open the store in (" + absolute + "): " + e + ". Maybe the folder is not writable.", e);
        }
    }

    /** Stages on the store's own file system, so that publishing is a rename; closed with the store. */
    public Stager stager() {
        return stager;
    }

    /** Stores bytes: {@link Stager#stage(byte[], Progress)} and {@link #publish} in one. */
    public Blob put(byte[] bytes) {
        try (StagedBlob staged = stager.stage(bytes, Progress.NONE)) {
            return publish(staged);
        }
    }

    /** Stores a file or folder: {@link Stager#stage(Path, Progress)} and {@link #publish} in one. */
    public Blob put(Path source) {
        try (StagedBlob staged = stager.stage(source, Progress.NONE)) {
            return publish(staged);
        }
    }

    @Override
    public void put(Blob expected, Path source) {
        try (StagedBlob staged = stager.stage(source, Progress.NONE)) {
            Blob published = publish(staged.require(expected));
            assert published.digest().equals(expected.digest());
        }
    }

    /**
     * {@inheritDoc} Where equal bytes are there already they stay; damaged ones are replaced.
     */
    @Override
    public synchronized Blob publish(StagedBlob staged) {
        Blob blob = staged.blob();
        Path place = path(blob);
        try {
            Path folder = prefix(blob);
            Disk.createFolders(folder);
            BlobState state = check(blob);
            // A file replaces a file at once; anything else must make way first.
            if (state != BlobState.OK
                    && Files.exists(place, LinkOption.NOFOLLOW_LINKS)
                    && (blob.tree() || Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS))) {
                Path aside = stager.fresh();
                Files.move(place, aside, StandardCopyOption.ATOMIC_MOVE);
                Disk.deleteTree(aside);
            }
            if (state != BlobState.OK) {
                move(staged, place);
            }
            Disk.syncFolder(folder);
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot store (" + blob.digest() + ") in (" + blobs + "): " + e
                            + ". Maybe the disk is full or not writable.",
                    e);
        }
        return blob;
    }

    private void move(StagedBlob staged, Path place) throws IOException {
        try {
            Files.move(staged.path(), place, StandardCopyOption.ATOMIC_MOVE);
            staged.published();
        } catch (AtomicMoveNotSupportedException e) { // staged on another file system
            put(staged.blob(), staged.path());
        } catch (FileSystemException e) {
            if (check(staged.blob()) != BlobState.OK) { // else another process published the same tree just now
                throw e;
            }
        }
    }

    @Override
    public boolean exists(Blob blob) {
        return blob.tree() ? Files.isDirectory(path(blob)) : Files.isRegularFile(path(blob));
    }

    /** Where the bytes lie, whether or not they do. A file for a file, a folder for a tree. */
    @Override
    public Path path(Blob blob) {
        String hex = blob.digest().hex();
        return prefix(blob).resolve(blob.tree() ? hex + TREE : hex);
    }

    private Path prefix(Blob blob) {
        return blobs.resolve(blob.digest().hex().substring(0, 2));
    }

    @Override
    public BlobState check(Blob blob) {
        Path place = path(blob);
        if (!Files.exists(place)) {
            return BlobState.MISSING;
        }
        if (Files.isDirectory(place) != blob.tree()) {
            return BlobState.CORRUPT;
        }
        try {
            Digest found = blob.tree() ? TreeManifest.hash(place).digest() : Digest.of(place);
            return found.equals(blob.digest()) ? BlobState.OK : BlobState.CORRUPT;
        } catch (InvalidInputException e) { // links and names that no stored tree has
            return BlobState.CORRUPT;
        }
    }

    @Override
    public Path verify(Blob blob) {
        Path place = path(blob);
        BlobState state = check(blob);
        if (state != BlobState.OK) {
            throw BlobStore.damaged(place, state);
        }
        return place;
    }

    @Override
    public List<Blob> list() {
        List<Blob> found = new ArrayList<>();
        try (Stream<Path> folders = Files.list(blobs)) {
            for (Path folder : folders.filter(Files::isDirectory).toList()) {
                try (Stream<Path> places = Files.list(folder)) {
                    for (Path place : places.toList()) {
                        String name = place.getFileName().toString();
                        boolean tree = name.endsWith(TREE);
                        String hex = tree ? name.substring(0, name.length() - TREE.length()) : name;
                        if (HEX.matcher(hex).matches()) {
                            addUnlessGone(found, new Digest(hex), tree, place);
                        }
                    }
                }
            }
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot list (" + blobs + "): " + e + ". Maybe check its disk and permissions.", e);
        }
        return found;
    }

    /** Another may delete it meanwhile. */
    private static void addUnlessGone(List<Blob> found, Digest digest, boolean tree, Path place) throws IOException {
        try {
            long bytes = bytes(place);
            if (Files.exists(place)) {
                found.add(new Blob(digest, tree, bytes));
            }
        } catch (NoSuchFileException | UncheckedIOException e) {
            if (Files.exists(place)) {
                throw new IOException(e);
            }
        }
    }

    @Override
    public long delete(Blob blob) {
        Path place = path(blob);
        try {
            long freed = bytes(place);
            Path aside = stager.fresh();
            Files.move(place, aside, StandardCopyOption.ATOMIC_MOVE);
            Disk.syncFolder(prefix(blob));
            Disk.deleteTree(aside);
            return freed;
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot delete (" + place + "): " + e + ". Maybe check its disk and permissions.", e);
        }
    }

    @Override
    public void close() {
        stager.close();
    }

    private static long bytes(Path place) throws IOException {
        long sum = 0;
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                sum += Files.size(file);
            }
        }
        return sum;
    }
}
