package io.edgeai.formats.openvino.ops;

import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import java.util.Arrays;
import java.util.Map;

/** Convolutions, their transposes, pools and matrix products. */
final class Convolutions {
    private static final long MOST_SHARES = 1024;

    private Convolutions() {}

    static void register(Map<String, Mapping> all) {
        all.put("Convolution", op -> convolution(op, false));
        all.put("GroupConvolution", op -> convolution(op, true));
        all.put("ConvolutionBackpropData", op -> backprop(op, false));
        all.put("GroupConvolutionBackpropData", op -> backprop(op, true));
        all.put("MaxPool", Convolutions::maxPool);
        all.put("AvgPool", Convolutions::averagePool);
        all.put("AdaptiveAvgPool", Convolutions::adaptiveAverage);
        all.put("AdaptiveMaxPool", Convolutions::adaptiveMaximum);
        all.put("MatMul", Convolutions::matMul);
        all.put("Einsum", Convolutions::einsum);
        all.put("ROIAlign", Convolutions::roiAlign);
        all.put("ScaledDotProductAttention", Convolutions::attention);
    }

    private static void window(Layer op, OnnxNode node, int inner, boolean dilated) {
        long[] strides = op.list("strides");
        node.attribute("strides", strides.length == inner ? strides : ones(inner));
        if (dilated && op.list("dilations").length == inner) {
            node.attribute("dilations", op.list("dilations"));
        }
        switch (op.lower("auto_pad", "explicit")) {
            case "same_upper" -> node.attribute("auto_pad", "SAME_UPPER");
            case "same_lower" -> node.attribute("auto_pad", "SAME_LOWER");
            case "valid" -> node.attribute("auto_pad", "VALID");
            default -> {
                long[] begin = op.list("pads_begin");
                long[] end = op.list("pads_end");
                long[] pads = new long[2 * inner];
                for (int i = 0; i < inner; i++) {
                    pads[i] = i < begin.length ? begin[i] : 0;
                    pads[i + inner] = i < end.length ? end[i] : 0;
                }
                node.attribute("pads", pads);
            }
        }
    }

