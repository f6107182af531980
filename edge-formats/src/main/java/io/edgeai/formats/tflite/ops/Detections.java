package io.edgeai.formats.tflite.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.formats.emit.Emitter;
import io.edgeai.formats.flatbuffer.FlexMap;
import io.edgeai.formats.tflite.file.Builtin;
import java.util.Map;

/**
 * Non-maximum suppression and the custom operator {@code TFLite_Detection_PostProcess}, which decodes boxes relative to
 * anchors, suppresses, and fills up with zeros to a fixed count.
 */
final class Detections {
    static final String POST_PROCESS = "TFLite_Detection_PostProcess";

    private Detections() {}

    static void register(Map<Builtin, Mapping> all) {
        all.put(Builtin.NON_MAX_SUPPRESSION_V4, op -> suppress(op, false));
        all.put(Builtin.NON_MAX_SUPPRESSION_V5, op -> suppress(op, true));
    }

    private static void suppress(Op op, boolean soft) {
        Emitter emit = op.emit;
        if (soft) {
            float[] sigma = op.in(5).constant() ? Constants.floats(op.in(5)) : null;
            if (sigma == null || sigma[0] != 0) {
                throw new Unmapped("lowers scores softly");
            }
        }
        String boxes = op.moved(0, raw -> emit.op("Unsqueeze", raw, emit.longs(0)));
        String scores = op.moved(1, raw -> emit.op("Unsqueeze", raw, emit.longs(0, 1)));
        String most = emit.reshape(op.shape(2), 1);
        String chosen = emit.op("NonMaxSuppression", boxes, scores, most, op.real(3), op.real(4));
        String places = emit.op(
                "Squeeze", emit.op("Slice", chosen, emit.longs(2), emit.longs(3), emit.longs(1)), emit.longs(1));
        String count = emit.op("Shape", places);
        String pads = pads(emit, count, most, 1);
        op.outRaw(0, emit.cast(emit.op("Pad", places, pads), ElementType.INT32));
        String found = emit.cast(emit.op("Squeeze", count), ElementType.INT32);
        if (soft) {
            String kept = emit.op("Gather", op.real(1), places);
            op.outRaw(1, emit.op("Pad", kept, pads));
            op.outRaw(2, found);
        } else {
            op.outRaw(1, found);
        }
    }

    /** Pads that bring {@code count} rows to {@code most}, for a value of that rank. */
    private static String pads(Emitter emit, String count, String most, int rank) {
        String missing = emit.op("Sub", most, count);
        if (rank == 1) {
            return emit.add("Concat", emit.longs(0), missing)
                    .attribute("axis", 0)
                    .output(0);
        }
        return emit.add("Concat", emit.longs(0, 0), missing, emit.longs(0))
                .attribute("axis", 0)
                .output(0);
    }

    private static float number(Map<String, Object> options, String key, double otherwise) {
        return options.getOrDefault(key, otherwise) instanceof Number found ? found.floatValue() : (float) otherwise;
    }

    private static boolean truth(Map<String, Object> options, String key) {
        Object found = options.get(key);
        return Boolean.TRUE.equals(found) || (found instanceof Number number && number.intValue() != 0);
    }

