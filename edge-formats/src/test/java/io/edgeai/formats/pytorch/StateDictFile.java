package io.edgeai.formats.pytorch;

import io.edgeai.core.model.ElementType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes state dicts opcode by opcode, as {@code torch.save} does: the archive and the form before it. */
public final class StateDictFile {
    private static final Map<ElementType, String> STORAGES = Map.of(
            ElementType.FLOAT, "FloatStorage",
            ElementType.FLOAT16, "HalfStorage",
            ElementType.INT64, "LongStorage",
            ElementType.DOUBLE, "DoubleStorage");

    private record View(String name, int storage, long offset, long[] dims, long[] strides, boolean parameter) {}

    private record Storage(ElementType type, ByteBuffer bytes) {}

    private final List<Storage> storages = new ArrayList<>();
    private final List<View> views = new ArrayList<>();
    private final Map<String, byte[]> others = new LinkedHashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private boolean legacy;

    /** Storage of floats; its number. */
    public int floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return storage(ElementType.FLOAT, bytes);
    }

    int storage(ElementType type, ByteBuffer bytes) {
        storages.add(new Storage(type, bytes));
        return storages.size() - 1;
    }

    /** A whole storage as a tensor of its own. */
    public StateDictFile tensor(String name, int storage, long... dims) {
        return view(name, storage, 0, dims, packed(dims), false);
    }

    StateDictFile parameter(String name, int storage, long... dims) {
        return view(name, storage, 0, dims, packed(dims), true);
    }

    StateDictFile view(String name, int storage, long offset, long[] dims, long[] strides, boolean parameter) {
        views.add(new View(name, storage, offset, dims, strides, parameter));
        return this;
    }

    /** An entry whose value is any pickle opcodes. */
    StateDictFile entry(String name, String opcodes) {
        others.put(name, opcodes.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    private static long[] packed(long[] dims) {
        long[] strides = new long[dims.length];
        long next = 1;
        for (int axis = dims.length - 1; axis >= 0; axis--) {
            strides[axis] = next;
            next *= dims[axis];
        }
        return strides;
    }

    /** The archive; returns the file. */
    public Path zip(Path file) {
        return zip(file, Map.of());
    }

    /** The archive with further or other entries. */
    Path zip(Path file, Map<String, byte[]> changes) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", pickle());
        for (int i = 0; i < storages.size(); i++) {
            entries.put("archive/data/" + i, storages.get(i).bytes().array());
        }
        entries.put("archive/version", "3\n".getBytes(StandardCharsets.US_ASCII));
        entries.putAll(changes);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The form before PyTorch 1.6. */
    public Path legacy(Path file) {
        legacy = true;
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(latin("\u0080\2\u008a\12l\u00fc\u009cF\u00f9 j\u00a8P\31."));
        all.writeBytes(latin("\u0080\2M\u00e9\3."));
        all.writeBytes(latin("\u0080\2}(X\r\0\0\0little_endian\u0088u."));
        all.writeBytes(pickle());
        out.reset();
        text("\u0080\2](");
        for (int i = 0; i < storages.size(); i++) {
            string(Integer.toString(i));
        }
        text("e.");
        all.writeBytes(out.toByteArray());
        for (Storage storage : storages) {
            long count = storage.bytes().capacity() / storage.type().bytes(1);
            all.writeBytes(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(count)
                    .array());
            all.writeBytes(storage.bytes().array());
        }
        try {
            return Files.write(file, all.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The pickle of the dict: an OrderedDict that is filled and then given its {@code _metadata}. */
    byte[] pickle() {
        out.reset();
        text("\u0080\2ccollections\nOrderedDict\n)R(");
        for (View view : views) {
            string(view.name());
            if (view.parameter()) {
                text("ctorch._utils\n_rebuild_parameter\n");
            }
            text("ctorch._utils\n_rebuild_tensor_v2\n((");
            Storage storage = storages.get(view.storage());
            string("storage");
            text("ctorch\n" + STORAGES.get(storage.type()) + "\n");
            string(Integer.toString(view.storage()));
            string("cpu");
            number(storage.bytes().capacity() / storage.type().bytes(1));
            text(legacy ? "NtQ" : "tQ");
            number(view.offset());
            tuple(view.dims());
            tuple(view.strides());
            text("\u0089ccollections\nOrderedDict\n)RtR");
            if (view.parameter()) {
                text("\u0088ccollections\nOrderedDict\n)R\u0087R");
            }
        }
        others.forEach((name, opcodes) -> {
            string(name);
            out.writeBytes(opcodes);
        });
        text("u}X\t\0\0\0_metadataccollections\nOrderedDict\n)Rsb.");
        return out.toByteArray();
    }

    private void tuple(long... values) {
        text("(");
        for (long value : values) {
            number(value);
        }
        text("t");
    }

    private void number(long value) {
        text("\u008a\b");
        out.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }

    private void string(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        text("X");
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(utf8.length)
                .array());
        out.writeBytes(utf8);
    }

    private void text(String opcodes) {
        out.writeBytes(latin(opcodes));
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
