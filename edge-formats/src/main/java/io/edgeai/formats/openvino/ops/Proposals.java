package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import java.util.Map;

/** What the first stage of a detector proposes: the best anchors, moved, that do not overlap too much. */
final class Proposals {
    /** The logarithm of 1000 / 16, above which Detectron grows no box. */
    private static final float MOST_GROWTH = (float) Math.log(1000. / 16.);

    private Proposals() {}

    static void register(Map<String, Mapping> all) {
        all.put("Proposal", Proposals::proposal);
        all.put("GenerateProposals", Proposals::generate);
        all.put("ExperimentalDetectronGenerateProposalsSingleImage", Proposals::generateSingle);
    }

    /** Proposals of each image, not yet counted. */
    private record Candidates(String boxes, String scores, String kept, long count) {}

    private static void proposal(Layer op) {
        Emitter emit = op.emit;
        long[] dims = op.dims(0);
        float[] ratios = op.reals("ratio");
        float[] scales = op.reals("scale");
        long anchors = (long) ratios.length * scales.length;
        if (dims.length != 4 || dims[2] < 1 || dims[3] < 1 || dims[1] != 2 * anchors) {
            throw new Unmapped("proposes on a map of unknown size, or of other channels than two for each anchor");
        }
        boolean tensorflow = op.lower("framework", "").equals("tensorflow");
        float pixel = tensorflow ? 0 : 1;
        String info = emit.reshape(op.in(2), -1);
        String high = at(emit, info, 0);
        String wide = at(emit, info, 1);
        long all = anchors * dims[2] * dims[3];
        float[] grid = Anchors.grid(
                Anchors.boxes(op.number("base_size", 16), ratios, scales, tensorflow),
                dims[2],
                dims[3],
                op.number("feat_stride", 1),
                tensorflow);
        Corners boxes = Corners.of(emit, emit.constant("anchors", OnnxTensor.ofFloats(grid, 1, all, 4)));
        if (tensorflow) {
            boxes = boxes.within(emit, wide, high);
        }
        float place = op.real("box_coordinate_scale", 1);
        float size = op.real("box_size_scale", 1);
        String scaled = emit.op(
                "Div",
                byPlace(emit, op.in(1), anchors, 4, dims),
                emit.constant("scales", OnnxTensor.ofFloats(new float[] {place, place, size, size}, 4)));
        boxes = boxes.refined(emit, Corners.of(emit, scaled), pixel, 0, Float.POSITIVE_INFINITY);
        if (op.flag("clip_before_nms", true)) {
            String one = emit.scalar(pixel);
            boxes = boxes.within(emit, emit.op("Sub", wide, one), emit.op("Sub", high, one));
        }
        long scaleWide = dims(op.dims(2)) >= 4 ? 3 : 2;
        String fits = fits(emit, boxes, pixel, op.real("min_size", 1), at(emit, info, scaleWide), at(emit, info, 2));
        String foreground = emit.add("Gather", emit.reshape(op.in(0), -1, 2, anchors, dims[2], dims[3]), emit.whole(1))
                .attribute("axis", 1)
                .output(0);
        String scores = emit.op("Mul", byPlace(emit, foreground, anchors, 1, dims), emit.cast(fits, ElementType.FLOAT));
        Suppression.Rule rule = new Suppression.Rule(
                op.number("post_nms_topn", 1), op.real("nms_thresh", 0), pixel, pixel != 0, false, 1);
        Candidates found =
                candidates(op, boxes.joined(emit), scores, "", all, op.number("pre_nms_topn", all), rule, false);
        table(op, found, wide, high);
    }

