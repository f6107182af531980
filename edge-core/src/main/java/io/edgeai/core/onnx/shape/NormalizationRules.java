package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Normalizations: the shape stays, statistics come beside it. */
final class NormalizationRules {
    private NormalizationRules() {}

    static void register(Map<String, Rule> table) {
        Rules.put(
                table,
                "",
                ElementwiseRules::same,
                "InstanceNormalization",
                "GroupNormalization",
                "LpNormalization",
                "LRN",
                "MeanVarianceNormalization");
        table.put("BatchNormalization", NormalizationRules::batch);
        Rules.put(table, "", NormalizationRules::layer, "LayerNormalization", "RMSNormalization");
        Rules.put(table, "", NormalizationRules::layer, "SimplifiedLayerNormalization");
        Rules.put(table, Rules.MICROSOFT, NormalizationRules::layer, "LayerNormalization");
        Rules.put(
                table,
                Rules.MICROSOFT,
                NormalizationRules::skip,
                "SkipLayerNormalization",
                "SkipSimplifiedLayerNormalization");
        Rules.put(table, Rules.MICROSOFT, NormalizationRules::embed, "EmbedLayerNormalization");
    }

    private static void batch(Op op) {
        Fact x = op.in(0);
        Term channels = x.dim(1);
        for (int i = 1; i < 5; i++) {
            Term own = op.in(i).dim(0);
            if (Term.differ(own, channels)) {
                throw new Contradiction("input has " + channels.dim() + " channels but ("
                        + op.node().input(i) + ") has " + own.dim());
            }
            channels = channels.exact() ? channels : own;
        }
        op.out(x.withData(null));
        for (int i = 1; i < op.outputs(); i++) {
            op.out(i, Fact.tensor(op.element(3) == null ? x.element() : op.element(3), List.of(channels)));
        }
    }

    private static void layer(Op op) {
        Fact x = op.in(0);
        op.out(x.withData(null).withElement(op.element(1) == null ? x.element() : op.element(1)));
        ElementType statistics = op.elementAttribute("stash_type", ElementType.FLOAT);
        Fact mean = Fact.tensor(statistics, reduced(x, op.attribute("axis", -1)));
        op.out(1, mean);
        op.out(2, mean);
    }

    private static @Nullable List<Term> reduced(Fact x, long axis) {
        if (x.dims() == null) {
            return null;
        }
        List<Term> dims = new ArrayList<>(x.dims());
        for (int i = Op.axis(axis, dims.size()); i < dims.size(); i++) {
            dims.set(i, Term.ONE);
        }
        return dims;
    }

    private static void skip(Op op) {
        Fact x = op.in(0).withData(null);
        op.out(x);
        Fact mean = Fact.tensor(ElementType.FLOAT, x.dims() == null ? null : reduced(x, -1));
        op.out(1, mean);
        op.out(2, mean);
        op.out(3, x);
    }

    private static void embed(Op op) {
        Term batch = op.in(0).dim(0);
        Fact sum = Fact.tensor(
                op.element(2), List.of(batch, op.in(0).dim(1), op.in(2).dim(1)));
        op.out(sum);
        op.out(1, Fact.tensor(ElementType.INT32, List.of(batch)));
        op.out(2, sum);
    }
}
