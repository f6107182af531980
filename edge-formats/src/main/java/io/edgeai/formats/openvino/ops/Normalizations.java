package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Reductions, normalizations, fake quantization and resizing. */
final class Normalizations {
    private static final double CLOSE = 1e-4;

    private Normalizations() {}

    static void register(Map<String, Mapping> all) {
        for (String each : new String[] {"Mean", "Sum", "Prod", "Max", "Min", "L1", "L2"}) {
            all.put("Reduce" + each, op -> reduce(op, "Reduce" + each));
        }
        all.put("ReduceLogicalAnd", op -> reduce(op, "ReduceMin"));
        all.put("ReduceLogicalOr", op -> reduce(op, "ReduceMax"));
        all.put("CumSum", Normalizations::cumulative);
        all.put("BatchNormInference", Normalizations::batchNorm);
        all.put("MVN", Normalizations::mvn);
        all.put("NormalizeL2", Normalizations::normalizeL2);
        all.put("LRN", Normalizations::lrn);
        all.put("GroupNormalization", Normalizations::groupNorm);
        all.put("FakeQuantize", Normalizations::fakeQuantize);
        all.put("Interpolate", Interpolation::write);
    }

    private static void reduce(Layer op, String onnx) {
        ElementType type = op.type(0);
        boolean integer = type != ElementType.FLOAT && type != ElementType.DOUBLE;
        ElementType work = !integer
                ? type
                : type.bits() < 32 ? ElementType.INT32 : onnx.equals("ReduceMean") ? ElementType.DOUBLE : type;
        String x = work == type ? op.in(0) : op.emit.cast(op.in(0), work);
        String y = op.emit
                .add(onnx, x, op.vector(1))
                .attribute("keepdims", op.flag("keep_dims", false) ? 1 : 0)
                .attribute("noop_with_empty_axes", 1)
                .output(0);
        op.out(work == type ? y : op.emit.cast(y, type));
    }

    private static void cumulative(Layer op) {
        op.out(op.emit
                .add("CumSum", op.in(0), op.emit.reshape(op.as64(1), -1))
                .attribute("exclusive", op.flag("exclusive", false) ? 1 : 0)
                .attribute("reverse", op.flag("reverse", false) ? 1 : 0)
                .output(0));
    }

    private static void batchNorm(Layer op) {
        // Set 1 names gamma, beta, data, mean, variance; set 5 names the data first.
        boolean old = op.ir.opsetNumber() < 5;
        int data = old ? 2 : 0;
        int gamma = old ? 0 : 1;
        op.out(op.emit
                .add("BatchNormalization", op.in(data), op.in(gamma), op.in(gamma + 1), op.in(3), op.in(4))
                .attribute("epsilon", op.real("epsilon", op.real("eps", 1e-5f)))
                .output(0));
    }

    private static void mvn(Layer op) {
        boolean old = !op.has(1);
        long[] axes = old ? op.list("reduction_axes") : op.fixedLongs(1, "axes");
        if (old && axes.length == 0) {
            axes = LongStream.range(op.flag("across_channels", false) ? 1 : 2, op.rank(0))
                    .toArray();
        }
        String at = op.emit.longs(axes);
        String x = op.in(0);
        String centered = op.emit.op("Sub", x, op.emit.op("ReduceMean", x, at));
        if (!op.flag("normalize_variance", true)) {
            op.out(centered);
            return;
        }
        String variance = op.emit.op("ReduceMean", op.emit.op("Mul", centered, centered), at);
        String eps = op.emit.scalar(op.real("eps", 1e-9f));
        boolean inside = old || op.lower("eps_mode", "inside_sqrt").equals("inside_sqrt");
        String deviation = inside
                ? op.emit.op("Sqrt", op.emit.op("Add", variance, eps))
                : op.emit.op("Add", op.emit.op("Sqrt", variance), eps);
        op.out(op.emit.op("Div", centered, deviation));
    }

    private static void normalizeL2(Layer op) {
        String x = op.in(0);
        long[] axes = op.fixedLongs(1, "axes");
        if (axes.length == 0) { // each number is divided by itself, and 0 stays
            op.out(op.emit.op("Sign", op.emit.op("Abs", x)));
            return;
        }
        String eps = op.emit.scalar(op.real("eps", 1e-9f));
        String squares = op.emit.op("ReduceSumSquare", x, op.emit.longs(axes));
        String safe = op.lower("eps_mode", "add").equals("max")
                ? op.emit.op("Max", squares, eps)
                : op.emit.op("Add", squares, eps);
        op.out(op.emit.op("Div", x, op.emit.op("Sqrt", safe)));
    }

