package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that slide a window over spatial dimensions: convolutions and pools. */
final class WindowRules {
    private WindowRules() {}

    static void register(Map<String, Rule> table) {
        Rule conv = op -> conv(op, op.in(0), op.in(1), op.element(0));
        Rules.put(table, "", conv, "Conv", "DeformConv");
        Rules.put(table, Rules.MICROSOFT, conv, "FusedConv");
        table.put("ConvInteger", op -> conv(op, op.in(0), op.in(1), ElementType.INT32));
        table.put("QLinearConv", op -> conv(op, op.in(0), op.in(3), op.element(7)));
        table.put("ConvTranspose", WindowRules::convTranspose);
        Rules.put(table, "", WindowRules::pool, "MaxPool", "AveragePool", "LpPool");
        Rules.put(table, "", WindowRules::global, "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool");
        table.put("MaxUnpool", WindowRules::unpool);
        table.put("MaxRoiPool", WindowRules::roiPool);
        table.put("RoiAlign", WindowRules::roiAlign);
        table.put(Rules.MICROSOFT + "QLinearAveragePool", WindowRules::quantizedPool);
        table.put(Rules.MICROSOFT + "QLinearGlobalAveragePool", WindowRules::quantizedGlobal);
    }

    /** The window's attributes for so many spatial dimensions, with defaults filled in. */
    private static final class Window {
        private final long[] strides;
        private final long[] dilations;
        private final long[] pads;
        private final String autoPad;
        private final boolean ceil;

        Window(Op op, int spatial) {
            strides = filled(op.attributes("strides"), spatial, 1, "strides");
            dilations = filled(op.attributes("dilations"), spatial, 1, "dilations");
            pads = filled(op.attributes("pads"), 2 * spatial, 0, "pads");
            autoPad = op.attribute("auto_pad", "NOTSET");
            ceil = op.attribute("ceil_mode", 0) != 0;
        }

        private static long[] filled(long @Nullable [] given, int length, long value, String key) {
            if (given == null) {
                long[] filled = new long[length];
                Arrays.fill(filled, value);
                return filled;
            }
            if (given.length != length) {
                throw new Contradiction(key + " has " + given.length + " values, not " + length);
            }
            for (long one : given) {
                if (value == 1 && one < 1) {
                    throw new Contradiction(key + " (" + one + ") must be positive");
                }
            }
            return given;
        }

        boolean same() {
            return autoPad.startsWith("SAME");
        }

        long padBefore(int axis) {
            return autoPad.equals("VALID") ? 0 : pads[axis];
        }

        long padsOf(int axis) {
            return autoPad.equals("VALID") ? 0 : pads[axis] + pads[axis + pads.length / 2];
        }
    }

    private static void conv(Op op, Fact x, Fact w, @Nullable ElementType element) {
        int rank = x.dims() != null ? x.rank() : w.rank();
        if (rank < 0) {
            op.out(Fact.tensor(element, (List<Term>) null));
            return;
        }
        if (rank < 3 || (w.dims() != null && w.rank() != rank)) {
            throw new Contradiction("needs input and weights of equal rank of 3 or more, not " + x + " and " + w);
        }
        long group = op.attribute("group", 1);
        Term channels = w.dim(1).times(Term.of(group));
        if (Term.differ(channels, x.dim(1))) {
            throw new Contradiction("input has " + x.dim(1).dim() + " channels but the weights take " + channels.dim());
        }
        Window window = new Window(op, rank - 2);
        List<Term> dims = new ArrayList<>(List.of(x.dim(0), w.dim(0)));
        List<Term> kernel = kernel(op, w, rank - 2);
        for (int i = 0; i < rank - 2; i++) {
            dims.add(slide(x.dim(i + 2), kernel.get(i), window, i, false));
        }
        op.out(Fact.tensor(element, dims));
    }

    private static List<Term> kernel(Op op, Fact w, int spatial) {
        long[] given = op.attributes("kernel_shape");
        List<Term> kernel = new ArrayList<>();
        for (int i = 0; i < spatial; i++) {
            Term stored = w.dim(i + 2);
            Term stated = given == null || i >= given.length ? stored : Term.of(given[i]);
            if (Term.differ(stored, stated)) {
                throw new Contradiction("kernel_shape (" + stated.dim() + ") differs from the weights' " + w);
            }
            kernel.add(stated);
        }
        return kernel;
    }

    private static Term slide(Term in, Term kernel, Window window, int axis, boolean pool) {
        long stride = window.strides[axis];
        Term extent = kernel.minus(1).times(Term.of(window.dilations[axis])).plus(Term.ONE);
        if (window.same()) {
            if (!pool || window.dilations[axis] == 1 || !in.exact() || !kernel.exact()) {
                return in.plus(Term.of(stride - 1)).dividedBy(Term.of(stride));
            }
            long covered = (in.or(0) + stride - 1) / stride;
            long pad = Math.max(0, (covered - 1) * stride + kernel.or(0) - in.or(0));
            return Term.of((in.or(0) + pad - extent.or(0)) / stride + 1);
        }
        Term room = in.plus(Term.of(window.padsOf(axis))).minus(extent);
        if (room.exact() && room.or(0) < 0) {
            throw new Contradiction("the window of " + extent.dim() + " is larger than the padded input of "
                    + in.plus(Term.of(window.padsOf(axis))).dim());
        }
        if (!pool || !window.ceil) {
            return room.dividedBy(Term.of(stride)).plus(Term.ONE);
        }
        Term count = room.plus(Term.of(stride - 1)).dividedBy(Term.of(stride)).plus(Term.ONE);
        if (!count.exact()) {
            return stride == 1 ? count : Term.UNKNOWN;
        }
        boolean beyond = (count.or(0) - 1) * stride >= in.or(0) + window.padBefore(axis);
        return beyond ? count.minus(1) : count;
    }

