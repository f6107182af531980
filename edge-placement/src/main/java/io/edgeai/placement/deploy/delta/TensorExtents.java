package io.edgeai.placement.deploy.delta;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the raw bytes of each named initializer of an ONNX file lie, found by walking the file's length-delimited
 * fields without reading the weights. Files of other kinds have none.
 */
final class TensorExtents {
    /** Field numbers of onnx.proto3. */
    private static final int MODEL_GRAPH = 7;

    private static final int GRAPH_INITIALIZER = 5;
    private static final int TENSOR_NAME = 8;
    private static final int TENSOR_RAW = 9;
    private static final int LONGEST_NAME = 4096;

    private final FileChannel file;
    private final ByteBuffer window = ByteBuffer.allocate(64);
    private final Map<String, Extent> found = new LinkedHashMap<>();

    /** Bytes from {@code start} on. */
    record Extent(long start, long length) {}

    private TensorExtents(FileChannel file) {
        this.file = file;
    }

    /** Names with their extents, in the order of the file; empty where the file is no ONNX model. */
    static Map<String, Extent> of(FileChannel file) throws IOException {
        TensorExtents walk = new TensorExtents(file);
        try {
            walk.model(file.size());
        } catch (NotOnnx e) {
            return Map.of();
        }
        return walk.found;
    }

    private void model(long end) throws IOException, NotOnnx {
        for (Field field = next(0, end); field != null; field = next(field.end(), end)) {
            if (field.number() == MODEL_GRAPH && field.delimited()) {
                for (Field in = next(field.start(), field.end()); in != null; in = next(in.end(), field.end())) {
                    if (in.number() == GRAPH_INITIALIZER && in.delimited()) {
                        initializer(in);
                    }
                }
            }
        }
    }

    private void initializer(Field tensor) throws IOException, NotOnnx {
        String name = null;
        Extent raw = null;
        for (Field field = next(tensor.start(), tensor.end()); field != null; field = next(field.end(), tensor.end())) {
            if (field.number() == TENSOR_NAME && field.delimited() && field.end() - field.start() <= LONGEST_NAME) {
                ByteBuffer text = ByteBuffer.allocate((int) (field.end() - field.start()));
                Bytes.readFully(file, text, field.start());
                name = StandardCharsets.UTF_8.decode(text.flip()).toString();
            } else if (field.number() == TENSOR_RAW && field.delimited()) {
                raw = new Extent(field.start(), field.end() - field.start());
            }
        }
        if (name != null && raw != null && raw.length() > 0) {
            found.putIfAbsent(name, raw);
        }
    }

    /** A field's number and the range of its value. */
    private record Field(int number, boolean delimited, long start, long end) {}

    private @Nullable Field next(long at, long end) throws IOException, NotOnnx {
        if (at >= end) {
            return null;
        }
        window.clear().limit((int) Math.min(20, end - at));
        Bytes.readFully(file, window, at);
        window.flip();
        long tag = varint();
        long value;
        long size;
        switch ((int) (tag & 7)) {
            case 0 -> {
                varint();
                value = at + window.position();
                size = 0;
            }
            case 1 -> {
                value = at + window.position();
                size = 8;
            }
            case 2 -> {
                size = varint();
                value = at + window.position();
            }
            case 5 -> {
                value = at + window.position();
                size = 4;
            }
            default -> throw new NotOnnx();
        }
        if (size < 0 || size > end - value || tag >>> 3 == 0 || tag >>> 3 > 536_870_911L) {
            throw new NotOnnx();
        }
        return new Field((int) (tag >>> 3), (tag & 7) == 2, value, value + size);
    }

    private long varint() throws NotOnnx {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (!window.hasRemaining()) {
                throw new NotOnnx();
            }
            byte next = window.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new NotOnnx();
    }

    private static final class NotOnnx extends Exception {
        private static final long serialVersionUID = 1L;

        NotOnnx() {
            super("", null, false, false);
        }
    }
}
