package io.edgeai.core.format;

import io.edgeai.core.error.ModelFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Random access to a file through a few small windows, so that payloads are skipped and never loaded and jumping to and
 * fro between tables does not read the same bytes again. Not thread-safe.
 */
final class FileView implements AutoCloseable {
    private static final int SHIFT = 13;
    private static final int WINDOW = 1 << SHIFT;
    private static final int SLOTS = 64;
    private static final byte[] NONE = {};

    private final Path path;
    private final @Nullable FileChannel channel;
    private final byte[] held;
    private final long size;
    private final @Nullable ByteBuffer[] windows = new ByteBuffer[SLOTS];
    private final long[] pages = new long[SLOTS];

    private FileView(Path path, @Nullable FileChannel channel, byte[] held, long size) {
        this.path = path;
        this.channel = channel;
        this.held = held;
        this.size = size;
        Arrays.fill(pages, -1);
    }

    static FileView open(Path path) {
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            return new FileView(path, channel, NONE, channel.size());
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** A part of a file that was unpacked into memory. */
    static FileView of(Path path, byte[] unpacked) {
        return new FileView(path, null, unpacked, unpacked.length);
    }

    static ModelFormatException unreadable(Path path, IOException e) {
        return new ModelFormatException(
                "Model (" + path + ") cannot be read: " + e + ". Maybe check its permissions.", e);
    }

    Path path() {
        return path;
    }

    long size() {
        return size;
    }

    /** The unsigned byte at a position below {@link #size()}. */
    int at(long position) {
        if (channel == null) {
            return held[Math.toIntExact(position)] & 0xff;
        }
        long page = position >>> SHIFT;
        int slot = (int) (page % SLOTS);
        ByteBuffer window = windows[slot];
        if (window == null || pages[slot] != page) {
            window = load(channel, page, slot);
        }
        int place = (int) (position - (page << SHIFT));
        if (place >= window.limit()) {
            throw new ModelFormatException(
                    "Model (" + path + ") shrank while it was read. Maybe it is still being written.");
        }
        return window.get(place) & 0xff;
    }

    private ByteBuffer load(FileChannel from, long page, int slot) {
        ByteBuffer old = windows[slot];
        ByteBuffer window = old == null ? ByteBuffer.allocate(WINDOW) : old.clear();
        pages[slot] = -1;
        try {
            while (window.hasRemaining() && from.read(window, (page << SHIFT) + window.position()) >= 0) {
                // goes on until the window is full or the file ends
            }
        } catch (IOException e) {
            throw unreadable(path, e);
        }
        windows[slot] = window.flip();
        pages[slot] = page;
        return window;
    }

    /** Up to {@code length} bytes, fewer at the end of the file. */
    byte[] bytes(long position, int length) {
        int n = (int) Math.max(0, Math.min(length, size - position));
        byte[] out = new byte[n];
        for (int i = 0; i < n; i++) {
            out[i] = (byte) at(position + i);
        }
        return out;
    }

    String latin(long position, int length) {
        return new String(bytes(position, length), StandardCharsets.ISO_8859_1);
    }

    String utf8(long position, int length) {
        return new String(bytes(position, length), StandardCharsets.UTF_8);
    }

    long littleEndian(long position, int bytes) {
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | at(position + i);
        }
        return value;
    }

    /** Everything from {@code position} on, as a stream; closing it closes this view. */
    InputStream stream(long position) {
        if (channel == null) {
            int from = Math.toIntExact(position);
            return new ByteArrayInputStream(held, from, held.length - from);
        }
        try {
            return Channels.newInputStream(channel.position(position));
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** The same through the windows of this view, so that skipping costs nothing. */
    InputStream windowed(long from) {
        return new InputStream() {
            private long next = from;

            @Override
            public int read() {
                return next < size ? at(next++) : -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                int n = (int) Math.min(length, size - next);
                for (int i = 0; i < n; i++) {
                    into[offset + i] = (byte) at(next++);
                }
                return n > 0 || length == 0 ? n : -1;
            }

            @Override
            public long skip(long n) {
                long skipped = Math.max(0, Math.min(n, size - next));
                next += skipped;
                return skipped;
            }
        };
    }

    @Override
    public void close() {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }
}
