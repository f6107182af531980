package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Operations that change shapes and types, join and repeat. */
final class Shapes {
    private Shapes() {}

    static void register(Map<String, Mapping> all) {
        all.put("Reshape", Shapes::reshape);
        all.put(
                "Squeeze",
                op -> op.out(
                        op.has(1) ? op.emit.op("Squeeze", op.in(0), op.vector(1)) : op.emit.op("Squeeze", op.in(0))));
        all.put("Unsqueeze", op -> op.out(op.emit.op("Unsqueeze", op.in(0), op.vector(1))));
        all.put("Transpose", Shapes::transpose);
        all.put("Concat", Shapes::concat);
        all.put("Tile", Shapes::tile);
        all.put("Broadcast", Shapes::broadcast);
        all.put("ShapeOf", Shapes::shapeOf);
        all.put(
                "Convert",
                op -> op.out(op.emit.cast(
                        op.in(0),
                        Precisions.element(op.text(
                                "destination_type", op.ir.outputs().get(0).precision())))));
        all.put("ConvertLike", op -> op.out(op.emit.cast(op.in(0), op.type(1))));
        all.put("Range", Shapes::range);
        all.put("Eye", Shapes::eye);
        all.put("ReadValue", op -> op.out(op.in(0)));
    }

    private static void reshape(Layer op) {
        OnnxNode node = op.emit.add("Reshape", op.in(0), op.vector(1));
        if (!op.flag("special_zero", false)) {
            node.attribute("allowzero", 1);
        }
        op.out(node.output(0));
    }

    private static void transpose(Layer op) {
        long[] order = op.has(1) ? op.fixedLongs(1, "order") : new long[0];
        if (order.length == 0) {
            int rank = op.rank(0);
            order = LongStream.range(0, rank).map(i -> rank - 1 - i).toArray();
        }
        op.out(op.emit.transpose(op.in(0), order));
    }

    private static void concat(Layer op) {
        String[] inputs = new String[op.inputs()];
        Arrays.setAll(inputs, op::in);
        op.out(op.emit
                .add("Concat", inputs)
                .attribute("axis", op.number("axis", 0))
                .output(0));
    }

    /** Where value and counts differ in length, the shorter one gets ones in front. */
    private static void tile(Layer op) {
        int rank = op.rank(0);
        int counts = op.rank(1) == 0 ? 1 : Math.toIntExact(op.dims(1)[0]);
        if (counts < 0) {
            throw new Unmapped("repeats along an unknown number of axes");
        }
        String x = op.in(0);
        String repeats = op.vector(1);
        if (counts > rank) {
            x = op.emit.op(
                    "Unsqueeze",
                    x,
                    op.emit.longs(LongStream.range(0, counts - rank).toArray()));
        } else if (counts < rank) {
            long[] ones = new long[rank - counts];
            Arrays.fill(ones, 1);
            repeats = op.emit
                    .add("Concat", op.emit.longs(ones), repeats)
                    .attribute("axis", 0)
                    .output(0);
        }
        op.out(op.emit.op("Tile", x, repeats));
    }

    private static void broadcast(Layer op) {
        String mode = op.lower("mode", "numpy");
        String x = op.in(0);
        if (mode.equals("explicit")) {
            long[] axes = op.fixedLongs(2, "axes");
            int rank = op.outDims(0).length;
            List<Long> missing = new ArrayList<>();
            for (long i = 0; i < rank; i++) {
                long at = i;
                if (Arrays.stream(axes).noneMatch(a -> a == at)) {
                    missing.add(i);
                }
            }
            x = missing.isEmpty() ? x : op.emit.op("Unsqueeze", x, op.emit.longs(Layer.longs(missing)));
        } else if (!mode.equals("numpy") && !mode.equals("bidirectional")) {
            throw new Unmapped("broadcasts by the mode " + mode);
        }
        op.out(op.emit.op("Expand", x, op.vector(1)));
    }

    private static void shapeOf(Layer op) {
        String dims = op.emit.op("Shape", op.in(0));
        ElementType type = op.outType(0);
        op.out(type == ElementType.INT64 ? dims : op.emit.cast(dims, type));
    }

    private static void range(Layer op) {
        ElementType type = op.outType(0);
        String[] ends = new String[3];
        for (int i = 0; i < 3; i++) {
            String value = op.rank(i) == 0 ? op.in(i) : op.emit.op("Squeeze", op.in(i));
            ends[i] = op.type(i) == type ? value : op.emit.cast(value, type);
        }
        op.out(op.emit.op("Range", ends));
    }

    private static void eye(Layer op) {
        long rows = op.fixedLongs(0, "rows")[0];
        long columns = op.fixedLongs(1, "columns")[0];
        long diagonal = op.fixedLongs(2, "diagonal")[0];
        if (op.has(3)) {
            throw new Unmapped("makes a batch of unit matrices");
        }
        if (Math.min(rows, columns) < 0 || Math.max(rows, columns) > 1 << 24 || rows * columns > 1 << 24) {
            throw new Unmapped("makes a unit matrix of (" + rows + "," + columns + ")");
        }
        byte[] ones = new byte[(int) (rows * columns)];
        for (long r = 0; r < rows; r++) {
            long c = r + diagonal;
            if (c >= 0 && c < columns) {
                ones[(int) (r * columns + c)] = 1;
            }
        }
        String unit =
                op.emit.constant("unit", io.edgeai.core.onnx.OnnxTensor.ofBytes(ElementType.BOOL, ones, rows, columns));
        op.out(op.emit.cast(unit, op.outType(0)));
    }
}
