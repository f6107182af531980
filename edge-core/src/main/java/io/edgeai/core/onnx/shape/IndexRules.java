package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that read or write elements at computed places; how many they find often depends on the data. */
final class IndexRules {
    private IndexRules() {}

    static void register(Map<String, Rule> table) {
        table.put("Gather", IndexRules::gather);
        table.put(
                "GatherElements",
                op -> op.out(Fact.tensor(op.element(0), op.in(1).dims())));
        table.put("GatherND", IndexRules::gatherNd);
        Rules.put(table, "", ElementwiseRules::same, "Scatter", "ScatterElements", "ScatterND", "TensorScatter");
        table.put("OneHot", IndexRules::oneHot);
        table.put("Compress", IndexRules::compress);
        table.put("NonZero", IndexRules::nonZero);
        table.put("Unique", IndexRules::unique);
        table.put("NonMaxSuppression", op -> op.out(Fact.tensor(ElementType.INT64, List.of(Term.UNKNOWN, Term.of(3)))));
    }

    private static void gather(Op op) {
        Fact data = op.in(0);
        Fact indices = op.in(1);
        if (data.dims() == null || indices.dims() == null) {
            op.out(Fact.tensor(data.element(), (List<Term>) null));
            return;
        }
        int axis = Op.axis(op.attribute("axis", 0), data.rank());
        List<Term> dims = new ArrayList<>(data.dims().subList(0, axis));
        dims.addAll(indices.dims());
        dims.addAll(data.dims().subList(axis + 1, data.rank()));
        op.out(Fact.tensor(data.element(), dims).withData(gathered(data, indices, axis)));
    }

    private static @Nullable List<Term> gathered(Fact data, Fact indices, int axis) {
        long[] picks = indices.longs();
        if (data.data() == null || picks == null) {
            return null;
        }
        long size = data.dim(axis).or(0);
        for (int i = 0; i < picks.length; i++) {
            picks[i] += picks[i] < 0 ? size : 0;
            if (picks[i] < 0 || picks[i] >= size) {
                throw new Contradiction("an index is outside dimension " + size);
            }
        }
        return Elements.pick(data, axis, picks);
    }

    private static void gatherNd(Op op) {
        Fact data = op.in(0);
        Fact indices = op.in(1);
        int batch = (int) op.attribute("batch_dims", 0);
        Term depth = indices.dim(indices.rank() - 1);
        List<Term> dims = null;
        if (data.dims() != null && indices.dims() != null && indices.rank() > 0 && depth.exact()) {
            long from = batch + depth.or(0);
            if (batch < 0 || from > data.rank()) {
                throw new Contradiction("indices " + indices + " reach deeper than " + data);
            }
            dims = new ArrayList<>(indices.dims().subList(0, indices.rank() - 1));
            dims.addAll(data.dims().subList((int) from, data.rank()));
        }
        op.out(Fact.tensor(data.element(), dims));
    }

    private static void oneHot(Op op) {
        List<Term> dims = null;
        if (op.in(0).dims() != null) {
            dims = new ArrayList<>(op.in(0).dims());
            dims.add(
                    Op.axis(op.attribute("axis", -1), dims.size() + 1), op.in(1).single());
        }
        op.out(Fact.tensor(op.element(2), dims));
    }

    private static void compress(Op op) {
        Fact x = op.in(0);
        if (!op.node().attributes().containsKey("axis")) {
            op.out(Fact.tensor(x.element(), Op.unknownDims(1)));
            return;
        }
        List<Term> dims = null;
        if (x.dims() != null) {
            dims = new ArrayList<>(x.dims());
            dims.set(Op.axis(op.attribute("axis", 0), dims.size()), Term.UNKNOWN);
        }
        op.out(Fact.tensor(x.element(), dims));
    }

    private static void nonZero(Op op) {
        int rank = op.in(0).rank();
        op.out(Fact.tensor(ElementType.INT64, List.of(rank < 0 ? Term.UNKNOWN : Term.of(rank), Term.UNKNOWN)));
    }

    private static void unique(Op op) {
        Fact x = op.in(0);
        List<Term> dims = Op.unknownDims(1);
        if (op.node().attributes().containsKey("axis")) {
            dims = null;
            if (x.dims() != null) {
                dims = new ArrayList<>(x.dims());
                dims.set(Op.axis(op.attribute("axis", 0), dims.size()), Term.UNKNOWN);
            }
        }
        op.out(Fact.tensor(x.element(), dims));
        for (int i = 1; i < op.outputs(); i++) {
            op.out(i, Fact.tensor(ElementType.INT64, Op.unknownDims(1)));
        }
    }
}
