package io.edgeai.core.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes a small TFLite file: children first into their places behind the parents that point to them. */
final class TfliteBytes {
    private final ByteBuffer out;

    TfliteBytes() {
        this(2048);
    }

    private TfliteBytes(int capacity) {
        out = ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A table whose fields are all words of four bytes; returns its position. Field n stands at 4 + 4n. */
    private int table(int fields, int... present) {
        int vtable = out.position();
        out.putShort((short) (4 + 2 * fields)).putShort((short) (4 + 4 * fields));
        for (int f = 0; f < fields; f++) {
            int field = f;
            out.putShort((short) (Arrays.stream(present).anyMatch(p -> p == field) ? 4 + 4 * f : 0));
        }
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
        int at = out.position();
        out.putInt(at - vtable);
        for (int f = 0; f < fields; f++) {
            out.putInt(0);
        }
        return at;
    }

    private void set(int table, int field, int value) {
        out.putInt(table + 4 + 4 * field, value);
    }

    private void point(int place) {
        out.putInt(place, out.position() - place);
    }

    private void point(int table, int field) {
        point(table + 4 + 4 * field);
    }

    private void ints(int table, int field, int... values) {
        point(table, field);
        out.putInt(values.length);
        for (int value : values) {
            out.putInt(value);
        }
    }

    private void text(int table, int field, String text) {
        point(table, field);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.putInt(bytes.length).put(bytes).put((byte) 0);
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
    }

    /** A list of tables with room for its offsets; returns the position of the first offset. */
    private int list(int table, int field, int count) {
        point(table, field);
        out.putInt(count);
        int first = out.position();
        for (int i = 0; i < count; i++) {
            out.putInt(0);
        }
        return first;
    }

    private void tensor(int place, String name, int type, int buffer, int... dims) {
        point(place);
        int vtable = out.position();
        int at = table(5, 0, 1, 2, 3, 4);
        out.putInt(place, at - place);
        assert at > vtable;
        ints(at, 0, dims);
        set(at, 1, type);
        set(at, 2, buffer);
        text(at, 3, name);
        point(at, 4);
        int quantization = table(4, 2, 3);
        out.putInt(at + 4 + 16, quantization - (at + 4 + 16));
        point(quantization, 2);
        out.putInt(1).putFloat(.5f);
        point(quantization, 3);
        out.putInt(1).putLong(-3);
    }

    byte[] model() {
        out.putInt(0).put("TFL3".getBytes(StandardCharsets.US_ASCII));
        int model = table(8, 0, 1, 2, 3, 4);
        out.putInt(0, model);
        set(model, 0, 3);
        int codes = list(model, 1, 1);
        int code = table(4, 0, 3);
        out.putInt(codes, code - codes);
        set(code, 0, 9);
        set(code, 3, 9);
        int graphs = list(model, 2, 1);
        int graph = table(5, 0, 1, 2, 3);
        out.putInt(graphs, graph - graphs);
        int tensors = list(graph, 0, 3);
        tensor(tensors, "x", 9, 0, 1, 4);
        tensor(tensors + 4, "w", 9, 1, 1, 4);
        tensor(tensors + 8, "y", 9, 0, 1, 1);
        ints(graph, 1, 0);
        ints(graph, 2, 2);
        int operators = list(graph, 3, 1);
        int operator = table(3, 0, 1, 2);
        out.putInt(operators, operator - operators);
        ints(operator, 1, 0, 1, -1);
        ints(operator, 2, 2);
        text(model, 3, "by hand");
        int buffers = list(model, 4, 2);
        int empty = table(1);
        out.putInt(buffers, empty - buffers);
        int data = table(1, 0);
        out.putInt(buffers + 4, data - (buffers + 4));
        ints(data, 0, 0x04030201);
        out.putInt(out.position() - 8, 4); // its length counts bytes
        return Arrays.copyOf(out.array(), out.position());
    }

    /** As many operators of one kind, tensors of two bytes of weights, and inputs. */
    static byte[] large(int parts) {
        return new TfliteBytes(1024 + 200 * parts).parts(parts);
    }

    private byte[] parts(int parts) {
        out.putInt(0).put("TFL3".getBytes(StandardCharsets.US_ASCII));
        int model = table(8, 0, 1, 2, 4);
        out.putInt(0, model);
        set(model, 0, 3);
        int codes = list(model, 1, parts);
        int code = table(4, 0, 1, 3);
        set(code, 0, TfliteOperators.CUSTOM);
        set(code, 3, TfliteOperators.CUSTOM);
        text(code, 1, "own".repeat(100));
        int graphs = list(model, 2, 1);
        int graph = table(5, 0, 1, 3);
        out.putInt(graphs, graph - graphs);
        int tensors = list(graph, 0, parts);
        int operators = list(graph, 3, parts);
        int[] inputs = new int[parts];
        for (int i = 0; i < parts; i++) {
            out.putInt(codes + 4 * i, code - (codes + 4 * i));
            inputs[i] = i;
            point(tensors + 4 * i);
            int at = table(4, 0, 1, 2, 3);
            out.putInt(tensors + 4 * i, at - (tensors + 4 * i));
            ints(at, 0, 1);
            set(at, 1, 0);
            set(at, 2, i);
            text(at, 3, "t" + i);
            int operator = table(3, 0);
            out.putInt(operators + 4 * i, operator - (operators + 4 * i));
            set(operator, 0, i);
        }
        ints(graph, 1, inputs);
        int buffers = list(model, 4, parts);
        for (int i = 0; i < parts; i++) {
            int data = table(1, 0);
            out.putInt(buffers + 4 * i, data - (buffers + 4 * i));
            ints(data, 0, i);
        }
        return Arrays.copyOf(out.array(), out.position());
    }
}
