package io.edgeai.core.store;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Copies bytes to a temporary place on the local disk while it hashes and counts them, and syncs them: what is staged is
 * ready for {@link BlobStore#publish}. Limits hold while copying. Thread-safe. Closing removes what was staged and not
 * published; what a crashed process left goes when the next stager of the folder opens.
 */
public final class Stager implements AutoCloseable {
    private static final int CHUNK = 1 << 18;
    private static final long REPORT_EVERY = 64L << 20;

    private final TempArea temp;
    private final Path folder;
    private final BlobLimits limits;
    private volatile boolean closed;

    private Stager(TempArea temp, Path folder, BlobLimits limits) {
        this.temp = temp;
        this.folder = folder;
        this.limits = limits;
    }

    /** Stages below a folder, which is made where it is missing and may be shared by any number of stagers. */
    public static Stager open(Path folder, BlobLimits limits) {
        Path absolute = folder.toAbsolutePath().normalize();
        try {
            return new Stager(TempArea.open(absolute), absolute, limits);
        } catch (IOException e) {
            throw new StorageException(
                    "Cannot stage in (" + absolute + "): " + e + ". Maybe the folder is not writable.", e);
        }
    }

    public BlobLimits limits() {
        return limits;
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

    /** A path on this file system that nothing else uses, gone when this is closed. */
    Path fresh() {
        if (closed) {
            throw new LifecycleException("The stager in (" + folder + ") is closed. Maybe open another.");
        }
        return temp.fresh();
    }

    @Override
    public void close() {
        closed = true;
        temp.close();
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
