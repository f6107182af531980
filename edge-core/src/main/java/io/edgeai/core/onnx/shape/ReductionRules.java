package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reductions over axes, positions of extremes, and the largest k. */
final class ReductionRules {
    private static final Set<String> AXES_FROM_13 = Set.of("ReduceSum");

    private ReductionRules() {}

    static void register(Map<String, Rule> table) {
        Rules.put(
                table,
                "",
                ReductionRules::reduce,
                "ReduceL1",
                "ReduceL2",
                "ReduceLogSum",
                "ReduceLogSumExp",
                "ReduceMax",
                "ReduceMean",
                "ReduceMin",
                "ReduceProd",
                "ReduceSum",
                "ReduceSumSquare");
        Rules.put(table, "", ReductionRules::position, "ArgMax", "ArgMin");
        table.put("TopK", ReductionRules::topK);
    }

    private static void reduce(Op op) {
        Fact x = op.in(0);
        boolean keep = op.attribute("keepdims", 1) != 0;
        boolean axesAreInput = op.opset() >= (AXES_FROM_13.contains(op.node().op()) ? 13 : 18);
        long[] axes;
        if (axesAreInput && op.given(1)) {
            axes = op.in(1).longs();
            if (axes == null) {
                Term count = op.in(1).dim(0);
                long rank = keep ? x.rank() : x.rank() >= 0 && count.exact() ? x.rank() - count.or(0) : -1;
                op.out(Fact.tensor(x.element(), Op.unknownDims(rank)));
                return;
            }
        } else {
            axes = axesAreInput ? null : op.attributes("axes");
        }
        if (axes == null || axes.length == 0) {
            if (op.attribute("noop_with_empty_axes", 0) != 0) {
                op.out(x.withData(null));
                return;
            }
            if (x.dims() == null) {
                op.out(keep ? Fact.tensor(x.element(), (List<Term>) null) : Fact.tensor(x.element()));
                return;
            }
            axes = java.util.stream.LongStream.range(0, x.rank()).toArray();
        }
        if (x.dims() == null) {
            op.out(Fact.tensor(x.element(), (List<Term>) null));
            return;
        }
        List<Term> dims = without(x.dims(), Op.axes(axes, x.rank()), keep);
        Fact out = Fact.tensor(x.element(), dims);
        List<Term> data = x.data();
        boolean whole = data != null && x.rank() == 1 && axes.length == 1;
        if (data != null && whole && op.node().op().equals("ReduceProd")) {
            out = out.withData(List.of(Term.product(data)));
        } else if (data != null && whole && !data.isEmpty()) {
            out = switch (op.node().op()) {
                case "ReduceSum" -> out.withData(List.of(Arithmetic.fold("Sum", data)));
                case "ReduceMax" -> out.withData(List.of(Arithmetic.fold("Max", data)));
                case "ReduceMin" -> out.withData(List.of(Arithmetic.fold("Min", data)));
                default -> out;
            };
        }
        op.out(out);
    }

    /** Dimensions with some axes gone, or 1 where they are kept. */
    static List<Term> without(List<Term> dims, int[] axes, boolean keep) {
        Set<Integer> gone = new TreeSet<>();
        Arrays.stream(axes).forEach(gone::add);
        List<Term> left = new ArrayList<>();
        for (int i = 0; i < dims.size(); i++) {
            if (!gone.contains(i)) {
                left.add(dims.get(i));
            } else if (keep) {
                left.add(Term.ONE);
            }
        }
        return left;
    }

    private static void position(Op op) {
        Fact x = op.in(0);
        boolean keep = op.attribute("keepdims", 1) != 0;
        op.out(Fact.tensor(
                ElementType.INT64,
                x.dims() == null
                        ? null
                        : without(x.dims(), new int[] {Op.axis(op.attribute("axis", 0), x.rank())}, keep)));
    }

    private static void topK(Op op) {
        Fact x = op.in(0);
        List<Term> dims = null;
        if (x.dims() != null) {
            dims = new ArrayList<>(x.dims());
            int axis = Op.axis(op.attribute("axis", -1), dims.size());
            Term k = op.opset() < 10 ? Term.of(op.attribute("k", -1)) : op.in(1).single();
            if (k.exact() && dims.get(axis).exact() && k.or(0) > dims.get(axis).or(0)) {
                throw new Contradiction("k (" + k.dim() + ") is more than dimension "
                        + dims.get(axis).dim());
            }
            dims.set(axis, k);
        }
        op.out(Fact.tensor(x.element(), dims));
        op.out(1, Fact.tensor(ElementType.INT64, dims));
    }
}
