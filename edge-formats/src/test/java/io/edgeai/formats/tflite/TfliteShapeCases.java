package io.edgeai.formats.tflite;

import static io.edgeai.formats.flatbuffer.FlatWriter.table;
import static io.edgeai.formats.tflite.file.TensorType.BOOL;
import static io.edgeai.formats.tflite.file.TensorType.FLOAT32;
import static io.edgeai.formats.tflite.file.TensorType.INT32;
import static io.edgeai.formats.tflite.file.TensorType.INT64;

import io.edgeai.formats.tflite.file.Builtin;

/** Shapes, reductions and indexing. */
final class TfliteShapeCases {
    private final TfliteCases cases;

    TfliteShapeCases(TfliteCases cases) {
        this.cases = cases;
    }

    void shapes() {
        cases.add(
                "RESHAPE",
                b -> b.file.op(
                        Builtin.RESHAPE,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 3, 4), b.file.vector(4, -1)},
                        b.file.output(FLOAT32, 4, 6)));
        cases.add(
                "RESHAPE by option",
                b -> b.file.op(
                        Builtin.RESHAPE,
                        table().with(0, new int[] {3, 8}),
                        new int[] {b.in(FLOAT32, 2, 3, 4)},
                        b.file.output(FLOAT32, 3, 8)));
        cases.add(
                "SQUEEZE",
                b -> b.file.op(
                        Builtin.SQUEEZE,
                        table().with(0, new int[] {0, -1}),
                        new int[] {b.in(FLOAT32, 1, 3, 1, 1)},
                        b.file.output(FLOAT32, 3, 1)));
        cases.add(
                "EXPAND_DIMS",
                b -> b.file.op(
                        Builtin.EXPAND_DIMS,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 3), b.file.scalar(-1)},
                        b.file.output(FLOAT32, 2, 3, 1)));
        cases.add(
                "TRANSPOSE",
                b -> b.file.op(
                        Builtin.TRANSPOSE,
                        table(),
                        new int[] {b.in(FLOAT32, 1, 2, 3, 4), b.file.vector(3, 1, 0, 2)},
                        b.file.output(FLOAT32, 4, 2, 1, 3)));
        cases.add(
                "TRANSPOSE to front",
                b -> b.file.op(
                        Builtin.TRANSPOSE,
                        table(),
                        new int[] {b.in(FLOAT32, 1, 2, 3, 4), b.file.vector(0, 3, 1, 2)},
                        b.file.output(FLOAT32, 1, 4, 2, 3)));
        cases.add(
                "CONCATENATION",
                b -> b.file.op(
                        Builtin.CONCATENATION,
                        table().with(0, -1),
                        new int[] {b.in(FLOAT32, 2, 3), b.in(FLOAT32, 2, 2)},
                        b.file.output(FLOAT32, 2, 5)));
        cases.add(
                "PACK",
                b -> b.file.op(
                        Builtin.PACK,
                        table().with(0, 2).with(1, 1),
                        new int[] {b.in(FLOAT32, 2, 3), b.in(FLOAT32, 2, 3)},
                        b.file.output(FLOAT32, 2, 2, 3)));
        cases.add(
                "UNPACK",
                b -> b.file.op(
                        Builtin.UNPACK,
                        table().with(0, 2).with(1, 1),
                        new int[] {b.in(FLOAT32, 3, 2, 2)},
                        b.file.output(FLOAT32, 3, 2),
                        b.file.output(FLOAT32, 3, 2)));
        cases.add(
                "SPLIT",
                b -> b.file.op(
                        Builtin.SPLIT,
                        table().with(0, 2),
                        new int[] {b.file.scalar(1), b.in(FLOAT32, 3, 4)},
                        b.file.output(FLOAT32, 3, 2),
                        b.file.output(FLOAT32, 3, 2)));
        cases.add(
                "SPLIT_V",
                b -> b.file.op(
                        Builtin.SPLIT_V,
                        table().with(0, 2),
                        new int[] {b.in(FLOAT32, 3, 4), b.file.vector(1, -1), b.file.scalar(1)},
                        b.file.output(FLOAT32, 3, 1),
                        b.file.output(FLOAT32, 3, 3)));
        cases.add(
                "SLICE",
                b -> b.file.op(
                        Builtin.SLICE,
                        table(),
                        new int[] {b.in(FLOAT32, 3, 5), b.file.vector(1, 2), b.file.vector(2, -1)},
                        b.file.output(FLOAT32, 2, 3)));
        cases.add(
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
        cases.add(
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
        cases.add(
                "STRIDED_SLICE new axis",
                b -> b.file.op(
                        Builtin.STRIDED_SLICE,
                        table().with(3, 1),
                        new int[] {b.in(FLOAT32, 4, 3), b.file.vector(0, 1), b.file.vector(0, 3), b.file.vector(1, 1)},
                        b.file.output(FLOAT32, 1, 2, 3)));
        cases.add(
                "PAD",
                b -> b.file.op(
                        Builtin.PAD,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 3), b.file.ints(new int[] {1, 0, 2, 1}, 2, 2)},
                        b.file.output(FLOAT32, 3, 6)));
        cases.add(
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
            cases.add(
                    "MIRROR_PAD " + mode,
                    b -> b.file.op(
                            Builtin.MIRROR_PAD,
                            TfliteCases.act(0, m),
                            new int[] {b.in(FLOAT32, 3, 3), b.file.ints(new int[] {1, 2, 2, 1}, 2, 2)},
                            b.file.output(FLOAT32, 6, 6)));
        }
        cases.add(
                "TILE",
                b -> b.file.op(
                        Builtin.TILE,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 3), b.file.vector(2, 1)},
                        b.file.output(FLOAT32, 4, 3)));
        cases.add("BROADCAST_TO", b -> b.file.op(
                        Builtin.BROADCAST_TO,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 1), b.file.vector(2, 2, 3)},
                        b.file.output(FLOAT32, 2, 2, 3))
                .version(2));
        cases.add(
                "BROADCAST_ARGS",
                b -> b.file.op(
                        Builtin.BROADCAST_ARGS,
                        table(),
                        new int[] {b.file.vector(2, 1), b.file.vector(4, 2, 3)},
                        b.file.output(INT32, 3)));
        cases.add(
                "SHAPE",
                b -> b.file.op(
                        Builtin.SHAPE,
                        table().with(0, (byte) 2),
                        new int[] {b.in(FLOAT32, 2, 3, 4)},
                        b.file.output(INT32, 3)));
        cases.add(
                "RANK",
                b -> b.file.op(Builtin.RANK, table(), new int[] {b.in(FLOAT32, 2, 3, 4)}, b.file.output(INT32)));
        cases.add(
                "FILL",
                b -> b.file.op(
                        Builtin.FILL,
                        table(),
                        new int[] {b.file.vector(2, 3), b.in(FLOAT32)},
                        b.file.output(FLOAT32, 2, 3)));
        cases.add(
                "REVERSE_V2",
                b -> b.file.op(
                        Builtin.REVERSE_V2,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 3, 2), b.file.vector(1)},
                        b.file.output(FLOAT32, 2, 3, 2)));
        cases.add(
                "REVERSE_SEQUENCE",
                b -> b.file.op(
                        Builtin.REVERSE_SEQUENCE,
                        table().with(0, 1).with(1, 0),
                        new int[] {b.in(FLOAT32, 2, 4, 2), b.file.vector(3, 2)},
                        b.file.output(FLOAT32, 2, 4, 2)));
    }

    void reductions() {
        for (Builtin op :
                new Builtin[] {Builtin.MEAN, Builtin.SUM, Builtin.REDUCE_PROD, Builtin.REDUCE_MAX, Builtin.REDUCE_MIN
                }) {
            cases.add(
                    op + "",
                    b -> b.file.op(
                            op,
                            table(),
                            new int[] {b.in(FLOAT32, 1, 2, 3, 4), b.file.vector(1, 2)},
                            b.file.output(FLOAT32, 1, 4)));
            cases.add(
                    op + " kept",
                    b -> b.file.op(
                            op,
                            table().with(0, true),
                            new int[] {b.in(FLOAT32, 1, 2, 3, 4), b.file.vector(-1)},
                            b.file.output(FLOAT32, 1, 2, 3, 1)));
        }
        for (Builtin op : new Builtin[] {Builtin.REDUCE_ANY, Builtin.REDUCE_ALL}) {
            cases.add(
                    op + "",
                    b -> b.file.op(
                            op, table(), new int[] {b.in(BOOL, 3, 4), b.file.vector(1)}, b.file.output(BOOL, 3)));
        }
        for (Builtin op : new Builtin[] {Builtin.ARG_MAX, Builtin.ARG_MIN}) {
            cases.add(
                    op + "",
                    b -> b.file.op(
                            op,
                            table().with(0, (byte) 2),
                            new int[] {b.in(FLOAT32, 3, 4), b.file.scalar(1)},
                            b.file.output(INT32, 3)));
        }
        cases.add(
                "CUMSUM",
                b -> b.file.op(
                        Builtin.CUMSUM,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 4), b.file.scalar(1)},
                        b.file.output(FLOAT32, 2, 4)));
        cases.add(
                "CUMSUM exclusive reverse",
                b -> b.file.op(
                        Builtin.CUMSUM,
                        table().with(0, true).with(1, true),
                        new int[] {b.in(FLOAT32, 2, 4), b.file.scalar(-1)},
                        b.file.output(FLOAT32, 2, 4)));
    }

    void indexing() {
        cases.add(
                "GATHER",
                b -> b.file.op(
                        Builtin.GATHER,
                        table().with(0, 1),
                        new int[] {b.in(FLOAT32, 2, 4, 2), b.file.vector(3, 0, 1)},
                        b.file.output(FLOAT32, 2, 3, 2)));
        cases.add(
                "GATHER batches",
                b -> b.file.op(
                        Builtin.GATHER,
                        table().with(0, 1).with(1, 1),
                        new int[] {b.in(FLOAT32, 2, 4, 2), b.file.ints(new int[] {3, 0, 1, 1}, 2, 2)},
                        b.file.output(FLOAT32, 2, 2, 2)));
        cases.add(
                "GATHER batches behind",
                b -> b.file.op(
                        Builtin.GATHER,
                        table().with(0, 2).with(1, 1),
                        new int[] {b.in(FLOAT32, 2, 3, 4), b.file.ints(new int[] {3, 0, 1, 1}, 2, 2)},
                        b.file.output(FLOAT32, 2, 3, 2)));
        cases.add(
                "GATHER_ND",
                b -> b.file.op(
                        Builtin.GATHER_ND,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 4, 2), b.file.ints(new int[] {1, 3, 0, 2}, 2, 2)},
                        b.file.output(FLOAT32, 2, 2)));
        cases.add(
                "SCATTER_ND",
                b -> b.file.op(
                        Builtin.SCATTER_ND,
                        table(),
                        new int[] {b.file.ints(new int[] {2, 0, 2}, 3, 1), b.in(FLOAT32, 3, 2), b.file.vector(4, 2)},
                        b.file.output(FLOAT32, 4, 2)));
        cases.add(
                "EMBEDDING_LOOKUP",
                b -> b.file.op(
                        Builtin.EMBEDDING_LOOKUP,
                        table(),
                        new int[] {b.like(INT32, 2, 3), b.file.floats(TfliteCases.weights(8), 4, 2)},
                        b.file.output(FLOAT32, 3, 2)));
        cases.add(
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
        cases.add(
                "TOPK_V2",
                b -> b.file.op(
                        Builtin.TOPK_V2,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 6), b.file.scalar(3)},
                        b.file.output(FLOAT32, 2, 3),
                        b.file.output(INT32, 2, 3)));
        cases.add(
                "SELECT",
                b -> b.file.op(
                        Builtin.SELECT,
                        table(),
                        new int[] {b.in(BOOL, 2), b.in(FLOAT32, 2, 3), b.in(FLOAT32, 2, 3)},
                        b.file.output(FLOAT32, 2, 3)));
        cases.add(
                "SELECT_V2",
                b -> b.file.op(
                        Builtin.SELECT_V2,
                        table(),
                        new int[] {b.in(BOOL, 3), b.in(FLOAT32, 2, 3), b.in(FLOAT32, 2, 1)},
                        b.file.output(FLOAT32, 2, 3)));
        cases.add(
                "WHERE",
                b -> b.file.op(Builtin.WHERE, table(), new int[] {b.in(BOOL, 2, 3)}, b.file.output(INT64, 1, 2)));
        cases.add(
                "UNIQUE",
                b -> b.file.op(
                        Builtin.UNIQUE,
                        table().with(0, (byte) 2),
                        new int[] {b.like(INT32, 2, 7)},
                        b.file.output(INT32, 1),
                        b.file.output(INT32, 7)));
        cases.add(
                "BUCKETIZE",
                b -> b.file.op(
                        Builtin.BUCKETIZE,
                        table().with(0, new float[] {-1, 0, 1.5f}),
                        new int[] {b.in(FLOAT32, 2, 5)},
                        b.file.output(INT32, 2, 5)));
        cases.add(
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
        cases.add(
                "DYNAMIC_UPDATE_SLICE",
                b -> b.file.op(
                        Builtin.DYNAMIC_UPDATE_SLICE,
                        table(),
                        new int[] {b.in(FLOAT32, 3, 4), b.in(FLOAT32, 2, 2), b.file.vector(2, 1)},
                        b.file.output(FLOAT32, 3, 4)));
        cases.add(
                "MATRIX_DIAG",
                b -> b.file.op(
                        Builtin.MATRIX_DIAG,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 3)},
                        b.file.output(FLOAT32, 2, 3, 3)));
        cases.add(
                "MATRIX_SET_DIAG",
                b -> b.file.op(
                        Builtin.MATRIX_SET_DIAG,
                        table(),
                        new int[] {b.in(FLOAT32, 2, 3, 4), b.in(FLOAT32, 2, 3)},
                        b.file.output(FLOAT32, 2, 3, 4)));
        cases.add(
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
            cases.add(
                    op + "",
                    b -> b.file.op(
                            op,
                            table(),
                            new int[] {b.in(FLOAT32, 4, 2), b.file.vector(2, 0, 2, 0), b.file.scalar(3)},
                            b.file.output(FLOAT32, 3, 2)));
        }
        cases.add(
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
}
