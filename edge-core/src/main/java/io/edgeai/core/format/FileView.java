package io.edgeai.core.format;

import io.edgeai.core.error.ModelFormatException;
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

    private final Path path;
    private final FileChannel channel;
    private final long size;
    private final @Nullable ByteBuffer[] windows = new ByteBuffer[SLOTS];
    private final long[] pages = new long[SLOTS];

    private FileView(Path path, FileChannel channel, long size) {
        this.path = path;
        this.channel = channel;
        this.size = size;
        Arrays.fill(pages, -1);
    }

    static FileView open(Path path) {
        try {
            FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
            return new FileView(path, channel, channel.size());
        } catch (IOException e) {
            throw unreadable(path, e);
        }
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
        long page = position >>> SHIFT;
        int slot = (int) (page % SLOTS);
        ByteBuffer window = windows[slot];
        if (window == null || pages[slot] != page) {
            window = load(page, slot);
        }
        int place = (int) (position - (page << SHIFT));
        if (place >= window.limit()) {
            throw new ModelFormatException(
                    "Model (" + path + ") shrank while it was read. Maybe it is still being written.");
        }
        return window.get(place) & 0xff;
    }

    private ByteBuffer load(long page, int slot) {
        ByteBuffer old = windows[slot];
        ByteBuffer window = old == null ? ByteBuffer.allocate(WINDOW) : old.clear();
        pages[slot] = -1;
        try {
            while (window.hasRemaining() && channel.read(window, (page << SHIFT) + window.position()) >= 0) {
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
        try {
            return Channels.newInputStream(channel.position(position));
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }
}
