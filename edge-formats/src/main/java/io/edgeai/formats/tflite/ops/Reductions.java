package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.formats.tflite.file.Builtin;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** Reductions over axes, running sums, and places of the greatest and least. */
final class Reductions {
    private static final Set<ElementType> ARG_TYPES = Set.of(
            ElementType.FLOAT,
            ElementType.DOUBLE,
            ElementType.INT8,
            ElementType.UINT8,
            ElementType.INT32,
            ElementType.INT64);

    private Reductions() {}

    static void register(Map<Builtin, Mapping> all) {
        all.put(Builtin.MEAN, op -> reduce(op, "ReduceMean"));
        all.put(Builtin.SUM, op -> reduce(op, "ReduceSum"));
        all.put(Builtin.REDUCE_PROD, op -> reduce(op, "ReduceProd"));
        all.put(Builtin.REDUCE_MAX, op -> reduce(op, "ReduceMax"));
        all.put(Builtin.REDUCE_MIN, op -> reduce(op, "ReduceMin"));
        all.put(Builtin.REDUCE_ANY, op -> reduce(op, "ReduceMax"));
        all.put(Builtin.REDUCE_ALL, op -> reduce(op, "ReduceMin"));
        all.put(Builtin.ARG_MAX, op -> place(op, "ArgMax"));
        all.put(Builtin.ARG_MIN, op -> place(op, "ArgMin"));
        all.put(Builtin.CUMSUM, Reductions::cumulative);
    }

    private static void reduce(Op op, String onnx) {
        boolean keep = op.node.flag(0, false);
        int rank = op.in(0).rank();
        long[] axes = op.longs(1);
        Layout layout = Layout.LAST;
        String axesName;
        if (axes != null) {
            long[] places = new long[axes.length];
            for (int i = 0; i < axes.length; i++) {
                places[i] = op.axis(axes[i], rank);
            }
            long[] sorted = Arrays.stream(places).sorted().distinct().toArray();
            boolean spatial = rank == 4 && Arrays.equals(sorted, new long[] {1, 2});
            layout = keep || spatial ? op.layout(0) : Layout.LAST;
            for (int i = 0; i < sorted.length; i++) {
                sorted[i] = layout.axis((int) sorted[i], rank);
            }
            axesName = op.emit.longs(sorted);
        } else {
            axesName = op.vector(1);
        }
        ElementType type = op.quantized() ? ElementType.FLOAT : op.element(0);
        ElementType work = work(type, onnx);
        String x = op.real(0, layout);
        x = work == type ? x : op.emit.cast(x, work);
        OnnxNode node = op.emit
                .add(onnx, x, axesName)
                .attribute("keepdims", keep ? 1 : 0)
                .attribute("noop_with_empty_axes", 1);
        String y = work == type ? node.output(0) : op.emit.cast(node.output(0), type);
        op.out(0, keep ? layout : Layout.LAST, y);
    }

    private static ElementType work(ElementType type, String onnx) {
        return switch (type) {
            case BOOL, INT8, UINT8, INT16, UINT16 -> ElementType.INT32;
            case INT64 -> onnx.equals("ReduceMean") ? ElementType.DOUBLE : type;
            default -> type;
        };
    }

    private static void place(Op op, String onnx) {
        long[] axis = op.fixedLongs(1, "axis");
        boolean raw =
                ARG_TYPES.contains(op.element(0)) && !(onnx.equals("ArgMin") && op.element(0) == ElementType.INT64);
        String x = raw ? op.raw(0) : op.real(0);
        if (!raw && !op.quantized()) {
            x = op.emit.cast(x, ElementType.DOUBLE);
        }
        String found = op.emit
                .add(onnx, x)
                .attribute("axis", op.axis(axis[0], op.rank(0)))
                .attribute("keepdims", 0)
                .output(0);
        ElementType out = op.outElement(0);
        op.outRaw(0, out == ElementType.INT64 ? found : op.emit.cast(found, out));
    }

    private static void cumulative(Op op) {
        OnnxNode node = op.emit
                .add("CumSum", op.real(0), op.shape(1))
                .attribute("exclusive", op.node.flag(0, false) ? 1 : 0)
                .attribute("reverse", op.node.flag(1, false) ? 1 : 0);
        op.out(0, node.output(0));
    }
}
