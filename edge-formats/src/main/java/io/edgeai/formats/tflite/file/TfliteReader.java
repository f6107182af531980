package io.edgeai.formats.tflite.file;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.flatbuffer.FlatBuffer;
import io.edgeai.formats.flatbuffer.FlatTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads TFLite files of schema version 3 (a to c). Field numbers are those of schema.fbs in TensorFlow. Stateless and
 * thread-safe.
 */
public final class TfliteReader {
    private static final int VERSION = 3;
    private static final int PLACEHOLDER = 127;
    private static final long MOST_ELEMENTS = 1L << 40;

    private final FlatBuffer buffer;
    private final List<@Nullable ByteBuffer> buffers = new ArrayList<>();
    private final List<FlatTable> codes;
    private final FlatTable root;

    private TfliteReader(FlatBuffer buffer) {
        this.buffer = buffer;
        this.root = buffer.root("TFL3");
        this.codes = root.tables(1);
    }

    /**
     * @throws ModelFormatException where the file is no TFLite model or damaged
     * @throws UnsupportedOperatorException where its tensors are kept in a way that is not known
     */
    public static TfliteModel read(Path file) {
        try {
            long size = Files.size(file);
            if (size > Integer.MAX_VALUE - 8) {
                throw new ModelFormatException("Model (" + file + ") has " + size
                        + " bytes; TFLite models end at 2 GiB. Maybe choose another file.");
            }
            return read(ByteBuffer.wrap(Files.readAllBytes(file)), file.toString());
        } catch (IOException e) {
            throw new ModelFormatException(
                    "Model (" + file + ") cannot be read: " + e + ". Maybe check its permissions.", e);
        }
    }

    /** @param name what error messages call the model */
    public static TfliteModel read(ByteBuffer bytes, String name) {
        return new TfliteReader(new FlatBuffer(bytes, name)).model(bytes);
    }

    private TfliteModel model(ByteBuffer whole) {
        int version = root.intField(0, 0);
        if (version != VERSION) {
            throw buffer.damaged("has schema version (" + version + ") where (" + VERSION + ") is known");
        }
        for (FlatTable each : root.tables(4)) {
            buffers.add(outside(each.longField(1, 0)) ? behind(each, 1) : each.bytes(0));
        }
        List<TfliteModel.Subgraph> subgraphs = new ArrayList<>();
        for (FlatTable each : root.tables(2)) {
            subgraphs.add(subgraph(each));
        }
        if (subgraphs.isEmpty()) {
            throw buffer.damaged("holds no graph");
        }
        List<TfliteModel.Signature> signatures = new ArrayList<>();
        for (FlatTable each : root.tables(7)) {
            signatures.add(signature(each, subgraphs));
        }
        Map<String, Integer> metadata = new LinkedHashMap<>();
        String minimum = "";
        for (FlatTable each : root.tables(6)) {
            ByteBuffer data = block(each.intField(1, 0));
            metadata.put(each.text(0), data == null ? 0 : data.remaining());
            if (each.text(0).equals("min_runtime_version") && data != null && data.remaining() <= 64) {
                minimum = StandardCharsets.US_ASCII
                        .decode(data.duplicate())
                        .toString()
                        .replace("\0", "")
                        .strip();
            }
        }
        return new TfliteModel(
                version, root.text(3), subgraphs, signatures, metadata, minimum, AttachedFiles.of(whole));
    }

    /** Large files keep data behind the FlatBuffer; offsets of 0 and 1 mean that it is not there. */
    private static boolean outside(long offset) {
        return Long.compareUnsigned(offset, 1) > 0;
    }

    private ByteBuffer behind(FlatTable table, int field) {
        return buffer.slice(table.longField(field, 0), table.longField(field + 1, 0));
    }

    private @Nullable ByteBuffer block(int index) {
        if (index < 0 || index >= buffers.size()) {
            throw buffer.damaged("names buffer (" + index + ") of " + buffers.size());
        }
        return buffers.get(index);
    }

    private TfliteModel.Subgraph subgraph(FlatTable table) {
        List<TfliteTensor> tensors = new ArrayList<>();
        for (FlatTable each : table.tables(0)) {
            tensors.add(tensor(each, tensors.size()));
        }
        List<TfliteOperator> operators = new ArrayList<>();
        for (FlatTable each : table.tables(3)) {
            operators.add(operator(each, operators.size(), tensors.size()));
        }
        int[] inputs = indices(table.ints(1), tensors.size(), false);
        int[] outputs = indices(table.ints(2), tensors.size(), false);
        return new TfliteModel.Subgraph(table.text(4), tensors, inputs, outputs, operators);
    }

    private int[] indices(int[] found, int limit, boolean optional) {
        for (int each : found) {
            if (each >= limit || each < (optional ? -1 : 0)) {
                throw buffer.damaged("names tensor (" + each + ") of " + limit);
            }
        }
        return found;
    }

