package io.edgeai.core.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Opens ZIP archives that may be hostile. The JDK reserves memory for as many entries as the end record claims, up to
 * 2³¹ in the ZIP64 form, before it looks for them; here a claim that the central directory has no room for is refused
 * first. Layout: PKWARE's APPNOTE 6.3.10, sections 4.3.14 to 4.3.16.
 */
public final class ZipArchive {
    private static final int END = 0x06054b50;
    private static final int LOCATOR = 0x07064b50;
    private static final int END64 = 0x06064b50;
    private static final int END_BYTES = 22;
    private static final int LOCATOR_BYTES = 20;
    private static final int END64_BYTES = 56;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final int ENTRY_BYTES = 46;

    private ZipArchive() {}

    /**
     * Opens an archive; the caller closes it. Takes at most 64 KiB beside what the archive's own directory takes.
     *
     * @throws ZipException where the file is no ZIP archive, is damaged, or claims more entries than it has room for
     */
    public static ZipFile open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            check(channel);
        }
        return new ZipFile(file.toFile());
    }

    private static void check(FileChannel channel) throws IOException {
        long size = channel.size();
        long from = Math.max(0, size - END_BYTES - LONGEST_COMMENT);
        ByteBuffer tail = read(channel, from, (int) (size - from));
        for (int at = tail.limit() - END_BYTES; at >= 0; at--) {
            if (tail.get(at) == 'P' && tail.getInt(at) == END) {
                checkEnd(channel, from + at, tail.getShort(at + 10) & 0xffff, tail.getInt(at + 12) & 0xffffffffL);
                if (from + at + END_BYTES + (tail.getShort(at + 20) & 0xffff) == size) {
                    return;
                }
            }
        }
    }

    private static void checkEnd(FileChannel channel, long end, int entries, long directory) throws IOException {
        if (end >= LOCATOR_BYTES + END64_BYTES) {
            ByteBuffer locator = read(channel, end - LOCATOR_BYTES, LOCATOR_BYTES);
            long end64 = locator.getLong(8);
            if (locator.getInt(0) == LOCATOR && end64 >= 0 && end64 <= channel.size() - END64_BYTES) {
                ByteBuffer record = read(channel, end64, END64_BYTES);
                if (record.getInt(0) == END64) {
                    checkClaim(channel, record.getLong(32), record.getLong(40));
                    if (directory == 0xffffffffL || entries == 0xffff) {
                        return;
                    }
                }
            }
        }
        checkClaim(channel, entries, directory);
    }

    private static void checkClaim(FileChannel channel, long entries, long directory) throws IOException {
        if (directory < 0 || directory > channel.size() || entries < 0 || entries > directory / ENTRY_BYTES) {
            throw new ZipException(
                    "its end record claims (" + entries + ") entries in a directory of (" + directory + ") bytes");
        }
    }

    private static ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, from + bytes.position()) < 0) {
                throw new ZipException("it shrank while it was read");
            }
        }
        return bytes.flip();
    }
}
