package io.edgeai.placement.deploy.site;

import io.edgeai.core.error.ModelIntegrityException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * An artifact on its way in: a folder with its manifest, its bytes so far and one mark a chunk, written after the
 * chunk's bytes. Survives the end of the process. Chunks may be written in parallel; finishing waits for them.
 */
final class Upload {
    private static final byte RECEIVED = 1;

    private final Path folder;
    private final Chunks chunks;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final ArrivingFile file;
    private final RunningHash hash;

    private Upload(Path folder, Chunks chunks) throws IOException {
        this.folder = folder;
        this.chunks = chunks;
        this.file = ArrivingFile.of(folder.resolve("data"), chunks);
        BitSet stored = new BitSet();
        stored.set(0, chunks.count());
        missing().forEach(stored::clear);
        this.hash = new RunningHash(chunks, stored);
    }

    static Upload begin(Path folder, Chunks chunks) throws IOException {
        Files.createDirectories(folder);
        Files.write(folder.resolve("data"), new byte[0]);
        Files.write(folder.resolve("marks"), new byte[chunks.count()]);
        Disk.write(folder.resolve("manifest"), chunks.toJson());
        return new Upload(folder, chunks);
    }

    static Upload resume(Path folder) throws IOException {
        return new Upload(folder, Chunks.fromJson(Files.readString(folder.resolve("manifest"))));
    }

    Chunks chunks() {
        return chunks;
    }

    /** False once its folder was given up. */
    boolean present() {
        return Files.isDirectory(folder);
    }

    List<Integer> missing() throws IOException {
        byte[] marks = Files.readAllBytes(folder.resolve("marks"));
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < chunks.count(); i++) {
            if (i >= marks.length || marks[i] != RECEIVED) {
                missing.add(i);
            }
        }
        return missing;
    }

    /** @throws ModelIntegrityException where the bytes are not those of the manifest; nothing is written then */
    void write(int index, byte[] bytes, int length) throws IOException {
        if (!hash.accepts(index, bytes, length)) {
            throw new ModelIntegrityException("Chunk (" + index + ") of artifact ("
                    + chunks.digest().abbreviated() + ") arrived damaged. Maybe send it again.");
        }
        lock.readLock().lock();
        try {
            file.write(bytes, length, chunks.offset(index));
            mark(index, RECEIVED);
            hash.stored(index, bytes, length, file);
        } finally {
            lock.readLock().unlock();
        }
    }

    private void mark(int index, byte value) throws IOException {
        try (FileChannel marks = FileChannel.open(folder.resolve("marks"), StandardOpenOption.WRITE)) {
            Disk.writeFully(marks, new byte[] {value}, 0, 1, index);
        }
    }

    /**
     * Moves the whole to its place.
     *
     * @throws ModelIntegrityException where chunks are missing, or bytes changed on the disk; those are missing from then
     *     on
     */
    void finish(Path target) throws IOException {
        lock.writeLock().lock();
        try {
            List<Integer> missing = missing();
            Path data = folder.resolve("data");
            if (!missing.isEmpty()) {
                throw new ModelIntegrityException("Artifact (" + chunks.digest().abbreviated() + ") lacks ("
                        + missing.size() + ") of its (" + chunks.count() + ") chunks. Maybe send them.");
            }
            if (!hash.holds(file)) {
                throw new ModelIntegrityException("Artifact (" + chunks.digest().abbreviated() + ") has ("
                        + forgetDamaged(data) + ") chunks that changed on the disk. Maybe send them again.");
            }
            Disk.publish(data, target);
            Disk.deleteTree(folder);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private int forgetDamaged(Path data) throws IOException {
        Chunks found = Chunks.of(data, chunks.chunkBytes());
        int damaged = 0;
        for (int i = 0; i < chunks.count(); i++) {
            if (i >= found.count()
                    || !found.parts().get(i).equals(chunks.parts().get(i))) {
                mark(i, (byte) 0);
                hash.lost(i);
                damaged++;
            }
        }
        if (damaged == 0) {
            Disk.deleteTree(folder);
            throw new ModelIntegrityException("The manifest of artifact ("
                    + chunks.digest().abbreviated() + ") does not describe it. Maybe compute it anew and send all.");
        }
        return damaged;
    }
}