    private static long[] ones(int count) {
        long[] ones = new long[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static long known(long dim, String what) {
        if (dim < 0) {
            throw new Unmapped("has weights with unknown " + what);
        }
        return dim;
    }

    /** Weights with groups in front become weights without. */
    private static String ungrouped(Layer op, boolean transposed) {
        long[] dims = op.dims(1);
        long[] flat = Arrays.copyOfRange(dims, 1, dims.length);
        flat[0] = known(dims[0], "groups") * known(dims[1], "channels");
        OnnxTensor constant = op.constant(1);
        return constant != null
                ? op.emit.constant(op.ir.name() + (transposed ? "/weights_t" : "/weights"), constant.reshape(flat))
                : op.emit.reshape(op.in(1), flat);
    }

    private static void convolution(Layer op, boolean grouped) {
        int inner = op.rank(0) - 2;
        OnnxNode node = op.emit.add("Conv", op.in(0), grouped ? ungrouped(op, false) : op.in(1));
        if (grouped) {
            node.attribute("group", op.dims(1)[0]);
        }
        window(op, node, inner, true);
        op.out(node.output(0));
    }

    private static void backprop(Layer op, boolean grouped) {
        int inner = op.rank(0) - 2;
        OnnxNode node = op.emit.add("ConvTranspose", op.in(0), grouped ? ungrouped(op, true) : op.in(1));
        if (grouped) {
            node.attribute("group", op.dims(1)[0]);
        }
        long[] strides = op.list("strides").length == inner ? op.list("strides") : ones(inner);
        long[] dilations = op.list("dilations").length == inner ? op.list("dilations") : ones(inner);
        long[] extra = op.list("output_padding");
        node.attribute("strides", strides).attribute("dilations", dilations);
        String auto = op.lower("auto_pad", "explicit");
        long[] pads = new long[2 * inner];
        long[] added = new long[inner];
        for (int i = 0; i < inner; i++) {
            added[i] = i < extra.length ? extra[i] : 0;
        }
        if (op.has(2)) {
            long[] shape = op.fixedLongs(2, "output shape");
            long[] kernel = Arrays.copyOfRange(op.dims(1), grouped ? 3 : 2, op.rank(1));
            for (int i = 0; i < inner; i++) {
                long in = op.dims(0)[i + 2];
                if (in < 0 || kernel[i] < 0) {
                    throw new Unmapped("has an output of unknown size");
                }
                long total = strides[i] * (in - 1) + (kernel[i] - 1) * dilations[i] + 1 - shape[i] + added[i];
                if (total < 0) {
                    added[i] -= total;
                    total = 0;
                }
                pads[i] = auto.equals("same_upper") ? total - total / 2 : total / 2;
                pads[i + inner] = total - pads[i];
            }
        } else if (auto.equals("explicit")) { // else there is no padding where no output shape asks for it
            long[] begin = op.list("pads_begin");
            long[] end = op.list("pads_end");
            for (int i = 0; i < inner; i++) {
                pads[i] = i < begin.length ? begin[i] : 0;
                pads[i + inner] = i < end.length ? end[i] : 0;
            }
        }
        node.attribute("pads", pads).attribute("output_padding", added);
        op.out(node.output(0));
    }

    private static void pool(Layer op, OnnxNode node) {
        long[] kernel = op.list("kernel");
        if (kernel.length != op.rank(0) - 2) {
            throw new Unmapped("pools a value of rank " + op.rank(0));
        }
        node.attribute("kernel_shape", kernel);
        window(op, node, kernel.length, true);
        String rounding = op.lower("rounding_type", "floor");
        if (rounding.startsWith("ceil")) {
            node.attribute("ceil_mode", 1);
        }
        if (rounding.equals("ceil") && op.lower("auto_pad", "explicit").equals("explicit")) {
            refuseWindowsInThePadding(op, kernel);
        }
    }

    /** Rounding up may ask for a last window that begins behind the input; ONNX and ceil_torch leave it out. */
    private static void refuseWindowsInThePadding(Layer op, long[] kernel) {
        long[] begin = op.list("pads_begin");
        long[] end = op.list("pads_end");
        long[] strides = op.list("strides");
        long[] dilations = op.list("dilations");
        for (int i = 0; i < Math.min(kernel.length, Math.min(begin.length, end.length)); i++) {
            long in = op.dims(0)[i + 2];
            long stride = i < strides.length ? strides[i] : 1;
            long reach = (kernel[i] - 1) * (i < dilations.length ? dilations[i] : 1) + 1;
            long last = -Math.floorDiv(reach - in - begin[i] - end[i], stride) * stride;
            if (in >= 0 && last >= in + begin[i]) {
                throw new Unmapped("has a window in the padding alone");
            }
        }
    }

    private static void maxPool(Layer op) {
        boolean places = op.outputs() > 1;
        OnnxNode node = op.emit.add("MaxPool", places ? 2 : 1, op.in(0));
        pool(op, node);
        op.out(0, node.output(0));
        if (places) {
            op.out(1, op.emit.cast(counted(op, node.output(1)), op.outType(1)));
        }
    }

    /** Places counted through the whole input, counted anew from an axis on. */
    private static String counted(Layer op, String places) {
        int axis = op.axis(op.number("axis", 0), op.rank(0));
        if (axis == 0) {
            return places;
        }
        long inner = 1;
        for (int i = axis; i < op.rank(0); i++) {
            inner *= op.dims(0)[i];
            if (op.dims(0)[i] < 1) {
                throw new Unmapped("counts places from axis " + axis + " of a value of unknown size");
            }
        }
        return op.emit.op("Mod", places, op.emit.whole(inner));
    }

    private static void averagePool(Layer op) {
        OnnxNode node = op.emit.add("AveragePool", op.in(0));
        pool(op, node);
        if (!op.flag("exclude-pad", op.flag("exclude_pad", true))) {
            node.attribute("count_include_pad", 1);
        }
        op.out(node.output(0));
    }

    /** Each output averages its own share of the input: a product with a matrix of shares along each axis. */
    private static void adaptiveAverage(Layer op) {
        long[] shape = op.fixedLongs(1, "output shape");
        int rank = op.rank(0);
        String x = op.in(0);
        for (int i = 0; i < shape.length; i++) {
            int axis = rank - shape.length + i;
            long size = op.dims(0)[axis];
            if (shape[i] == 1) {
                x = op.emit.op("ReduceMean", x, op.emit.longs(axis));
                continue;
            }
            if (size < 0 || Math.max(size, shape[i]) > 1 << 24 || size * shape[i] > 1 << 24) {
                throw new Unmapped("pools a value of size (" + size + ")");
            }
            float[] shares = new float[(int) (size * shape[i])];
            for (int o = 0; o < shape[i]; o++) {
                long from = o * size / shape[i];
                long to = ((o + 1) * size + shape[i] - 1) / shape[i];
                for (long k = from; k < to; k++) {
                    shares[(int) (k * shape[i] + o)] = 1f / (to - from);
                }
            }
            String matrix = op.emit.constant("shares", OnnxTensor.ofFloats(shares, size, shape[i]));
            long[] swap = new long[rank];
            Arrays.setAll(swap, d -> d == axis ? rank - 1 : d == rank - 1 ? axis : d);
            x = axis == rank - 1 ? x : op.emit.transpose(x, swap);
            x = op.emit.op("MatMul", x, matrix);
            x = axis == rank - 1 ? x : op.emit.transpose(x, swap);
        }
        op.out(x);
    }

    private static void adaptiveMaximum(Layer op) {
        long[] shape = op.fixedLongs(1, "output shape");
        int rank = op.rank(0);
        String x = op.in(0);
        for (int i = 0; i < shape.length; i++) {
            int axis = rank - shape.length + i;
            long size = op.dims(0)[axis];
            if (size < 0 || shape[i] > 4096) {
                throw new Unmapped("pools a value of size (" + size + ")");
            }
            String[] parts = new String[(int) shape[i]];
            for (int o = 0; o < parts.length; o++) {
                long from = o * size / shape[i];
                long to = ((o + 1) * size + shape[i] - 1) / shape[i];
                String part = op.emit.op("Slice", x, op.emit.longs(from), op.emit.longs(to), op.emit.longs(axis));
                parts[o] = op.emit.op("ReduceMax", part, op.emit.longs(axis));
            }
            x = op.emit.add("Concat", parts).attribute("axis", axis).output(0);
        }
        op.out(0, x);
        if (op.outputs() > 1 && op.read(1)) {
            op.out(1, op.emit.cast(greatest(op, shape), op.outType(1)));
        }
    }

    /** The place of the greatest in each share, counted over the axes that are pooled. */
    private static String greatest(Layer op, long[] shape) {
        Emitter emit = op.emit;
        int inner = shape.length;
        long[] sizes = Arrays.copyOfRange(op.dims(0), op.rank(0) - inner, op.rank(0));
        long count = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        if (inner != op.rank(0) - 2 || count > MOST_SHARES) {
            throw new Unmapped("tells the places of the greatest of " + count + " shares");
        }
        long[] axes = java.util.stream.LongStream.range(2, op.rank(0)).toArray();
        String[] places = new String[(int) count];
        for (int o = 0; o < count; o++) {
            long[] from = new long[inner];
            long[] to = new long[inner];
            long rest = o;
            for (int i = inner - 1; i >= 0; i--) {
                long at = rest % shape[i];
                rest /= shape[i];
                from[i] = at * sizes[i] / shape[i];
                to[i] = ((at + 1) * sizes[i] + shape[i] - 1) / shape[i];
            }
            String share = emit.op("Slice", op.in(0), emit.longs(from), emit.longs(to), emit.longs(axes));
            String local = emit.add("ArgMax", emit.reshape(share, 0, 0, -1))
                    .attribute("axis", 2)
                    .output(0);
            places[o] = global(emit, local, from, to, sizes);
        }
        long[] out = new long[inner + 2];
        System.arraycopy(shape, 0, out, 2, inner);
        return emit.reshape(emit.add("Concat", places).attribute("axis", 2).output(0), out);
    }

    /** A place in a share as a place in the whole. */
    private static String global(Emitter emit, String local, long[] from, long[] to, long[] sizes) {
        String place = emit.whole(0);
        String rest = local;
        long stride = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            String width = emit.whole(to[i] - from[i]);
            String at = emit.op("Add", emit.op("Mod", rest, width), emit.whole(from[i]));
            place = emit.op("Add", place, emit.op("Mul", at, emit.whole(stride)));
            rest = emit.op("Div", rest, width);
            stride *= sizes[i];
        }
        return place;
    }

    private static String swapped(Layer op, int input) {
        int rank = op.rank(input);
        if (rank < 2) {
            return op.in(input);
        }
        OnnxTensor constant = op.constant(input);
        if (constant != null && rank == 2) {
            return op.emit.constant(op.ir.name() + "/weights", Tensors.transpose(constant));
        }
        long[] permutation = new long[rank];
        Arrays.setAll(permutation, i -> i < rank - 2 ? i : i == rank - 2 ? rank - 1 : rank - 2);
        return op.emit.transpose(op.in(input), permutation);
    }

    private static void matMul(Layer op) {
        String a = op.flag("transpose_a", false) ? swapped(op, 0) : op.in(0);
        String b = op.flag("transpose_b", false) ? swapped(op, 1) : op.in(1);
        op.out(op.emit.op("MatMul", a, b));
    }

    private static void einsum(Layer op) {
        String[] inputs = new String[op.inputs()];
        Arrays.setAll(inputs, op::in);
        op.out(op.emit
                .add("Einsum", inputs)
                .attribute("equation", op.text("equation", ""))
                .output(0));
    }

    private static void roiAlign(Layer op) {
        if (!op.lower("mode", "avg").equals("avg")) {
            throw new Unmapped("aligns regions by the mode " + op.text("mode", ""));
        }
        String aligned = op.lower("aligned_mode", "asymmetric");
        if (aligned.equals("half_pixel_for_nn")) {
            throw new Unmapped("aligns regions by " + aligned);
        }
        op.out(op.emit
                .add("RoiAlign", op.in(0), op.in(1), op.as64(2))
                .attribute("mode", "avg")
                .attribute("output_height", op.number("pooled_h", 1))
                .attribute("output_width", op.number("pooled_w", 1))
                .attribute("sampling_ratio", op.number("sampling_ratio", 0))
                .attribute("spatial_scale", op.real("spatial_scale", 1))
                .attribute(
                        "coordinate_transformation_mode",
                        aligned.equals("half_pixel") ? "half_pixel" : "output_half_pixel")
                .output(0));
    }

    private static void attention(Layer op) {
        int rank = op.rank(1);
        long depth = op.dims(0)[op.rank(0) - 1];
        long[] permutation = new long[rank];
        Arrays.setAll(permutation, i -> i < rank - 2 ? i : i == rank - 2 ? rank - 1 : rank - 2);
        String scale;
        if (op.has(4)) {
            scale = op.in(4);
        } else if (depth > 0) {
            scale = op.emit.scalar((float) (1 / Math.sqrt((double) depth)));
        } else {
            throw new Unmapped("attends over a depth that is unknown");
        }
        String scores =
                op.emit.op("MatMul", op.emit.op("Mul", op.in(0), scale), op.emit.transpose(op.in(1), permutation));
        if (op.flag("causal", false)) {
            String sizes = op.emit.op(
                    "Slice", op.emit.op("Shape", scores), op.emit.longs(-2), op.emit.longs(Integer.MAX_VALUE));
            String low = op.emit.op("Expand", op.emit.scalar(-Float.MAX_VALUE), sizes);
            scores = op.emit.op(
                    "Add",
                    scores,
                    op.emit
                            .add("Trilu", low, op.emit.scalar(io.edgeai.core.model.ElementType.INT64, 1))
                            .output(0));
        } else if (op.has(3) && op.type(3) == io.edgeai.core.model.ElementType.BOOL) {
            scores = op.emit.op("Where", op.in(3), scores, op.emit.scalar(-Float.MAX_VALUE));
        } else if (op.has(3)) {
            scores = op.emit.op("Add", scores, op.in(3));
        }
        String weights = op.emit.add("Softmax", scores).attribute("axis", -1).output(0);
        op.out(op.emit.op("MatMul", weights, op.in(2)));
    }
}
