package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import java.util.Map;

/**
 * Suppression class by class as PaddleDetection has it: MulticlassNms removes boxes, MatrixNms lowers their scores.
 * Rows are class, score, left, top, right and bottom.
 */
final class ClassSuppression {
    private static final long MOST_PAIRS = 1L << 28;

    private final Layer op;
    private final Emitter emit;
    private final boolean shared;
    private final long classes;
    private final long boxes;
    private final long candidates;
    private final float pixel;

    private ClassSuppression(Layer op) {
        this.op = op;
        this.emit = op.emit;
        this.shared = op.rank(1) == 3;
        long[] scores = op.dims(1);
        if (scores.length < 2 || scores.length > 3 || scores[scores.length - 1] < 1 || scores[scores.length - 2] < 1) {
            throw new Unmapped("suppresses an unknown number of boxes or classes");
        }
        this.classes = scores[scores.length - 2];
        this.boxes = scores[scores.length - 1];
        long top = op.number("nms_top_k", -1);
        this.candidates = top < 0 ? boxes : Math.min(top, boxes);
        this.pixel = op.flag("normalized", true) ? 0 : 1;
        if (candidates == 0 || op.number("keep_top_k", -1) == 0) {
            throw new Unmapped("keeps nothing");
        }
    }

    static void register(Map<String, Mapping> all) {
        all.put("MatrixNms", op -> new ClassSuppression(op).matrix());
        all.put("MulticlassNms", op -> new ClassSuppression(op).multiclass());
    }

    /** The best scores of each class [images, classes, candidates] and the places of their boxes. */
    private OnnxNode top(String scores, boolean equal) {
        String none = emit.scalar(Winners.NONE);
        String limit = emit.scalar(op.real("score_threshold", 0));
        String open = emit.op("Where", emit.op(equal ? "GreaterOrEqual" : "Greater", scores, limit), scores, none);
        long background = op.number("background_class", -1);
        if (background >= 0 && background < classes) {
            byte[] mask = new byte[(int) classes];
            mask[(int) background] = 1;
            String hidden = emit.constant("background", OnnxTensor.ofBytes(ElementType.BOOL, mask, classes, 1));
            open = emit.op("Where", hidden, none, open);
        }
        return emit.add("TopK", 2, open, emit.longs(candidates)).attribute("axis", 2);
    }

    private void multiclass() {
        Corners corners = Corners.of(emit, op.in(0));
        if (pixel != 0) { // areas with their last pixels; boxes turned inside out overlap nothing
            String one = emit.scalar(pixel);
            corners = new Corners(
                    corners.left(),
                    corners.top(),
                    emit.op("Add", corners.right(), one),
                    emit.op("Add", corners.bottom(), one));
        }
        String upright = new Corners(
                        corners.left(),
                        corners.top(),
                        emit.op("Max", corners.left(), corners.right()),
                        emit.op("Max", corners.top(), corners.bottom()))
                .joined(emit);
        OnnxNode top = top(shared ? op.in(1) : ofImages(), true);
        String own;
        if (shared) {
            String places = emit.reshape(top.output(1), -1, classes * candidates);
            own = Suppression.rows(emit, upright, places);
        } else {
            String first = emit.constant("first", OnnxTensor.ofLongs(firsts(), 1, classes, 1));
            own = emit.op("Gather", emit.reshape(upright, -1, 4), emit.op("Add", top.output(1), first));
        }
        Suppression.Rule rule =
                new Suppression.Rule(candidates, op.real("iou_threshold", 0), 0, false, true, op.real("nms_eta", 1));
        String none = emit.scalar(Winners.NONE);
        String kept = Suppression.kept(
                emit,
                emit.reshape(own, -1, candidates, 4),
                emit.reshape(emit.op("Greater", top.output(0), none), -1, candidates),
                candidates,
                rule);
        write(top, emit.op("Where", emit.reshape(kept, -1, classes, candidates), top.output(0), none), true);
    }

    private long[] firsts() {
        return java.util.stream.LongStream.range(0, classes).map(c -> c * boxes).toArray();
    }

    /** Scores [images, classes, boxes] where boxes of all images stand in a row, as many of each as the third input says. */
    private String ofImages() {
        if (!op.has(2)) {
            throw new Unmapped("does not say how many boxes each image has");
        }
        String counts = op.as64(2);
        String axis = emit.whole(0);
        String end = emit.op("CumSum", counts, axis);
        String begin = emit.op("Sub", end, counts);
        long[] numbers = java.util.stream.LongStream.range(0, boxes).toArray();
        String places = emit.constant("places", OnnxTensor.ofLongs(numbers, 1, 1, boxes));
        String inside = emit.op(
                "And",
                emit.op("GreaterOrEqual", places, emit.reshape(begin, -1, 1, 1)),
                emit.op("Less", places, emit.reshape(end, -1, 1, 1)));
        return emit.op("Where", inside, op.in(1), emit.scalar(Winners.NONE));
    }