    /** Rows of image, left, top, right and bottom; what is missing is zero, the first missing one has the image -1. */
    private static void table(Layer op, Candidates found, String wide, String high) {
        Emitter emit = op.emit;
        long rows = op.number("post_nms_topn", 1);
        String[] picks =
                padded(emit, Suppression.first(emit, found.kept(), found.count(), Math.min(rows, found.count())), rows);
        Corners boxes = Corners.of(emit, Suppression.rows(emit, found.boxes(), picks[0]));
        if (op.flag("clip_after_nms", false)) {
            boxes = boxes.within(emit, wide, high);
        }
        if (op.flag("normalize", false)) {
            boxes = new Corners(
                    emit.op("Div", boxes.left(), wide),
                    emit.op("Div", boxes.top(), high),
                    emit.op("Div", boxes.right(), wide),
                    emit.op("Div", boxes.bottom(), high));
        }
        String image = emit.op(
                "Range",
                emit.whole(0),
                emit.op("Squeeze", emit.op("Slice", emit.op("Shape", picks[0]), emit.longs(0), emit.longs(1))),
                emit.whole(1));
        String number = emit.op(
                "Expand", emit.reshape(emit.cast(image, ElementType.FLOAT), -1, 1, 1), emit.op("Shape", boxes.left()));
        String table = emit.add("Concat", number, boxes.joined(emit))
                .attribute("axis", -1)
                .output(0);
        String present = emit.op("Unsqueeze", picks[1], emit.longs(2));
        String count = emit.add("ReduceSum", emit.cast(present, ElementType.INT64), emit.longs(1))
                .output(0);
        long[] numbers = java.util.stream.LongStream.range(0, rows).toArray();
        String end = emit.op("Equal", emit.constant("rows", OnnxTensor.ofLongs(numbers, 1, rows, 1)), count);
        String mark = emit.constant("end", OnnxTensor.ofFloats(new float[] {-1, 0, 0, 0, 0}, 5));
        String missing = emit.op("Where", end, mark, emit.scalar(0f));
        op.out(0, emit.reshape(emit.op("Where", present, table, missing), -1, 5));
        String scores = Suppression.rows(emit, found.scores(), picks[0]);
        op.out(1, emit.reshape(emit.op("Where", picks[1], scores, emit.scalar(0f)), -1));
    }

    /** Places and whether there is one, filled up to a number of columns. */
    private static String[] padded(Emitter emit, String[] picks, long columns) {
        String more = emit.op(
                "Sub", emit.longs(columns), emit.op("Slice", emit.op("Shape", picks[0]), emit.longs(1), emit.longs(2)));
        String pads = emit.add("Concat", emit.longs(0, 0, 0), more)
                .attribute("axis", 0)
                .output(0);
        String present = emit.op("Pad", emit.cast(picks[1], ElementType.INT64), pads);
        return new String[] {emit.op("Pad", picks[0], pads), emit.cast(present, ElementType.BOOL)};
    }

    private static void generate(Layer op) {
        if (op.real("nms_eta", 1) != 1) {
            throw new Unmapped("lowers its threshold by nms_eta " + op.text("nms_eta", ""));
        }
        Emitter emit = op.emit;
        long[] dims = op.dims(3);
        known(dims, 1);
        boolean four = op.dims(0).length == 2 && op.dims(0)[1] >= 4;
        Corners info = Corners.of(
                emit,
                four
                        ? emit.op("Slice", op.in(0), emit.longs(0), emit.longs(4), emit.longs(1))
                        : emit.add("Gather", op.in(0), emit.longs(0, 1, 2, 2))
                                .attribute("axis", 1)
                                .output(0));
        Candidates found = refined(
                op,
                emit.reshape(op.in(1), 1, -1, 4),
                new long[] {-1, dims[1], dims[2], dims[3]},
                perImage(emit, info),
                op.flag("normalized", true) ? 0 : 1,
                true);
        String[] picks = Suppression.first(
                emit, found.kept(), found.count(), Math.min(op.number("post_nms_count", 1), found.count()));
        String present = emit.reshape(picks[1], -1);
        String boxes = emit.reshape(Suppression.rows(emit, found.boxes(), picks[0]), -1, 4);
        String scores = emit.reshape(Suppression.rows(emit, found.scores(), picks[0]), -1);
        op.out(0, emit.add("Compress", boxes, present).attribute("axis", 0).output(0));
        op.out(1, emit.add("Compress", scores, present).attribute("axis", 0).output(0));
        String numbers = emit.add("ReduceSum", emit.cast(picks[1], ElementType.INT64), emit.longs(1))
                .attribute("keepdims", 0)
                .output(0);
        if (op.outputs() > 2) {
            op.out(2, emit.cast(numbers, op.outType(2)));
        }
    }

    /** Height, width and both scales, each [images, 1, 1]. */
    private static Corners perImage(Emitter emit, Corners info) {
        String last = emit.longs(2);
        return new Corners(
                emit.op("Unsqueeze", info.left(), last),
                emit.op("Unsqueeze", info.top(), last),
                emit.op("Unsqueeze", info.right(), last),
                emit.op("Unsqueeze", info.bottom(), last));
    }

