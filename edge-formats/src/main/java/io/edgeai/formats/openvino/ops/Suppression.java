package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.emit.Emitter;
import java.util.ArrayList;
import java.util.List;

/**
 * Which boxes stay where each one that stays removes those after it that overlap it too much. ONNX's own operation does
 * this for plain areas; what it cannot express is a loop, a turn for each box that stays, all groups at once.
 */
final class Suppression {
    private Suppression() {}

    /**
     * @param most boxes that stay in a group
     * @param overlap greatest share of the common area that is borne
     * @param pixel what is added to widths and heights: 1 where edges name pixels, else 0
     * @param touching whether boxes must touch to overlap, whatever their pixels add
     * @param strict whether an overlap of just that share is not borne either
     * @param fade what the borne share is multiplied by, above a half, whenever a box stays
     */
    record Rule(long most, float overlap, float pixel, boolean touching, boolean strict, float fade) {
        /** Of floats, none lies between a share and the next below it. */
        float borne() {
            return strict ? Math.nextDown(overlap) : overlap;
        }
    }

    /**
     * @param boxes [groups, count, 4], the better before the worse
     * @param valid [groups, count] of truth values: the others neither stay nor remove
     * @return [groups, count] of truth values
     */
    static String kept(Emitter emit, String boxes, String valid, long count, Rule rule) {
        return rule.pixel() == 0 && rule.fade() == 1 && rule.borne() >= 0
                ? byOperation(emit, boxes, valid, count, rule)
                : byLoop(emit, boxes, valid, count, rule);
    }

    /**
     * The first places that a mask is true at.
     *
     * @param kept [groups, count] of truth values
     * @return their places [groups, most], and whether there is one [groups, most]
     */
    static String[] first(Emitter emit, String kept, long count, long most) {
        String key = emit.op("Where", kept, ranks(emit, count), emit.scalar(0f));
        OnnxNode top = emit.add("TopK", 2, key, emit.longs(most)).attribute("axis", 1);
        return new String[] {top.output(1), emit.op("Greater", top.output(0), emit.scalar(0f))};
    }

    /** Rows of each group [groups, picks, …] by their places [groups, picks]. */
    static String rows(Emitter emit, String table, String places) {
        return emit.add("GatherND", table, emit.op("Unsqueeze", places, emit.longs(-1)))
                .attribute("batch_dims", 1)
                .output(0);
    }

