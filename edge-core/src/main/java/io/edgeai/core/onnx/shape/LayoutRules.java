package io.edgeai.core.onnx.shape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that give the same elements another shape or order, repeat them, or put a margin around them. */
final class LayoutRules {
    private LayoutRules() {}

    static void register(Map<String, Rule> table) {
        table.put("Reshape", LayoutRules::reshape);
        table.put("Flatten", LayoutRules::flatten);
        table.put("Squeeze", LayoutRules::squeeze);
        table.put("Unsqueeze", LayoutRules::unsqueeze);
        table.put("Transpose", LayoutRules::transpose);
        table.put("Expand", LayoutRules::expand);
        table.put("Tile", LayoutRules::tile);
        table.put("Pad", LayoutRules::pad);
    }

    private static void reshape(Op op) {
        Fact x = op.in(0);
        List<Term> target;
        if (op.opset() < 5) {
            long[] shape = op.attributes("shape");
            target = shape == null
                    ? null
                    : Arrays.stream(shape).mapToObj(Term::of).toList();
        } else {
            target = op.in(1).data();
            if (target == null) {
                Term rank = op.in(1).dim(0);
                op.out(Fact.tensor(x.element(), rank.exact() ? Op.unknownDims(rank.or(-1)) : null));
                return;
            }
        }
        if (target == null) {
            op.out(Fact.tensor(x.element(), (List<Term>) null));
            return;
        }
        List<Term> dims = resolve(x, target, op.attribute("allowzero", 0) != 0);
        op.out(Fact.tensor(x.element(), dims).withData(dims.stream().allMatch(Term::exact) ? x.data() : null));
    }

    private static List<Term> resolve(Fact x, List<Term> target, boolean allowZero) {
        List<Term> dims = new ArrayList<>();
        int open = -1;
        int opens = 0;
        for (int i = 0; i < target.size(); i++) {
            Term dim = target.get(i);
            if (dim.is(0) && !allowZero) {
                if (x.dims() != null && i >= x.rank()) {
                    throw new Contradiction("the target copies dimension " + i + " of " + x);
                }
                dim = x.dim(i);
            } else if (dim.is(-1)) {
                open = i;
                opens++;
                dim = Term.UNKNOWN;
            } else if (dim.exact() && dim.or(0) < -1) {
                throw new Contradiction("the target has dimension (" + dim + ")");
            } else if (dim == Term.UNKNOWN || dim instanceof Term.Real) {
                open = open < 0 ? i : open;
                opens++;
                dim = Term.UNKNOWN;
            }
            dims.add(dim);
        }
        if (x.dims() == null) {
            return dims;
        }
        // Equal unknown dimensions on both sides cancel only where the target copies them by 0.
        List<Term> have = new ArrayList<>(x.dims());
        List<Term> taken = new ArrayList<>();
        for (int i = 0; i < dims.size(); i++) {
            boolean copied = target.get(i).is(0) && !allowZero;
            if (copied && i < have.size()) {
                have.set(i, Term.ONE);
            } else if (i != open) {
                taken.add(dims.get(i));
            }
        }
        Term all = Term.product(have);
        Term known = Term.product(taken);
        if (opens == 0 && Term.differ(all, known)) {
            throw new Contradiction(all + " elements of " + x + " do not fit the target "
                    + dims.stream().map(Term::dim).toList());
        }
        if (opens == 1) {
            if (all.exact() && known.exact() && !known.is(0) && all.or(0) % known.or(1) != 0) {
                throw new Contradiction(all + " elements of " + x + " do not divide by " + known);
            }
            dims.set(open, all.dividedBy(known));
        }
        return dims;
    }

    private static void flatten(Op op) {
        Fact x = op.in(0);
        List<Term> dims = x.dims();
        if (dims == null) {
            op.out(Fact.tensor(x.element(), Op.unknownDims(2)));
            return;
        }
        long given = op.attribute("axis", 1);
        int axis = given == dims.size() ? dims.size() : Op.axis(given, dims.size());
        op.out(Fact.tensor(
                x.element(),
                List.of(Term.product(dims.subList(0, axis)), Term.product(dims.subList(axis, dims.size())))));
    }

    private static void squeeze(Op op) {
        Fact x = op.in(0);
        List<Term> dims = x.dims();
        boolean given = op.given(1) || op.attributes("axes") != null;
        long[] axes = op.attributesOr("axes", 1);
        if (dims == null || (given && axes == null) || (!given && !dims.stream().allMatch(Term::exact))) {
            Term count = op.in(1).dim(0);
            boolean counted = dims != null && given && count.exact();
            op.out(Fact.tensor(x.element(), counted ? Op.unknownDims(x.rank() - count.or(0)) : null));
            return;
        }
        List<Term> left;
        if (axes == null) {
            left = dims.stream().filter(dim -> !dim.is(1)).toList();
        } else {
            int[] gone = Op.axes(axes, dims.size());
            for (int axis : gone) {
                if (dims.get(axis).exact() && !dims.get(axis).is(1)) {
                    throw new Contradiction("dimension " + axis + " of " + x + " is not 1");
                }
            }
            left = ReductionRules.without(dims, gone, false);
        }
        op.out(Fact.tensor(x.element(), left).withData(x.data()));
    }

