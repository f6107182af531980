package io.edgeai.core.format;

import static io.edgeai.core.format.ProtoFields.LENGTH;
import static io.edgeai.core.format.ProtoFields.VARINT;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The index of a TensorFlow checkpoint ({@code variables.index}): a sorted table in LevelDB's form (blocks of keys that
 * share prefixes, a block of block positions, a footer) whose values are {@code BundleEntryProto} of
 * tensor_bundle.proto. Weights lie in other files and are not read.
 */
final class VariablesIndex {
    private static final int FOOTER = 48;
    private static final long MAGIC = 0xdb4775248b80fb57L;
    private static final int MOST_BLOCK = 16 << 20;
    private static final int MOST_KEY = 4096;
    private static final int SNAPPY = 1;

    /**
     * One tensor.
     *
     * @param name its key
     * @param type element type
     * @param shape dimensions, all known
     * @param bytes bytes it takes in the data files
     */
    record Variable(String name, ElementType type, List<Dim> shape, long bytes) {}

    private final FileView file;
    private final Consumer<Variable> found;
    private long read;

    private VariablesIndex(FileView file, Consumer<Variable> found) {
        this.file = file;
        this.found = found;
    }

    /** Tells each tensor in order of its name; false where the table is damaged, after those before the damage. */
    static boolean read(FileView file, Consumer<Variable> found) {
        if (file.size() < FOOTER || file.littleEndian(file.size() - 8, 8) != MAGIC) {
            return false;
        }
        VariablesIndex index = new VariablesIndex(file, found);
        Cursor footer = new Cursor(FileView.of(file.path(), file.bytes(file.size() - FOOTER, FOOTER - 8)));
        footer.varint();
        footer.varint();
        byte[] blocks = index.block(footer.varint(), footer.varint());
        return blocks != null
                && index.entries(blocks, (key, value) -> {
                    Cursor handle = new Cursor(value);
                    byte[] block = index.next(handle.varint(), handle.varint());
                    return block != null && index.entries(block, index::variable);
                });
    }

    /** Blocks stand in their order; one that is named twice would be work without end. */
    private byte @Nullable [] next(long offset, long size) {
        if (offset < read) {
            return null;
        }
        byte[] block = block(offset, size);
        read = offset + size;
        return block;
    }

    private byte @Nullable [] block(long offset, long size) {
        if (offset < 0 || size < 4 || size > MOST_BLOCK || offset > file.size() - size - 1) {
            return null;
        }
        byte[] raw = file.bytes(offset, (int) size);
        int packing = file.at(offset + size);
        return packing == 0 ? raw : packing == SNAPPY ? Snappy.unpack(raw) : null;
    }

    @FunctionalInterface
    private interface Entry {
        boolean take(byte[] key, FileView value);
    }

    private boolean entries(byte[] block, Entry entry) {
        FileView view = FileView.of(file.path(), block);
        long restarts = block.length < 4 ? -1 : view.littleEndian(block.length - 4L, 4);
        long end = block.length - 4 - 4 * restarts;
        if (restarts < 0 || end < 0) {
            return false;
        }
        Cursor cursor = new Cursor(view);
        byte[] key = {};
        while (cursor.at < end) {
            long shared = cursor.varint();
            long own = cursor.varint();
            long length = cursor.varint();
            if (shared < 0 || own < 0 || length < 0 || shared > key.length || shared + own > MOST_KEY) {
                return false;
            }
            if (own > end - cursor.at || length > end - cursor.at - own) {
                return false;
            }
            byte[] next = Arrays.copyOf(key, (int) (shared + own));
            System.arraycopy(block, (int) cursor.at, next, (int) shared, (int) own);
            key = next;
            int from = (int) (cursor.at + own);
            cursor.at = from + length;
            if (!entry.take(key, FileView.of(file.path(), Arrays.copyOfRange(block, from, from + (int) length)))) {
                return false;
            }
        }
        return true;
    }

    /** The empty key holds the table's own header; keys of parts of a tensor begin with a zero. */
    private boolean variable(byte[] key, FileView value) {
        if (key.length == 0 || key[0] == 0) {
            return true;
        }
        ElementType type = null;
        List<Dim> shape = List.of();
        long bytes = 0;
        ProtoFields entry = ProtoFields.of(value);
        while (entry.next()) {
            if (entry.is(1, VARINT)) {
                type = TensorFlowTypes.element((int) entry.value());
            } else if (entry.is(2, LENGTH)) {
                List<Dim> stated = TensorFlowTypes.shape(entry.enter());
                shape = stated == null ? List.of() : stated;
            } else if (entry.is(5, VARINT)) {
                bytes = Math.max(0, entry.value());
            }
        }
        if (type != null) {
            long whole = bytes > 0 ? bytes : type.bytes(Weights.elements(shape));
            found.accept(new Variable(new String(key, StandardCharsets.UTF_8), type, shape, whole));
        }
        return !entry.broken();
    }

    /** Reads varints one after the other; -1 where they end or are too long. */
    private static final class Cursor {
        private final FileView bytes;
        private long at;

        Cursor(FileView bytes) {
            this.bytes = bytes;
        }

        long varint() {
            long value = 0;
            for (int shift = 0; shift < 63 && at < bytes.size(); shift += 7) {
                int b = bytes.at(at++);
                value |= (long) (b & 0x7f) << shift;
                if (b < 0x80) {
                    return value;
                }
            }
            return -1;
        }
    }
}
