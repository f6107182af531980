package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import java.util.Arrays;
import java.util.Map;

/** Operations that pick, place, count, sort and suppress. */
final class Indexing {
    private Indexing() {}

    static void register(Map<String, Mapping> all) {
        all.put("Gather", Indexing::gather);
        all.put("GatherND", Indexing::gatherNd);
        all.put(
                "GatherElements",
                op -> op.out(op.emit
                        .add("GatherElements", op.in(0), op.as64(1))
                        .attribute("axis", op.number("axis", 0))
                        .output(0)));
        all.put("ScatterNDUpdate", Indexing::scatterNd);
        all.put("ScatterElementsUpdate", Indexing::scatterElements);
        all.put("ScatterUpdate", Indexing::scatter);
        all.put("OneHot", Indexing::oneHot);
        all.put("NonZero", op -> {
            String places = op.emit.op("NonZero", op.in(0));
            op.out(op.outType(0) == ElementType.INT64 ? places : op.emit.cast(places, op.outType(0)));
        });
        all.put("TopK", Indexing::topK);
        all.put("Bucketize", Indexing::bucketize);
        all.put(
                "GridSample",
                op -> op.out(op.emit
                        .add("GridSample", op.in(0), op.in(1))
                        .attribute("align_corners", op.flag("align_corners", false) ? 1 : 0)
                        .attribute(
                                "mode",
                                switch (op.lower("mode", "bilinear")) {
                                    case "nearest" -> "nearest";
                                    case "bicubic" -> "cubic";
                                    default -> "linear";
                                })
                        .attribute("padding_mode", op.lower("padding_mode", "zeros"))
                        .output(0)));
        all.put("NonMaxSuppression", Indexing::suppress);
    }

    private static void gather(Layer op) {
        long[] axes = op.has(2) ? op.fixedLongs(2, "axis") : new long[] {0};
        int rank = op.rank(0);
        int axis = op.axis(axes[0], rank);
        long batch = op.number("batch_dims", 0);
        batch = batch < 0 ? batch + op.rank(1) : batch;
        if (batch == 0) {
            op.out(op.emit
                    .add("Gather", op.in(0), op.in(1))
                    .attribute("axis", axis)
                    .output(0));
            return;
        }
        if (axis != batch) {
            throw new Unmapped("gathers along axis " + axis + " with " + batch + " batch dimensions");
        }
        String indices = op.emit.op("Unsqueeze", op.as64(1), op.emit.longs(-1));
        op.out(op.emit
                .add("GatherND", op.in(0), indices)
                .attribute("batch_dims", batch)
                .output(0));
    }

    /** Before set 8 batch dimensions came out as one. */
    private static void gatherNd(Layer op) {
        long batch = op.number("batch_dims", 0);
        String y = op.emit
                .add("GatherND", op.in(0), op.as64(1))
                .attribute("batch_dims", batch)
                .output(0);
        if (batch > 1 && op.ir.opsetNumber() < 8) {
            long[] dims = op.outDims(0).clone();
            if (Arrays.stream(dims).skip(1).anyMatch(d -> d < 0)) {
                throw new Unmapped("joins batches of unknown size");
            }
            dims[0] = -1;
            y = op.emit.reshape(y, dims);
        }
        op.out(y);
    }

    private static void scatterNd(Layer op) {
        OnnxNode node = op.emit.add("ScatterND", op.in(0), op.as64(1), op.in(2));
        String reduction = reduction(op);
        op.out(
                reduction.equals("none")
                        ? node.output(0)
                        : node.attribute("reduction", reduction).output(0));
    }

    private static String reduction(Layer op) {
        return switch (op.lower("reduction", "none")) {
            case "none" -> "none";
            case "sum" -> "add";
            case "prod" -> "mul";
            case "min" -> "min";
            case "max" -> "max";
            default -> throw new Unmapped("scatters with the reduction " + op.text("reduction", ""));
        };
    }

    private static void scatterElements(Layer op) {
        if (!op.flag("use_init_val", true)) {
            throw new Unmapped("scatters without the first value");
        }
        OnnxNode node = op.emit
                .add("ScatterElements", op.in(0), op.as64(1), op.in(2))
                .attribute("axis", op.fixedLongs(3, "axis")[0]);
        String reduction = reduction(op);
        op.out(
                reduction.equals("none")
                        ? node.output(0)
                        : node.attribute("reduction", reduction).output(0));
    }

    private static void scatter(Layer op) {
        int rank = op.rank(0);
        int axis = op.axis(op.fixedLongs(3, "axis")[0], rank);
        if (op.rank(1) > 1 || rank < 1) {
            throw new Unmapped("scatters by indices of rank " + op.rank(1));
        }
        String indices = op.emit.reshape(op.as64(1), -1, 1);
        String updates = op.rank(1) == 0 ? op.emit.op("Unsqueeze", op.in(2), op.emit.longs(axis)) : op.in(2);
        if (axis == 0) {
            op.out(op.emit.op("ScatterND", op.in(0), indices, updates));
            return;
        }
        long[] swap = new long[rank];
        Arrays.setAll(swap, i -> i == 0 ? axis : i == axis ? 0 : i);
        String placed =
                op.emit.op("ScatterND", op.emit.transpose(op.in(0), swap), indices, op.emit.transpose(updates, swap));
        op.out(op.emit.transpose(placed, swap));
    }

