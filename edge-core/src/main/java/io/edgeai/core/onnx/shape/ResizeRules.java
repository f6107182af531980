package io.edgeai.core.onnx.shape;

import io.edgeai.core.onnx.OnnxAttribute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that resample images or move between channels and space. */
final class ResizeRules {
    private ResizeRules() {}

    static void register(Map<String, Rule> table) {
        table.put("Resize", ResizeRules::resize);
        table.put("Upsample", ResizeRules::upsample);
        table.put("DepthToSpace", op -> blocks(op, true));
        table.put("SpaceToDepth", op -> blocks(op, false));
        table.put("GridSample", ResizeRules::gridSample);
        table.put("AffineGrid", ResizeRules::affineGrid);
        table.put("CenterCropPad", ResizeRules::centerCropPad);
        table.put("Col2Im", ResizeRules::colToImage);
    }

    private static void resize(Op op) {
        Fact x = op.in(0);
        List<Term> dims = x.dims();
        int scalesAt = op.opset() < 11 ? 1 : 2;
        if (dims == null) {
            op.out(Fact.tensor(x.element(), (List<Term>) null));
            return;
        }
        long[] axes = op.attributes("axes");
        int[] places =
                axes == null ? java.util.stream.IntStream.range(0, dims.size()).toArray() : Op.axes(axes, dims.size());
        List<Term> sizes = op.given(3) ? op.in(3).data() : null;
        List<Term> scales = op.given(scalesAt) ? op.in(scalesAt).data() : null;
        boolean keepsRatio =
                !op.attribute("keep_aspect_ratio_policy", "stretch").equals("stretch");
        List<Term> out = new ArrayList<>(dims);
        if (sizes != null && !sizes.isEmpty() && !keepsRatio) {
            require(sizes.size() == places.length, "sizes", x);
            for (int i = 0; i < places.length; i++) {
                out.set(places[i], sizes.get(i));
            }
        } else if (scales != null && !scales.isEmpty()) {
            require(scales.size() == places.length, "scales", x);
            for (int i = 0; i < places.length; i++) {
                out.set(places[i], scaled(dims.get(places[i]), scales.get(i)));
            }
        } else {
            for (int place : places) {
                out.set(place, Term.UNKNOWN);
            }
        }
        op.out(Fact.tensor(x.element(), out));
    }

    private static void upsample(Op op) {
        Fact x = op.in(0);
        List<Term> scales = op.opset() >= 9 ? op.in(1).data() : scalesAttribute(op);
        List<Term> dims = Op.unknownDims(x.rank());
        if (dims != null && scales != null) {
            require(scales.size() == dims.size(), "scales", x);
            for (int i = 0; i < dims.size(); i++) {
                dims.set(i, scaled(x.dim(i), scales.get(i)));
            }
        }
        op.out(Fact.tensor(x.element(), dims));
    }

    private static @Nullable List<Term> scalesAttribute(Op op) {
        return op.node().attributes().get("scales") instanceof OnnxAttribute.OfFloats floats
                ? floats.values().stream()
                        .map(value -> Term.of(value.doubleValue()))
                        .toList()
                : null;
    }

    /** The product as engines compute it: in single precision, rounded down. */
    private static Term scaled(Term dim, Term scale) {
        if (scale.exact()) {
            return dim.times(scale);
        }
        return dim.exact() && scale instanceof Term.Real real
                ? Term.of((long) (dim.or(0) * (float) real.value()))
                : Term.UNKNOWN;
    }

    private static void require(boolean fits, String what, Fact x) {
        if (!fits) {
            throw new Contradiction("the number of " + what + " does not fit " + x);
        }
    }

    private static void blocks(Op op, boolean toSpace) {
        Fact x = op.in(0);
        Term block = Term.of(op.attribute("blocksize", 1));
        if (x.dims() != null && x.rank() != 4) {
            throw new Contradiction("needs a tensor of rank 4, not " + x);
        }
        Term square = block.times(block);
        Term depth = toSpace ? x.dim(1).dividedBy(square) : x.dim(1).times(square);
        if (toSpace && Term.differ(depth.times(square), x.dim(1))) {
            throw new Contradiction(x.dim(1).dim() + " channels do not divide by " + square);
        }
        for (int i = 2; i < 4 && !toSpace; i++) {
            if (Term.differ(x.dim(i).dividedBy(block).times(block), x.dim(i))) {
                throw new Contradiction("dimension " + i + " of " + x + " does not divide by " + block);
            }
        }
        op.out(Fact.tensor(
                x.element(),
                List.of(
                        x.dim(0),
                        depth,
                        toSpace ? x.dim(2).times(block) : x.dim(2).dividedBy(block),
                        toSpace ? x.dim(3).times(block) : x.dim(3).dividedBy(block))));
    }

    private static void gridSample(Op op) {
        Fact x = op.in(0);
        List<Term> dims = Op.unknownDims(x.rank());
        if (dims != null) {
            for (int i = 0; i < dims.size(); i++) {
                dims.set(i, i < 2 ? x.dim(i) : op.in(1).dim(i - 1));
            }
        }
        op.out(Fact.tensor(x.element(), dims));
    }

    private static void affineGrid(Op op) {
        List<Term> size = op.in(1).data();
        List<Term> dims = null;
        if (size != null && size.size() > 2) {
            dims = new ArrayList<>(size);
            dims.remove(1);
            dims.add(Term.of(size.size() - 2));
        }
        op.out(Fact.tensor(op.element(0), dims));
    }

    private static void centerCropPad(Op op) {
        Fact x = op.in(0);
        List<Term> shape = op.in(1).data();
        long[] axes = op.attributes("axes");
        List<Term> dims = Op.unknownDims(x.rank());
        if (dims != null && shape != null) {
            int[] places = axes == null
                    ? java.util.stream.IntStream.range(0, dims.size()).toArray()
                    : Op.axes(axes, dims.size());
            require(places.length == shape.size(), "sizes", x);
            for (int i = 0; i < dims.size(); i++) {
                dims.set(i, x.dim(i));
            }
            for (int i = 0; i < places.length; i++) {
                dims.set(places[i], shape.get(i));
            }
        }
        op.out(Fact.tensor(x.element(), dims));
    }

    private static void colToImage(Op op) {
        List<Term> image = op.in(1).data();
        long[] block = op.in(2).longs();
        List<Term> dims = null;
        if (image != null && block != null) {
            dims = new ArrayList<>(List.of(
                    op.in(0).dim(0),
                    op.in(0).dim(1).dividedBy(Term.of(Arrays.stream(block).reduce(1, Math::multiplyExact)))));
            dims.addAll(image);
        }
        op.out(Fact.tensor(op.element(0), dims));
    }
}
