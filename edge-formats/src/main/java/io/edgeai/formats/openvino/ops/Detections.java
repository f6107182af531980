package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import java.util.Locale;
import java.util.Map;

/** Detection heads: prior boxes, DetectionOutput of SSD networks in Caffe's way, and YOLO's regions. */
final class Detections {
    private Detections() {}

    static void register(Map<String, Mapping> all) {
        all.put("PriorBox", Priors::priorBox);
        all.put("PriorBoxClustered", Priors::clustered);
        all.put("DetectionOutput", Detections::detectionOutput);
        all.put("RegionYolo", Detections::regionYolo);
    }

    private static void regionYolo(Layer op) {
        Emitter emit = op.emit;
        long classes = op.number("classes", 0);
        long coords = op.number("coords", 4);
        boolean softmax = op.flag("do_softmax", true);
        long regions = softmax ? op.number("num", 1) : op.list("mask").length;
        long[] dims = op.dims(0);
        if (dims.length != 4 || dims[2] < 0 || dims[3] < 0 || coords < 2) {
            throw new Unmapped("reads regions of a map of unknown size");
        }
        String x = op.in(0);
        if (!softmax && dims[1] > regions * (coords + 1 + classes)) {
            throw new Unmapped("reads " + regions + " regions of " + dims[1] + " channels");
        }
        x = emit.reshape(x, -1, regions, coords + 1 + classes, dims[2], dims[3]);
        String sizes = emit.longs(2, coords - 2, 1, classes);
        OnnxNode parts = emit.add("Split", 4, x, sizes).attribute("axis", 2);
        String scores = softmax
                ? emit.add("Softmax", parts.output(3)).attribute("axis", 2).output(0)
                : emit.op("Sigmoid", parts.output(3));
        String joined = emit.add(
                        "Concat",
                        emit.op("Sigmoid", parts.output(0)),
                        parts.output(1),
                        emit.op("Sigmoid", parts.output(2)),
                        scores)
                .attribute("axis", 2)
                .output(0);
        long[] out = op.outDims(0).clone();
        if (out.length == 0 || java.util.Arrays.stream(out).skip(1).anyMatch(d -> d < 0)) {
            throw new Unmapped("writes regions of unknown size");
        }
        out[0] = -1;
        op.out(emit.reshape(joined, out));
    }

    private static void detectionOutput(Layer op) {
        Emitter emit = op.emit;
        long[] keep = op.list("keep_top_k");
        long priors = op.dims(2)[2] / 4;
        long classes = op.number("num_classes", -1);
        if (classes < 0 && op.dims(1).length == 2 && priors > 0) {
            classes = op.dims(1)[1] / priors;
        }
        boolean simple = op.flag("share_location", true)
                && op.flag("normalized", false)
                && !op.flag("decrease_label_id", false)
                && !op.has(3)
                && op.dims(0)[0] == 1
                && priors > 0
                && classes > 0
                && keep.length >= 1
                && keep[0] != 0;
        if (!simple) {
            throw new Unmapped("detects in a way other than Caffe's for one image with shared, normalized boxes");
        }
        long background = op.number("background_label_id", 0);
        long candidates = op.number("top_k", -1);
        candidates = candidates < 0 ? priors : Math.min(candidates, priors);
        String boxes = boxes(op, priors);
        if (op.flag("clip_before_nms", false)) {
            boxes = emit.op("Clip", boxes, emit.scalar(0f), emit.scalar(1f));
        }
        String scores = emit.transpose(emit.reshape(op.in(1), priors, classes), 1, 0);
        if (background >= 0 && background < classes) { // a background's score is made to miss the threshold
            float[] shift = new float[(int) classes];
            shift[(int) background] = Float.NEGATIVE_INFINITY;
            scores = emit.op("Add", scores, emit.constant("no_background", OnnxTensor.ofFloats(shift, classes, 1)));
        }
        // Each class becomes a batch of its own candidates: the limit of candidates comes before suppression.
        OnnxNode top = emit.add("TopK", 2, scores, emit.longs(candidates)).attribute("axis", 1);
        String candidateBoxes =
                emit.add("Gather", boxes, top.output(1)).attribute("axis", 0).output(0);
        String chosen = emit.op(
                "NonMaxSuppression",
                candidateBoxes,
                emit.op("Unsqueeze", top.output(0), emit.longs(1)),
                emit.longs(candidates),
                emit.scalar(op.real("nms_threshold", 0)),
                emit.scalar(op.real("confidence_threshold", -Float.MAX_VALUE)));
        String pairs = emit.add("Gather", chosen, emit.longs(0, 2))
                .attribute("axis", 1)
                .output(0);
        write(op, pairs, top.output(0), candidateBoxes, keep[0]);
    }