    private static void oneHot(Layer op) {
        ElementType type = op.outType(0);
        boolean direct = type == ElementType.FLOAT || type == ElementType.INT64;
        ElementType work = direct ? type : ElementType.INT64;
        String on = op.emit.reshape(work == type ? op.in(2) : op.emit.cast(op.in(2), work), 1);
        String off = op.emit.reshape(work == type ? op.in(3) : op.emit.cast(op.in(3), work), 1);
        String values = op.emit.add("Concat", off, on).attribute("axis", 0).output(0);
        String depth = op.emit.reshape(op.as64(1), 1);
        String indices = op.as64(0);
        // In ONNX a negative index counts from the end; here it is beyond all rows.
        indices = op.emit.op(
                "Where",
                op.emit.op("Less", indices, op.emit.scalar(ElementType.INT64, 0)),
                op.emit.op("Squeeze", depth),
                indices);
        String hot = op.emit
                .add("OneHot", indices, depth, values)
                .attribute("axis", op.number("axis", -1))
                .output(0);
        op.out(work == type ? hot : op.emit.cast(hot, type));
    }

    private static void topK(Layer op) {
        String sort = op.lower("sort", "value");
        boolean largest = op.lower("mode", "max").equals("max");
        int rank = op.rank(0);
        int axis = op.axis(op.number("axis", -1), rank);
        OnnxNode node = op.emit
                .add("TopK", 2, op.in(0), op.emit.reshape(op.as64(1), 1))
                .attribute("axis", axis)
                .attribute("largest", largest ? 1 : 0);
        String values = node.output(0);
        String places = node.output(1);
        if (sort.equals("index")) {
            OnnxNode order = op.emit
                    .add("TopK", 2, places, op.emit.reshape(op.as64(1), 1))
                    .attribute("axis", axis)
                    .attribute("largest", 0);
            values = op.emit
                    .add("GatherElements", values, order.output(1))
                    .attribute("axis", axis)
                    .output(0);
            places = order.output(0);
        }
        op.out(0, values);
        if (op.outputs() > 1) {
            op.out(1, op.outType(1) == ElementType.INT64 ? places : op.emit.cast(places, op.outType(1)));
        }
    }

    private static void bucketize(Layer op) {
        boolean same = op.type(0) == op.type(1);
        String x = same ? op.in(0) : op.emit.cast(op.in(0), ElementType.DOUBLE);
        String bounds = same ? op.in(1) : op.emit.cast(op.in(1), ElementType.DOUBLE);
        boolean right = op.flag("with_right_bound", true);
        String above =
                op.emit.op(right ? "Greater" : "GreaterOrEqual", op.emit.op("Unsqueeze", x, op.emit.longs(-1)), bounds);
        String count = op.emit
                .add("ReduceSum", op.emit.cast(above, ElementType.INT64), op.emit.longs(-1))
                .attribute("keepdims", 0)
                .output(0);
        op.out(op.outType(0) == ElementType.INT64 ? count : op.emit.cast(count, op.outType(0)));
    }

    /** Sets 1 to 9: boxes by corners or center; from set 5 on also scores of what was chosen and their count. */
    private static void suppress(Layer op) {
        if (op.has(5)) {
            float[] sigma = op.fixedFloats(5, "soft sigma");
            if (sigma[0] != 0) {
                throw new Unmapped("lowers scores softly");
            }
        }
        boolean center = op.lower("box_encoding", "corner").equals("center");
        String most = op.has(2) ? op.emit.reshape(op.as64(2), 1) : op.emit.longs(0);
        OnnxNode node = op.emit
                .add("NonMaxSuppression", op.in(0), op.in(1), most, scalar(op, 3), scalar(op, 4))
                .attribute("center_point_box", center ? 1 : 0);
        String chosen = node.output(0);
        String scores = op.emit.op("GatherND", op.in(1), chosen);
        if (op.flag("sort_result_descending", true)) {
            String count = op.emit.op("Shape", scores);
            OnnxNode sorted = op.emit.add("TopK", 2, scores, count);
            chosen = op.emit.op("Gather", chosen, sorted.output(1));
            scores = sorted.output(0);
        }
        ElementType type = op.outType(0);
        if (op.ir.opsetNumber() < 5) { // a fixed number of rows, -1 where nothing was chosen
            long rows = op.outDims(0).length == 2 ? op.outDims(0)[0] : -1;
            if (rows < 0) {
                throw new Unmapped("fills up to an unknown number of rows");
            }
            String missing = op.emit.op("Sub", op.emit.longs(rows, 3), op.emit.op("Shape", chosen));
            String pads = op.emit
                    .add("Concat", op.emit.longs(0, 0), missing)
                    .attribute("axis", 0)
                    .output(0);
            chosen = op.emit.op("Pad", chosen, pads, op.emit.scalar(ElementType.INT64, -1));
        }
        op.out(0, type == ElementType.INT64 ? chosen : op.emit.cast(chosen, type));
        if (op.outputs() > 1) {
            String indices = op.emit.cast(
                    op.emit.op("Slice", chosen, op.emit.longs(0), op.emit.longs(2), op.emit.longs(1)),
                    ElementType.FLOAT);
            String column = op.emit.op("Unsqueeze", scores, op.emit.longs(1));
            op.out(
                    1,
                    op.emit.add("Concat", indices, column).attribute("axis", 1).output(0));
            String count = op.emit.op("Slice", op.emit.op("Shape", chosen), op.emit.longs(0), op.emit.longs(1));
            op.out(2, op.outType(2) == ElementType.INT64 ? count : op.emit.cast(count, op.outType(2)));
        }
    }

    private static String scalar(Layer op, int input) {
        return op.has(input) ? op.emit.reshape(op.in(input), 1) : op.emit.scalar(0f);
    }
}