    static void postProcess(Op op) {
        Emitter emit = op.emit;
        Map<String, Object> options = FlexMap.read(op.node.customOptions());
        long most = (long) number(options, "max_detections", 0);
        long perAnchor = (long) number(options, "max_classes_per_detection", 1);
        long perClass = (long) number(options, "detections_per_class", 100);
        long classes = (long) number(options, "num_classes", 0);
        float floor = Math.nextDown(number(options, "nms_score_threshold", 0));
        float overlap = number(options, "nms_iou_threshold", 0);
        boolean regular = truth(options, "use_regular_nms");
        long columns = op.dim(1, 2);
        if (most < 1 || most > 1 << 16 || classes < 1 || columns < classes || op.dim(0, 0) > 1) {
            throw new Unmapped("keeps (" + most + ") detections of (" + classes + ") classes");
        }
        String boxes = boxes(op, options); // N, 4
        String scores = op.moved(1, raw -> emit.op("Squeeze", raw, emit.longs(0))); // N, columns
        if (columns > classes) {
            scores = emit.op("Slice", scores, emit.longs(columns - classes), emit.longs(columns), emit.longs(1));
        }
        String fixed = emit.longs(most);
        if (!regular) {
            String best = emit.add("ReduceMax", scores, emit.longs(1))
                    .attribute("keepdims", 0)
                    .output(0);
            String chosen = emit.op(
                    "NonMaxSuppression",
                    emit.op("Unsqueeze", boxes, emit.longs(0)),
                    emit.op("Unsqueeze", best, emit.longs(0, 1)),
                    fixed,
                    emit.scalar(overlap),
                    emit.scalar(floor));
            String rows = column(emit, chosen, 2);
            long each = Math.min(perAnchor, classes);
            OnnxNode top = emit.add("TopK", 2, emit.op("Gather", scores, rows), emit.longs(each));
            String repeated = emit.op("Gather", boxes, rows);
            if (each > 1) {
                repeated = emit.op("Unsqueeze", repeated, emit.longs(1));
                repeated = emit.op("Expand", repeated, emit.longs(1, each, 1));
                repeated = emit.reshape(repeated, -1, 4);
            }
            write(
                    op,
                    most * each,
                    repeated,
                    emit.reshape(top.output(1), -1),
                    emit.reshape(top.output(0), -1),
                    emit.op("Shape", rows));
            return;
        }
        String byClass = emit.transpose(scores, 1, 0);
        String chosen = emit.op(
                "NonMaxSuppression",
                emit.op("Unsqueeze", boxes, emit.longs(0)),
                emit.op("Unsqueeze", byClass, emit.longs(0)),
                emit.longs(perClass),
                emit.scalar(overlap),
                emit.scalar(floor));
        String classOf = column(emit, chosen, 1);
        String rowOf = column(emit, chosen, 2);
        String pairs = emit.op("Slice", chosen, emit.longs(1), emit.longs(3), emit.longs(1));
        String kept = emit.op("GatherND", byClass, pairs);
        String k = emit.op("Min", emit.op("Shape", kept), fixed);
        OnnxNode top = emit.add("TopK", 2, kept, k);
        write(
                op,
                most,
                emit.op("Gather", boxes, emit.op("Gather", rowOf, top.output(1))),
                emit.op("Gather", classOf, top.output(1)),
                top.output(0),
                k);
    }

    private static String column(Emitter emit, String chosen, int column) {
        String one = emit.op("Slice", chosen, emit.longs(column), emit.longs(column + 1L), emit.longs(1));
        return emit.op("Squeeze", one, emit.longs(1));
    }

    /** Corners from centers and sizes relative to the anchors. */
    private static String boxes(Op op, Map<String, Object> options) {
        Emitter emit = op.emit;
        String codes = op.moved(0, raw -> emit.op("Squeeze", raw, emit.longs(0)));
        OnnxNode code = emit.add("Split", 4, codes).attribute("axis", 1).attribute("num_outputs", 4);
        OnnxNode anchor = emit.add("Split", 4, op.real(2)).attribute("axis", 1).attribute("num_outputs", 4);
        String[] scales = new String[4];
        String[] keys = {"y_scale", "x_scale", "h_scale", "w_scale"};
        for (int i = 0; i < 4; i++) {
            scales[i] = emit.scalar(number(options, keys[i], 1));
        }
        String half = emit.scalar(.5f);
        String[] low = new String[2];
        String[] high = new String[2];
        for (int i = 0; i < 2; i++) {
            String shift = emit.op("Mul", emit.op("Div", code.output(i), scales[i]), anchor.output(2 + i));
            String center = emit.op("Add", shift, anchor.output(i));
            String growth = emit.op("Exp", emit.op("Div", code.output(2 + i), scales[2 + i]));
            String reach = emit.op("Mul", half, emit.op("Mul", growth, anchor.output(2 + i)));
            low[i] = emit.op("Sub", center, reach);
            high[i] = emit.op("Add", center, reach);
        }
        return emit.add("Concat", low[0], low[1], high[0], high[1])
                .attribute("axis", 1)
                .output(0);
    }

    private static void write(Op op, long rows, String boxes, String classes, String scores, String detections) {
        Emitter emit = op.emit;
        String limit = emit.longs(rows);
        String count = emit.op("Shape", scores);
        String flat = pads(emit, count, limit, 1);
        String padded = emit.op("Pad", boxes, pads(emit, count, limit, 2));
        op.outRaw(0, emit.reshape(padded, 1, rows, 4));
        String numbers = emit.cast(classes, ElementType.FLOAT);
        op.outRaw(1, emit.reshape(emit.op("Pad", numbers, flat), 1, rows));
        op.outRaw(2, emit.reshape(emit.op("Pad", scores, flat), 1, rows));
        op.outRaw(3, emit.reshape(emit.cast(detections, ElementType.FLOAT), 1));
    }
}
