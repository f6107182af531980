package io.edgeai.core.onnx.shape;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that engines fuse from several (com.microsoft), and attention. */
final class FusedRules {
    private FusedRules() {}

    static void register(Map<String, Rule> table) {
        Rules.put(
                table,
                Rules.MICROSOFT,
                ElementwiseRules::same,
                "Gelu",
                "FastGelu",
                "QuickGelu",
                "BiasGelu",
                "BiasSoftmax",
                "BiasAdd",
                "BiasDropout",
                "GroupNorm",
                "QOrderedGelu",
                "RotaryEmbedding",
                "Trilu",
                "BifurcationDetector");
        table.put("RotaryEmbedding", ElementwiseRules::same);
        table.put(Rules.MICROSOFT + "BiasSplitGelu", FusedRules::halved);
        table.put(Rules.MICROSOFT + "Attention", op -> attention(op, op.element(0)));
        table.put(Rules.MICROSOFT + "QAttention", op -> attention(op, op.element(3)));
        table.put(Rules.MICROSOFT + "MultiHeadAttention", FusedRules::multiHead);
        table.put("Attention", FusedRules::standard);
    }

    private static void halved(Op op) {
        Fact x = op.in(0);
        op.out(Fact.tensor(x.element(), withLast(x, x.dim(x.rank() - 1).dividedBy(Term.of(2)))));
    }

    private static @Nullable List<Term> withLast(Fact x, Term last) {
        if (x.dims() == null || x.dims().isEmpty()) {
            return null;
        }
        List<Term> dims = new ArrayList<>(x.dims());
        dims.set(dims.size() - 1, last);
        return dims;
    }

    /** Input [batch, length, in] times weights [in, query + key + value]. */
    private static void attention(Op op, io.edgeai.core.model.@Nullable ElementType element) {
        long[] sizes = op.attributes("qkv_hidden_sizes");
        Term hidden = sizes != null && sizes.length == 3
                ? Term.of(sizes[2])
                : op.in(1).dim(1).dividedBy(Term.of(3));
        op.out(Fact.tensor(element, withLast(op.in(0), hidden)));
    }

    private static void multiHead(Op op) {
        Fact query = op.in(0);
        Fact value = op.in(2);
        if (query.rank() == 3 && value.rank() == 3) {
            op.out(Fact.tensor(query.element(), withLast(query, value.dim(2))));
        } else if (query.rank() == 3 && value.rank() == 4) {
            op.out(Fact.tensor(query.element(), withLast(query, value.dim(1).times(value.dim(3)))));
        }
    }

    /** The standard operator: queries [batch, heads, length, size], or heads folded into the last of three. */
    private static void standard(Op op) {
        Fact query = op.in(0);
        Fact value = op.in(2);
        if (query.rank() == 4 && value.rank() == 4) {
            op.out(Fact.tensor(query.element(), withLast(query, value.dim(3))));
        } else if (query.rank() == 3 && value.rank() == 3) {
            Term heads = Term.of(op.attribute("q_num_heads", 0));
            Term own = Term.of(op.attribute("kv_num_heads", 0));
            op.out(Fact.tensor(
                    query.element(), withLast(query, value.dim(2).dividedBy(own).times(heads))));
        }
    }
}
