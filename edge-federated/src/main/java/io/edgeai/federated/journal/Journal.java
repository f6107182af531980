package io.edgeai.federated.journal;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An append-only file: after 8 bytes that name the format come records of length, kind, CRC-32C of these two,
 * CRC-32C of the payload and payload, big-endian.
 * What was appended before {@link #force()} returned is there after a crash; what came later is there whole or not at all.
 * {@link #restart} begins the file anew in one atomic step. One process at a time; not thread-safe.
 */
public final class Journal implements AutoCloseable {
    private static final long MAGIC = 0x4544_4745_4A52_4E32L; // EDGEJRN2
    private static final int HEAD = 8;
    private static final int RECORD_HEAD = 13;
    private static final int WINDOW = 1 << 16;
    private static final int MAX_PAYLOAD = Integer.MAX_VALUE - 64;

    private final Path file;
    private final FileChannel lockChannel;
    private FileChannel channel;
    private List<Entry> entries = List.of();
    private boolean closed;

    private Journal(Path file, FileChannel lockChannel, FileChannel channel) {
        this.file = file;
        this.lockChannel = lockChannel;
        this.channel = channel;
    }

    /**
     * One record read back.
     *
     * @param kind what the writer called it, 0 to 127
     * @param position of the payload in the file, for {@link Journal#read}
     * @param length of the payload in bytes
     */
    public record Entry(int kind, long position, int length) {}

    /**
     * Opens or creates a file; a record that its writer did not finish is cut off.
     *
     * @throws LifecycleException where another process has it open
     * @throws StorageException where it cannot be read or written, is another kind of file, or is damaged before its last
     *     record
     */
    public static Journal open(Path file) {
        FileChannel lock = lock(file);
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            if (channel.size() < HEAD) {
                channel.truncate(0);
                write(channel, head());
                channel.force(true);
            }
            Journal journal = new Journal(file, lock, channel);
            journal.entries = journal.recover();
            return journal;
        } catch (StorageException e) {
            close(lock);
            throw e;
        } catch (IOException e) {
            close(lock);
            throw failed(file, "be opened", e);
        }
    }

    private static FileChannel lock(Path file) {
        Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            if (!tryLock(channel)) {
                close(channel);
                throw new LifecycleException(
                        "Journal (" + file + ") is open elsewhere. Maybe another coordinator runs.");
            }
            return channel;
        } catch (IOException e) {
            throw failed(file, "be locked", e);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** All whole records that were there when it was opened, oldest first. */
    public List<Entry> entries() {
        return entries;
    }

    private List<Entry> recover() {
        List<Entry> found = new ArrayList<>();
        try {
            ByteBuffer head = ByteBuffer.allocate(HEAD);
            readFully(head, 0);
            if (head.flip().getLong() != MAGIC) {
                throw new StorageException("File (" + file + ") is no journal. Maybe the path is another file's.");
            }
            long at = HEAD;
            for (Entry entry = entryAt(at); entry != null; entry = entryAt(at)) {
                found.add(entry);
                at = entry.position() + entry.length();
            }
            if (at < channel.size()) {
                checkTorn(at);
                channel.truncate(at);
                channel.force(true);
            }
            channel.position(at);
            return List.copyOf(found);
        } catch (IOException e) {
            throw failed(file, "be read", e);
        }
    }

    /** The record that begins there, or null where there is no whole one. */
    private @Nullable Entry entryAt(long at) throws IOException {
        if (at + RECORD_HEAD > channel.size()) {
            return null;
        }
        ByteBuffer head = ByteBuffer.allocate(RECORD_HEAD);
        readFully(head, at);
        return entry(head.flip(), at);
    }

    private @Nullable Entry entry(ByteBuffer head, long at) throws IOException {
        int start = head.position();
        int length = head.getInt(start);
        int kind = head.get(start + 4);
        if (head.getInt(start + 5) != headCrc(length, kind)
                || length < 0
                || kind < 0
                || at + RECORD_HEAD + length > channel.size()) {
            return null;
        }
        Entry entry = new Entry(kind, at + RECORD_HEAD, length);
        return head.getInt(start + 9) == crc(ByteBuffer.wrap(read(entry))) ? entry : null;
    }

    /** What follows an unfinished record can only be its own bytes; a whole record anywhere behind it means damage. */
    private void checkTorn(long at) throws IOException {
        ByteBuffer window = ByteBuffer.allocate(WINDOW);
        for (long from = at + 1; from + RECORD_HEAD <= channel.size(); from += WINDOW - RECORD_HEAD + 1) {
            window.clear().limit((int) Math.min(WINDOW, channel.size() - from));
            readFully(window, from);
            window.flip();
            for (int i = 0; i + RECORD_HEAD <= window.limit(); i++) {
                if (entry(window.position(i), from + i) != null) {
                    throw new StorageException("Journal (" + file + ") is damaged at byte (" + at
                            + "), with whole records behind. Maybe the disk fails: restore the file from a copy.");
                }
            }
        }
    }

    /** The payload of a record. */
    public byte[] read(Entry entry) {
        ByteBuffer payload = ByteBuffer.allocate(entry.length());
        try {
            readFully(payload, entry.position());
        } catch (IOException e) {
            throw failed(file, "be read", e);
        }
        return payload.array();
    }

    private void readFully(ByteBuffer target, long from) throws IOException {
        long at = from;
        while (target.hasRemaining()) {
            int count = channel.read(target, at);
            if (count < 0) {
                throw new IOException("it ends at byte " + at);
            }
            at += count;
        }
    }

    /**
     * Adds a record, which a crash may still take until {@link #force()}.
     *
     * @param kind 0 to 127
     * @param payload its remaining bytes, which are consumed
     */
    public Entry append(int kind, ByteBuffer payload) {
        try {
            Entry entry = new Entry(kind, channel.position() + RECORD_HEAD, payload.remaining());
            write(channel, record(kind, payload));
            return entry;
        } catch (IOException e) {
            throw failed(file, "be written", e);
        }
    }

    /** Everything appended is on the disk when this returns. */
    public void force() {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw failed(file, "be forced to disk", e);
        }
    }

    /** Replaces the whole file by one record: all or nothing, also where the machine stops in between. */
    public Entry restart(int kind, ByteBuffer payload) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            FileChannel next = FileChannel.open(
                    fresh,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING);
            Entry entry = new Entry(kind, HEAD + RECORD_HEAD, payload.remaining());
            write(next, head());
            write(next, record(kind, payload));
            next.force(true);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceFolder();
            close(channel);
            channel = next;
            return entry;
        } catch (IOException e) {
            throw failed(file, "be begun anew", e);
        }
    }

    /** A rename is on the disk once its folder is; file systems that cannot open folders do so by themselves. */
    private void forceFolder() throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }

    private static ByteBuffer head() {
        return ByteBuffer.allocate(HEAD).putLong(MAGIC).flip();
    }

    private static ByteBuffer[] record(int kind, ByteBuffer payload) {
        if (kind < 0 || kind > Byte.MAX_VALUE || payload.remaining() > MAX_PAYLOAD) {
            throw new InvalidInputException(
                    "A record of kind (" + kind + ") with (" + payload.remaining() + ") bytes does not fit a journal.");
        }
        ByteBuffer head = ByteBuffer.allocate(RECORD_HEAD)
                .putInt(payload.remaining())
                .put((byte) kind)
                .putInt(headCrc(payload.remaining(), kind))
                .putInt(crc(payload.duplicate()))
                .flip();
        return new ByteBuffer[] {head, payload};
    }

    private static int headCrc(int length, int kind) {
        return crc(ByteBuffer.allocate(5).putInt(length).put((byte) kind).flip());
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static void write(FileChannel channel, ByteBuffer... buffers) throws IOException {
        while (buffers[buffers.length - 1].hasRemaining() || buffers[0].hasRemaining()) {
            channel.write(buffers);
        }
    }

    private static StorageException failed(Path file, String what, IOException cause) {
        return new StorageException(
                "Journal (" + file + ") cannot " + what + ": " + cause.getMessage()
                        + ". Maybe the folder is missing, full or not writable.",
                cause);
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StorageException("A file cannot be closed: " + e.getMessage() + ".", e);
        }
    }

    /** Closing twice does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            close(channel);
            close(lockChannel);
        }
    }
}
