package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import java.util.Locale;

/**
 * DetectionOutput, of SSD networks and of the second stage of Faster R-CNN: priors are moved, suppressed class by class,
 * and the best become rows of image, label, score, left, top, right and bottom.
 */
final class SsdDetections {
    private final Layer op;
    private final Emitter emit;
    private final boolean shared;
    private final boolean normalized;
    private final boolean mxnet;
    private final long background;
    private final long priors;
    private final long classes;
    private final long keep;
    private final long candidates;

    private SsdDetections(Layer op) {
        this.op = op;
        this.emit = op.emit;
        this.shared = op.flag("share_location", true);
        this.normalized = op.flag("normalized", false);
        this.mxnet = op.flag("decrease_label_id", false);
        this.background = op.number("background_label_id", 0);
        this.priors = op.dims(2)[2] / (normalized ? 4 : 5);
        long stated = op.number("num_classes", -1);
        this.classes = stated < 0 && op.rank(1) == 2 && priors > 0 ? op.dims(1)[1] / priors : stated;
        long[] keep = op.list("keep_top_k");
        this.keep = keep.length == 0 ? -1 : keep[0];
        this.candidates = op.number("top_k", -1);
    }

    static void write(Layer op) {
        new SsdDetections(op).write();
    }

    private void write() {
        if (priors < 1 || classes < 1 || keep == 0 || candidates == 0) {
            throw new Unmapped("detects among an unknown number of priors or classes, or keeps nothing");
        }
        if (op.has(3) && !normalized) {
            throw new Unmapped("refines priors twice that are not normalized");
        }
        Corners boxes = moved(op.in(0), priors(), shared ? 1 : classes);
        if (op.has(4)) {
            boxes = moved(op.in(0), moved(op.in(4), priors(), shared ? 1 : classes), shared ? 1 : classes);
        }
        String scores = scores(); // [images, priors, classes]
        String byClass = emit.transpose(scores, 0, 2, 1);
        String chosen = suppressed(boxes, mxnet ? onlyTheBest(byClass) : limited(byClass));
        String none = emit.op("Expand", emit.scalar(Winners.NONE), emit.op("Shape", scores));
        String kept = emit.op("ScatterND", none, chosen, emit.op("GatherND", scores, chosen));
        Winners best = Winners.of(emit, emit.reshape(kept, -1, priors * classes), priors * classes, keep);
        rows(best.grouped(emit, best.remainder(emit, classes)), boxes);
    }

    /** Edges of the priors [1 or images, priors, 1, 1]. */
    private Corners priors() {
        long rows = Math.max(1, op.dims(2)[1]);
        long each = normalized ? 4 : 5;
        String all = emit.reshape(op.in(2), -1, rows, priors * each);
        String first = emit.reshape(
                emit.add("Gather", all, emit.whole(0)).attribute("axis", 1).output(0), -1, priors, 1, each);
        if (normalized) {
            return Corners.of(emit, first);
        }
        float wide = op.number("input_width", 1);
        float high = op.number("input_height", 1);
        String edges = emit.op("Slice", first, emit.longs(1), emit.longs(5), emit.longs(3));
        String size = emit.constant("size", OnnxTensor.ofFloats(new float[] {wide, high, wide, high}, 4));
        return Corners.of(emit, emit.op("Div", edges, size));
    }

    /** Priors moved by what the network says, [images, priors, 1 or classes, 1]. */
    private Corners moved(String location, Corners prior, long locations) {
        String code = emit.reshape(location, -1, priors, locations, 4);
        if (!op.flag("variance_encoded_in_target", false)) {
            String all = emit.reshape(op.in(2), -1, 2, priors * (normalized ? 4 : 5));
            String second =
                    emit.add("Gather", all, emit.whole(1)).attribute("axis", 1).output(0);
            String variances = emit.op("Slice", second, emit.longs(0), emit.longs(4 * priors), emit.longs(1));
            code = emit.op("Mul", code, emit.reshape(variances, -1, priors, 1, 4));
        }
        Corners change = Corners.of(emit, code);
        String type = op.text("code_type", "caffe.PriorBoxParameter.CORNER").toUpperCase(Locale.ROOT);
        Corners found;
        if (type.endsWith("CORNER")) {
            found = new Corners(
                    emit.op("Add", prior.left(), change.left()),
                    emit.op("Add", prior.top(), change.top()),
                    emit.op("Add", prior.right(), change.right()),
                    emit.op("Add", prior.bottom(), change.bottom()));
        } else if (type.endsWith("CENTER_SIZE")) {
            found = prior.refined(emit, change, 0, 0, Float.POSITIVE_INFINITY);
        } else {
            throw new Unmapped("codes boxes as " + type);
        }
        return op.flag("clip_before_nms", false) ? found.within(emit, emit.scalar(1f), emit.scalar(1f)) : found;
    }

