package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;

import io.edgeai.formats.flatbuffer.FlatWriter;
import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** A TFLite file under construction: tensors, operators and what goes in and out, of one subgraph or several. */
final class TfliteFile {
    /** Numbers of the options' tables in the union {@code BuiltinOptions}; the official runtime looks at them. */
    private static final Map<Builtin, Integer> OPTIONS = Map.ofEntries(
            Map.entry(Builtin.ADD, 11),
            Map.entry(Builtin.ARG_MAX, 40),
            Map.entry(Builtin.ARG_MIN, 57),
            Map.entry(Builtin.AVERAGE_POOL_2D, 5),
            Map.entry(Builtin.BATCH_MATMUL, 101),
            Map.entry(Builtin.BIDIRECTIONAL_SEQUENCE_LSTM, 69),
            Map.entry(Builtin.BIDIRECTIONAL_SEQUENCE_RNN, 70),
            Map.entry(Builtin.BUCKETIZE, 115),
            Map.entry(Builtin.CALL, 16),
            Map.entry(Builtin.CAST, 37),
            Map.entry(Builtin.CONCATENATION, 10),
            Map.entry(Builtin.CONV_2D, 1),
            Map.entry(Builtin.CONV_3D, 106),
            Map.entry(Builtin.CONV_3D_TRANSPOSE, 106),
            Map.entry(Builtin.CUMSUM, 102),
            Map.entry(Builtin.DEPTHWISE_CONV_2D, 2),
            Map.entry(Builtin.DEPTH_TO_SPACE, 94),
            Map.entry(Builtin.DIV, 29),
            Map.entry(Builtin.FAKE_QUANT, 58),
            Map.entry(Builtin.FULLY_CONNECTED, 8),
            Map.entry(Builtin.GATHER, 23),
            Map.entry(Builtin.GELU, 116),
            Map.entry(Builtin.IF, 92),
            Map.entry(Builtin.L2_NORMALIZATION, 12),
            Map.entry(Builtin.L2_POOL_2D, 5),
            Map.entry(Builtin.LEAKY_RELU, 75),
            Map.entry(Builtin.LOCAL_RESPONSE_NORMALIZATION, 13),
            Map.entry(Builtin.LSTM, 14),
            Map.entry(Builtin.MAX_POOL_2D, 5),
            Map.entry(Builtin.MEAN, 27),
            Map.entry(Builtin.MIRROR_PAD, 77),
            Map.entry(Builtin.MUL, 21),
            Map.entry(Builtin.ONE_HOT, 61),
            Map.entry(Builtin.PACK, 59),
            Map.entry(Builtin.REDUCE_ALL, 27),
            Map.entry(Builtin.REDUCE_ANY, 27),
            Map.entry(Builtin.REDUCE_MAX, 27),
            Map.entry(Builtin.REDUCE_MIN, 27),
            Map.entry(Builtin.REDUCE_PROD, 27),
            Map.entry(Builtin.RESHAPE, 17),
            Map.entry(Builtin.RESIZE_BILINEAR, 15),
            Map.entry(Builtin.RESIZE_NEAREST_NEIGHBOR, 74),
            Map.entry(Builtin.REVERSE_SEQUENCE, 87),
            Map.entry(Builtin.RNN, 7),
            Map.entry(Builtin.SEGMENT_SUM, 100),
            Map.entry(Builtin.SHAPE, 55),
            Map.entry(Builtin.SOFTMAX, 9),
            Map.entry(Builtin.SPACE_TO_DEPTH, 19),
            Map.entry(Builtin.SPLIT, 35),
            Map.entry(Builtin.SPLIT_V, 79),
            Map.entry(Builtin.SQUEEZE, 30),
            Map.entry(Builtin.STRIDED_SLICE, 32),
            Map.entry(Builtin.SUB, 28),
            Map.entry(Builtin.SUM, 27),
            Map.entry(Builtin.SVDF, 6),
            Map.entry(Builtin.TRANSPOSE_CONV, 49),
            Map.entry(Builtin.UNIDIRECTIONAL_SEQUENCE_LSTM, 71),
            Map.entry(Builtin.UNIDIRECTIONAL_SEQUENCE_RNN, 31),
            Map.entry(Builtin.UNIQUE, 80),
            Map.entry(Builtin.UNPACK, 64),
            Map.entry(Builtin.WHILE, 93));