    private static void write(Layer op, String pairs, String scores, String boxes, long keep) {
        Emitter emit = op.emit;
        long rows = op.outDims(0).length == 4 && op.outDims(0)[2] > 0 ? op.outDims(0)[2] : keep;
        if (rows <= 0) {
            throw new Unmapped("has an open number of detections");
        }
        String found = emit.op("GatherND", scores, pairs);
        String count = emit.op("Shape", found);
        String kept = emit.op("Min", count, emit.longs(keep < 0 ? rows : keep));
        OnnxNode best = emit.add("TopK", 2, found, kept);
        pairs = emit.op("Gather", pairs, best.output(1));
        // By class, within it by score: the places after TopK already fall by score.
        String label = emit.op("Gather", emit.transpose(pairs, 1, 0), emit.scalar(ElementType.INT64, 0));
        String rank = emit.op(
                "Range",
                emit.scalar(ElementType.INT64, 0),
                emit.op("Squeeze", kept),
                emit.scalar(ElementType.INT64, 1));
        String key = emit.op("Add", emit.op("Mul", label, emit.scalar(ElementType.INT64, 1 << 24)), rank);
        OnnxNode order = emit.add("TopK", 2, key, kept).attribute("largest", 0);
        pairs = emit.op("Gather", pairs, order.output(1));
        label = emit.op("Gather", label, order.output(1));
        String score = emit.op("Gather", best.output(0), order.output(1));
        String places = emit.op("GatherND", boxes, pairs);
        if (op.flag("clip_after_nms", false)) {
            places = emit.op("Clip", places, emit.scalar(0f), emit.scalar(1f));
        }
        String image = emit.op("Mul", score, emit.scalar(0f));
        String table = emit.add(
                        "Concat",
                        emit.op("Unsqueeze", image, emit.longs(1)),
                        emit.op("Unsqueeze", emit.cast(label, ElementType.FLOAT), emit.longs(1)),
                        emit.op("Unsqueeze", score, emit.longs(1)),
                        places)
                .attribute("axis", 1)
                .output(0);
        String missing = emit.op("Sub", emit.longs(rows), kept);
        String pads = emit.add("Concat", emit.longs(0, 0), missing, emit.longs(0))
                .attribute("axis", 0)
                .output(0);
        String padded = emit.op("Pad", table, pads);
        // The row behind the last detection carries -1 for its image.
        long[] numbers = java.util.stream.LongStream.range(0, rows).toArray();
        String end =
                emit.op("Equal", emit.constant("rows", OnnxTensor.ofLongs(numbers, rows, 1)), emit.op("Squeeze", kept));
        float[] mark = {-1, 0, 0, 0, 0, 0, 0};
        String marked = emit.op("Where", end, emit.constant("end", OnnxTensor.ofFloats(mark, 1, 7)), padded);
        op.out(emit.reshape(marked, 1, 1, rows, 7));
    }

    /** Boxes of all priors: priors moved and scaled by what the network says, xmin, ymin, xmax, ymax. */
    private static String boxes(Layer op, long priors) {
        Emitter emit = op.emit;
        boolean inTarget = op.flag("variance_encoded_in_target", false);
        String flat = emit.reshape(op.in(2), -1, priors, 4);
        String prior = emit.op("Gather", flat, emit.scalar(ElementType.INT64, 0));
        String code = emit.reshape(op.in(0), priors, 4);
        if (!inTarget) {
            code = emit.op("Mul", code, emit.op("Gather", flat, emit.scalar(ElementType.INT64, 1)));
        }
        String type = op.text("code_type", "caffe.PriorBoxParameter.CORNER").toUpperCase(Locale.ROOT);
        if (type.endsWith("CORNER")) {
            return emit.op("Add", prior, code);
        }
        if (!type.endsWith("CENTER_SIZE")) {
            throw new Unmapped("codes boxes as " + type);
        }
        String half = emit.scalar(.5f);
        OnnxNode corners = emit.add("Split", 2, prior).attribute("axis", 1).attribute("num_outputs", 2);
        OnnxNode codes = emit.add("Split", 2, code).attribute("axis", 1).attribute("num_outputs", 2);
        String size = emit.op("Sub", corners.output(1), corners.output(0));
        String center = emit.op("Mul", emit.op("Add", corners.output(0), corners.output(1)), half);
        String moved = emit.op("Add", emit.op("Mul", codes.output(0), size), center);
        String reach = emit.op("Mul", emit.op("Mul", emit.op("Exp", codes.output(1)), size), half);
        return emit.add("Concat", emit.op("Sub", moved, reach), emit.op("Add", moved, reach))
                .attribute("axis", 1)
                .output(0);
    }
}
