package io.edgeai.formats.tflite;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Writes a FlexBuffer map of numbers, all of them 32 bits wide. */
final class FlexOptions {
    private static final int INT = 1;
    private static final int FLOAT = 3;
    private static final int MAP = 9;
    private static final int WIDE = 2; // elements of four bytes

    private FlexOptions() {}

    static byte[] map(Map<String, ? extends Number> values) {
        TreeMap<String, Number> sorted = new TreeMap<>(values);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int[] keys = new int[sorted.size()];
        int i = 0;
        for (String key : sorted.keySet()) {
            keys[i++] = out.size();
            out.writeBytes(key.getBytes(StandardCharsets.UTF_8));
            out.write(0);
        }
        while (out.size() % 4 != 0) {
            out.write(0);
        }
        number(out, sorted.size());
        int keyVector = out.size();
        for (int key : keys) {
            number(out, out.size() - key);
        }
        number(out, out.size() - keyVector);
        number(out, 4);
        number(out, sorted.size());
        int valueVector = out.size();
        for (Number value : sorted.values()) {
            number(out, value instanceof Float real ? Float.floatToIntBits(real) : value.intValue());
        }
        for (Number value : sorted.values()) {
            out.write((value instanceof Float ? FLOAT : INT) << 2 | WIDE);
        }
        while (out.size() % 4 != 0) {
            out.write(0);
        }
        number(out, out.size() - valueVector);
        out.write(MAP << 2 | WIDE);
        out.write(4);
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int value) {
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }
}
