package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The parts of Mask R-CNN as Detectron has them; its proposals are in {@link Proposals}. */
final class Detectron {
    private static final float CANONICAL_SIZE = 224;
    private static final int CANONICAL_LEVEL = 2;

    private Detectron() {}

    static void register(Map<String, Mapping> all) {
        all.put("ExperimentalDetectronPriorGridGenerator", Detectron::priorGrid);
        all.put("ExperimentalDetectronTopKROIs", Detectron::best);
        all.put("ExperimentalDetectronROIFeatureExtractor", Detectron::features);
        all.put("ExperimentalDetectronDetectionOutput", Detectron::detections);
    }

    /** Priors moved to the middle of each cell. */
    private static void priorGrid(Layer op) {
        long[] map = op.dims(1);
        long[] image = op.dims(2);
        long high = op.number("h", 0) == 0 && map.length == 4 ? map[2] : op.number("h", 0);
        long wide = op.number("w", 0) == 0 && map.length == 4 ? map[3] : op.number("w", 0);
        float stepWide = op.real("stride_x", 0);
        float stepHigh = op.real("stride_y", 0);
        boolean stepped = stepWide != 0 && stepHigh != 0;
        if (map.length != 4 || high < 1 || wide < 1 || high != map[2] || wide != map[3]) {
            throw new Unmapped("lays priors on a map of unknown size, or on a part of one");
        }
        if (!stepped && (image.length != 4 || image[2] < 1 || image[3] < 1)) {
            throw new Unmapped("lays priors on an image of unknown size");
        }
        stepWide = stepWide != 0 ? stepWide : (float) image[3] / wide;
        stepHigh = stepHigh != 0 ? stepHigh : (float) image[2] / high;
        float[] moves = new float[Math.toIntExact(high * wide * 4)];
        for (int i = 0; i < moves.length; i++) {
            long column = i / 4 % wide;
            long row = i / 4 / wide;
            moves[i] = i % 2 == 0 ? stepWide * (column + .5f) : stepHigh * (row + .5f);
        }
        Emitter emit = op.emit;
        String cells = emit.constant("cells", OnnxTensor.ofFloats(moves, high * wide, 1, 4));
        String grid = emit.op("Add", emit.reshape(op.in(0), 1, -1, 4), cells);
        op.out(op.flag("flatten", true) ? emit.reshape(grid, -1, 4) : emit.reshape(grid, high, wide, -1, 4));
    }

    private static void best(Layer op) {
        Emitter emit = op.emit;
        String scores = emit.reshape(op.in(1), -1);
        String count = emit.op("Min", emit.op("Shape", scores), emit.longs(op.number("max_rois", 0)));
        OnnxNode top = emit.add("TopK", 2, scores, count);
        op.out(emit.op("Gather", op.in(0), top.output(1)));
    }

    /** Each region is pooled from the level of the pyramid that its size asks for; empty ones are zero. */
    private static void features(Layer op) {
        Emitter emit = op.emit;
        long size = op.number("output_size", 1);
        float[] scales = op.reals("pyramid_scales");
        int levels = op.inputs() - 1;
        long channels = op.dims(1).length == 4 ? op.dims(1)[1] : -1;
        if (levels < 1 || scales.length < levels || channels < 1) {
            throw new Unmapped("pools a pyramid of unknown channels, or of other levels than scales");
        }
        String rois = op.in(0);
        Corners boxes = Corners.of(emit, rois);
        String area = emit.op("Mul", boxes.width(emit, 0), boxes.height(emit, 0));
        String size224 = emit.op(
                "Add",
                emit.op("Div", emit.op("Sqrt", emit.op("Max", area, emit.scalar(0f))), emit.scalar(CANONICAL_SIZE)),
                emit.scalar(1e-6f));
        // Logarithms of two reach whole numbers where sizes reach powers of two.
        String level = emit.op(
                "Sub", emit.cast(emit.op("Greater", area, emit.scalar(0f)), ElementType.FLOAT), emit.scalar(1f));
        for (int i = 1; i < levels; i++) {
            String reached =
                    emit.op("GreaterOrEqual", size224, emit.scalar((float) Math.scalb(1., i - CANONICAL_LEVEL)));
            level = emit.op("Add", level, emit.cast(reached, ElementType.FLOAT));
        }
        level = emit.op("Where", emit.op("Greater", area, emit.scalar(0f)), level, emit.scalar(-1f));
        List<String> places = new ArrayList<>();
        List<String> pools = new ArrayList<>();
        for (int i = 0; i < levels; i++) {
            String own = emit.op("Equal", emit.reshape(level, -1), emit.scalar((float) i));
            String at = emit.reshape(emit.op("NonZero", own), -1);
            places.add(at);
            pools.add(aligned(op, op.in(i + 1), emit.op("Gather", rois, at), size, 1 / scales[i]));
        }
        String count = emit.op("Slice", emit.op("Shape", rois), emit.longs(0), emit.longs(1));
        String shape = emit.add("Concat", count, emit.longs(channels, size, size))
                .attribute("axis", 0)
                .output(0);
        String none = emit.op("Expand", emit.scalar(0f), shape);
        String all = emit.add("Concat", places.toArray(String[]::new))
                .attribute("axis", 0)
                .output(0);
        String found = emit.add("Concat", pools.toArray(String[]::new))
                .attribute("axis", 0)
                .output(0);
        op.out(0, emit.op("ScatterND", none, emit.op("Unsqueeze", all, emit.longs(1)), found));
        op.out(1, emit.op("Identity", rois));
    }

