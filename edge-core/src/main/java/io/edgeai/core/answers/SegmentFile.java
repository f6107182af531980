package io.edgeai.core.answers;

import io.edgeai.core.store.Disk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.UUID;

/** A file that one journal appends to. Not thread-safe. */
final class SegmentFile implements AutoCloseable {
    final long beganMillis;
    private final Path path;
    /** No channel: an interrupt of the thread that writes would close it. */
    private final RandomAccessFile file;

    private long size;
    private boolean unsynced = true;

    private SegmentFile(Path path, long beganMillis, RandomAccessFile file) {
        this.path = path;
        this.beganMillis = beganMillis;
        this.file = file;
    }

    /** Begins a file whose name says when, and which no other process has. */
    static SegmentFile create(Path folder, long beganMillis) throws IOException {
        String unique = UUID.randomUUID().toString().substring(0, 8);
        String name = String.format(Locale.ROOT, "answers-%015d-%s.log", Math.max(0, beganMillis), unique);
        Path path = folder.resolve(name);
        Files.createFile(path);
        SegmentFile segment = new SegmentFile(path, beganMillis, new RandomAccessFile(path.toFile(), "rw"));
        boolean whole = false;
        try {
            segment.append(ByteBuffer.wrap(BlockReader.HEADER));
            Disk.syncFolder(folder);
            whole = true;
            return segment;
        } finally {
            if (!whole) {
                segment.abandon();
            }
        }
    }

    long size() {
        return size;
    }

    /** False where somebody removed the file, so that nothing that is written to it will be found. */
    boolean there() {
        return Files.exists(path);
    }

    /**
     * Hands bytes to the operating system.
     *
     * @throws IOException where it refuses; the file is as before, or cut where it is read
     */
    void append(ByteBuffer bytes) throws IOException {
        unsynced = true;
        file.seek(size);
        file.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        size += bytes.remaining();
    }

    /** Removes what a write that failed has left. */
    void cut() throws IOException {
        file.setLength(size);
    }

    boolean unsynced() {
        return unsynced;
    }

    /** Makes what was appended survive a loss of power. */
    void sync() throws IOException {
        if (unsynced) {
            file.getFD().sync();
            unsynced = false;
        }
    }

    private void abandon() throws IOException {
        try {
            file.close();
        } finally {
            Files.deleteIfExists(path);
        }
    }

    @Override
    public void close() throws IOException {
        try (RandomAccessFile closing = file) {
            if (unsynced) {
                closing.getFD().sync();
            }
        }
    }
}