    private void matrix() {
        if (!shared || classes * candidates > MOST_PAIRS / candidates) {
            throw new Unmapped("compares " + candidates + " boxes of " + classes + " classes with each other");
        }
        OnnxNode top = top(op.in(1), false);
        String own = Suppression.rows(emit, op.in(0), emit.reshape(top.output(1), -1, classes * candidates));
        String later = emit.op("Less", numbers(1, candidates), numbers(candidates, 1));
        String overlap =
                emit.op("Where", later, overlaps(emit.reshape(own, -1, classes, candidates, 4)), emit.scalar(0f));
        String worst = emit.add("ReduceMax", overlap, emit.longs(3)).output(0);
        String others = emit.reshape(worst, -1, classes, 1, candidates);
        String one = emit.scalar(1f);
        String decay = op.lower("decay_function", "linear").equals("gaussian")
                ? emit.op(
                        "Exp",
                        emit.op(
                                "Mul",
                                emit.op("Sub", emit.op("Mul", others, others), emit.op("Mul", overlap, overlap)),
                                emit.scalar(op.real("gaussian_sigma", 2))))
                : emit.op(
                        "Div",
                        emit.op("Sub", one, overlap),
                        emit.op("Add", emit.op("Sub", one, others), emit.scalar(1e-10f)));
        String least = emit.add("ReduceMin", emit.op("Where", later, decay, one), emit.longs(3))
                .attribute("keepdims", 0)
                .output(0);
        String lowered = emit.op("Mul", top.output(0), least);
        String none = emit.scalar(Winners.NONE);
        String stays = emit.op(
                "And",
                emit.op("Greater", top.output(0), none),
                emit.op("Greater", lowered, emit.scalar(op.real("post_threshold", 0))));
        write(top, emit.op("Where", stays, lowered, none), false);
    }

    private String numbers(long rows, long columns) {
        long[] numbers = java.util.stream.LongStream.range(0, rows * columns).toArray();
        return emit.constant("numbers", OnnxTensor.ofLongs(numbers, rows, columns));
    }

    /** The share of the common area of all pairs [images, classes, candidates, candidates]. */
    private String overlaps(String own) {
        Corners a = Corners.of(emit, own);
        Corners b = new Corners(lying(a.left()), lying(a.top()), lying(a.right()), lying(a.bottom()));
        Corners common = new Corners(
                emit.op("Max", a.left(), b.left()),
                emit.op("Max", a.top(), b.top()),
                emit.op("Min", a.right(), b.right()),
                emit.op("Min", a.bottom(), b.bottom()));
        String zero = emit.scalar(0f);
        String meets = emit.op(
                "And",
                emit.op("GreaterOrEqual", common.width(emit, 0), zero),
                emit.op("GreaterOrEqual", common.height(emit, 0), zero));
        String both = emit.op("Mul", common.width(emit, pixel), common.height(emit, pixel));
        String area = emit.op("Mul", a.width(emit, pixel), a.height(emit, pixel));
        String together = emit.op("Sub", emit.op("Add", area, lying(area)), both);
        String counts = emit.op("And", meets, emit.op("Greater", together, zero));
        return emit.op("Where", counts, emit.op("Div", both, together), zero);
    }

    private String lying(String column) {
        return emit.reshape(column, -1, classes, 1, candidates);
    }

    /**
     * Sorts and writes what is left.
     *
     * @param scores of the candidates, minus infinity where nothing is left
     * @param grouped whether an image's own rows can come class by class
     */
    private void write(OnnxNode top, String scores, boolean grouped) {
        String shape = emit.op("Shape", top.output(0));
        String images = emit.op("Slice", shape, emit.longs(0), emit.longs(1));
        String all = emit.add("Concat", images, emit.longs(classes, boxes))
                .attribute("axis", 0)
                .output(0);
        String none = emit.op("Expand", emit.scalar(Winners.NONE), all);
        String dense = emit.add("ScatterElements", none, top.output(1), scores)
                .attribute("axis", 2)
                .output(0);
        Winners best = Winners.of(
                emit, emit.reshape(dense, -1, classes * boxes), classes * boxes, op.number("keep_top_k", -1));
        boolean across = op.flag("sort_result_across_batch", false);
        String order = op.lower("sort_result_type", op.lower("sort_result", "none"));
        boolean byClass = order.startsWith("class");
        if (byClass && grouped && !across) {
            best = best.grouped(emit, best.quotient(emit, boxes));
        }
        String label = best.quotient(emit, boxes);
        String box = best.remainder(emit, boxes);
        String found = shared
                ? Suppression.rows(emit, op.in(0), box)
                : emit.op("Gather", emit.reshape(op.in(0), -1, 4), best.place());
        String last = emit.longs(2);
        String table = emit.add(
                        "Concat",
                        emit.op("Unsqueeze", emit.cast(label, ElementType.FLOAT), last),
                        emit.op("Unsqueeze", best.score(), last),
                        found)
                .attribute("axis", 2)
                .output(0);
        String index = shared
                ? emit.op("Add", emit.op("Mul", best.images(emit), emit.whole(boxes)), box)
                : emit.op("Add", emit.op("Mul", box, emit.whole(classes)), label);
        String present = emit.reshape(best.present(), -1);
        table = compressed(emit.reshape(table, -1, 6), present);
        index = compressed(emit.reshape(index, -1, 1), present);
        if (across && !order.equals("none")) {
            String key = compressed(emit.reshape(byClass ? label : best.score(), -1), present);
            String sorted = sorted(key, byClass);
            table = emit.op("Gather", table, sorted);
            index = emit.op("Gather", index, sorted);
        }
        op.out(0, table);
        op.out(1, emit.cast(index, op.outType(1)));
        if (op.outputs() > 2) {
            op.out(2, emit.cast(best.found(emit), op.outType(2)));
        }
    }

    private String compressed(String rows, String present) {
        return emit.add("Compress", rows, present).attribute("axis", 0).output(0);
    }

    /** Places in the order of a key: classes from the least, scores from the greatest; equal ones as they are. */
    private String sorted(String key, boolean rising) {
        OnnxNode order = emit.add("TopK", 2, key, emit.op("Shape", key)).attribute("largest", rising ? 0 : 1);
        return order.output(1);
    }
}
