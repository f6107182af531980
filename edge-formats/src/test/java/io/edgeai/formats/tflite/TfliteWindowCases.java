package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT8;

import io.edgeai.formats.tflite.file.Builtin;
import java.util.Arrays;

/** Convolutions, pools and what else looks at neighbours. */
final class TfliteWindowCases {
    private final TfliteCases cases;

    TfliteWindowCases(TfliteCases cases) {
        this.cases = cases;
    }

    void windows() {
        for (int padding = 0; padding < 2; padding++) {
            int valid = padding;
            int h = valid == 1 ? 2 : 3;
            int w = valid == 1 ? 2 : 3;
            cases.add(
                    "CONV_2D " + (valid == 1 ? "valid" : "same"),
                    b -> b.file.op(
                            Builtin.CONV_2D,
                            TfliteCases.conv(valid, 2, 2, 1),
                            new int[] {
                                b.in(FLOAT32, 1, 5, 6, 2),
                                b.file.floats(TfliteCases.weights(3 * 2 * 3 * 2), 3, 2, 3, 2),
                                b.file.floats(TfliteCases.weights(3), 3)
                            },
                            b.file.output(FLOAT32, 1, h, w, 3)));
            cases.add(
                    "MAX_POOL_2D " + valid,
                    b -> b.file.op(
                            Builtin.MAX_POOL_2D,
                            TfliteCases.pool(valid, 2, 3, 2),
                            new int[] {b.in(FLOAT32, 1, 5, 6, 2)},
                            b.file.output(FLOAT32, 1, h, w, 2)));
            cases.add(
                    "AVERAGE_POOL_2D " + valid,
                    b -> b.file.op(
                            Builtin.AVERAGE_POOL_2D,
                            TfliteCases.pool(valid, 2, 3, 2),
                            new int[] {b.in(FLOAT32, 1, 5, 6, 2)},
                            b.file.output(FLOAT32, 1, h, w, 2)));
            cases.add(
                    "L2_POOL_2D " + valid,
                    b -> b.file.op(
                            Builtin.L2_POOL_2D,
                            TfliteCases.pool(valid, 2, 3, 2),
                            new int[] {b.in(FLOAT32, 1, 5, 6, 2)},
                            b.file.output(FLOAT32, 1, h, w, 2)));
        }
        cases.add(
                "CONV_2D dilated",
                b -> b.file.op(
                        Builtin.CONV_2D,
                        TfliteCases.conv(0, 1, 1, 0).with(4, 2).with(5, 3),
                        new int[] {
                            b.in(FLOAT32, 1, 6, 5, 2),
                            b.file.floats(TfliteCases.weights(2 * 2 * 2 * 2), 2, 2, 2, 2),
                            b.file.floats(TfliteCases.weights(2), 2)
                        },
                        b.file.output(FLOAT32, 1, 6, 5, 2)));
        cases.add(
                "CONV_2D grouped",
                b -> b.file.op(
                        Builtin.CONV_2D,
                        TfliteCases.conv(1, 1, 1, 0),
                        new int[] {
                            b.in(FLOAT32, 1, 3, 3, 4),
                            b.file.floats(TfliteCases.weights(4 * 2 * 2 * 2), 4, 2, 2, 2),
                            b.file.floats(TfliteCases.weights(4), 4)
                        },
                        b.file.output(FLOAT32, 1, 2, 2, 4)));
        cases.add(
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
                            b.file.floats(TfliteCases.weights(3 * 3 * 4), 1, 3, 3, 4),
                            b.file.floats(TfliteCases.weights(4), 4)
                        },
                        b.file.output(FLOAT32, 1, 4, 4, 4)));
        cases.add(
                "TRANSPOSE_CONV same",
                b -> b.file.op(
                        Builtin.TRANSPOSE_CONV,
                        TfliteCases.conv(0, 2, 2, 0),
                        new int[] {
                            b.file.vector(1, 5, 6, 2),
                            b.file.floats(TfliteCases.weights(2 * 3 * 3 * 2), 2, 3, 3, 2),
                            b.in(FLOAT32, 1, 3, 3, 2)
                        },
                        b.file.output(FLOAT32, 1, 5, 6, 2)));
        cases.add(
                "TRANSPOSE_CONV valid",
                b -> b.file.op(
                        Builtin.TRANSPOSE_CONV,
                        TfliteCases.conv(1, 3, 2, 1),
                        new int[] {
                            b.file.vector(1, 7, 9, 2),
                            b.file.floats(TfliteCases.weights(2 * 3 * 2 * 2), 2, 3, 2, 2),
                            b.in(FLOAT32, 1, 3, 3, 2),
                            b.file.floats(TfliteCases.weights(2), 2)
                        },
                        b.file.output(FLOAT32, 1, 7, 9, 2)));
        cases.add(
                "CONV_3D",
                b -> b.file.op(
                        Builtin.CONV_3D,
                        table().with(0, (byte) 1).with(1, 1).with(2, 1).with(3, 1),
                        new int[] {
                            b.in(FLOAT32, 1, 3, 3, 3, 2),
                            b.file.floats(TfliteCases.weights(2 * 2 * 2 * 2 * 2), 2, 2, 2, 2, 2)
                        },
                        b.file.output(FLOAT32, 1, 2, 2, 2, 2)));
        cases.add(
                "FULLY_CONNECTED",
                b -> b.file.op(
                        Builtin.FULLY_CONNECTED,
                        TfliteCases.act(0, 1),
                        new int[] {
                            b.in(FLOAT32, 2, 2, 3),
                            b.file.floats(TfliteCases.weights(24), 4, 6),
                            b.file.floats(TfliteCases.weights(4), 4)
                        },
                        b.file.output(FLOAT32, 2, 4)));
        cases.add(
                "FULLY_CONNECTED kept",
                b -> b.file.op(
                        Builtin.FULLY_CONNECTED,
                        table().with(2, true),
                        new int[] {b.in(FLOAT32, 2, 2, 3), b.file.floats(TfliteCases.weights(12), 4, 3), -1},
                        b.file.output(FLOAT32, 2, 2, 4)));
        cases.add("FULLY_CONNECTED hybrid", b -> {
            int w = b.file.bytes(INT8, new int[] {3, -9, 127, 40, -128 + 1, 7, 1, 2, 90, -60, 33, 5}, 4, 3);
            b.file.quantize(w, .02f, 0);
            b.file.op(
                    Builtin.FULLY_CONNECTED,
                    table(),
                    new int[] {b.in(FLOAT32, 2, 3), w, b.file.floats(TfliteCases.weights(4), 4)},
                    b.file.output(FLOAT32, 2, 4));
        });
        cases.add("CONV_2D hybrid", b -> {
            int w = b.file.bytes(
                    INT8, new int[] {3, -9, 127, 40, -127, 7, 1, 2, 90, -60, 33, 5, 12, 11, -8, 0}, 2, 2, 2, 2);
            b.file.quantize(w, new float[] {.02f, .03f}, 0);
            b.file.op(
                    Builtin.CONV_2D,
                    TfliteCases.conv(0, 1, 1, 0),
                    new int[] {b.in(FLOAT32, 2, 3, 3, 2), w, b.file.floats(TfliteCases.weights(2), 2)},
                    b.file.output(FLOAT32, 2, 3, 3, 2));
        });
        cases.add("FULLY_CONNECTED hybrid asymmetric", b -> {
            int w = b.file.bytes(INT8, new int[] {3, -9, 127, 40, -127, 7, 1, 2, 90, -60, 33, 5}, 4, 3);
            b.file.quantize(w, .02f, 0);
            b.file.op(
                            Builtin.FULLY_CONNECTED,
                            table().with(3, true),
                            new int[] {b.in(FLOAT32, 2, 3), w, -1},
                            b.file.output(FLOAT32, 2, 4))
                    .version(9);
        });
        cases.add("SVDF hybrid", b -> {
            int state = b.file.tensor(FLOAT32, 2, 16);
            int w = b.file.bytes(INT8, new int[] {3, -9, 127, 40, -127, 7, 1, 2, 90, -60, 33, 5}, 4, 3);
            b.file.quantize(w, .02f, 0).variable(state);
            int time =
                    b.file.bytes(INT8, new int[] {3, -9, 127, 40, -127, 7, 1, 2, 90, -60, 33, 5, 8, -8, 100, 1}, 4, 4);
            b.file.quantize(time, .01f, 0);
            b.file.op(
                            Builtin.SVDF,
                            table().with(0, 2).with(1, (byte) 0),
                            new int[] {b.in(FLOAT32, 2, 3), w, time, b.file.floats(TfliteCases.weights(2), 2), state},
                            b.file.output(FLOAT32, 2, 2))
                    .version(2);
        });
        cases.add("DEPTHWISE_CONV_2D hybrid", b -> {
            int[] values = new int[3 * 3 * 2];
            Arrays.setAll(values, i -> (i * 53 + 17) % 255 - 127);
            int w = b.file.bytes(INT8, values, 1, 3, 3, 2);
            b.file.quantize(w, new float[] {.01f, .02f}, 3);
            b.file.op(
                            Builtin.DEPTHWISE_CONV_2D,
                            table().with(0, (byte) 0).with(1, 1).with(2, 1).with(3, 1),
                            new int[] {b.in(FLOAT32, 1, 4, 4, 2), w, b.file.floats(TfliteCases.weights(2), 2)},
                            b.file.output(FLOAT32, 1, 4, 4, 2))
                    .version(6);
        });
        for (int x = 0; x < 4; x++) {
            boolean left = (x & 1) != 0;
            boolean right = (x & 2) != 0;
            cases.add(
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
        cases.add(
                "LOCAL_RESPONSE_NORMALIZATION",
                b -> b.file.op(
                        Builtin.LOCAL_RESPONSE_NORMALIZATION,
                        table().with(0, 2).with(1, 1.5f).with(2, .3f).with(3, .75f),
                        new int[] {b.in(FLOAT32, 1, 2, 2, 7)},
                        b.file.output(FLOAT32, 1, 2, 2, 7)));
        for (int mode = 0; mode < 3; mode++) {
            boolean corners = mode == 1;
            boolean half = mode == 2;
            cases.add(
                    "RESIZE_BILINEAR " + mode,
                    b -> b.file.op(
                            Builtin.RESIZE_BILINEAR,
                            table().with(2, corners).with(3, half),
                            new int[] {b.in(FLOAT32, 1, 3, 4, 2), b.file.vector(5, 7)},
                            b.file.output(FLOAT32, 1, 5, 7, 2)));
            cases.add(
                    "RESIZE_NEAREST_NEIGHBOR " + mode,
                    b -> b.file.op(
                            Builtin.RESIZE_NEAREST_NEIGHBOR,
                            table().with(0, corners).with(1, half),
                            new int[] {b.in(FLOAT32, 1, 3, 4, 2), b.file.vector(5, 7)},
                            b.file.output(FLOAT32, 1, 5, 7, 2)));
        }
        cases.add(
                "DEPTH_TO_SPACE",
                b -> b.file.op(
                        Builtin.DEPTH_TO_SPACE,
                        table().with(0, 2),
                        new int[] {b.in(FLOAT32, 1, 2, 3, 8)},
                        b.file.output(FLOAT32, 1, 4, 6, 2)));
        cases.add(
                "SPACE_TO_DEPTH",
                b -> b.file.op(
                        Builtin.SPACE_TO_DEPTH,
                        table().with(0, 2),
                        new int[] {b.in(FLOAT32, 1, 4, 6, 2)},
                        b.file.output(FLOAT32, 1, 2, 3, 8)));
        cases.add(
                "SPACE_TO_BATCH_ND",
                b -> b.file.op(
                        Builtin.SPACE_TO_BATCH_ND,
                        table(),
                        new int[] {
                            b.in(FLOAT32, 2, 3, 4, 2), b.file.vector(2, 2), b.file.ints(new int[] {1, 0, 0, 2}, 2, 2)
                        },
                        b.file.output(FLOAT32, 8, 2, 3, 2)));
        cases.add(
                "SPACE_TO_BATCH_ND unequal",
                b -> b.file.op(
                        Builtin.SPACE_TO_BATCH_ND,
                        table(),
                        new int[] {
                            b.in(FLOAT32, 2, 4, 3, 2), b.file.vector(2, 3), b.file.ints(new int[] {0, 0, 0, 0}, 2, 2)
                        },
                        b.file.output(FLOAT32, 12, 2, 1, 2)));
        cases.add(
                "BATCH_TO_SPACE_ND",
                b -> b.file.op(
                        Builtin.BATCH_TO_SPACE_ND,
                        table(),
                        new int[] {
                            b.in(FLOAT32, 8, 2, 3, 2), b.file.vector(2, 2), b.file.ints(new int[] {1, 0, 0, 2}, 2, 2)
                        },
                        b.file.output(FLOAT32, 2, 3, 4, 2)));
        cases.add(
                "BATCH_TO_SPACE_ND unequal",
                b -> b.file.op(
                        Builtin.BATCH_TO_SPACE_ND,
                        table(),
                        new int[] {
                            b.in(FLOAT32, 12, 2, 1, 2), b.file.vector(2, 3), b.file.ints(new int[] {0, 0, 0, 0}, 2, 2)
                        },
                        b.file.output(FLOAT32, 2, 4, 3, 2)));
    }
}