    private final List<Table> buffers = new ArrayList<>(List.of(table()));
    private final List<Table> codes = new ArrayList<>();
    private final List<Table> graphs = new ArrayList<>();
    private List<Table> tensors = new ArrayList<>();
    private List<Table> operators = new ArrayList<>();
    private final List<Integer> inputs = new ArrayList<>();
    private final List<Integer> outputs = new ArrayList<>();
    final Table model = table();

    int tensor(TensorType type, int... dims) {
        tensors.add(table().with(0, dims)
                .with(1, (byte) Arrays.asList(TensorType.values()).indexOf(type))
                .with(3, "t" + tensors.size())
                .with(8, true));
        return tensors.size() - 1;
    }

    int input(TensorType type, int... dims) {
        int index = tensor(type, dims);
        inputs.add(index);
        return index;
    }

    int output(TensorType type, int... dims) {
        int index = tensor(type, dims);
        outputs.add(index);
        return index;
    }

    /** A tensor that is there already leaves the subgraph. */
    TfliteFile leaves(int tensor) {
        outputs.add(tensor);
        return this;
    }

    TfliteFile quantize(int tensor, float scale, long zeroPoint) {
        tensors.get(tensor).with(4, table().with(2, new float[] {scale}).with(3, new long[] {zeroPoint}));
        return this;
    }

    TfliteFile quantize(int tensor, float[] scales, int axis) {
        tensors.get(tensor)
                .with(
                        4,
                        table().with(2, scales).with(3, new long[scales.length]).with(6, axis));
        return this;
    }

    TfliteFile signature(int tensor, int... dims) {
        tensors.get(tensor).with(7, dims);
        return this;
    }

    TfliteFile variable(int tensor) {
        tensors.get(tensor).with(5, true);
        return this;
    }

    Table raw(int tensor) {
        return tensors.get(tensor);
    }

    int constant(TensorType type, byte[] data, int... dims) {
        int index = tensor(type, dims);
        buffers.add(table().with(0, data));
        tensors.get(index).with(2, buffers.size() - 1);
        return index;
    }

    int floats(float[] values, int... dims) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return constant(TensorType.FLOAT32, bytes.array(), dims);
    }

    int ints(int[] values, int... dims) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return constant(TensorType.INT32, bytes.array(), dims);
    }

    int vector(int... values) {
        return ints(values, values.length);
    }

    int scalar(int value) {
        return ints(new int[] {value});
    }

    int bytes(TensorType type, int[] values, int... dims) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return constant(type, bytes, dims);
    }

    TfliteFile op(Builtin builtin, Table options, int[] from, int... to) {
        int code = Arrays.asList(Builtin.values()).indexOf(builtin);
        codes.add(table().with(0, (byte) Math.min(127, code)).with(3, code).with(2, 1));
        operators.add(table().with(0, codes.size() - 1)
                .with(1, from)
                .with(2, to)
                .with(3, (byte) (int) OPTIONS.getOrDefault(builtin, 0))
                .with(4, options));
        return this;
    }

    /** Sets the version of the last operator. */
    TfliteFile version(int version) {
        codes.get(codes.size() - 1).with(2, version);
        return this;
    }

    TfliteFile custom(String name, byte[] options, int[] from, int... to) {
        codes.add(table().with(0, (byte) 32).with(1, name).with(3, 32).with(2, 1));
        operators.add(
                table().with(0, codes.size() - 1).with(1, from).with(2, to).with(5, options));
        return this;
    }

    Table lastCode() {
        return codes.get(codes.size() - 1);
    }

    Table lastOperator() {
        return operators.get(operators.size() - 1);
    }

    /** Ends this subgraph; what follows belongs to the next. */
    TfliteFile next() {
        graphs.add(table().with(0, tensors)
                .with(1, inputs.stream().mapToInt(i -> i).toArray())
                .with(2, outputs.stream().mapToInt(i -> i).toArray())
                .with(3, operators)
                .with(4, "g" + graphs.size()));
        tensors = new ArrayList<>();
        operators = new ArrayList<>();
        inputs.clear();
        outputs.clear();
        return this;
    }

    byte[] bytes() {
        if (!tensors.isEmpty()) {
            next();
        }
        model.with(0, 3).with(1, codes).with(2, graphs).with(3, "test").with(4, buffers);
        return FlatWriter.file("TFL3", model);
    }
}
