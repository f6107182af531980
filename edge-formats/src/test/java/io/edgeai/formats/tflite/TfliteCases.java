package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.BOOL;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT64;

import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Small files, one for each operator and way of using it, with inputs made by a fixed rule. What the official TFLite
 * 2.20 kernels answer stands in the resource {@code expected.txt}.
 */
final class TfliteCases {
    /** A file and what is fed to it. */
    record Case(String name, byte[] file, List<Npy> inputs) {}

    private final Map<String, Case> cases = new LinkedHashMap<>();

    static Map<String, Case> all() {
        TfliteCases all = new TfliteCases();
        all.elementwise();
        all.pairs();
        new TfliteWindowCases(all).windows();
        TfliteShapeCases shapes = new TfliteShapeCases(all);
        shapes.shapes();
        shapes.reductions();
        shapes.indexing();
        TfliteQuantizedCases quantized = new TfliteQuantizedCases(all);
        quantized.recurrent();
        quantized.quantized();
        quantized.control();
        return all.cases;
    }

    static final class Builder {
        final TfliteFile file = new TfliteFile();
        final List<Npy> inputs = new ArrayList<>();

        int in(TensorType type, int... dims) {
            return like(type, 0, dims);
        }

        /** An input whose values follow a rule; {@code kind} 1 is positive, 2 small integers from 0. */
        int like(TensorType type, int kind, int... dims) {
            inputs.add(values(type, kind, dims, inputs.size()));
            return file.input(type, dims);
        }
    }

