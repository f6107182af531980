package io.edgeai.federated.data;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** A data file, plain or gzip, that refuses to promise more bytes than it can hold. */
final class BoundedInput implements AutoCloseable {
    /** Deflate cannot do better than 1032 : 1. */
    private static final long BEST_RATIO = 1032;

    private final Path file;
    private final DataInputStream in;
    private long remaining;

    private BoundedInput(Path file, DataInputStream in, long remaining) {
        this.file = file;
        this.in = in;
        this.remaining = remaining;
    }

    /** Work on an open file that may fail with an {@link IOException}. */
    interface Reading<T> {
        T read(BoundedInput in) throws IOException;
    }

    static <T> T read(Path file, Reading<T> reading) {
        try (BoundedInput in = open(file)) {
            return reading.read(in);
        } catch (EOFException e) {
            throw new InvalidInputException("File (" + file + ") ends early. Maybe its download was cut off.", e);
        } catch (ZipException e) {
            throw new InvalidInputException("File (" + file + ") is damaged: " + e.getMessage() + ".", e);
        } catch (NoSuchFileException e) {
            throw new InvalidInputException("File (" + file + ") does not exist. Maybe the folder is wrong.", e);
        } catch (IOException e) {
            throw new StorageException("File (" + file + ") cannot be read: " + e + ".", e);
        }
    }

    private static BoundedInput open(Path file) throws IOException {
        long size = Files.size(file);
        InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            raw.mark(2);
            boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            InputStream bytes = gzip ? new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16) : raw;
            return new BoundedInput(file, new DataInputStream(bytes), gzip ? size * BEST_RATIO : size);
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    /** Refuses where the file cannot contain that many more bytes; call before allocating for them. */
    void require(long bytes, String what) {
        if (bytes < 0 || bytes > remaining || bytes > Integer.MAX_VALUE - 16) {
            throw bad(what + " needs (" + bytes + ") bytes, more than the file can hold");
        }
    }

    /** Reads bytes, taking memory only as they come. */
    byte[] bytes(int count, String what) throws IOException {
        require(count, what);
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException();
        }
        remaining -= count;
        return bytes;
    }

    /** A big-endian integer. */
    int integer() throws IOException {
        require(4, "An integer");
        remaining -= 4;
        return in.readInt();
    }

    void expectEnd() throws IOException {
        if (in.read() >= 0) {
            throw bad("it goes on after its last element");
        }
    }

    InputStream stream() {
        return in;
    }

    InvalidInputException bad(String what) {
        return new InvalidInputException("File (" + file + ") is not what it should be: " + what + ".");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
