package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One node at the moment its rule is applied: its inputs' facts, its attributes, and where its outputs' facts go. */
final class Op {
    private final OnnxNode node;
    private final Scope scope;
    private final Fact[] outputs;

    Op(OnnxNode node, Scope scope) {
        this.node = node;
        this.scope = scope;
        this.outputs = new Fact[node.outputs().size()];
        java.util.Arrays.fill(outputs, Fact.UNKNOWN);
    }

    OnnxNode node() {
        return node;
    }

    Scope scope() {
        return scope;
    }

    int inputs() {
        return node.inputs().size();
    }

    int outputs() {
        return outputs.length;
    }

    boolean given(int input) {
        return !node.input(input).isEmpty();
    }

    Fact in(int input) {
        return given(input) ? scope.fact(node.input(input)) : Fact.UNKNOWN;
    }

    @Nullable
    ElementType element(int input) {
        return in(input).element();
    }

    void out(Fact fact) {
        out(0, fact);
    }

    void out(int output, Fact fact) {
        if (output < outputs.length) {
            outputs[output] = fact;
        }
    }

    Fact result(int output) {
        return outputs[output];
    }

    /** Version of the operator set the node belongs to; a high one where the model does not say. */
    long opset() {
        String domain = node.domain();
        Long version = scope.opsets().get(domain);
        if (version == null && (domain.isEmpty() || domain.equals("ai.onnx"))) {
            version = scope.opsets().get(domain.isEmpty() ? "ai.onnx" : "");
        }
        return version == null ? 1000 : version;
    }

    long attribute(String key, long otherwise) {
        return node.intAttribute(key, otherwise);
    }

    String attribute(String key, String otherwise) {
        return node.stringAttribute(key, otherwise);
    }

    long @Nullable [] attributes(String key) {
        return node.intsAttribute(key);
    }

    /** Whole numbers that are an attribute in old versions of an operator and an input in new ones; null if unknown. */
    long @Nullable [] attributesOr(String key, int input) {
        return given(input) ? in(input).longs() : attributes(key);
    }

    /** The type an attribute names by code, or {@code otherwise} where there is no such attribute. */
    @Nullable
    ElementType elementAttribute(String key, @Nullable ElementType otherwise) {
        long code = attribute(key, 0);
        return code == 0 ? otherwise : elementOf(code);
    }

    static ElementType elementOf(long code) {
        if (code < 1 || code > 26) {
            throw new Contradiction("element type (" + code + ") is unknown");
        }
        return ElementType.ofOnnx((int) code);
    }

    /** An axis counted from the front. */
    static int axis(long axis, int rank) {
        long positive = axis < 0 ? axis + rank : axis;
        if (positive < 0 || positive >= rank) {
            throw new Contradiction("axis (" + axis + ") is outside a tensor of rank " + rank);
        }
        return (int) positive;
    }

    static int[] axes(long[] axes, int rank) {
        int[] positive = new int[axes.length];
        for (int i = 0; i < axes.length; i++) {
            positive[i] = axis(axes[i], rank);
        }
        return positive;
    }

    /** So many unknown dimensions; null for a negative count. */
    static @Nullable List<Term> unknownDims(long rank) {
        return rank < 0 || rank > 64 ? null : new ArrayList<>(java.util.Collections.nCopies((int) rank, Term.UNKNOWN));
    }

    /** The dimensions of both after broadcasting, as NumPy does it; null where a rank is unknown. */
    static @Nullable List<Term> broadcast(@Nullable List<Term> a, @Nullable List<Term> b) {
        if (a == null || b == null) {
            return null;
        }
        int rank = Math.max(a.size(), b.size());
        List<Term> dims = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            Term left = i < rank - a.size() ? Term.ONE : a.get(i - rank + a.size());
            Term right = i < rank - b.size() ? Term.ONE : b.get(i - rank + b.size());
            dims.add(broadcast(left, right, a, b));
        }
        return dims;
    }

    private static Term broadcast(Term left, Term right, List<Term> a, List<Term> b) {
        if (left.is(1) || Term.same(left, right)) {
            return right;
        }
        if (right.is(1)) {
            return left;
        }
        if (Term.differ(left, right)) {
            throw new Contradiction("shapes " + a.stream().map(Term::dim).toList() + " and "
                    + b.stream().map(Term::dim).toList() + " do not broadcast");
        }
        return left.exact() ? left : right.exact() ? right : Term.UNKNOWN;
    }
}
