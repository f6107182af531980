package io.edgeai.formats.tflite.file;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Text files that the metadata writer appends to a model as a ZIP archive: labels and vocabularies. Read under limits;
 * where the tail is no archive there are none.
 */
final class AttachedFiles {
    private static final int MOST_FILES = 64;
    private static final int MOST_BYTES = 1 << 20;
    private static final int TAIL = (1 << 16) + 22;
    private static final int END_MARK = 0x06054b50;
    private static final int ENTRY_MARK = 0x04034b50;

    private AttachedFiles() {}

    static Map<String, String> of(ByteBuffer whole) {
        ByteBuffer bytes = whole.slice().order(ByteOrder.LITTLE_ENDIAN);
        int start = start(bytes);
        Map<String, String> files = new LinkedHashMap<>();
        if (start < 0) {
            return files;
        }
        byte[] archive = new byte[bytes.limit() - start];
        bytes.get(start, archive);
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry();
                    entry != null && files.size() < MOST_FILES;
                    entry = zip.getNextEntry()) {
                byte[] text = zip.readNBytes(MOST_BYTES);
                files.put(entry.getName(), new String(text, StandardCharsets.UTF_8));
            }
        } catch (IOException | IllegalArgumentException e) {
            return files; // a tail that only looks like an archive, or names files in no known alphabet
        }
        return files;
    }

    /** Where the first entry of a trailing archive begins, or -1. */
    private static int start(ByteBuffer bytes) {
        for (int i = bytes.limit() - 22; i >= Math.max(0, bytes.limit() - TAIL); i--) {
            if (bytes.getInt(i) == END_MARK) {
                long directory = Integer.toUnsignedLong(bytes.getInt(i + 16));
                long size = Integer.toUnsignedLong(bytes.getInt(i + 12));
                long shift = i - size - directory; // offsets count from the archive's start or the file's
                for (long base : new long[] {0, shift}) {
                    long entry = base + directory;
                    if (base >= 0 && entry >= 0 && entry + 46 <= bytes.limit()) {
                        long first = base + Integer.toUnsignedLong(bytes.getInt((int) entry + 42));
                        if (first >= 0 && first + 30 <= bytes.limit() && bytes.getInt((int) first) == ENTRY_MARK) {
                            return (int) first;
                        }
                    }
                }
            }
        }
        return -1;
    }
}
