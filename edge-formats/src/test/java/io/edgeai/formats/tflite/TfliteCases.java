package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.BOOL;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT64;
import static io.edgeai.formats.tflite.file.TensorType.INT8;

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
        all.windows();
        all.shapes();
        all.reductions();
        all.indexing();
        all.recurrent();
        all.quantized();
        all.control();
        return all.cases;
    }

    private static final class Builder {
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

    private void add(String name, Consumer<Builder> content) {
        Builder builder = new Builder();
        content.accept(builder);
        if (cases.put(name, new Case(name, builder.file.bytes(), builder.inputs)) != null) {
            throw new IllegalStateException(name + " twice");
        }
    }

    private static float[] weights(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = ((i * 29 + 7) % 19 - 9) / 8f;
        }
        return values;
    }

    private static Table act(int field, int activation) {
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

    private static Table conv(int padding, int strideW, int strideH, int activation) {
        return table().with(0, (byte) padding).with(1, strideW).with(2, strideH).with(3, (byte) activation);
    }

    private static Table pool(int padding, int stride, int w, int h) {
        return table().with(0, (byte) padding)
                .with(1, stride)
                .with(2, stride)
                .with(3, w)
                .with(4, h);
    }

    private void windows() {
        for (int padding = 0; padding < 2; padding++) {
            int valid = padding;
            int h = valid == 1 ? 2 : 3;
            int w = valid == 1 ? 2 : 3;
            add(
                    "CONV_2D " + (valid == 1 ? "valid" : "same"),
                    b -> b.file.op(
                            Builtin.CONV_2D,
                            conv(valid, 2, 2, 1),
                            new int[] {
                                b.in(FLOAT32, 1, 5, 6, 2),
                                b.file.floats(weights(3 * 2 * 3 * 2), 3, 2, 3, 2),
                                b.file.floats(weights(3), 3)
                            },
                            b.file.output(FLOAT32, 1, h, w, 3)));
            add(
                    "MAX_POOL_2D " + valid,
                    b -> b.file.op(
                            Builtin.MAX_POOL_2D,
                            pool(valid, 2, 3, 2),
                            new int[] {b.in(FLOAT32, 1, 5, 6, 2)},
                            b.file.output(FLOAT32, 1, h, w, 2)));
            add(
                    "AVERAGE_POOL_2D " + valid,
                    b -> b.file.op(
                            Builtin.AVERAGE_POOL_2D,
                            pool(valid, 2, 3, 2),
                            new int[] {b.in(FLOAT32, 1, 5, 6, 2)},
                            b.file.output(FLOAT32, 1, h, w, 2)));
            add(
                    "L2_POOL_2D " + valid,
                    b -> b.file.op(
                            Builtin.L2_POOL_2D,
                            pool(valid, 2, 3, 2),
                            new int[] {b.in(FLOAT32, 1, 5, 6, 2)},
                            b.file.output(FLOAT32, 1, h, w, 2)));
        }
        add(
                "CONV_2D dilated",
                b -> b.file.op(
                        Builtin.CONV_2D,
                        conv(0, 1, 1, 0).with(4, 2).with(5, 3),
                        new int[] {
                            b.in(FLOAT32, 1, 6, 5, 2),
                            b.file.floats(weights(2 * 2 * 2 * 2), 2, 2, 2, 2),
                            b.file.floats(weights(2), 2)
                        },
                        b.file.output(FLOAT32, 1, 6, 5, 2)));
        add(
                "CONV_2D grouped",
                b -> b.file.op(
                        Builtin.CONV_2D,
                        conv(1, 1, 1, 0),
                        new int[] {
                            b.in(FLOAT32, 1, 3, 3, 4),
                            b.file.floats(weights(4 * 2 * 2 * 2), 4, 2, 2, 2),
                            b.file.floats(weights(4), 4)
                        },
                        b.file.output(FLOAT32, 1, 2, 2, 4)));
        add(
                "DEPTHWISE_CONV_2D",
                b -> b.file.op(
                        Builtin.DEPTHWISE_CONV_2D,
                        table().with(0, (byte) 0)
                                .with(1, 1)
                                .with(2, 1)
                                .with(3, 2)
                                .with(4, (byte) 3),
                        new int[] {
                            b.in(FLOAT32, 1, 4, 4, 2),
                            b.file.floats(weights(3 * 3 * 4), 1, 3, 3, 4),
                            b.file.floats(weights(4), 4)
                        },
                        b.file.output(FLOAT32, 1, 4, 4, 4)));
        add(
                "TRANSPOSE_CONV same",
                b -> b.file.op(
                        Builtin.TRANSPOSE_CONV,
                        conv(0, 2, 2, 0),
                        new int[] {
                            b.file.vector(1, 5, 6, 2),
                            b.file.floats(weights(2 * 3 * 3 * 2), 2, 3, 3, 2),
                            b.in(FLOAT32, 1, 3, 3, 2)
                        },
                        b.file.output(FLOAT32, 1, 5, 6, 2)));
        add(
                "TRANSPOSE_CONV valid",
                b -> b.file.op(
                        Builtin.TRANSPOSE_CONV,
                        conv(1, 3, 2, 1),
                        new int[] {
                            b.file.vector(1, 7, 9, 2),
                            b.file.floats(weights(2 * 3 * 2 * 2), 2, 3, 2, 2),
                            b.in(FLOAT32, 1, 3, 3, 2),
                            b.file.floats(weights(2), 2)
                        },
                        b.file.output(FLOAT32, 1, 7, 9, 2)));
        add(
                "CONV_3D",
                b -> b.file.op(
                        Builtin.CONV_3D,
                        table().with(0, (byte) 1).with(1, 1).with(2, 1).with(3, 1),
                        new int[] {
                            b.in(FLOAT32, 1, 3, 3, 3, 2), b.file.floats(weights(2 * 2 * 2 * 2 * 2), 2, 2, 2, 2, 2)
                        },
                        b.file.output(FLOAT32, 1, 2, 2, 2, 2)));
        add(
                "FULLY_CONNECTED",
                b -> b.file.op(
                        Builtin.FULLY_CONNECTED,
                        act(0, 1),
                        new int[] {
                            b.in(FLOAT32, 2, 2, 3), b.file.floats(weights(24), 4, 6), b.file.floats(weights(4), 4)
                        },
                        b.file.output(FLOAT32, 2, 4)));
        add(
                "FULLY_CONNECTED kept",
                b -> b.file.op(
                        Builtin.FULLY_CONNECTED,
                        table().with(2, true),
                        new int[] {b.in(FLOAT32, 2, 2, 3), b.file.floats(weights(12), 4, 3), -1},
                        b.file.output(FLOAT32, 2, 2, 4)));
        add("FULLY_CONNECTED hybrid", b -> {
            int w = b.file.bytes(INT8, new int[] {3, -9, 127, 40, -128 + 1, 7, 1, 2, 90, -60, 33, 5}, 4, 3);
            b.file.quantize(w, .02f, 0);
            b.file.op(
                    Builtin.FULLY_CONNECTED,
                    table(),
                    new int[] {b.in(FLOAT32, 2, 3), w, b.file.floats(weights(4), 4)},
                    b.file.output(FLOAT32, 2, 4));
        });
        add("CONV_2D hybrid", b -> {
            int w = b.file.bytes(
                    INT8, new int[] {3, -9, 127, 40, -127, 7, 1, 2, 90, -60, 33, 5, 12, 11, -8, 0}, 2, 2, 2, 2);
            b.file.quantize(w, new float[] {.02f, .03f}, 0);
            b.file.op(
                    Builtin.CONV_2D,
                    conv(0, 1, 1, 0),
                    new int[] {b.in(FLOAT32, 2, 3, 3, 2), w, b.file.floats(weights(2), 2)},
                    b.file.output(FLOAT32, 2, 3, 3, 2));
        });
        add("FULLY_CONNECTED hybrid asymmetric", b -> {
            int w = b.file.bytes(INT8, new int[] {3, -9, 127, 40, -127, 7, 1, 2, 90, -60, 33, 5}, 4, 3);
            b.file.quantize(w, .02f, 0);
            b.file.op(
                            Builtin.FULLY_CONNECTED,
                            table().with(3, true),
                            new int[] {b.in(FLOAT32, 2, 3), w, -1},
                            b.file.output(FLOAT32, 2, 4))
                    .version(9);
        });
        add("SVDF hybrid", b -> {
            int state = b.file.tensor(FLOAT32, 2, 16);
            int w = b.file.bytes(INT8, new int[] {3, -9, 127, 40, -127, 7, 1, 2, 90, -60, 33, 5}, 4, 3);
            b.file.quantize(w, .02f, 0).variable(state);
            int time =
                    b.file.bytes(INT8, new int[] {3, -9, 127, 40, -127, 7, 1, 2, 90, -60, 33, 5, 8, -8, 100, 1}, 4, 4);
            b.file.quantize(time, .01f, 0);
            b.file.op(
                            Builtin.SVDF,
                            table().with(0, 2).with(1, (byte) 0),
                            new int[] {b.in(FLOAT32, 2, 3), w, time, b.file.floats(weights(2), 2), state},
                            b.file.output(FLOAT32, 2, 2))
                    .version(2);
        });
        add("DEPTHWISE_CONV_2D hybrid", b -> {
            int[] values = new int[3 * 3 * 2];
            Arrays.setAll(values, i -> (i * 53 + 17) % 255 - 127);
            int w = b.file.bytes(INT8, values, 1, 3, 3, 2);
            b.file.quantize(w, new float[] {.01f, .02f}, 3);
            b.file.op(
                            Builtin.DEPTHWISE_CONV_2D,
                            table().with(0, (byte) 0).with(1, 1).with(2, 1).with(3, 1),
                            new int[] {b.in(FLOAT32, 1, 4, 4, 2), w, b.file.floats(weights(2), 2)},
                            b.file.output(FLOAT32, 1, 4, 4, 2))
                    .version(6);
        });
        for (int x = 0; x < 4; x++) {
            boolean left = (x & 1) != 0;
            boolean right = (x & 2) != 0;
            add(
                    "BATCH_MATMUL " + left + " " + right,
                    b -> b.file.op(
                            Builtin.BATCH_MATMUL,
                            table().with(0, left).with(1, right),
                            new int[] {
                                left ? b.in(FLOAT32, 2, 3, 2) : b.in(FLOAT32, 2, 2, 3),
                                right ? b.in(FLOAT32, 2, 4, 3) : b.in(FLOAT32, 2, 3, 4)
                            },
                            b.file.output(FLOAT32, 2, 2, 4)));
        }
        add(
                "LOCAL_RESPONSE_NORMALIZATION",
                b -> b.file.op(
                        Builtin.LOCAL_RESPONSE_NORMALIZATION,
                        table().with(0, 2).with(1, 1.5f).with(2, .3f).with(3, .75f),
                        new int[] {b.in(FLOAT32, 1, 2, 2, 7)},
                        b.file.output(FLOAT32, 1, 2, 2, 7)));
        for (int mode = 0; mode < 3; mode++) {
            boolean corners = mode == 1;
            boolean half = mode == 2;
            add(
                    "RESIZE_BILINEAR " + mode,
                    b -> b.file.op(
                            Builtin.RESIZE_BILINEAR,
                            table().with(2, corners).with(3, half),
                            new int[] {b.in(FLOAT32, 1, 3, 4, 2), b.file.vector(5, 7)},
                            b.file.output(FLOAT32, 1, 5, 7, 2)));
            add(
                    "RESIZE_NEAREST_NEIGHBOR " + mode,
                    b -> b.file.op(
                            Builtin.RESIZE_NEAREST_NEIGHBOR,
                            table().with(0, corners).with(1, half),
                            new int[] {b.in(FLOAT32, 1, 3, 4, 2), b.file.vector(5, 7)},
                            b.file.output(FLOAT32, 1, 5, 7, 2)));
        }
        add(
                "DEPTH_TO_SPACE",
                b -> b.file.op(
                        Builtin.DEPTH_TO_SPACE,
                        table().with(0, 2),
                        new int[] {b.in(FLOAT32, 1, 2, 3, 8)},
                        b.file.output(FLOAT32, 1, 4, 6, 2)));
        add(
                "SPACE_TO_DEPTH",
                b -> b.file.op(
                        Builtin.SPACE_TO_DEPTH,
                        table().with(0, 2),
                        new int[] {b.in(FLOAT32, 1, 4, 6, 2)},
                        b.file.output(FLOAT32, 1, 2, 3, 8)));
        add(
                "SPACE_TO_BATCH_ND",
                b -> b.file.op(
                        Builtin.SPACE_TO_BATCH_ND,
                        table(),
                        new int[] {
                            b.in(FLOAT32, 2, 3, 4, 2), b.file.vector(2, 2), b.file.ints(new int[] {1, 0, 0, 2}, 2, 2)
                        },
                        b.file.output(FLOAT32, 8, 2, 3, 2)));
        add(
                "SPACE_TO_BATCH_ND unequal",
                b -> b.file.op(
                        Builtin.SPACE_TO_BATCH_ND,
                        table(),
                        new int[] {
                            b.in(FLOAT32, 2, 4, 3, 2), b.file.vector(2, 3), b.file.ints(new int[] {0, 0, 0, 0}, 2, 2)
                        },
                        b.file.output(FLOAT32, 12, 2, 1, 2)));
        add(
                "BATCH_TO_SPACE_ND",
                b -> b.file.op(
                        Builtin.BATCH_TO_SPACE_ND,
                        table(),
                        new int[] {
                            b.in(FLOAT32, 8, 2, 3, 2), b.file.vector(2, 2), b.file.ints(new int[] {1, 0, 0, 2}, 2, 2)
                        },
                        b.file.output(FLOAT32, 2, 3, 4, 2)));
        add(
                "BATCH_TO_SPACE_ND unequal",
                b -> b.file.op(
                        Builtin.BATCH_TO_SPACE_ND,
                        table(),
                        new int[] {
                            b.in(FLOAT32, 12, 2, 1, 2), b.file.vector(2, 3), b.file.ints(new int[] {0, 0, 0, 0}, 2, 2)
                        },
                        b.file.output(FLOAT32, 2, 4, 3, 2)));
    }

    private void shapes() {
        add(
                "RESHAPE",
                b -> b.file.op(
                        Builtin.RESHAPE,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 3, 4), b.file.vector(4, -1)},
                        b.file.output(FLOAT32, 4, 6)));
        add(
                "RESHAPE by option",
                b -> b.file.op(
                        Builtin.RESHAPE,
                        table().with(0, new int[] {3, 8}),
                        new int[] {b.in(FLOAT32, 2, 3, 4)},
                        b.file.output(FLOAT32, 3, 8)));
        add(
                "SQUEEZE",
                b -> b.file.op(
                        Builtin.SQUEEZE,
                        table().with(0, new int[] {0, -1}),
                        new int[] {b.in(FLOAT32, 1, 3, 1, 1)},
                        b.file.output(FLOAT32, 3, 1)));
        add(
                "EXPAND_DIMS",
                b -> b.file.op(
                        Builtin.EXPAND_DIMS,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 3), b.file.scalar(-1)},
                        b.file.output(FLOAT32, 2, 3, 1)));
        add(
                "TRANSPOSE",
                b -> b.file.op(
                        Builtin.TRANSPOSE,
                        table(),
                        new int[] {b.in(FLOAT32, 1, 2, 3, 4), b.file.vector(3, 1, 0, 2)},
                        b.file.output(FLOAT32, 4, 2, 1, 3)));
        add(
                "TRANSPOSE to front",
                b -> b.file.op(
                        Builtin.TRANSPOSE,
                        table(),
                        new int[] {b.in(FLOAT32, 1, 2, 3, 4), b.file.vector(0, 3, 1, 2)},
                        b.file.output(FLOAT32, 1, 4, 2, 3)));
        add(
                "CONCATENATION",
                b -> b.file.op(
                        Builtin.CONCATENATION,
                        table().with(0, -1),
                        new int[] {b.in(FLOAT32, 2, 3), b.in(FLOAT32, 2, 2)},
                        b.file.output(FLOAT32, 2, 5)));
        add(
                "PACK",
                b -> b.file.op(
                        Builtin.PACK,
                        table().with(0, 2).with(1, 1),
                        new int[] {b.in(FLOAT32, 2, 3), b.in(FLOAT32, 2, 3)},
                        b.file.output(FLOAT32, 2, 2, 3)));
        add(
                "UNPACK",
                b -> b.file.op(
                        Builtin.UNPACK,
                        table().with(0, 2).with(1, 1),
                        new int[] {b.in(FLOAT32, 3, 2, 2)},
                        b.file.output(FLOAT32, 3, 2),
                        b.file.output(FLOAT32, 3, 2)));
        add(
                "SPLIT",
                b -> b.file.op(
                        Builtin.SPLIT,
                        table().with(0, 2),
                        new int[] {b.file.scalar(1), b.in(FLOAT32, 3, 4)},
                        b.file.output(FLOAT32, 3, 2),
                        b.file.output(FLOAT32, 3, 2)));
        add(
                "SPLIT_V",
                b -> b.file.op(
                        Builtin.SPLIT_V,
                        table().with(0, 2),
                        new int[] {b.in(FLOAT32, 3, 4), b.file.vector(1, -1), b.file.scalar(1)},
                        b.file.output(FLOAT32, 3, 1),
                        b.file.output(FLOAT32, 3, 3)));
        add(
                "SLICE",
                b -> b.file.op(
                        Builtin.SLICE,
                        table(),
                        new int[] {b.in(FLOAT32, 3, 5), b.file.vector(1, 2), b.file.vector(2, -1)},
                        b.file.output(FLOAT32, 2, 3)));
        add(
                "STRIDED_SLICE",
                b -> b.file.op(
                        Builtin.STRIDED_SLICE,
                        table().with(0, 1).with(1, 2),
                        new int[] {
                            b.in(FLOAT32, 4, 5, 2),
                            b.file.vector(9, 4, 0),
                            b.file.vector(3, 9, 2),
                            b.file.vector(2, -2, 1)
                        },
                        b.file.output(FLOAT32, 2, 3, 2)));
        add(
                "STRIDED_SLICE shrunk",
                b -> b.file.op(
                        Builtin.STRIDED_SLICE,
                        table().with(4, 1).with(2, 2),
                        new int[] {
                            b.in(FLOAT32, 4, 5, 2),
                            b.file.vector(-1, 0, 1),
                            b.file.vector(0, 0, 2),
                            b.file.vector(1, 1, 1)
                        },
                        b.file.output(FLOAT32, 5, 1)));
        add(
                "STRIDED_SLICE new axis",
                b -> b.file.op(
                        Builtin.STRIDED_SLICE,
                        table().with(3, 1),
                        new int[] {b.in(FLOAT32, 4, 3), b.file.vector(0, 1), b.file.vector(0, 3), b.file.vector(1, 1)},
                        b.file.output(FLOAT32, 1, 2, 3)));
        add(
                "PAD",
                b -> b.file.op(
                        Builtin.PAD,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 3), b.file.ints(new int[] {1, 0, 2, 1}, 2, 2)},
                        b.file.output(FLOAT32, 3, 6)));
        add(
                "PADV2",
                b -> b.file.op(
                        Builtin.PADV2,
                        table(),
                        new int[] {
                            b.in(FLOAT32, 2, 3),
                            b.file.ints(new int[] {1, 0, 2, 1}, 2, 2),
                            b.file.floats(new float[] {7}, 1)
                        },
                        b.file.output(FLOAT32, 3, 6)));
        for (int mode = 0; mode < 2; mode++) {
            int m = mode;
            add(
                    "MIRROR_PAD " + mode,
                    b -> b.file.op(
                            Builtin.MIRROR_PAD,
                            act(0, m),
                            new int[] {b.in(FLOAT32, 3, 3), b.file.ints(new int[] {1, 2, 2, 1}, 2, 2)},
                            b.file.output(FLOAT32, 6, 6)));
        }
        add(
                "TILE",
                b -> b.file.op(
                        Builtin.TILE,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 3), b.file.vector(2, 1)},
                        b.file.output(FLOAT32, 4, 3)));
        add("BROADCAST_TO", b -> b.file.op(
                        Builtin.BROADCAST_TO,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 1), b.file.vector(2, 2, 3)},
                        b.file.output(FLOAT32, 2, 2, 3))
                .version(2));
        add(
                "BROADCAST_ARGS",
                b -> b.file.op(
                        Builtin.BROADCAST_ARGS,
                        table(),
                        new int[] {b.file.vector(2, 1), b.file.vector(4, 2, 3)},
                        b.file.output(INT32, 3)));
        add(
                "SHAPE",
                b -> b.file.op(
                        Builtin.SHAPE,
                        table().with(0, (byte) 2),
                        new int[] {b.in(FLOAT32, 2, 3, 4)},
                        b.file.output(INT32, 3)));
        add("RANK", b -> b.file.op(Builtin.RANK, table(), new int[] {b.in(FLOAT32, 2, 3, 4)}, b.file.output(INT32)));
        add(
                "FILL",
                b -> b.file.op(
                        Builtin.FILL,
                        table(),
                        new int[] {b.file.vector(2, 3), b.in(FLOAT32)},
                        b.file.output(FLOAT32, 2, 3)));
        add(
                "REVERSE_V2",
                b -> b.file.op(
                        Builtin.REVERSE_V2,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 3, 2), b.file.vector(1)},
                        b.file.output(FLOAT32, 2, 3, 2)));
        add(
                "REVERSE_SEQUENCE",
                b -> b.file.op(
                        Builtin.REVERSE_SEQUENCE,
                        table().with(0, 1).with(1, 0),
                        new int[] {b.in(FLOAT32, 2, 4, 2), b.file.vector(3, 2)},
                        b.file.output(FLOAT32, 2, 4, 2)));
    }

    private void reductions() {
        for (Builtin op :
                new Builtin[] {Builtin.MEAN, Builtin.SUM, Builtin.REDUCE_PROD, Builtin.REDUCE_MAX, Builtin.REDUCE_MIN
                }) {
            add(
                    op + "",
                    b -> b.file.op(
                            op,
                            table(),
                            new int[] {b.in(FLOAT32, 1, 2, 3, 4), b.file.vector(1, 2)},
                            b.file.output(FLOAT32, 1, 4)));
            add(
                    op + " kept",
                    b -> b.file.op(
                            op,
                            table().with(0, true),
                            new int[] {b.in(FLOAT32, 1, 2, 3, 4), b.file.vector(-1)},
                            b.file.output(FLOAT32, 1, 2, 3, 1)));
        }
        for (Builtin op : new Builtin[] {Builtin.REDUCE_ANY, Builtin.REDUCE_ALL}) {
            add(
                    op + "",
                    b -> b.file.op(
                            op, table(), new int[] {b.in(BOOL, 3, 4), b.file.vector(1)}, b.file.output(BOOL, 3)));
        }
        for (Builtin op : new Builtin[] {Builtin.ARG_MAX, Builtin.ARG_MIN}) {
            add(
                    op + "",
                    b -> b.file.op(
                            op,
                            table().with(0, (byte) 2),
                            new int[] {b.in(FLOAT32, 3, 4), b.file.scalar(1)},
                            b.file.output(INT32, 3)));
        }
        add(
                "CUMSUM",
                b -> b.file.op(
                        Builtin.CUMSUM,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 4), b.file.scalar(1)},
                        b.file.output(FLOAT32, 2, 4)));
        add(
                "CUMSUM exclusive reverse",
                b -> b.file.op(
                        Builtin.CUMSUM,
                        table().with(0, true).with(1, true),
                        new int[] {b.in(FLOAT32, 2, 4), b.file.scalar(-1)},
                        b.file.output(FLOAT32, 2, 4)));
    }

    private void indexing() {
        add(
                "GATHER",
                b -> b.file.op(
                        Builtin.GATHER,
                        table().with(0, 1),
                        new int[] {b.in(FLOAT32, 2, 4, 2), b.file.vector(3, 0, 1)},
                        b.file.output(FLOAT32, 2, 3, 2)));
        add(
                "GATHER batches",
                b -> b.file.op(
                        Builtin.GATHER,
                        table().with(0, 1).with(1, 1),
                        new int[] {b.in(FLOAT32, 2, 4, 2), b.file.ints(new int[] {3, 0, 1, 1}, 2, 2)},
                        b.file.output(FLOAT32, 2, 2, 2)));
        add(
                "GATHER batches behind",
                b -> b.file.op(
                        Builtin.GATHER,
                        table().with(0, 2).with(1, 1),
                        new int[] {b.in(FLOAT32, 2, 3, 4), b.file.ints(new int[] {3, 0, 1, 1}, 2, 2)},
                        b.file.output(FLOAT32, 2, 3, 2)));
        add(
                "GATHER_ND",
                b -> b.file.op(
                        Builtin.GATHER_ND,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 4, 2), b.file.ints(new int[] {1, 3, 0, 2}, 2, 2)},
                        b.file.output(FLOAT32, 2, 2)));
        add(
                "SCATTER_ND",
                b -> b.file.op(
                        Builtin.SCATTER_ND,
                        table(),
                        new int[] {b.file.ints(new int[] {2, 0, 2}, 3, 1), b.in(FLOAT32, 3, 2), b.file.vector(4, 2)},
                        b.file.output(FLOAT32, 4, 2)));
        add(
                "EMBEDDING_LOOKUP",
                b -> b.file.op(
                        Builtin.EMBEDDING_LOOKUP,
                        table(),
                        new int[] {b.like(INT32, 2, 3), b.file.floats(weights(8), 4, 2)},
                        b.file.output(FLOAT32, 3, 2)));
        add(
                "ONE_HOT",
                b -> b.file.op(
                        Builtin.ONE_HOT,
                        table().with(0, -1),
                        new int[] {
                            b.in(INT32, 5),
                            b.file.scalar(4),
                            b.file.floats(new float[] {2}),
                            b.file.floats(new float[] {-1})
                        },
                        b.file.output(FLOAT32, 5, 4)));
        add(
                "TOPK_V2",
                b -> b.file.op(
                        Builtin.TOPK_V2,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 6), b.file.scalar(3)},
                        b.file.output(FLOAT32, 2, 3),
                        b.file.output(INT32, 2, 3)));
        add(
                "SELECT",
                b -> b.file.op(
                        Builtin.SELECT,
                        table(),
                        new int[] {b.in(BOOL, 2), b.in(FLOAT32, 2, 3), b.in(FLOAT32, 2, 3)},
                        b.file.output(FLOAT32, 2, 3)));
        add(
                "SELECT_V2",
                b -> b.file.op(
                        Builtin.SELECT_V2,
                        table(),
                        new int[] {b.in(BOOL, 3), b.in(FLOAT32, 2, 3), b.in(FLOAT32, 2, 1)},
                        b.file.output(FLOAT32, 2, 3)));
        add("WHERE", b -> b.file.op(Builtin.WHERE, table(), new int[] {b.in(BOOL, 2, 3)}, b.file.output(INT64, 1, 2)));
        add(
                "UNIQUE",
                b -> b.file.op(
                        Builtin.UNIQUE,
                        table().with(0, (byte) 2),
                        new int[] {b.like(INT32, 2, 7)},
                        b.file.output(INT32, 1),
                        b.file.output(INT32, 7)));
        add(
                "BUCKETIZE",
                b -> b.file.op(
                        Builtin.BUCKETIZE,
                        table().with(0, new float[] {-1, 0, 1.5f}),
                        new int[] {b.in(FLOAT32, 2, 5)},
                        b.file.output(INT32, 2, 5)));
        add(
                "SPARSE_TO_DENSE",
                b -> b.file.op(
                        Builtin.SPARSE_TO_DENSE,
                        table(),
                        new int[] {
                            b.file.ints(new int[] {0, 1, 2, 0}, 2, 2),
                            b.file.vector(3, 2),
                            b.in(FLOAT32, 2),
                            b.file.floats(new float[] {9})
                        },
                        b.file.output(FLOAT32, 3, 2)));
        add(
                "DYNAMIC_UPDATE_SLICE",
                b -> b.file.op(
                        Builtin.DYNAMIC_UPDATE_SLICE,
                        table(),
                        new int[] {b.in(FLOAT32, 3, 4), b.in(FLOAT32, 2, 2), b.file.vector(2, 1)},
                        b.file.output(FLOAT32, 3, 4)));
        add(
                "MATRIX_DIAG",
                b -> b.file.op(
                        Builtin.MATRIX_DIAG,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 3)},
                        b.file.output(FLOAT32, 2, 3, 3)));
        add(
                "MATRIX_SET_DIAG",
                b -> b.file.op(
                        Builtin.MATRIX_SET_DIAG,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 3, 4), b.in(FLOAT32, 2, 3)},
                        b.file.output(FLOAT32, 2, 3, 4)));
        add(
                "SEGMENT_SUM",
                b -> b.file.op(
                        Builtin.SEGMENT_SUM,
                        table(),
                        new int[] {b.in(FLOAT32, 4, 2), b.file.vector(0, 0, 1, 2)},
                        b.file.output(FLOAT32, 3, 2)));
        for (Builtin op : new Builtin[] {
            Builtin.UNSORTED_SEGMENT_SUM,
            Builtin.UNSORTED_SEGMENT_PROD,
            Builtin.UNSORTED_SEGMENT_MAX,
            Builtin.UNSORTED_SEGMENT_MIN
        }) {
            add(
                    op + "",
                    b -> b.file.op(
                            op,
                            table(),
                            new int[] {b.in(FLOAT32, 4, 2), b.file.vector(2, 0, 2, 0), b.file.scalar(3)},
                            b.file.output(FLOAT32, 3, 2)));
        }
        add(
                "NON_MAX_SUPPRESSION_V4",
                b -> b.file.op(
                        Builtin.NON_MAX_SUPPRESSION_V4,
                        table(),
                        new int[] {
                            b.file.floats(new float[] {0, 0, 2, 2, 0, 0, 2, 1.9f, 3, 3, 4, 4, 5, 5, 6, 6}, 4, 4),
                            b.like(FLOAT32, 1, 4),
                            b.file.scalar(3),
                            b.file.floats(new float[] {.5f}),
                            b.file.floats(new float[] {.1f})
                        },
                        b.file.output(INT32, 3),
                        b.file.output(INT32)));
    }

    private void recurrent() {
        add("UNIDIRECTIONAL_SEQUENCE_RNN", b -> {
            int state = b.file.tensor(FLOAT32, 2, 3);
            b.file.variable(state)
                    .op(
                            Builtin.UNIDIRECTIONAL_SEQUENCE_RNN,
                            table().with(0, false).with(1, (byte) 4),
                            new int[] {
                                b.in(FLOAT32, 2, 4, 2),
                                b.file.floats(weights(6), 3, 2),
                                b.file.floats(weights(9), 3, 3),
                                b.file.floats(weights(3), 3),
                                state
                            },
                            b.file.output(FLOAT32, 2, 4, 3));
        });
        add("RNN", b -> {
            int state = b.file.tensor(FLOAT32, 2, 3);
            b.file.variable(state)
                    .op(
                            Builtin.RNN,
                            act(0, 1),
                            new int[] {
                                b.in(FLOAT32, 2, 2),
                                b.file.floats(weights(6), 3, 2),
                                b.file.floats(weights(9), 3, 3),
                                b.file.floats(weights(3), 3),
                                state
                            },
                            b.file.output(FLOAT32, 2, 3));
        });
        for (int kind = 0; kind < 4; kind++) {
            boolean coupled = kind == 1;
            boolean peepholes = kind == 2;
            boolean projection = kind == 3;
            add("UNIDIRECTIONAL_SEQUENCE_LSTM " + kind, b -> {
                int[] from = new int[24];
                Arrays.fill(from, -1);
                from[0] = b.in(FLOAT32, 2, 4, 2);
                int units = projection ? 2 : 3;
                for (int g = coupled ? 1 : 0; g < 4; g++) {
                    from[1 + g] = b.file.floats(weights(6 + g), 3, 2);
                    from[5 + g] = b.file.floats(weights(3 * units + g), 3, units);
                    from[12 + g] = b.file.floats(weights(3 + g), 3);
                    if (peepholes && g < 3) {
                        from[9 + g] = b.file.floats(weights(3 + g), 3);
                    }
                }
                if (projection) {
                    from[16] = b.file.floats(weights(6), 2, 3);
                    from[17] = b.file.floats(weights(2), 2);
                }
                from[18] = b.file.tensor(FLOAT32, 2, units);
                from[19] = b.file.tensor(FLOAT32, 2, 3);
                b.file.variable(from[18]).variable(from[19]);
                b.file.op(
                        Builtin.UNIDIRECTIONAL_SEQUENCE_LSTM,
                        table().with(0, (byte) 4)
                                .with(1, kindClip(projection))
                                .with(2, 0f)
                                .with(3, false),
                        from,
                        b.file.output(FLOAT32, 2, 4, units));
            });
        }
        for (int kind = 0; kind < 2; kind++) {
            boolean asymmetric = kind == 1;
            add("UNIDIRECTIONAL_SEQUENCE_LSTM hybrid " + kind, b -> {
                int[] from = new int[24];
                Arrays.fill(from, -1);
                from[0] = b.in(FLOAT32, 2, 4, 2);
                for (int g = 0; g < 4; g++) {
                    int[] values = new int[15];
                    int salt = g;
                    Arrays.setAll(values, i -> (i * 53 + 17 * salt) % 255 - 127);
                    from[1 + g] = b.file.bytes(INT8, Arrays.copyOf(values, 6), 3, 2);
                    from[5 + g] = b.file.bytes(INT8, Arrays.copyOf(values, 9), 3, 3);
                    b.file.quantize(from[1 + g], .008f, 0).quantize(from[5 + g], .006f, 0);
                    from[12 + g] = b.file.floats(weights(3 + g), 3);
                }
                from[18] = b.file.tensor(FLOAT32, 2, 3);
                from[19] = b.file.tensor(FLOAT32, 2, 3);
                b.file.variable(from[18]).variable(from[19]);
                b.file.op(
                                Builtin.UNIDIRECTIONAL_SEQUENCE_LSTM,
                                table().with(0, (byte) 4).with(3, false).with(4, asymmetric),
                                from,
                                b.file.output(FLOAT32, 2, 4, 3))
                        .version(3);
            });
        }
        add("SVDF", b -> {
            int state = b.file.tensor(FLOAT32, 2, 16);
            b.file.variable(state)
                    .op(
                            Builtin.SVDF,
                            table().with(0, 2).with(1, (byte) 0),
                            new int[] {
                                b.in(FLOAT32, 2, 3),
                                b.file.floats(weights(12), 4, 3),
                                b.file.floats(weights(16), 4, 4),
                                b.file.floats(weights(2), 2),
                                state
                            },
                            b.file.output(FLOAT32, 2, 2));
        });
    }

    private static float kindClip(boolean clip) {
        return clip ? .4f : 0f;
    }

    private void quantizedPair(Builtin op, TensorType type, float out) {
        add(op + " " + type, b -> {
            int x = b.in(type, 1, 2, 3, 4);
            int y = b.in(type, 1, 1, 1, 4);
            int z = b.file.output(type, 1, 2, 3, 4);
            int zero = type == TensorType.INT16 ? 0 : type == TensorType.UINT8 ? 120 : 5;
            float small = type == TensorType.INT16 ? .0005f : .02f;
            b.file.quantize(x, small, zero)
                    .quantize(y, small * 1.7f, zero)
                    .quantize(z, type == TensorType.INT16 ? out / 100 : out, zero);
            b.file.op(op, table(), new int[] {x, y}, z);
        });
    }

    private void quantizedUnary(Builtin op, Table options, float in, float out, int zero) {
        add(op + " int8", b -> {
            int x = b.in(INT8, 1, 2, 3, 4);
            int y = b.file.output(INT8, 1, 2, 3, 4);
            b.file.quantize(x, in, 3).quantize(y, out, zero).op(op, options, new int[] {x}, y);
        });
    }

    private void quantized() {
        for (TensorType type : new TensorType[] {INT8, TensorType.UINT8, TensorType.INT16}) {
            quantizedPair(Builtin.ADD, type, .05f);
            quantizedPair(Builtin.MUL, type, .06f);
            quantizedPair(Builtin.SUB, type, .05f);
        }
        quantizedUnary(Builtin.LOGISTIC, table(), .03f, 1f / 256, -128);
        quantizedUnary(Builtin.TANH, table(), .02f, 1f / 128, 0);
        quantizedUnary(Builtin.SOFTMAX, table().with(0, 1f), .05f, 1f / 256, -128);
        quantizedUnary(Builtin.HARD_SWISH, table(), .05f, .03f, -100);
        quantizedUnary(Builtin.LEAKY_RELU, table().with(0, .2f), .05f, .05f, -20);
        quantizedUnary(Builtin.RELU, table(), .05f, .03f, -128);
        quantizedUnary(Builtin.RELU6, table(), .08f, 6f / 255, -128);
        quantizedUnary(Builtin.L2_NORMALIZATION, table(), .05f, 1f / 128, 0);
        quantizedUnary(Builtin.ABS, table(), .05f, .05f, 0);
        quantizedUnary(Builtin.ELU, table(), .05f, .04f, -60);
        for (int padding = 0; padding < 2; padding++) {
            int valid = padding;
            int h = valid == 1 ? 2 : 3;
            add("CONV_2D int8 " + padding, b -> {
                int x = b.in(INT8, 1, 5, 6, 2);
                int[] values = new int[3 * 2 * 3 * 2];
                Arrays.setAll(values, i -> (i * 53 + 17) % 255 - 127);
                int w = b.file.bytes(INT8, values, 3, 2, 3, 2);
                int bias = b.file.vector(400, -900, 55);
                int y = b.file.output(INT8, 1, h, h, 3);
                b.file.quantize(x, .03f, -4).quantize(w, new float[] {.01f, .02f, .015f}, 0);
                b.file.quantize(bias, new float[] {.0003f, .0006f, .00045f}, 0).quantize(y, .2f, 7);
                b.file.op(Builtin.CONV_2D, conv(valid, 2, 2, 1), new int[] {x, w, bias}, y);
            });
            add("AVERAGE_POOL_2D int8 " + padding, b -> {
                int x = b.in(INT8, 1, 5, 6, 2);
                int y = b.file.output(INT8, 1, h, h, 2);
                b.file.quantize(x, .03f, -4).quantize(y, .03f, -4);
                b.file.op(Builtin.AVERAGE_POOL_2D, pool(valid, 2, 3, 2), new int[] {x}, y);
            });
        }
        add("DEPTHWISE_CONV_2D int8", b -> {
            int x = b.in(INT8, 1, 4, 4, 2);
            int[] values = new int[3 * 3 * 4];
            Arrays.setAll(values, i -> (i * 53 + 17) % 255 - 127);
            int w = b.file.bytes(INT8, values, 1, 3, 3, 4);
            int bias = b.file.vector(400, -900, 55, 0);
            int y = b.file.output(INT8, 1, 4, 4, 4);
            b.file.quantize(x, .03f, -4).quantize(w, new float[] {.01f, .02f, .015f, .003f}, 3);
            b.file.quantize(bias, new float[] {.0003f, .0006f, .00045f, .00009f}, 0)
                    .quantize(y, .1f, 7);
            b.file.op(
                    Builtin.DEPTHWISE_CONV_2D,
                    table().with(0, (byte) 0).with(1, 1).with(2, 1).with(3, 2).with(4, (byte) 3),
                    new int[] {x, w, bias},
                    y);
        });
        add("FULLY_CONNECTED int8", b -> {
            int x = b.in(INT8, 2, 3);
            int w = b.file.bytes(INT8, new int[] {3, -9, 127, 40, -127, 7, 1, 2, 90, -60, 33, 5}, 4, 3);
            int bias = b.file.vector(400, -900, 55, 0);
            int y = b.file.output(INT8, 2, 4);
            b.file.quantize(x, .03f, -4)
                    .quantize(w, .01f, 0)
                    .quantize(bias, .0003f, 0)
                    .quantize(y, .05f, 7);
            b.file.op(Builtin.FULLY_CONNECTED, table(), new int[] {x, w, bias}, y);
        });
        add("CONCATENATION int8", b -> {
            int x = b.in(INT8, 2, 3);
            int y = b.in(INT8, 2, 2);
            int z = b.file.output(INT8, 2, 5);
            b.file.quantize(x, .03f, -4).quantize(y, .03f, -4).quantize(z, .03f, -4);
            b.file.op(Builtin.CONCATENATION, table().with(0, 1), new int[] {x, y}, z);
        });
        add("MEAN int8", b -> {
            int x = b.in(INT8, 1, 2, 3, 4);
            int y = b.file.output(INT8, 1, 4);
            b.file.quantize(x, .03f, -4).quantize(y, .02f, 2);
            b.file.op(Builtin.MEAN, table(), new int[] {x, b.file.vector(1, 2)}, y);
        });
        add("PAD int8", b -> {
            int x = b.in(INT8, 2, 3);
            int y = b.file.output(INT8, 3, 6);
            b.file.quantize(x, .03f, -4).quantize(y, .03f, -4);
            b.file.op(Builtin.PAD, table(), new int[] {x, b.file.ints(new int[] {1, 0, 2, 1}, 2, 2)}, y);
        });
        add("QUANTIZE", b -> {
            int y = b.file.output(INT8, 2, 5);
            b.file.quantize(y, .017f, 9).op(Builtin.QUANTIZE, table(), new int[] {b.in(FLOAT32, 2, 5)}, y);
        });
        add("QUANTIZE again", b -> {
            int x = b.in(INT8, 2, 5);
            int y = b.file.output(INT8, 2, 5);
            b.file.quantize(x, .03f, 5).quantize(y, .041f, -9).op(Builtin.QUANTIZE, table(), new int[] {x}, y);
        });
        add("DEQUANTIZE", b -> {
            int x = b.in(INT8, 2, 5);
            b.file.quantize(x, .03f, 5).op(Builtin.DEQUANTIZE, table(), new int[] {x}, b.file.output(FLOAT32, 2, 5));
        });
        add("DEQUANTIZE half", b -> {
            int x = b.file.constant(
                    TensorType.FLOAT16, new byte[] {0, 0x3c, 0, (byte) 0xc0, 1, 0x34, (byte) 0xff, 0x7b}, 4);
            int y = b.file.tensor(FLOAT32, 4);
            b.file.op(Builtin.DEQUANTIZE, table(), new int[] {x}, y);
            b.file.op(Builtin.ADD, table(), new int[] {b.in(FLOAT32, 2, 4), y}, b.file.output(FLOAT32, 2, 4));
        });
        add("RESIZE_BILINEAR int8", b -> {
            int x = b.in(INT8, 1, 3, 4, 2);
            int y = b.file.output(INT8, 1, 5, 7, 2);
            b.file.quantize(x, .03f, -4).quantize(y, .03f, -4);
            b.file.op(Builtin.RESIZE_BILINEAR, table().with(3, true), new int[] {x, b.file.vector(5, 7)}, y);
        });
        add("MAXIMUM int8", b -> {
            int x = b.in(INT8, 2, 3);
            int y = b.in(INT8, 2, 3);
            int z = b.file.output(INT8, 2, 3);
            b.file.quantize(x, .03f, -4).quantize(y, .03f, -4).quantize(z, .03f, -4);
            b.file.op(Builtin.MAXIMUM, table(), new int[] {x, y}, z);
        });
    }

    private void control() {
        add("IF", b -> {
            int condition = b.file.input(BOOL, 1);
            b.inputs.add(values(BOOL, 0, new int[] {1}, 3));
            int x = b.in(FLOAT32, 2, 3);
            b.file.op(Builtin.IF, table().with(0, 1).with(1, 2), new int[] {condition, x}, b.file.output(FLOAT32, 2, 3))
                    .next();
            int y = b.file.input(FLOAT32, 2, 3);
            b.file.op(Builtin.SQUARE, table(), new int[] {y}, b.file.output(FLOAT32, 2, 3))
                    .next();
            int z = b.file.input(FLOAT32, 2, 3);
            b.file.op(Builtin.NEG, table(), new int[] {z}, b.file.output(FLOAT32, 2, 3));
        });
        add("WHILE", b -> {
            int count = b.file.input(INT32, 1);
            b.inputs.add(values(INT32, 2, new int[] {1}, 0));
            int x = b.in(FLOAT32, 2, 3);
            b.file.op(
                            Builtin.WHILE,
                            table().with(0, 1).with(1, 2),
                            new int[] {count, x},
                            b.file.output(INT32, 1),
                            b.file.output(FLOAT32, 2, 3))
                    .next();
            int n = b.file.input(INT32, 1);
            b.file.input(FLOAT32, 2, 3);
            b.file.op(Builtin.LESS, table(), new int[] {n, b.file.vector(4)}, b.file.output(BOOL, 1))
                    .next();
            int m = b.file.input(INT32, 1);
            int y = b.file.input(FLOAT32, 2, 3);
            b.file.op(Builtin.ADD, table(), new int[] {m, b.file.vector(1)}, b.file.output(INT32, 1));
            b.file.op(Builtin.ADD, table(), new int[] {y, y}, b.file.output(FLOAT32, 2, 3));
        });
        add("two convolutions and a sum", b -> {
            int x = b.in(FLOAT32, 1, 4, 4, 2);
            int y = b.file.tensor(FLOAT32, 1, 4, 4, 2);
            int z = b.file.tensor(FLOAT32, 1, 4, 4, 2);
            int s = b.file.tensor(FLOAT32, 1, 4, 4, 2);
            int w = b.file.floats(weights(2 * 3 * 3 * 2), 2, 3, 3, 2);
            b.file.op(Builtin.CONV_2D, conv(0, 1, 1, 1), new int[] {x, w, b.file.floats(weights(2), 2)}, y);
            b.file.op(Builtin.CONV_2D, conv(0, 1, 1, 0), new int[] {y, w, b.file.floats(weights(2), 2)}, z);
            b.file.op(Builtin.ADD, table(), new int[] {y, z}, s);
            b.file.op(
                    Builtin.MUL,
                    table(),
                    new int[] {s, b.file.floats(new float[] {2, -1}, 2)},
                    b.file.output(FLOAT32, 1, 4, 4, 2));
        });
    }
}
