package io.edgeai.federated.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.GZIPOutputStream;

/** Small files of the formats that are read, made byte by byte. */
final class FileBytes {
    private FileBytes() {}

    /** Two users with two features and three classes; 2 + 1 and 1 + 0 samples. */
    static byte[] fsyn() {
        return ByteBuffer.allocate(16 + 8 + 16 + 2 + 8 + 1 + 8 + 8 + 1)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {'F', 'S', 'Y', 'N'})
                .putInt(2)
                .putInt(2)
                .putInt(3)
                .putInt(2)
                .putInt(1)
                .putFloat(1)
                .putFloat(2)
                .putFloat(-3.5f)
                .putFloat(4)
                .put(new byte[] {0, 1})
                .putFloat(9)
                .putFloat(8)
                .put((byte) 2)
                .putInt(1)
                .putInt(0)
                .putFloat(5)
                .putFloat(6)
                .put((byte) 1)
                .array();
    }

    static byte[] idxImages(int count, int rows, int columns, byte... pixels) {
        return ByteBuffer.allocate(16 + pixels.length)
                .putInt(0x803)
                .putInt(count)
                .putInt(rows)
                .putInt(columns)
                .put(pixels)
                .array();
    }

    static byte[] idxLabels(int count, byte... labels) {
        return ByteBuffer.allocate(8 + labels.length)
                .putInt(0x801)
                .putInt(count)
                .put(labels)
                .array();
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(bytes);
        }
        return out.toByteArray();
    }
}
