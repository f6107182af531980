package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.formats.emit.Emitter;
import java.util.Map;

/** Text out of a network's best classes in time: blanks and repetitions left out, the rest moved to the front. */
final class Decoders {
    private Decoders() {}

    static void register(Map<String, Mapping> all) {
        all.put("CTCGreedyDecoder", Decoders::masked);
        all.put("CTCGreedyDecoderSeqLen", Decoders::counted);
    }

    /** Scores [time, batch, classes], a mask [time, batch]; the last class is the blank. */
    private static void masked(Layer op) {
        Emitter emit = op.emit;
        long classes = op.dims(0)[2];
        if (classes < 1) {
            throw new Unmapped("decodes an unknown number of classes");
        }
        String best = best(op, emit.transpose(op.in(0), 1, 0, 2));
        // The sequence ends at the first zero of the mask.
        String mask = emit.transpose(op.in(1), 1, 0);
        String ended = emit.add(
                        "CumSum",
                        emit.cast(emit.op("Equal", mask, emit.scalar(op.type(1), 0)), ElementType.INT64),
                        emit.scalar(ElementType.INT64, 1))
                .output(0);
        String inside = emit.op("Equal", ended, emit.scalar(ElementType.INT64, 0));
        String[] found = decoded(
                op, best, inside, emit.scalar(ElementType.INT64, classes - 1.), op.flag("ctc_merge_repeated", true));
        String wide = emit.op("Unsqueeze", found[0], emit.longs(2, 3));
        op.out(emit.cast(wide, op.outType(0)));
    }

    /** Scores [batch, time, classes] and how long each sequence is. */
    private static void counted(Layer op) {
        Emitter emit = op.emit;
        long classes = op.dims(0)[2];
        if (!op.has(2) && classes < 1) {
            throw new Unmapped("decodes an unknown number of classes");
        }
        String blank = op.has(2)
                ? emit.op("Squeeze", emit.reshape(op.as64(2), 1))
                : emit.scalar(ElementType.INT64, classes - 1.);
        String best = best(op, op.in(0));
        String places = emit.op(
                "Range",
                emit.scalar(ElementType.INT64, 0),
                emit.op("Squeeze", time(emit, best)),
                emit.scalar(ElementType.INT64, 1));
        String inside = emit.op("Less", places, emit.op("Unsqueeze", op.as64(1), emit.longs(1)));
        String[] found = decoded(op, best, inside, blank, op.flag("merge_repeated", true));
        op.out(0, emit.cast(found[0], op.outType(0)));
        if (op.outputs() > 1) {
            op.out(1, emit.cast(found[1], op.outType(1)));
        }
    }

    private static String best(Layer op, String scores) {
        return op.emit
                .add("ArgMax", scores)
                .attribute("axis", 2)
                .attribute("keepdims", 0)
                .output(0);
    }

    private static String time(Emitter emit, String matrix) {
        return emit.op("Gather", emit.op("Shape", matrix), emit.longs(1));
    }

    /** Classes [batch, time] with -1 behind the last, and how many there are [batch]. */
    private static String[] decoded(Layer op, String best, String inside, String blank, boolean merge) {
        Emitter emit = op.emit;
        String keep = emit.op("And", inside, emit.op("Not", emit.op("Equal", best, blank)));
        if (merge) {
            String before = emit.op(
                    "Slice",
                    emit.op("Pad", best, emit.longs(0, 1, 0, 0), emit.scalar(ElementType.INT64, -1)),
                    emit.longs(0),
                    emit.longs(-1),
                    emit.longs(1));
            keep = emit.op("And", keep, emit.op("Not", emit.op("Equal", best, before)));
        }
        String ones = emit.cast(keep, ElementType.INT64);
        String count = emit.op("CumSum", ones, emit.scalar(ElementType.INT64, 1));
        // What is left out goes to a column behind the last, which is cut off.
        String time = time(emit, best);
        String place = emit.op(
                "Where", keep, emit.op("Sub", count, emit.scalar(ElementType.INT64, 1)), emit.op("Squeeze", time));
        String empty = emit.op(
                "Expand", emit.scalar(ElementType.INT64, -1), emit.op("Add", emit.op("Shape", best), emit.longs(0, 1)));
        String moved = emit.add("ScatterElements", empty, place, best)
                .attribute("axis", 1)
                .output(0);
        String cut = emit.op("Slice", moved, emit.longs(0), time, emit.longs(1));
        String total = emit.add("ReduceSum", ones, emit.longs(1))
                .attribute("keepdims", 0)
                .output(0);
        return new String[] {cut, total};
    }
}