    private static void unsqueeze(Op op) {
        Fact x = op.in(0);
        long[] axes = op.attributesOr("axes", 1);
        if (x.dims() == null || axes == null) {
            Term count = op.in(1).dim(0);
            boolean counted = x.dims() != null && count.exact();
            op.out(Fact.tensor(x.element(), counted ? Op.unknownDims(x.rank() + count.or(0)) : null));
            return;
        }
        int[] places = Op.axes(axes, x.rank() + axes.length);
        Arrays.sort(places);
        if (Arrays.stream(places).distinct().count() < places.length) {
            throw new Contradiction("an axis of " + Arrays.toString(axes) + " occurs twice");
        }
        List<Term> dims = new ArrayList<>(x.dims());
        for (int place : places) {
            dims.add(place, Term.ONE);
        }
        op.out(Fact.tensor(x.element(), dims).withData(x.data()));
    }

    private static void transpose(Op op) {
        Fact x = op.in(0);
        List<Term> dims = x.dims();
        long[] perm = op.attributes("perm");
        if (dims == null) {
            op.out(Fact.tensor(x.element(), perm == null ? null : Op.unknownDims(perm.length)));
            return;
        }
        if (perm != null && perm.length != dims.size()) {
            throw new Contradiction("perm " + Arrays.toString(perm) + " does not fit " + x);
        }
        int[] order = new int[dims.size()];
        List<Term> turned = new ArrayList<>();
        for (int i = 0; i < order.length; i++) {
            order[i] = perm == null ? order.length - 1 - i : Op.axis(perm[i], order.length);
            turned.add(dims.get(order[i]));
        }
        if (Arrays.stream(order).distinct().count() < order.length) {
            throw new Contradiction("an axis of perm " + Arrays.toString(perm) + " occurs twice");
        }
        op.out(Fact.tensor(x.element(), turned).withData(Elements.turn(x, order)));
    }

    private static void expand(Op op) {
        Fact x = op.in(0);
        List<Term> target = op.in(1).data();
        if (target == null) {
            Term rank = op.in(1).dim(0);
            op.out(Fact.tensor(
                    x.element(),
                    rank.exact() && x.dims() != null ? Op.unknownDims(Math.max(x.rank(), rank.or(0))) : null));
            return;
        }
        Fact out = Fact.tensor(x.element(), Op.broadcast(x.dims(), target));
        op.out(out.withData(Elements.combine(out, List.of(x), terms -> terms.get(0))));
    }

    private static void tile(Op op) {
        Fact x = op.in(0);
        List<Term> repeats = op.opset() < 6 ? null : op.in(1).data();
        List<Term> dims = Op.unknownDims(x.rank());
        if (dims != null && repeats != null) {
            if (repeats.size() != dims.size()) {
                throw new Contradiction(repeats.size() + " repeats do not fit " + x);
            }
            dims.replaceAll(unused -> Term.UNKNOWN);
            for (int i = 0; i < dims.size(); i++) {
                dims.set(i, x.dim(i).times(repeats.get(i)));
            }
        }
        op.out(Fact.tensor(x.element(), dims));
    }

    private static void pad(Op op) {
        Fact x = op.in(0);
        List<Term> pads = pads(op);
        List<Term> dims = Op.unknownDims(x.rank());
        boolean some = op.given(3);
        long[] axes = some ? op.in(3).longs() : null;
        if (dims != null && pads != null && (!some || axes != null)) {
            int[] places = axes == null
                    ? java.util.stream.IntStream.range(0, dims.size()).toArray()
                    : Op.axes(axes, dims.size());
            if (pads.size() != 2 * places.length) {
                throw new Contradiction(pads.size() + " pads do not fit " + x);
            }
            for (int i = 0; i < dims.size(); i++) {
                dims.set(i, x.dim(i));
            }
            for (int i = 0; i < places.length; i++) {
                Term size = dims.get(places[i]).plus(pads.get(i)).plus(pads.get(i + places.length));
                dims.set(places[i], size.exact() && size.or(0) < 0 ? Term.UNKNOWN : size);
            }
        }
        op.out(Fact.tensor(x.element(), dims));
    }

    private static @Nullable List<Term> pads(Op op) {
        if (op.opset() >= 11) {
            return op.in(1).data();
        }
        long[] pads = op.attributes("pads");
        long[] values = pads == null ? op.attributes("paddings") : pads;
        return values == null ? null : Arrays.stream(values).mapToObj(Term::of).toList();
    }
}