    /** Detectron moves aligned regions by half a pixel and still makes none smaller than a pixel. */
    private static String aligned(Layer op, String map, String rois, long size, float scale) {
        Emitter emit = op.emit;
        if (op.flag("aligned", false)) {
            String half = emit.scalar(.5f);
            String moved = emit.op("Sub", emit.op("Mul", rois, emit.scalar(scale)), half);
            Corners at = Corners.of(emit, moved);
            String one = emit.scalar(1f);
            rois = new Corners(
                            at.left(),
                            at.top(),
                            emit.op("Add", at.left(), emit.op("Max", at.width(emit, 0), one)),
                            emit.op("Add", at.top(), emit.op("Max", at.height(emit, 0), one)))
                    .joined(emit);
            scale = 1;
        }
        String count = emit.op("Slice", emit.op("Shape", rois), emit.longs(0), emit.longs(1));
        return emit.add("RoiAlign", map, rois, emit.op("Expand", emit.whole(0), count))
                .attribute("mode", "avg")
                .attribute("output_height", size)
                .attribute("output_width", size)
                .attribute("sampling_ratio", op.number("sampling_ratio", 0))
                .attribute("spatial_scale", scale)
                .attribute("coordinate_transformation_mode", "output_half_pixel")
                .output(0);
    }

    private static void detections(Layer op) {
        Emitter emit = op.emit;
        long count = op.dims(0).length == 2 ? op.dims(0)[0] : -1;
        long classes = op.number("num_classes", 0);
        float[] weights = op.reals("deltas_weights");
        if (count < 1 || classes < 2 || weights.length != 4 || op.dims(1)[1] != 4 * classes) {
            throw new Unmapped("detects in an unknown number of regions, or with other deltas than four a class");
        }
        Corners rois = Corners.of(emit, emit.reshape(op.in(0), 1, count, 4));
        String scale = emit.constant("weights", OnnxTensor.ofFloats(weights, 4));
        String change = emit.transpose(emit.op("Div", emit.reshape(op.in(1), count, classes, 4), scale), 1, 0, 2);
        String boxes = rois.refined(
                        emit, Corners.of(emit, change), 1, 1, op.real("max_delta_log_wh", Float.POSITIVE_INFINITY))
                .positive(emit)
                .joined(emit);
        String scores = emit.transpose(emit.reshape(op.in(2), count, classes), 1, 0);
        String zero = emit.scalar(0f);
        String whole = emit.op(
                "And", emit.op("Greater", rois.width(emit, 0), zero), emit.op("Greater", rois.height(emit, 0), zero));
        byte[] foreground = new byte[(int) classes];
        java.util.Arrays.fill(foreground, 1, foreground.length, (byte) 1);
        String open = emit.op(
                "And",
                emit.op(
                        "And",
                        emit.op("Squeeze", whole, emit.longs(2)),
                        emit.op("Greater", scores, emit.scalar(op.real("score_threshold", 0)))),
                emit.constant("foreground", OnnxTensor.ofBytes(ElementType.BOOL, foreground, classes, 1)));
        String none = emit.scalar(Winners.NONE);
        OnnxNode top = emit.add("TopK", 2, emit.op("Where", open, scores, none), emit.longs(count))
                .attribute("axis", 1);
        long limit = op.number("post_nms_count", -1);
        Suppression.Rule rule = new Suppression.Rule(
                limit < 0 ? count : Math.min(limit, count), op.real("nms_threshold", 0), 1, true, false, 1);
        String kept = Suppression.kept(
                emit,
                Suppression.rows(emit, boxes, top.output(1)),
                emit.op("Greater", top.output(0), none),
                count,
                rule);
        String marked = emit.add("ScatterElements", scores, top.output(1), emit.op("Where", kept, top.output(0), none))
                .attribute("axis", 1)
                .output(0);
        long most = op.number("max_detections_per_image", count * classes);
        Winners best =
                Winners.of(emit, emit.reshape(emit.transpose(marked, 1, 0), 1, count * classes), count * classes, most);
        String total = emit.add("ReduceSum", emit.cast(kept, ElementType.INT64))
                .attribute("keepdims", 0)
                .output(0);
        // Where none is left out they come class by class, else by score.
        String key = emit.op(
                "Where",
                emit.op("Greater", total, emit.whole(most)),
                best.ranks(emit),
                best.groupKey(emit, best.remainder(emit, classes)));
        Winners found = best.sorted(emit, key);
        String table = emit.reshape(emit.transpose(boxes, 1, 0, 2), 1, count * classes, 4);
        String[] outputs = {
            emit.reshape(
                    emit.op(
                            "Where",
                            emit.op("Unsqueeze", found.present(), emit.longs(2)),
                            Suppression.rows(emit, table, found.place()),
                            zero),
                    -1,
                    4),
            emit.reshape(emit.op("Where", found.present(), found.remainder(emit, classes), emit.whole(0)), -1, 1),
            emit.reshape(emit.op("Where", found.present(), found.score(), zero), -1, 1)
        };
        String missing = emit.longs(0, 0, most - found.count(), 0);
        for (int i = 0; i < outputs.length; i++) {
            String full = found.count() < most ? emit.op("Pad", outputs[i], missing) : outputs[i];
            String shaped = i == 0 ? full : emit.reshape(full, -1);
            if (i < op.outputs()) {
                op.out(i, i == 1 ? emit.cast(shaped, op.outType(1)) : shaped);
            }
        }
        if (op.outputs() > 3) { // older files also name the image, of which there is one
            op.out(3, emit.cast(emit.op("Expand", zero, emit.longs(most)), op.outType(3)));
        }
    }
}
