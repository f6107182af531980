package io.edgeai.samples.data;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Lays out ZIP archives by hand (APPNOTE 6.3, sections 4.3.7 to 4.3.16), also ones no honest tool writes. */
final class ZipCrafter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<byte[]> directory = new ArrayList<>();
    private int lastOffset;
    private int lastPacked;
    private int lastSize;
    private int lastMethod;
    private int lastCrc;

    /** Adds an entry. */
    ZipCrafter entry(String name, byte[] content, boolean deflate) {
        CRC32 crc = new CRC32();
        crc.update(content);
        return entry(name, content, deflate, content.length, (int) crc.getValue());
    }

    /** Adds an entry that states any size and checksum. */
    ZipCrafter entry(String name, byte[] content, boolean deflate, int size, int crc) {
        byte[] packed = deflate ? deflated(content) : content;
        lastOffset = bytes.size();
        lastPacked = packed.length;
        lastSize = size;
        lastMethod = deflate ? 8 : 0;
        lastCrc = crc;
        byte[] title = name.getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes(little(30)
                .putInt(0x04034b50)
                .putShort((short) 20)
                .putShort((short) 0x800)
                .putShort((short) lastMethod)
                .putInt(0x00210000)
                .putInt(crc)
                .putInt(packed.length)
                .putInt(size)
                .putShort((short) title.length)
                .putShort((short) 0)
                .array());
        bytes.writeBytes(title);
        bytes.writeBytes(packed);
        return again(name);
    }

    /** Adds another name for the last entry's data, which is not stored again. */
    ZipCrafter again(String name) {
        byte[] title = name.getBytes(StandardCharsets.UTF_8);
        byte[] head = little(46)
                .putInt(0x02014b50)
                .putShort((short) 20)
                .putShort((short) 20)
                .putShort((short) 0x800)
                .putShort((short) lastMethod)
                .putInt(0x00210000)
                .putInt(lastCrc)
                .putInt(lastPacked)
                .putInt(lastSize)
                .putShort((short) title.length)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt(lastOffset)
                .array();
        byte[] record = new byte[head.length + title.length];
        System.arraycopy(head, 0, record, 0, head.length);
        System.arraycopy(title, 0, record, head.length, title.length);
        directory.add(record);
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(bytes.toByteArray());
        int start = all.size();
        directory.forEach(all::writeBytes);
        int size = all.size() - start;
        all.writeBytes(little(22)
                .putInt(0x06054b50)
                .putInt(0)
                .putShort((short) directory.size())
                .putShort((short) directory.size())
                .putInt(size)
                .putInt(start)
                .putShort((short) 0)
                .array());
        return all.toByteArray();
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] deflated(byte[] content) {
        Deflater deflater = new Deflater(9, true);
        try {
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }
}
