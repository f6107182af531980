package io.edgeai.core.oci;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/** A layout in an uncompressed tar, indexed once. Links and other special entries are refused: no layout needs them. */
final class TarFiles implements LayoutFiles {
    private static final int MOST_ENTRIES = 1 << 18;

    private record Place(long offset, long size) {}

    private final Path file;
    private final Map<String, Place> places = new HashMap<>();

    private TarFiles(Path file) {
        this.file = file;
    }

    /** @throws IOException where it is no tar, is cut off, or holds what no layout does */
    static TarFiles open(Path file) throws IOException {
        TarFiles files = new TarFiles(file);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            files.index(channel);
        }
        return files;
    }

    /** Whether a file begins as a tar does. */
    static boolean recognizes(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.size() >= Tar.BLOCK && Tar.isHeader(block(channel, 0));
        }
    }

    private void index(FileChannel channel) throws IOException {
        for (long at = 0; ; ) {
            byte[] block = block(channel, at);
            if (Tar.isEnd(block)) {
                return;
            }
            Tar.Entry entry = Tar.read(block);
            long from = at + Tar.BLOCK;
            if (entry.size() > channel.size() - from) {
                throw new EOFException("it ends within (" + entry.name() + ")");
            }
            add(entry, from);
            at = from + (entry.size() + Tar.BLOCK - 1) / Tar.BLOCK * Tar.BLOCK;
        }
    }

    private void add(Tar.Entry entry, long from) throws IOException {
        switch (entry.type()) {
            case Tar.FILE -> {
                String name = entry.name().startsWith("./") ? entry.name().substring(2) : entry.name();
                if (places.put(name, new Place(from, entry.size())) != null) {
                    throw new IOException("it has two entries (" + name + ")");
                }
                if (places.size() > MOST_ENTRIES) {
                    throw new IOException("it has more than " + MOST_ENTRIES + " entries");
                }
            }
            case Tar.FOLDER, 'x', 'g' -> {} // extended headers tell of owners and times
            default ->
                throw new IOException(
                        "its entry (" + entry.name() + ") is of type (" + entry.type() + "), neither file nor folder");
        }
    }

    private static byte[] block(FileChannel channel, long at) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(Tar.BLOCK);
        while (block.hasRemaining()) {
            if (channel.read(block, at + block.position()) < 0) {
                throw new EOFException("it ends without the mark of its end");
            }
        }
        return block.array();
    }

    @Override
    public OptionalLong size(String name) {
        Place place = places.get(name);
        return place == null ? OptionalLong.empty() : OptionalLong.of(place.size());
    }

    @Override
    public InputStream open(String name) throws IOException {
        Place place = places.get(name);
        if (place == null) {
            throw new EOFException("it has no entry (" + name + ")");
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        channel.position(place.offset());
        return new Part(Channels.newInputStream(channel), place.size());
    }

    @Override
    public void close() {}

    /** The first bytes of a stream. */
    private static final class Part extends FilterInputStream {
        private long left;

        Part(InputStream in, long bytes) {
            super(in);
            this.left = bytes;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int most) throws IOException {
            if (left == 0) {
                return -1;
            }
            int n = in.read(bytes, from, (int) Math.min(most, left));
            left -= Math.max(0, n);
            return n;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = in.skip(Math.min(bytes, left));
            left -= skipped;
            return skipped;
        }

        @Override
        public int available() {
            return 0;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