    private TfliteTensor tensor(FlatTable table, int index) {
        TensorType type = TensorType.of(table.byteField(1, 0));
        if (type == null) {
            throw buffer.damaged("has a tensor of unknown type (" + table.byteField(1, 0) + ")");
        }
        if (table.intField(10, 0) != 0) {
            throw foreign(table.text(3), "lies in a file beside the model");
        }
        int[] shape = table.ints(0);
        int[] signature = table.ints(7);
        int[] stated = signature.length == shape.length ? signature : shape;
        long[] dims = new long[stated.length];
        long elements = 1;
        for (int i = 0; i < dims.length; i++) {
            dims[i] = Math.max(-1, stated[i]);
            long size = Math.max(0L, shape[i]);
            if (size > 0 && elements > MOST_ELEMENTS / size) {
                throw buffer.damaged("has a tensor of more than 2^40 elements");
            }
            elements *= size;
        }
        ByteBuffer data = block(table.intField(2, 0));
        FlatTable sparsity = table.table(6);
        if (data != null && data.remaining() == 0) {
            data = elements == 0 && shape.length > 0 && table.intField(2, 0) > 0 ? data : null;
        }
        if (data != null) {
            for (int i = 0; i < dims.length; i++) {
                if (shape[i] < 0) {
                    throw buffer.damaged("has a constant with the dimension (" + shape[i] + ")");
                }
                dims[i] = shape[i];
            }
            if (sparsity != null) {
                data = SparseTensors.dense(sparsity, data, shape, type, elements);
            }
            data = checked(data, type, elements, table.text(3));
        }
        boolean rankKnown = dims.length > 0 || data != null || table.flag(8, false);
        return new TfliteTensor(
                index,
                table.text(3),
                type,
                dims,
                rankKnown,
                data,
                quantization(table.table(4), shape, table.text(3)),
                table.flag(5, false));
    }

    private ByteBuffer checked(ByteBuffer data, TensorType type, long elements, String name) {
        if (type == TensorType.STRING || type.element() == null) {
            return data;
        }
        long needed =
                type == TensorType.INT4 ? (elements + 1) / 2 : type.element().bytes(elements);
        if (data.remaining() < needed) {
            throw buffer.damaged(
                    "has the constant (" + name + ") of " + data.remaining() + " bytes where " + needed + " belong");
        }
        ByteBuffer exact = data.slice(0, (int) needed).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        return type == TensorType.INT4 ? widened(exact, (int) elements) : exact;
    }

    private static ByteBuffer widened(ByteBuffer packed, int elements) {
        byte[] wide = new byte[elements];
        for (int i = 0; i < elements; i++) {
            int pair = packed.get(i / 2);
            wide[i] = (byte) (i % 2 == 0 ? (byte) (pair << 4) >> 4 : pair >> 4);
        }
        return ByteBuffer.wrap(wide).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    }

    private static UnsupportedOperatorException foreign(String name, String how) {
        return new UnsupportedOperatorException("Tensor (" + name + ") of the TFLite model " + how
                + ". Maybe convert the model anew, in one file and with scales for each tensor or channel.");
    }

    private Quantization quantization(@Nullable FlatTable table, int[] shape, String name) {
        if (table == null) {
            return Quantization.NONE;
        }
        if (table.byteField(4, 0) > 1) {
            throw foreign(name, "is quantized in blocks");
        }
        float[] scales = table.floats(2);
        long[] zeroPoints = table.longs(3);
        int axis = table.intField(6, 0);
        if (scales.length == 0 || (scales.length == 1 && scales[0] == 0)) {
            return Quantization.NONE;
        }
        if (zeroPoints.length != scales.length) {
            zeroPoints = java.util.Arrays.copyOf(zeroPoints.length == 0 ? new long[1] : zeroPoints, scales.length);
            for (int i = 1; i < zeroPoints.length; i++) {
                zeroPoints[i] = zeroPoints[0];
            }
        }
        if (scales.length > 1 && (axis < 0 || axis >= shape.length || shape[axis] != scales.length)) {
            throw buffer.damaged("has " + scales.length + " scales that fit no dimension (axis " + axis + " of "
                    + java.util.Arrays.toString(shape) + ")");
        }
        return new Quantization(scales, zeroPoints, axis);
    }

    private TfliteOperator operator(FlatTable table, int index, int tensors) {
        int place = table.intField(0, 0);
        if (place < 0 || place >= codes.size()) {
            throw buffer.damaged("names operator code (" + place + ") of " + codes.size());
        }
        FlatTable code = codes.get(place);
        int old = code.byteField(0, 0);
        int number = Math.max(old, code.intField(3, 0));
        if (old == PLACEHOLDER && number == PLACEHOLDER) {
            throw buffer.damaged("has an operator without a code");
        }
        ByteBuffer custom =
                table.bytes(5) == null && outside(table.longField(9, 0)) ? behind(table, 9) : table.bytes(5);
        return new TfliteOperator(
                index,
                number,
                code.text(1),
                code.intField(2, 1),
                indices(table.ints(1), tensors, true),
                indices(table.ints(2), tensors, false),
                indices(table.ints(8), tensors, true),
                table.table(4) != null ? table.table(4) : table.table(12),
                custom == null ? ByteBuffer.allocate(0) : custom);
    }

    private TfliteModel.Signature signature(FlatTable table, List<TfliteModel.Subgraph> subgraphs) {
        int graph = table.intField(4, 0);
        if (graph < 0 || graph >= subgraphs.size()) {
            throw buffer.damaged("has a signature of graph (" + graph + ") of " + subgraphs.size());
        }
        int tensors = subgraphs.get(graph).tensors().size();
        return new TfliteModel.Signature(table.text(2), graph, aliases(table, 0, tensors), aliases(table, 1, tensors));
    }

    private Map<String, Integer> aliases(FlatTable table, int field, int tensors) {
        Map<String, Integer> aliases = new LinkedHashMap<>();
        for (FlatTable each : table.tables(field)) {
            aliases.put(each.text(0), indices(new int[] {each.intField(1, 0)}, tensors, false)[0]);
        }
        return aliases;
    }
}