    private static void convTranspose(Op op) {
        Fact x = op.in(0);
        Fact w = op.in(1);
        if (x.dims() == null) {
            op.out(Fact.tensor(x.element(), (List<Term>) null));
            return;
        }
        if (x.rank() < 3 || (w.dims() != null && w.rank() != x.rank())) {
            throw new Contradiction("needs input and weights of equal rank of 3 or more, not " + x + " and " + w);
        }
        if (Term.differ(x.dim(1), w.dim(0))) {
            throw new Contradiction("input has " + x.dim(1).dim() + " channels but the weights take "
                    + w.dim(0).dim());
        }
        int spatial = x.rank() - 2;
        Window window = new Window(op, spatial);
        List<Term> dims = new ArrayList<>(List.of(x.dim(0), w.dim(1).times(Term.of(op.attribute("group", 1)))));
        List<Term> kernel = kernel(op, w, spatial);
        long[] shape = op.attributes("output_shape");
        long[] extra = Window.filled(op.attributes("output_padding"), spatial, 0, "output_padding");
        for (int i = 0; i < spatial; i++) {
            Term stride = Term.of(window.strides[i]);
            if (shape != null) {
                int from = shape.length - spatial;
                dims.add(from < 0 ? Term.UNKNOWN : Term.of(shape[from + i]));
            } else if (window.same()) {
                dims.add(x.dim(i + 2).times(stride));
            } else {
                Term extent = kernel.get(i).minus(1).times(Term.of(window.dilations[i]));
                dims.add(x.dim(i + 2)
                        .minus(1)
                        .times(stride)
                        .plus(extent)
                        .plus(Term.of(1 + extra[i] - window.padsOf(i))));
            }
        }
        op.out(Fact.tensor(x.element(), dims));
    }

    private static void pool(Op op) {
        Fact x = op.in(0);
        List<Term> dims = pooled(op, x);
        op.out(Fact.tensor(x.element(), dims));
        op.out(1, Fact.tensor(ElementType.INT64, dims));
    }

    private static @Nullable List<Term> pooled(Op op, Fact x) {
        if (x.dims() == null) {
            return null;
        }
        long[] kernel = op.attributes("kernel_shape");
        if (kernel == null || x.rank() < 3 || kernel.length != x.rank() - 2) {
            throw new Contradiction("kernel_shape " + Arrays.toString(kernel) + " does not fit input " + x);
        }
        Window window = new Window(op, kernel.length);
        List<Term> dims = new ArrayList<>(List.of(x.dim(0), x.dim(1)));
        for (int i = 0; i < kernel.length; i++) {
            dims.add(slide(x.dim(i + 2), Term.of(kernel[i]), window, i, true));
        }
        return dims;
    }

    private static void global(Op op) {
        op.out(op.in(0).withDims(globalDims(op.in(0))));
    }

    private static @Nullable List<Term> globalDims(Fact x) {
        List<Term> dims = Op.unknownDims(x.rank());
        if (dims != null) {
            for (int i = 0; i < dims.size(); i++) {
                dims.set(i, i < 2 ? x.dim(i) : Term.ONE);
            }
        }
        return dims;
    }

    private static void quantizedPool(Op op) {
        if (op.attribute("channels_last", 0) == 0) {
            op.out(Fact.tensor(op.element(0), pooled(op, op.in(0))));
        }
    }

    private static void quantizedGlobal(Op op) {
        if (op.attribute("channels_last", 0) == 0) {
            op.out(Fact.tensor(op.element(0), globalDims(op.in(0))));
        }
    }

    private static void unpool(Op op) {
        Fact x = op.in(0);
        long[] kernel = op.attributes("kernel_shape");
        if (op.given(2)) {
            List<Term> shape = op.in(2).data();
            op.out(Fact.tensor(x.element(), shape == null ? Op.unknownDims(x.rank()) : shape));
        } else if (x.dims() != null && kernel != null && kernel.length == x.rank() - 2) {
            Window window = new Window(op, kernel.length);
            List<Term> dims = new ArrayList<>(List.of(x.dim(0), x.dim(1)));
            for (int i = 0; i < kernel.length; i++) {
                dims.add(x.dim(i + 2)
                        .minus(1)
                        .times(Term.of(window.strides[i]))
                        .plus(Term.of(kernel[i] - window.padsOf(i))));
            }
            op.out(Fact.tensor(x.element(), dims));
        }
    }

    private static void roiPool(Op op) {
        long[] pooled = op.attributes("pooled_shape");
        if (pooled != null && pooled.length == 2) {
            op.out(Fact.tensor(
                    op.element(0), List.of(op.in(1).dim(0), op.in(0).dim(1), Term.of(pooled[0]), Term.of(pooled[1]))));
        }
    }

    private static void roiAlign(Op op) {
        op.out(Fact.tensor(
                op.element(0),
                List.of(
                        op.in(1).dim(0),
                        op.in(0).dim(1),
                        Term.of(op.attribute("output_height", 1)),
                        Term.of(op.attribute("output_width", 1)))));
    }
}
