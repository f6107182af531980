package io.edgeai.core.store;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Bytes under their SHA-256, at {@code <home>/blobs/ab/<64 digits>}; a model of several files is a folder of that name
 * with the suffix {@code .tree}. Storing copies to a temporary file while hashing, syncs it, moves it into place and
 * syncs the folder: when {@link #publish} returns, the bytes survive a power cut. Equal bytes are stored once. Several
 * stores, in one process or many, may share a home. Thread-safe.
 */
public final class BlobStore implements AutoCloseable {
    private static final String TREE = ".tree";
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final int CHUNK = 1 << 18;
    private static final long REPORT_EVERY = 64L << 20;

    private final Path blobs;
    private final TempArea temp;
    private final BlobLimits limits;
    private volatile boolean closed;

    private BlobStore(Path blobs, TempArea temp, BlobLimits limits) {
        this.blobs = blobs;
        this.temp = temp;
        this.limits = limits;
    }

    /** Opens under {@link BlobLimits#DEFAULT}. */
    public static BlobStore open(Path home) {
        return open(home, BlobLimits.DEFAULT);
    }

    /** Opens or creates the store of a home folder and removes what crashed processes left unfinished. */
    public static BlobStore open(Path home, BlobLimits limits) {
        Path absolute = home.toAbsolutePath().normalize();
        try {
            Path blobs = absolute.resolve("blobs");
            Disk.createFolders(blobs);
            return new BlobStore(blobs, TempArea.open(absolute.resolve("tmp")), limits);
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot open the store in (" + absolute + "): " + e + ". Maybe the folder is not writable.", e);
        }
    }

    public BlobLimits limits() {
        return limits;
    }

    /** Stores bytes: {@link #stage(byte[], Progress)} and {@link #publish} in one. */
    public Blob put(byte[] bytes) {
        try (StagedBlob staged = stage(bytes, Progress.NONE)) {
            return publish(staged);
        }
    }

    /** Stores a file or folder: {@link #stage(Path, Progress)} and {@link #publish} in one. */
    public Blob put(Path source) {
        try (StagedBlob staged = stage(source, Progress.NONE)) {
            return publish(staged);
        }
    }

    public StagedBlob stage(byte[] bytes, Progress progress) {
        return stage(new TreeFile("bytes", bytes.length, () -> new ByteArrayInputStream(bytes)), progress);
    }

    /**
     * Copies a file, or a folder as a tree, to a temporary place of this store.
     *
     * @throws InvalidInputException past a limit; for links that leave the folder; where there is nothing
     * @throws OperationCancelledException where {@code progress} says so
     */
    public StagedBlob stage(Path source, Progress progress) {
        if (Files.isDirectory(source)) {
            Path folder = real(source);
            return stage(folder, TreeManifest.files(folder, limits), progress);
        }
        if (!Files.isRegularFile(source)) {
            throw new InvalidInputException("(" + source + ") is no file or folder. Maybe the path is relative to"
                    + " another folder than (" + Path.of("").toAbsolutePath() + ").");
        }
        return stage(new TreeFile(source.toString(), length(source), () -> Files.newInputStream(source)), progress);
    }

    /**
     * Copies some files of a folder as a tree.
     *
     * @param files paths relative to {@code folder}, inside it
     */
    public StagedBlob stage(Path folder, List<String> files, Progress progress) {
        Path base = real(folder);
        List<TreeFile> sources = new ArrayList<>();
        for (String file : files) {
            Path path = base.resolve(file).normalize();
            sources.add(new TreeFile(TreeManifest.checked(base, path), length(path), () -> Files.newInputStream(path)));
        }
        return stageTree(sources, progress);
    }

    /** Copies one file from wherever it is. */
    public StagedBlob stage(TreeFile source, Progress progress) {
        return staged(target -> {
            Copy copy = new Copy(progress, source.sizeBytes());
            Digest digest = copy.run(source, target);
            return new Blob(digest, false, copy.done);
        });
    }

    /** Copies files from wherever they are as a tree. */
    public StagedBlob stageTree(List<TreeFile> files, Progress progress) {
        if (files.isEmpty() || files.size() > limits.maxFiles()) {
            throw new InvalidInputException(
                    "A model of (" + files.size() + ") files cannot be stored; allowed are 1 to (" + limits.maxFiles()
                            + "). Maybe name another folder, or raise BlobLimits.maxFiles.");
        }
        return staged(target -> {
            Copy copy = new Copy(
                    progress, files.stream().mapToLong(TreeFile::sizeBytes).sum());
            TreeManifest manifest = new TreeManifest();
            Files.createDirectory(target);
            for (TreeFile file : files) {
                Path to = target.resolve(TreeManifest.safe(file.path()));
                requireShallow(target.relativize(to));
                Files.createDirectories(to.resolveSibling("."));
                long before = copy.done;
                Digest digest = copy.run(file, to);
                manifest.add(file.path(), digest, copy.done - before);
            }
            try (Stream<Path> all = Files.walk(target)) {
                for (Path each : (Iterable<Path>) all.filter(Files::isDirectory)::iterator) {
                    Disk.syncFolder(each);
                }
            }
            return manifest.blob();
        });
    }

    private void requireShallow(Path file) {
        if (file.getNameCount() > limits.maxDepth() + 1) {
            throw new InvalidInputException("File (" + file + ") lies deeper than (" + limits.maxDepth()
                    + ") levels. Maybe raise BlobLimits.maxDepth.");
        }
    }

    /**
     * Makes staged bytes visible and durable. Where equal bytes are there already they stay; damaged ones are replaced.
     */
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
                Path aside = fresh();
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
        } catch (FileSystemException e) {
            if (check(staged.blob()) != BlobState.OK) { // else another process published the same tree just now
                throw e;
            }
        }
    }

    /** Where the bytes lie, whether or not they do. A file for a file, a folder for a tree. */
    public Path path(Blob blob) {
        String hex = blob.digest().hex();
        return prefix(blob).resolve(blob.tree() ? hex + TREE : hex);
    }

    private Path prefix(Blob blob) {
        return blobs.resolve(blob.digest().hex().substring(0, 2));
    }

    /** Hashes the bytes again and compares. */
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

    /** The path of the bytes after hashing them again. */
    public Path verify(Blob blob) {
        Path place = path(blob);
        BlobState state = check(blob);
        if (state != BlobState.OK) {
            throw new ModelIntegrityException("Stored bytes (" + place + ") "
                    + (state == BlobState.MISSING ? "are missing." : "do not match their digest.")
                    + " Maybe register the original file again, which repairs them, or restore the home folder.");
        }
        return place;
    }

    /** All blobs, in no order; files that are none of the store's are passed over. */
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
                            found.add(new Blob(new Digest(hex), tree, bytes(place)));
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

    /** Removes a blob for good, also if the power goes; returns the bytes freed, 0 where it was not there. */
    public long delete(Blob blob) {
        Path place = path(blob);
        try {
            long freed = bytes(place);
            Path aside = fresh();
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
        closed = true;
        temp.close();
    }

    private Path fresh() {
        if (closed) {
            throw new LifecycleException("The store in (" + blobs + ") is closed. Maybe open another.");
        }
        return temp.fresh();
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

    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot read folder (" + folder + "): " + e + ". Maybe check its disk and permissions.", e);
        }
    }

    private static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot read (" + file + "): " + e + ". Maybe check its disk and permissions.", e);
        }
    }

    @FunctionalInterface
    private interface Writing {
        Blob to(Path target) throws IOException;
    }

    private StagedBlob staged(Writing writing) {
        Path target = fresh();
        boolean written = false;
        try {
            StagedBlob staged = new StagedBlob(writing.to(target), target);
            written = true;
            return staged;
        } catch (FileAlreadyExistsException e) {
            throw new InvalidInputException(
                    "A model's files need paths of their own; (" + target.relativize(Path.of(e.getFile()))
                            + ") is taken twice. Maybe a file is listed twice, or named like a folder.",
                    e);
        } catch (IOException e) {
            throw new StorageException("Cannot write (" + target + "): " + e + ". Maybe the disk is full.", e);
        } finally {
            if (!written) {
                Disk.deleteTree(target);
            }
        }
    }

    /** Copies while hashing, counting over all files of a blob. */
    private final class Copy {
        private final Progress progress;
        private final long total;
        private final byte[] chunk;
        private long done;
        private long reported;

        Copy(Progress progress, long total) {
            this.progress = progress;
            this.total = total;
            this.chunk = new byte[(int) Math.max(1, Math.min(CHUNK, total))];
        }

        Digest run(TreeFile source, Path target) throws IOException {
            MessageDigest sha = Digest.sha256();
            String what = source.path();
            try (InputStream in = source.content().open();
                    FileChannel out =
                            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                    done += n;
                    if (done > limits.maxBytes()) {
                        throw new InvalidInputException("Model (" + what + ") has more than (" + limits.maxBytes()
                                + ") bytes. Maybe raise BlobLimits.maxBytes.");
                    }
                    if (progress.cancelled()) {
                        throw new OperationCancelledException(
                                "Storing (" + what + ") was cancelled after (" + done + ") bytes.");
                    }
                    sha.update(chunk, 0, n);
                    for (ByteBuffer rest = ByteBuffer.wrap(chunk, 0, n); rest.hasRemaining(); ) {
                        out.write(rest);
                    }
                    report();
                }
                out.force(true);
            }
            return new Digest(HexFormat.of().formatHex(sha.digest()));
        }

        private void report() {
            if (done - reported >= REPORT_EVERY || done == total) {
                reported = done;
                progress.update("store", Math.min(done, total), total);
            }
        }
    }
}
