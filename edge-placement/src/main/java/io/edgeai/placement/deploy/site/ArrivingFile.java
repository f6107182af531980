package io.edgeai.placement.deploy.site;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * The file that an artifact arrives in. A large one is written past the system's cache where the file system allows it:
 * that costs a tenth of the processor's time, and leaves the memory to the models that are being served. Thread-safe
 * where no two threads write the same bytes.
 */
final class ArrivingFile {
    /** From this size on a file is written past the cache. */
    static final long LARGE = 64L << 20;

    private static final int IDLE_BUFFERS = 2;

    /** An option of the JDK's own, absent from other platforms. */
    private static final Optional<OpenOption> DIRECT = direct();

    private final Path path;
    private final long block;
    private final Queue<ByteBuffer> buffers = new ArrayBlockingQueue<>(IDLE_BUFFERS);
    private FileTime written = FileTime.fromMillis(Long.MIN_VALUE);

    private ArrivingFile(Path path, long block) {
        this.path = path;
        this.block = block;
    }

    static ArrivingFile of(Path path, Chunks chunks) {
        long block = 0;
        if (DIRECT.isPresent() && chunks.sizeBytes() >= LARGE) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, DIRECT.get())) {
                long size = Files.getFileStore(path).getBlockSize();
                block = channel.isOpen() && chunks.chunkBytes() % size == 0 ? size : 0;
            } catch (IOException | UnsupportedOperationException e) {
                block = 0; // tmpfs and many network file systems know no such way
            }
        }
        return new ArrivingFile(path, block);
    }

    private static Optional<OpenOption> direct() {
        try {
            Object[] options =
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
            return Arrays.stream(options)
                    .filter(option -> option.toString().equals("DIRECT"))
                    .map(OpenOption.class::cast)
                    .findFirst();
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    /** Whether bytes go past the cache, so that reading them back would read the disk. */
    boolean pastCache() {
        return block > 0;
    }

    void write(byte[] bytes, int length, long at) throws IOException {
        int whole = block > 0 ? (int) (length - length % block) : 0;
        if (whole > 0) {
            ByteBuffer idle = buffers.poll();
            ByteBuffer buffer = idle != null && idle.capacity() >= whole ? idle : aligned(whole);
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE, DIRECT.orElseThrow())) {
                buffer.clear().put(bytes, 0, whole).flip();
                while (buffer.hasRemaining()) {
                    channel.write(buffer, at + buffer.position());
                }
            } finally {
                buffers.offer(buffer);
            }
        }
        if (whole < length) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                Disk.writeFully(channel, bytes, whole, length - whole, at + whole);
            }
        }
        FileTime now = Files.getLastModifiedTime(path);
        synchronized (this) {
            written = now.compareTo(written) > 0 ? now : written;
        }
    }

    /** Java 17's own aligned buffers fail when their thread frees them, so the file brings its own. */
    private ByteBuffer aligned(int bytes) {
        return ByteBuffer.allocateDirect((int) (bytes + block)).alignedSlice((int) block);
    }

    /** Whether somebody else wrote to the file after the last of our own writes, by its time of change. */
    synchronized boolean changedByOthers() throws IOException {
        return !Files.getLastModifiedTime(path).equals(written);
    }

    /** Opens it for reading. */
    FileChannel read() throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ);
    }
}