    private static void lrn(Layer op) {
        long[] axes = op.fixedLongs(1, "axes");
        if (axes.length != 1 || axes[0] != 1) {
            throw new Unmapped("normalizes over axes " + Arrays.toString(axes));
        }
        op.out(op.emit
                .add("LRN", op.in(0))
                .attribute("size", op.number("size", 1))
                .attribute("alpha", op.real("alpha", 1e-4f))
                .attribute("beta", op.real("beta", .75f))
                .attribute("bias", op.real("bias", 1))
                .output(0));
    }

    private static void groupNorm(Layer op) {
        long groups = op.number("num_groups", 1);
        int rank = op.rank(0);
        String x = op.in(0);
        String shape = op.emit.op("Shape", x);
        String grouped = op.emit.reshape(x, 0, groups, -1);
        String at = op.emit.longs(2);
        String centered = op.emit.op("Sub", grouped, op.emit.op("ReduceMean", grouped, at));
        String variance = op.emit.op("ReduceMean", op.emit.op("Mul", centered, centered), at);
        String eps = op.emit.scalar(op.real("epsilon", 1e-5f));
        String normal = op.emit.op("Div", centered, op.emit.op("Sqrt", op.emit.op("Add", variance, eps)));
        long[] channels = new long[rank - 1];
        Arrays.fill(channels, 1);
        channels[0] = -1;
        String y = op.emit.op("Mul", op.emit.op("Reshape", normal, shape), op.emit.reshape(op.in(1), channels));
        op.out(op.emit.op("Add", y, op.emit.reshape(op.in(2), channels)));
    }

    /**
     * Rounds to one of {@code levels} values between two bounds and maps them to two others. Where the bounds are the
     * same and such that an 8-bit scale and zero point give exactly these values, that pair of nodes is written, which
     * ONNX Runtime turns into integer kernels; else the arithmetic itself.
     */
    private static void fakeQuantize(Layer op) {
        long levels = op.number("levels", 256);
        OnnxTensor inLow = op.constant(1);
        OnnxTensor inHigh = op.constant(2);
        OnnxTensor outLow = op.constant(3);
        OnnxTensor outHigh = op.constant(4);
        if (levels == 256 && simple(inLow, outLow) && simple(inHigh, outHigh) && inLow != null && inHigh != null) {
            float low = inLow.floats()[0];
            float high = inHigh.floats()[0];
            float scale = (high - low) / 255;
            double zero = -low / (double) scale;
            if (scale > 0 && Math.abs(zero - Math.rint(zero)) < CLOSE && zero > -CLOSE && zero < 255 + CLOSE) {
                String step = op.emit.scalar(scale);
                String point = op.emit.scalar(ElementType.UINT8, Math.rint(zero));
                String q = op.emit.op("QuantizeLinear", op.in(0), step, point);
                op.out(op.emit.op("DequantizeLinear", q, step, point));
                return;
            }
        }
        String low = op.emit.op("Min", op.in(1), op.in(2));
        String high = op.emit.op("Max", op.in(1), op.in(2));
        boolean rising = rising(inLow, inHigh);
        String x = rising ? op.emit.op("Min", op.emit.op("Max", op.in(0), low), high) : op.in(0);
        String most = op.emit.scalar((float) (levels - 1));
        String part = op.emit.op("Div", op.emit.op("Sub", x, op.in(1)), op.emit.op("Sub", op.in(2), op.in(1)));
        String step = op.emit.op("Div", op.emit.op("Round", op.emit.op("Mul", part, most)), most);
        String span = op.emit.op("Sub", op.in(4), op.in(3));
        String y = op.emit.op("Add", op.emit.op("Mul", step, span), op.in(3));
        if (!rising) { // bounds that meet, as in binary networks, or are exchanged: beyond them the outer levels
            y = op.emit.op("Where", op.emit.op("Greater", x, high), op.in(4), y);
            y = op.emit.op("Where", op.emit.op("LessOrEqual", x, low), op.in(3), y);
        }
        op.out(y);
    }

    private static boolean rising(
            @org.jspecify.annotations.Nullable OnnxTensor low, @org.jspecify.annotations.Nullable OnnxTensor high) {
        if (low == null || high == null || low.type() != ElementType.FLOAT || high.type() != ElementType.FLOAT) {
            return false;
        }
        float[] from = low.floats();
        float[] to = high.floats();
        boolean rising = from.length == to.length || from.length == 1 || to.length == 1;
        for (int i = 0; rising && i < Math.max(from.length, to.length); i++) {
            rising = from[from.length == 1 ? 0 : i] < to[to.length == 1 ? 0 : i];
        }
        return rising;
    }

    private static boolean simple(
            @org.jspecify.annotations.Nullable OnnxTensor in, @org.jspecify.annotations.Nullable OnnxTensor out) {
        return in != null
                && out != null
                && in.type() == ElementType.FLOAT
                && out.type() == ElementType.FLOAT
                && in.elements() == 1
                && out.elements() == 1
                && in.floats()[0] == out.floats()[0];
    }
}