    /** Scores; a prior that the first refinement thinks nothing of shows the background. */
    private String scores() {
        String scores = emit.reshape(op.in(1), -1, priors, classes);
        if (!op.has(3) || !op.has(4)) {
            return scores;
        }
        String object = emit.add("Gather", emit.reshape(op.in(3), -1, priors, 2), emit.longs(1))
                .attribute("axis", 2)
                .output(0);
        float[] nothing = new float[(int) classes];
        if (background >= 0 && background < classes) {
            nothing[(int) background] = 1;
        }
        return emit.op(
                "Where",
                emit.op("Less", object, emit.scalar(op.real("objectness_score", 0))),
                emit.constant("nothing", OnnxTensor.ofFloats(nothing, classes)),
                scores);
    }

    /** In Caffe's way each class has its own candidates: those above the threshold, of them the best. */
    private String limited(String scores) {
        String above = emit.op(
                "Where",
                emit.op("Greater", scores, emit.scalar(op.real("confidence_threshold", -Float.MAX_VALUE))),
                scores,
                emit.scalar(Winners.NONE));
        String open = withoutBackground(above);
        if (candidates < 0 || candidates >= priors) {
            return open;
        }
        OnnxNode top = emit.add("TopK", 2, open, emit.longs(candidates)).attribute("axis", 2);
        return scattered(open, top, 2);
    }

    /** In MXNet's way a prior is a candidate for its best class, and the best priors of all classes are taken. */
    private String onlyTheBest(String scores) {
        float[] shift = new float[(int) classes];
        shift[0] = Winners.NONE;
        String foreground = withoutBackground(
                emit.op("Add", scores, emit.constant("label_0", OnnxTensor.ofFloats(shift, classes, 1))));
        String best = emit.add("ReduceMax", foreground, emit.longs(1)).output(0);
        String label = emit.add("ArgMax", foreground).attribute("axis", 1).output(0);
        String counts = emit.op(
                "And",
                emit.op("GreaterOrEqual", best, emit.scalar(op.real("confidence_threshold", -Float.MAX_VALUE))),
                emit.op("Greater", best, emit.scalar(-1f)));
        String open = emit.op("Where", counts, best, emit.scalar(Winners.NONE)); // [images, 1, priors]
        if (candidates > 0 && candidates < priors) {
            open = scattered(
                    open, emit.add("TopK", 2, open, emit.longs(candidates)).attribute("axis", 2), 2);
        }
        long[] labels = java.util.stream.LongStream.range(0, classes).toArray();
        String own = emit.op("Equal", label, emit.constant("labels", OnnxTensor.ofLongs(labels, classes, 1)));
        return emit.op("Where", own, open, emit.scalar(Winners.NONE));
    }

    private String withoutBackground(String scores) {
        if (background < 0 || background >= classes) {
            return scores;
        }
        byte[] mask = new byte[(int) classes];
        mask[(int) background] = 1;
        String none = emit.constant("background", OnnxTensor.ofBytes(ElementType.BOOL, mask, classes, 1));
        return emit.op("Where", none, emit.scalar(Winners.NONE), scores);
    }

    private String scattered(String like, OnnxNode top, long axis) {
        String none = emit.op("Expand", emit.scalar(Winners.NONE), emit.op("Shape", like));
        return emit.add("ScatterElements", none, top.output(1), top.output(0))
                .attribute("axis", axis)
                .output(0);
    }