    static Npy values(TensorType type, int kind, int[] dims, int salt) {
        int n = 1;
        for (int dim : dims) {
            n *= dim;
        }
        int width = type == INT64 ? 8 : type == FLOAT32 || type == INT32 ? 4 : type == TensorType.INT16 ? 2 : 1;
        ByteBuffer data = ByteBuffer.allocate(n * width).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < n; i++) {
            int whole = (i * 37 + 11 + 5 * salt) % 23 - 11;
            int value = kind == 1 ? Math.abs(whole) + 1 : kind == 2 ? (i * 7 + salt) % 3 : whole;
            switch (type) {
                case FLOAT32 -> data.putFloat(4 * i, value / 4f);
                case INT32 -> data.putInt(4 * i, value);
                case INT64 -> data.putLong(8 * i, value);
                case INT16 -> data.putShort(2 * i, (short) (value * 900));
                case BOOL -> data.put(i, (byte) (whole & 1));
                default -> data.put(i, (byte) (value * 11));
            }
        }
        String name =
                switch (type) {
                    case FLOAT32 -> "f4";
                    case INT32 -> "i4";
                    case INT64 -> "i8";
                    case INT16 -> "i2";
                    case BOOL -> "b1";
                    case UINT8 -> "u1";
                    default -> "i1";
                };
        return new Npy(name, Arrays.stream(dims).asLongStream().toArray(), data);
    }

    void add(String name, Consumer<Builder> content) {
        Builder builder = new Builder();
        content.accept(builder);
        if (cases.put(name, new Case(name, builder.file.bytes(), builder.inputs)) != null) {
            throw new IllegalStateException(name + " twice");
        }
    }

    static float[] weights(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = ((i * 29 + 7) % 19 - 9) / 8f;
        }
        return values;
    }

    static Table act(int field, int activation) {
        return table().with(field, (byte) activation);
    }

    private void unary(Builtin op, int kind, Table options) {
        add(
                op + "",
                b -> b.file.op(
                        op,
                        options,
                        new int[] {b.like(FLOAT32, kind, 1, 2, 3, 4)},
                        b.file.output(FLOAT32, 1, 2, 3, 4)));
    }

    private void elementwise() {
        for (Builtin op : new Builtin[] {
            Builtin.ABS,
            Builtin.CEIL,
            Builtin.COS,
            Builtin.EXP,
            Builtin.FLOOR,
            Builtin.LOGISTIC,
            Builtin.NEG,
            Builtin.ROUND,
            Builtin.SIN,
            Builtin.SQUARE,
            Builtin.TANH,
            Builtin.ELU,
            Builtin.HARD_SWISH,
            Builtin.RELU,
            Builtin.RELU6,
            Builtin.RELU_N1_TO_1,
            Builtin.LOG_SOFTMAX,
            Builtin.ZEROS_LIKE,
            Builtin.SIGN,
            Builtin.RELU_0_TO_1
        }) {
            unary(op, 0, table());
        }
        unary(Builtin.LOG, 1, table());
        unary(Builtin.SQRT, 1, table());
        unary(Builtin.RSQRT, 1, table());
        unary(Builtin.LEAKY_RELU, 0, table().with(0, .3f));
        unary(Builtin.L2_NORMALIZATION, 0, table());
        unary(Builtin.GELU, 0, table());
        unary(Builtin.SOFTMAX, 0, table().with(0, 1f));
        add(
                "SOFTMAX beta",
                b -> b.file.op(
                        Builtin.SOFTMAX,
                        table().with(0, .5f),
                        new int[] {b.in(FLOAT32, 2, 5)},
                        b.file.output(FLOAT32, 2, 5)));
        add(
                "GELU tanh",
                b -> b.file.op(
                        Builtin.GELU,
                        table().with(0, true),
                        new int[] {b.in(FLOAT32, 2, 5)},
                        b.file.output(FLOAT32, 2, 5)));
        add(
                "PRELU",
                b -> b.file.op(
                        Builtin.PRELU,
                        table(),
                        new int[] {b.in(FLOAT32, 1, 2, 2, 3), b.file.floats(new float[] {.1f, .5f, -1}, 1, 1, 3)},
                        b.file.output(FLOAT32, 1, 2, 2, 3)));
        add(
                "LOGICAL_NOT",
                b -> b.file.op(Builtin.LOGICAL_NOT, table(), new int[] {b.in(BOOL, 2, 3)}, b.file.output(BOOL, 2, 3)));
        add(
                "CAST to int",
                b -> b.file.op(
                        Builtin.CAST,
                        table().with(0, (byte) 0).with(1, (byte) 2),
                        new int[] {b.in(FLOAT32, 2, 3)},
                        b.file.output(INT32, 2, 3)));
        add(
                "CAST to float",
                b -> b.file.op(
                        Builtin.CAST,
                        table().with(0, (byte) 2).with(1, (byte) 0),
                        new int[] {b.in(INT32, 2, 3)},
                        b.file.output(FLOAT32, 2, 3)));
        add(
                "CAST to bool",
                b -> b.file.op(
                        Builtin.CAST,
                        table().with(0, (byte) 2).with(1, (byte) 6),
                        new int[] {b.like(INT32, 2, 2, 3)},
                        b.file.output(BOOL, 2, 3)));
        add(
                "FAKE_QUANT",
                b -> b.file.op(
                        Builtin.FAKE_QUANT,
                        table().with(0, -2f).with(1, 2.1f).with(2, 4),
                        new int[] {b.in(FLOAT32, 2, 9)},
                        b.file.output(FLOAT32, 2, 9)));
    }

    private void pair(Builtin op, TensorType type, TensorType out, int kind, String more, Table options) {
        add(
                op + more,
                b -> b.file.op(
                        op,
                        options,
                        new int[] {b.like(type, kind, 2, 3, 4), b.like(type, kind == 0 ? 0 : 1, 3, 1)},
                        b.file.output(out, 2, 3, 4)));
    }

    private void pairs() {
        for (Builtin op : new Builtin[] {
            Builtin.ADD, Builtin.SUB, Builtin.MUL, Builtin.MAXIMUM, Builtin.MINIMUM, Builtin.SQUARED_DIFFERENCE
        }) {
            pair(op, FLOAT32, FLOAT32, 0, "", table());
            pair(op, INT32, INT32, 0, " int", table());
        }
        pair(Builtin.DIV, FLOAT32, FLOAT32, 1, "", table());
        pair(Builtin.DIV, INT32, INT32, 1, " int", table());
        pair(Builtin.POW, FLOAT32, FLOAT32, 1, "", table());
        add(
                "ATAN2",
                b -> b.file.op(
                        Builtin.ATAN2,
                        table(),
                        new int[] {b.in(FLOAT32, 4, 6), b.in(FLOAT32, 4, 6)},
                        b.file.output(FLOAT32, 4, 6)));
        pair(Builtin.ADD, FLOAT32, FLOAT32, 0, " relu6", act(0, 3));
        pair(Builtin.SUB, FLOAT32, FLOAT32, 0, " relu", act(0, 1));
        pair(Builtin.MUL, FLOAT32, FLOAT32, 0, " relu1", act(0, 2));
        for (Builtin op : new Builtin[] {
            Builtin.EQUAL, Builtin.NOT_EQUAL, Builtin.LESS, Builtin.LESS_EQUAL, Builtin.GREATER, Builtin.GREATER_EQUAL
        }) {
            pair(op, INT32, BOOL, 2, "", table());
        }
        for (Builtin op : new Builtin[] {Builtin.FLOOR_DIV, Builtin.FLOOR_MOD}) {
            for (TensorType type : new TensorType[] {FLOAT32, INT32}) {
                add(
                        op + " " + type,
                        b -> b.file.op(
                                op,
                                table(),
                                new int[] {
                                    b.in(type, 2, 3, 4),
                                    type == INT32
                                            ? b.file.vector(3, -2, 5, -7)
                                            : b.file.floats(new float[] {.75f, -.5f, 1.25f, -2}, 4)
                                },
                                b.file.output(type, 2, 3, 4)));
            }
        }
        for (Builtin op : new Builtin[] {Builtin.LOGICAL_AND, Builtin.LOGICAL_OR}) {
            add(
                    op + "",
                    b -> b.file.op(
                            op, table(), new int[] {b.in(BOOL, 2, 6), b.in(BOOL, 2, 6)}, b.file.output(BOOL, 2, 6)));
        }
        add(
                "BITWISE_XOR",
                b -> b.file.op(
                        Builtin.BITWISE_XOR,
                        table(),
                        new int[] {b.in(INT32, 2, 3), b.in(INT32, 2, 3)},
                        b.file.output(INT32, 2, 3)));
        add(
                "RIGHT_SHIFT",
                b -> b.file.op(
                        Builtin.RIGHT_SHIFT,
                        table(),
                        new int[] {b.in(INT32, 2, 3), b.like(INT32, 2, 2, 3)},
                        b.file.output(INT32, 2, 3)));
        add(
                "ADD_N",
                b -> b.file.op(
                        Builtin.ADD_N,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 3), b.in(FLOAT32, 2, 3), b.in(FLOAT32, 2, 3)},
                        b.file.output(FLOAT32, 2, 3)));
    }

    static Table conv(int padding, int strideW, int strideH, int activation) {
        return table().with(0, (byte) padding).with(1, strideW).with(2, strideH).with(3, (byte) activation);
    }

    static Table pool(int padding, int stride, int w, int h) {
        return table().with(0, (byte) padding)
                .with(1, stride)
                .with(2, stride)
                .with(3, w)
                .with(4, h);
    }

    static float kindClip(boolean clip) {
        return clip ? .4f : 0f;
    }
}