    private static void generateSingle(Layer op) {
        Emitter emit = op.emit;
        long[] dims = op.dims(3);
        known(dims, 0);
        String size = emit.reshape(op.in(0), -1);
        String one = emit.scalar(1f);
        Candidates found = refined(
                op,
                emit.reshape(op.in(1), 1, -1, 4),
                new long[] {1, dims[0], dims[1], dims[2]},
                new Corners(at(emit, size, 0), at(emit, size, 1), one, one),
                1,
                false);
        long rows = op.number("post_nms_count", 1);
        String[] picks =
                padded(emit, Suppression.first(emit, found.kept(), found.count(), Math.min(rows, found.count())), rows);
        String zero = emit.scalar(0f);
        String boxes = Suppression.rows(emit, found.boxes(), picks[0]);
        op.out(0, emit.reshape(emit.op("Where", emit.op("Unsqueeze", picks[1], emit.longs(2)), boxes, zero), -1, 4));
        String scores = Suppression.rows(emit, found.scores(), picks[0]);
        op.out(1, emit.reshape(emit.op("Where", picks[1], scores, zero), -1));
    }

    private static void known(long[] dims, int from) {
        if (dims.length != from + 3 || dims[from] < 1 || dims[from + 1] < 1 || dims[from + 2] < 1) {
            throw new Unmapped("proposes on a map of unknown size");
        }
    }

    /**
     * Detectron's proposals.
     *
     * @param map images, anchors, height, width
     * @param image height, width and the scales of both
     * @param whole whether the pixel that edges add also counts for areas
     */
    private static Candidates refined(Layer op, String anchors, long[] map, Corners image, float pixel, boolean whole) {
        Emitter emit = op.emit;
        long all = map[1] * map[2] * map[3];
        Corners change = Corners.of(emit, byPlace(emit, op.in(2), map[1], 4, map));
        String one = emit.scalar(pixel);
        Corners boxes = Corners.of(emit, anchors)
                .refined(emit, change, pixel, pixel, MOST_GROWTH)
                .within(emit, emit.op("Sub", image.top(), one), emit.op("Sub", image.left(), one));
        String fits = fits(emit, boxes, pixel, op.real("min_size", 0), image.bottom(), image.right());
        String scores = byPlace(emit, op.in(3), map[1], 1, map);
        float areas = whole ? pixel : 0;
        Suppression.Rule rule = new Suppression.Rule(
                op.number("post_nms_count", 1), op.real("nms_threshold", 0), areas, areas != 0, false, 1);
        return candidates(op, boxes.joined(emit), scores, fits, all, op.number("pre_nms_count", all), rule, !whole);
    }

    /**
     * The best of all boxes, and which of them stay.
     *
     * @param fits which may stay [images, all, 1], empty where all may
     * @param first whether those that do not fit are left out before the best are taken
     */
    private static Candidates candidates(
            Layer op,
            String boxes,
            String scores,
            String fits,
            long all,
            long most,
            Suppression.Rule rule,
            boolean first) {
        Emitter emit = op.emit;
        long count = Math.min(all, most);
        if (count < 1) {
            throw new Unmapped("takes " + most + " candidates");
        }
        String flat = emit.op("Squeeze", scores, emit.longs(2));
        String open = fits.isEmpty() ? "" : emit.op("Squeeze", fits, emit.longs(2));
        String order = first ? emit.op("Where", open, flat, emit.scalar(Float.NEGATIVE_INFINITY)) : flat;
        OnnxNode top = emit.add("TopK", 2, order, emit.longs(count)).attribute("axis", 1);
        String best = Suppression.rows(emit, boxes, top.output(1));
        String valid = open.isEmpty()
                ? emit.op("GreaterOrEqual", top.output(1), emit.whole(0))
                : Suppression.rows(emit, open, top.output(1));
        return new Candidates(best, top.output(0), Suppression.kept(emit, best, valid, count, rule), count);
    }

    /** [images, anchors * each, height, width] to [images, height * width * anchors, each]. */
    private static String byPlace(Emitter emit, String map, long anchors, long each, long[] dims) {
        String apart = emit.reshape(map, -1, anchors, each, dims[2], dims[3]);
        return emit.reshape(emit.transpose(apart, 0, 3, 4, 1, 2), -1, anchors * dims[2] * dims[3], each);
    }

    private static String fits(Emitter emit, Corners boxes, float pixel, float least, String wide, String high) {
        String size = emit.scalar(least);
        return emit.op(
                "And",
                emit.op("GreaterOrEqual", boxes.width(emit, pixel), emit.op("Mul", wide, size)),
                emit.op("GreaterOrEqual", boxes.height(emit, pixel), emit.op("Mul", high, size)));
    }

    private static long dims(long[] dims) {
        long elements = 1;
        for (long dim : dims) {
            elements *= dim;
        }
        return elements;
    }

    private static String at(Emitter emit, String vector, long place) {
        return emit.op("Gather", vector, emit.longs(place));
    }
}