    /** What stays, as rows of image, prior and class. */
    private String suppressed(Corners boxes, String scores) {
        // A box turned inside out overlaps nothing, as an empty one does.
        Corners upright = new Corners(
                boxes.left(),
                boxes.top(),
                emit.op("Max", boxes.right(), boxes.left()),
                emit.op("Max", boxes.bottom(), boxes.top()));
        String joined = emit.transpose(upright.joined(emit), 0, 2, 1, 3);
        long groups = shared ? classes : 1;
        String chosen = emit.op(
                "NonMaxSuppression",
                emit.reshape(joined, -1, priors, 4),
                shared ? scores : emit.reshape(scores, -1, 1, priors),
                emit.longs(priors),
                emit.scalar(Math.max(0, Math.min(1, op.real("nms_threshold", 0)))),
                emit.scalar(-Float.MAX_VALUE));
        OnnxNode parts = emit.add("Split", 3, chosen).attribute("axis", 1).attribute("num_outputs", 3);
        String image = parts.output(0);
        String label = parts.output(1);
        if (groups == 1) {
            String count = emit.whole(classes);
            label = emit.op("Mod", image, count);
            image = emit.op("Div", image, count);
        }
        return emit.add("Concat", image, parts.output(2), label)
                .attribute("axis", 1)
                .output(0);
    }

    private void rows(Winners best, Corners boxes) {
        String label = best.remainder(emit, classes);
        String prior = best.quotient(emit, classes);
        String place = shared ? prior : best.place();
        String flat = emit.reshape(boxes.joined(emit), -1, priors * (shared ? 1 : classes), 4);
        String found = Suppression.rows(emit, flat, place);
        if (op.flag("clip_after_nms", false)) {
            found = emit.op("Clip", found, emit.scalar(0f), emit.scalar(1f));
        }
        String shown = mxnet ? emit.op("Sub", label, emit.whole(1)) : label;
        String image = emit.op("Expand", best.images(emit), emit.op("Shape", label));
        String last = emit.longs(2);
        String table = emit.add(
                        "Concat",
                        emit.op("Unsqueeze", emit.cast(image, ElementType.FLOAT), last),
                        emit.op("Unsqueeze", emit.cast(shown, ElementType.FLOAT), last),
                        emit.op("Unsqueeze", best.score(), last),
                        found)
                .attribute("axis", 2)
                .output(0);
        String filled = emit.add("Compress", emit.reshape(table, -1, 7), emit.reshape(best.present(), -1))
                .attribute("axis", 0)
                .output(0);
        finish(filled, best);
    }

    /** As many rows as stated; the one behind the last detection carries -1 for its image. */
    private void finish(String filled, Winners best) {
        long each = keep > 0 ? keep : candidates > 0 ? candidates * classes : classes * priors;
        long[] stated = op.outDims(0);
        String images = emit.op("Slice", emit.op("Shape", best.place()), emit.longs(0), emit.longs(1));
        String rows =
                stated.length == 4 && stated[2] > 0 ? emit.longs(stated[2]) : emit.op("Mul", images, emit.longs(each));
        String count = emit.op("Slice", emit.op("Shape", filled), emit.longs(0), emit.longs(1));
        String missing = emit.op("Sub", rows, count);
        String pads = emit.add("Concat", emit.longs(0, 0), missing, emit.longs(0))
                .attribute("axis", 0)
                .output(0);
        String numbers = emit.op("Range", emit.whole(0), emit.op("Squeeze", rows), emit.whole(1));
        String end = emit.op("Unsqueeze", emit.op("Equal", numbers, count), emit.longs(1));
        float[] mark = {-1, 0, 0, 0, 0, 0, 0};
        String marked = emit.op(
                "Where", end, emit.constant("end", OnnxTensor.ofFloats(mark, 1, 7)), emit.op("Pad", filled, pads));
        op.out(
                stated.length == 4 && stated[2] > 0
                        ? emit.reshape(marked, 1, 1, stated[2], 7)
                        : emit.reshape(marked, 1, 1, -1, 7));
    }
}
