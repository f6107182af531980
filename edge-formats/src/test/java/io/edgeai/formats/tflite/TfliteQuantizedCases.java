package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.BOOL;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT8;

import io.edgeai.formats.flatbuffer.FlatWriter.Table;
import io.edgeai.formats.tflite.file.Builtin;
import io.edgeai.formats.tflite.file.TensorType;
import java.util.Arrays;

/** Quantized, recurrent and control operators. */
final class TfliteQuantizedCases {
    private final TfliteCases cases;

    TfliteQuantizedCases(TfliteCases cases) {
        this.cases = cases;
    }

    private void quantizedPair(Builtin op, TensorType type, float out) {
        cases.add(op + " " + type, b -> {
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
        cases.add(op + " int8", b -> {
            int x = b.in(INT8, 1, 2, 3, 4);
            int y = b.file.output(INT8, 1, 2, 3, 4);
            b.file.quantize(x, in, 3).quantize(y, out, zero).op(op, options, new int[] {x}, y);
        });
    }

    void quantized() {
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
            cases.add("CONV_2D int8 " + padding, b -> {
                int x = b.in(INT8, 1, 5, 6, 2);
                int[] values = new int[3 * 2 * 3 * 2];
                Arrays.setAll(values, i -> (i * 53 + 17) % 255 - 127);
                int w = b.file.bytes(INT8, values, 3, 2, 3, 2);
                int bias = b.file.vector(400, -900, 55);
                int y = b.file.output(INT8, 1, h, h, 3);
                b.file.quantize(x, .03f, -4).quantize(w, new float[] {.01f, .02f, .015f}, 0);
                b.file.quantize(bias, new float[] {.0003f, .0006f, .00045f}, 0).quantize(y, .2f, 7);
                b.file.op(Builtin.CONV_2D, TfliteCases.conv(valid, 2, 2, 1), new int[] {x, w, bias}, y);
            });
            cases.add("AVERAGE_POOL_2D int8 " + padding, b -> {
                int x = b.in(INT8, 1, 5, 6, 2);
                int y = b.file.output(INT8, 1, h, h, 2);
                b.file.quantize(x, .03f, -4).quantize(y, .03f, -4);
                b.file.op(Builtin.AVERAGE_POOL_2D, TfliteCases.pool(valid, 2, 3, 2), new int[] {x}, y);
            });
        }
        cases.add("DEPTHWISE_CONV_2D int8", b -> {
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
        cases.add("FULLY_CONNECTED int8", b -> {
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
        cases.add("CONCATENATION int8", b -> {
            int x = b.in(INT8, 2, 3);
            int y = b.in(INT8, 2, 2);
            int z = b.file.output(INT8, 2, 5);
            b.file.quantize(x, .03f, -4).quantize(y, .03f, -4).quantize(z, .03f, -4);
            b.file.op(Builtin.CONCATENATION, table().with(0, 1), new int[] {x, y}, z);
        });
        cases.add("MEAN int8", b -> {
            int x = b.in(INT8, 1, 2, 3, 4);
            int y = b.file.output(INT8, 1, 4);
            b.file.quantize(x, .03f, -4).quantize(y, .02f, 2);
            b.file.op(Builtin.MEAN, table(), new int[] {x, b.file.vector(1, 2)}, y);
        });
        cases.add("PAD int8", b -> {
            int x = b.in(INT8, 2, 3);
            int y = b.file.output(INT8, 3, 6);
            b.file.quantize(x, .03f, -4).quantize(y, .03f, -4);
            b.file.op(Builtin.PAD, table(), new int[] {x, b.file.ints(new int[] {1, 0, 2, 1}, 2, 2)}, y);
        });
        cases.add("QUANTIZE", b -> {
            int y = b.file.output(INT8, 2, 5);
            b.file.quantize(y, .017f, 9).op(Builtin.QUANTIZE, table(), new int[] {b.in(FLOAT32, 2, 5)}, y);
        });
        cases.add("QUANTIZE again", b -> {
            int x = b.in(INT8, 2, 5);
            int y = b.file.output(INT8, 2, 5);
            b.file.quantize(x, .03f, 5).quantize(y, .041f, -9).op(Builtin.QUANTIZE, table(), new int[] {x}, y);
        });
        cases.add("DEQUANTIZE", b -> {
            int x = b.in(INT8, 2, 5);
            b.file.quantize(x, .03f, 5).op(Builtin.DEQUANTIZE, table(), new int[] {x}, b.file.output(FLOAT32, 2, 5));
        });
        cases.add("DEQUANTIZE half", b -> {
            int x = b.file.constant(
                    TensorType.FLOAT16, new byte[] {0, 0x3c, 0, (byte) 0xc0, 1, 0x34, (byte) 0xff, 0x7b}, 4);
            int y = b.file.tensor(FLOAT32, 4);
            b.file.op(Builtin.DEQUANTIZE, table(), new int[] {x}, y);
            b.file.op(Builtin.ADD, table(), new int[] {b.in(FLOAT32, 2, 4), y}, b.file.output(FLOAT32, 2, 4));
        });
        cases.add("RESIZE_BILINEAR int8", b -> {
            int x = b.in(INT8, 1, 3, 4, 2);
            int y = b.file.output(INT8, 1, 5, 7, 2);
            b.file.quantize(x, .03f, -4).quantize(y, .03f, -4);
            b.file.op(Builtin.RESIZE_BILINEAR, table().with(3, true), new int[] {x, b.file.vector(5, 7)}, y);
        });
        cases.add("MAXIMUM int8", b -> {
            int x = b.in(INT8, 2, 3);
            int y = b.in(INT8, 2, 3);
            int z = b.file.output(INT8, 2, 3);
            b.file.quantize(x, .03f, -4).quantize(y, .03f, -4).quantize(z, .03f, -4);
            b.file.op(Builtin.MAXIMUM, table(), new int[] {x, y}, z);
        });
    }

    void recurrent() {
        cases.add(
                "RANGE",
                b -> b.file.op(
                        Builtin.RANGE,
                        table(),
                        new int[] {b.file.scalar(-9), b.like(INT32, 1), b.file.scalar(3)},
                        b.file.output(INT32, 1)));
        for (int kind = 0; kind < 2; kind++) {
            boolean merge = kind == 1;
            cases.add("BIDIRECTIONAL_SEQUENCE_LSTM " + kind, b -> {
                int[] from = new int[48];
                Arrays.fill(from, -1);
                from[0] = merge ? b.in(FLOAT32, 4, 2, 2) : b.in(FLOAT32, 2, 4, 2); // merged ones are time first
                for (int d = 0; d < 2; d++) {
                    int base = 1 + 17 * d;
                    for (int g = 0; g < 4; g++) {
                        from[base + g] = b.file.floats(TfliteCases.weights(6 + g + d), 3, 2);
                        from[base + 4 + g] = b.file.floats(TfliteCases.weights(9 + g + d), 3, 3);
                        from[base + 11 + g] = b.file.floats(TfliteCases.weights(3 + g + d), 3);
                    }
                    from[35 + 2 * d] = b.file.tensor(FLOAT32, 2, 3);
                    from[36 + 2 * d] = b.file.tensor(FLOAT32, 2, 3);
                    b.file.variable(from[35 + 2 * d]).variable(from[36 + 2 * d]);
                }
                int[] to = merge
                        ? new int[] {b.file.output(FLOAT32, 4, 2, 6)}
                        : new int[] {b.file.output(FLOAT32, 2, 4, 3), b.file.output(FLOAT32, 2, 4, 3)};
                b.file.op(
                        Builtin.BIDIRECTIONAL_SEQUENCE_LSTM,
                        table().with(0, (byte) 4).with(3, merge).with(4, merge),
                        from,
                        to);
            });
        }
        cases.add("BIDIRECTIONAL_SEQUENCE_RNN", b -> {
            int[] from = new int[12];
            Arrays.fill(from, -1);
            from[0] = b.in(FLOAT32, 2, 4, 2);
            for (int d = 0; d < 2; d++) {
                from[1 + 4 * d] = b.file.floats(TfliteCases.weights(6 + d), 3, 2);
                from[2 + 4 * d] = b.file.floats(TfliteCases.weights(9 + d), 3, 3);
                from[3 + 4 * d] = b.file.floats(TfliteCases.weights(3 + d), 3);
                from[4 + 4 * d] = b.file.tensor(FLOAT32, 2, 3);
                b.file.variable(from[4 + 4 * d]);
            }
            b.file.op(
                    Builtin.BIDIRECTIONAL_SEQUENCE_RNN,
                    table().with(0, false).with(1, (byte) 4).with(2, false),
                    from,
                    b.file.output(FLOAT32, 2, 4, 3),
                    b.file.output(FLOAT32, 2, 4, 3));
        });
        cases.add("UNIDIRECTIONAL_SEQUENCE_RNN", b -> {
            int state = b.file.tensor(FLOAT32, 2, 3);
            b.file.variable(state)
                    .op(
                            Builtin.UNIDIRECTIONAL_SEQUENCE_RNN,
                            table().with(0, false).with(1, (byte) 4),
                            new int[] {
                                b.in(FLOAT32, 2, 4, 2),
                                b.file.floats(TfliteCases.weights(6), 3, 2),
                                b.file.floats(TfliteCases.weights(9), 3, 3),
                                b.file.floats(TfliteCases.weights(3), 3),
                                state
                            },
                            b.file.output(FLOAT32, 2, 4, 3));
        });
        cases.add("RNN", b -> {
            int state = b.file.tensor(FLOAT32, 2, 3);
            b.file.variable(state)
                    .op(
                            Builtin.RNN,
                            TfliteCases.act(0, 1),
                            new int[] {
                                b.in(FLOAT32, 2, 2),
                                b.file.floats(TfliteCases.weights(6), 3, 2),
                                b.file.floats(TfliteCases.weights(9), 3, 3),
                                b.file.floats(TfliteCases.weights(3), 3),
                                state
                            },
                            b.file.output(FLOAT32, 2, 3));
        });
        for (int kind = 0; kind < 4; kind++) {
            boolean coupled = kind == 1;
            boolean peepholes = kind == 2;
            boolean projection = kind == 3;
            cases.add("UNIDIRECTIONAL_SEQUENCE_LSTM " + kind, b -> {
                int[] from = new int[24];
                Arrays.fill(from, -1);
                from[0] = b.in(FLOAT32, 2, 4, 2);
                int units = projection ? 2 : 3;
                for (int g = coupled ? 1 : 0; g < 4; g++) {
                    from[1 + g] = b.file.floats(TfliteCases.weights(6 + g), 3, 2);
                    from[5 + g] = b.file.floats(TfliteCases.weights(3 * units + g), 3, units);
                    from[12 + g] = b.file.floats(TfliteCases.weights(3 + g), 3);
                    if (peepholes && g < 3) {
                        from[9 + g] = b.file.floats(TfliteCases.weights(3 + g), 3);
                    }
                }
                if (projection) {
                    from[16] = b.file.floats(TfliteCases.weights(6), 2, 3);
                    from[17] = b.file.floats(TfliteCases.weights(2), 2);
                }
                from[18] = b.file.tensor(FLOAT32, 2, units);
                from[19] = b.file.tensor(FLOAT32, 2, 3);
                b.file.variable(from[18]).variable(from[19]);
                b.file.op(
                        Builtin.UNIDIRECTIONAL_SEQUENCE_LSTM,
                        table().with(0, (byte) 4)
                                .with(1, TfliteCases.kindClip(projection))
                                .with(2, 0f)
                                .with(3, false),
                        from,
                        b.file.output(FLOAT32, 2, 4, units));
            });
        }
        for (int kind = 0; kind < 2; kind++) {
            boolean asymmetric = kind == 1;
            cases.add("UNIDIRECTIONAL_SEQUENCE_LSTM hybrid " + kind, b -> {
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
                    from[12 + g] = b.file.floats(TfliteCases.weights(3 + g), 3);
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
        cases.add("SVDF", b -> {
            int state = b.file.tensor(FLOAT32, 2, 16);
            b.file.variable(state)
                    .op(
                            Builtin.SVDF,
                            table().with(0, 2).with(1, (byte) 0),
                            new int[] {
                                b.in(FLOAT32, 2, 3),
                                b.file.floats(TfliteCases.weights(12), 4, 3),
                                b.file.floats(TfliteCases.weights(16), 4, 4),
                                b.file.floats(TfliteCases.weights(2), 2),
                                state
                            },
                            b.file.output(FLOAT32, 2, 2));
        });
    }

    void control() {
        cases.add("IF", b -> {
            int condition = b.file.input(BOOL, 1);
            b.inputs.add(TfliteCases.values(BOOL, 0, new int[] {1}, 3));
            int x = b.in(FLOAT32, 2, 3);
            b.file.op(Builtin.IF, table().with(0, 1).with(1, 2), new int[] {condition, x}, b.file.output(FLOAT32, 2, 3))
                    .next();
            int y = b.file.input(FLOAT32, 2, 3);
            b.file.op(Builtin.SQUARE, table(), new int[] {y}, b.file.output(FLOAT32, 2, 3))
                    .next();
            int z = b.file.input(FLOAT32, 2, 3);
            b.file.op(Builtin.NEG, table(), new int[] {z}, b.file.output(FLOAT32, 2, 3));
        });
        cases.add("WHILE", b -> {
            int count = b.file.input(INT32, 1);
            b.inputs.add(TfliteCases.values(INT32, 2, new int[] {1}, 0));
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
        cases.add("two convolutions and a sum", b -> {
            int x = b.in(FLOAT32, 1, 4, 4, 2);
            int y = b.file.tensor(FLOAT32, 1, 4, 4, 2);
            int z = b.file.tensor(FLOAT32, 1, 4, 4, 2);
            int s = b.file.tensor(FLOAT32, 1, 4, 4, 2);
            int w = b.file.floats(TfliteCases.weights(2 * 3 * 3 * 2), 2, 3, 3, 2);
            b.file.op(
                    Builtin.CONV_2D,
                    TfliteCases.conv(0, 1, 1, 1),
                    new int[] {x, w, b.file.floats(TfliteCases.weights(2), 2)},
                    y);
            b.file.op(
                    Builtin.CONV_2D,
                    TfliteCases.conv(0, 1, 1, 0),
                    new int[] {y, w, b.file.floats(TfliteCases.weights(2), 2)},
                    z);
            b.file.op(Builtin.ADD, table(), new int[] {y, z}, s);
            b.file.op(
                    Builtin.MUL,
                    table(),
                    new int[] {s, b.file.floats(new float[] {2, -1}, 2)},
                    b.file.output(FLOAT32, 1, 4, 4, 2));
        });
    }
}
