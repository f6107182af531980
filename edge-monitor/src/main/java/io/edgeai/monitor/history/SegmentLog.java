package io.edgeai.monitor.history;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Records appended to files of bounded size. A record is its length, the CRC-32C of its bytes, and its bytes. The newest
 * files that fit the bound are kept. A record is with the operating system when {@link #append} returns, so the end of the
 * process does not lose it; it is on the disk when its file is full or the log is closed. Not thread-safe.
 */
public final class SegmentLog implements AutoCloseable {
    /** How many files the bound is divided among. */
    static final int SEGMENTS = 4;

    private final Path folder;
    private final String name;
    private final long segmentBytes;
    private final List<Segment> segments;
    /** No channel: an interrupt of the thread that writes would close it. */
    private RandomAccessFile file;

    private long size;
    private boolean closed;

    private SegmentLog(Path folder, String name, long segmentBytes, List<Segment> segments) throws IOException {
        this.folder = folder;
        this.name = name;
        this.segmentBytes = segmentBytes;
        this.segments = segments;
        if (segments.isEmpty()) {
            segments.add(Segment.create(folder, name, 1));
        }
        Segment last = segments.get(segments.size() - 1);
        this.size = last.soundBytes();
        this.file = open(last, size);
    }

    /**
     * Opens the log for writing and cuts a damaged end off.
     *
     * @param folder made where it is missing
     * @param name of the files, letters
     * @param maxBytes of all files together, 4 KiB or more
     * @throws StorageException where the folder cannot be used
     */
    public static SegmentLog open(Path folder, String name, long maxBytes) {
        if (maxBytes < 4096) {
            throw new InvalidInputException("maxBytes (" + maxBytes + ") is below 4096. Maybe use 1 << 20.");
        }
        try {
            Files.createDirectories(folder);
            return new SegmentLog(folder, name, maxBytes / SEGMENTS, new ArrayList<>(Segment.find(folder, name)));
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    /**
     * Reads the sound records of a log, oldest first, without opening it for writing; also while another process writes.
     * What follows a damaged record in its file is passed over.
     *
     * @throws StorageException where a file cannot be read
     */
    public static void read(Path folder, String name, Consumer<ByteBuffer> record) {
        try {
            for (Segment segment : Segment.find(folder, name)) {
                segment.read(record);
            }
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    /**
     * Appends a record, beginning a new file and dropping the oldest where needed.
     *
     * @throws InvalidInputException where the record is empty or does not fit a file
     * @throws StorageException where the disk refuses; the log is as before
     */
    public void append(byte[] record) {
        long needed = (long) Segment.FRAME + record.length;
        if (record.length == 0 || Segment.HEADER.length + needed > segmentBytes) {
            throw new InvalidInputException("A record of (" + record.length + ") bytes does not fit a file of ("
                    + segmentBytes + "). Maybe raise maxBytes.");
        }
        try {
            if (size + needed > segmentBytes) {
                roll();
            }
            file.write(Segment.frame(record));
            size += needed;
        } catch (IOException e) {
            forgetHalf();
            throw failed(folder, e);
        }
    }

    /** Bytes of all files. */
    public long bytes() {
        long sum = size;
        for (Segment segment : segments.subList(0, segments.size() - 1)) {
            sum += segment.bytes();
        }
        return sum;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (RandomAccessFile closing = file) {
            closing.getFD().sync();
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    private void roll() throws IOException {
        Segment next =
                Segment.create(folder, name, segments.get(segments.size() - 1).number() + 1);
        try (RandomAccessFile full = file) {
            full.getFD().sync();
        }
        segments.add(next);
        size = Segment.HEADER.length;
        file = open(next, size);
        while (segments.size() > SEGMENTS) {
            Files.deleteIfExists(segments.remove(0).path());
        }
    }

    private static RandomAccessFile open(Segment segment, long size) throws IOException {
        RandomAccessFile file = new RandomAccessFile(segment.path().toFile(), "rw");
        try {
            file.setLength(size);
            file.seek(size);
        } catch (IOException e) {
            file.close();
            throw e;
        }
        return file;
    }

    private void forgetHalf() {
        try {
            file.setLength(size);
            file.seek(size);
        } catch (IOException e) {
            size = segmentBytes; // the next record begins a new file; this one is cut when it is opened again
        }
    }

    private static StorageException failed(Path folder, IOException cause) {
        return new StorageException(
                "History in (" + folder + ") cannot be read or written: " + cause.getMessage()
                        + ". Maybe the disk is full or the folder belongs to another user.",
                cause);
    }
}