    /** Positive and falling. */
    private static String ranks(Emitter emit, long count) {
        float[] ranks = new float[Math.toIntExact(count)];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = count - i;
        }
        return emit.constant("ranks", OnnxTensor.ofFloats(ranks, 1, count));
    }

    private static String byOperation(Emitter emit, String boxes, String valid, long count, Rule rule) {
        String scores = emit.op("Where", valid, ranks(emit, count), emit.scalar(-1f));
        String chosen = emit.op(
                "NonMaxSuppression",
                boxes,
                emit.op("Unsqueeze", scores, emit.longs(1)),
                emit.longs(rule.most()),
                emit.scalar(Math.min(1, rule.borne())),
                emit.scalar(0f));
        String places = emit.add("Gather", chosen, emit.longs(0, 2))
                .attribute("axis", 1)
                .output(0);
        String ones = emit.op(
                "Expand", emit.scalar(1f), emit.op("Slice", emit.op("Shape", chosen), emit.longs(0), emit.longs(1)));
        String none = emit.op("Expand", emit.scalar(0f), emit.op("Shape", valid));
        return emit.op("Greater", emit.op("ScatterND", none, places, ones), emit.scalar(0f));
    }

    private static String byLoop(Emitter emit, String boxes, String valid, long count, Rule rule) {
        Corners all = Corners.of(emit, boxes);
        String area = emit.op("Mul", all.width(emit, rule.pixel()), all.height(emit, rule.pixel()));
        long[] numbers = java.util.stream.LongStream.range(0, count).toArray();
        String places = emit.constant("places", OnnxTensor.ofLongs(numbers, 1, count, 1));
        String open = emit.cast(emit.op("Unsqueeze", valid, emit.longs(2)), ElementType.FLOAT);
        String none = emit.op("Expand", emit.scalar(0f), emit.op("Shape", open));
        String borne = emit.op(
                "Expand",
                emit.scalar(rule.overlap()),
                emit.op("Shape", emit.add("ReduceMax", open, emit.longs(1)).output(0)));
        Turn turn = new Turn(emit.nested("suppress"), all, area, places, rule);
        OnnxNode loop = emit.add("Loop", 4, emit.whole(rule.most()), any(emit, open), none, none, open, borne);
        loop.attribute("body", new OnnxAttribute.OfGraph(turn.write()));
        return emit.op("Greater", emit.op("Squeeze", loop.output(0), emit.longs(2)), emit.scalar(0f));
    }

    private static String any(Emitter emit, String open) {
        String most = emit.add("ReduceMax", open).attribute("keepdims", 0).output(0);
        return emit.op("Greater", most, emit.scalar(0f));
    }

    /** The first open box of each group stays; what comes after it stays open unless one that stays covers it. */
    private static final class Turn {
        private final Emitter emit;
        private final Corners all;
        private final String area;
        private final String places;
        private final Rule rule;

        Turn(Emitter emit, Corners all, String area, String places, Rule rule) {
            this.emit = emit;
            this.all = all;
            this.area = area;
            this.places = places;
            this.rule = rule;
        }

        io.edgeai.core.onnx.OnnxGraph write() {
            emit.graph().inputs().add(new OnnxValue(emit.fresh("turn"), OnnxType.OfTensor.of(ElementType.INT64)));
            emit.graph().inputs().add(new OnnxValue(emit.fresh("go"), OnnxType.OfTensor.of(ElementType.BOOL)));
            String kept = state("kept");
            String worst = state("worst");
            String open = state("open");
            String borne = state("borne");
            String pick = emit.add("ArgMax", open).attribute("axis", 1).output(0);
            String found = picked(open, pick);
            String here = emit.cast(emit.op("Equal", places, pick), ElementType.FLOAT);
            String keptNow = emit.op("Add", kept, emit.op("Mul", here, found));
            String worstNow = emit.op("Max", worst, overlap(pick));
            String borneNow = rule.fade() == 1 ? emit.op("Identity", borne) : faded(borne, found);
            String later = emit.op(
                    "And",
                    emit.op("Greater", places, pick),
                    emit.op(rule.strict() ? "Less" : "LessOrEqual", worstNow, borneNow));
            String openNow = emit.op("Mul", open, emit.cast(later, ElementType.FLOAT));
            output(any(emit, openNow), ElementType.BOOL);
            for (String state : List.of(keptNow, worstNow, openNow, borneNow)) {
                output(state, ElementType.FLOAT);
            }
            return emit.graph();
        }

        private String overlap(String pick) {
            Corners one = new Corners(
                    picked(all.left(), pick),
                    picked(all.top(), pick),
                    picked(all.right(), pick),
                    picked(all.bottom(), pick));
            Corners common = new Corners(
                    emit.op("Max", all.left(), one.left()),
                    emit.op("Max", all.top(), one.top()),
                    emit.op("Min", all.right(), one.right()),
                    emit.op("Min", all.bottom(), one.bottom()));
            String zero = emit.scalar(0f);
            String both = emit.op(
                    "Mul",
                    emit.op("Max", common.width(emit, rule.pixel()), zero),
                    emit.op("Max", common.height(emit, rule.pixel()), zero));
            String together = emit.op("Sub", emit.op("Add", area, picked(area, pick)), both);
            List<String> conditions = new ArrayList<>(List.of(emit.op("Greater", together, zero)));
            if (rule.touching()) {
                conditions.add(emit.op("LessOrEqual", all.left(), one.right()));
                conditions.add(emit.op("LessOrEqual", all.top(), one.bottom()));
                conditions.add(emit.op("LessOrEqual", one.left(), all.right()));
                conditions.add(emit.op("LessOrEqual", one.top(), all.bottom()));
            }
            String counts =
                    conditions.stream().reduce((a, b) -> emit.op("And", a, b)).orElseThrow();
            return emit.op("Where", counts, emit.op("Div", both, together), zero);
        }

        private String faded(String borne, String found) {
            String fades = emit.op(
                    "And", emit.op("Greater", found, emit.scalar(0f)), emit.op("Greater", borne, emit.scalar(.5f)));
            return emit.op("Where", fades, emit.op("Mul", borne, emit.scalar(rule.fade())), borne);
        }

        private String picked(String value, String pick) {
            return emit.add("GatherElements", value, pick).attribute("axis", 1).output(0);
        }

        private String state(String wish) {
            String name = emit.fresh(wish);
            emit.graph().inputs().add(new OnnxValue(name, new OnnxType.OfTensor(ElementType.FLOAT, null)));
            return name;
        }

        private void output(String name, ElementType type) {
            emit.graph().outputs().add(new OnnxValue(name, new OnnxType.OfTensor(type, null)));
        }
    }
}
