package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one value.
 *
 * @param other its type where it is surely no tensor (sequence, map, optional); else null
 * @param element element type of a tensor, or null
 * @param dims dimensions of a tensor, or null where even the rank is unknown
 * @param data the elements of a small tensor in row-major order, or null; then all dimensions are exact
 */
record Fact(
        @Nullable OnnxType other, @Nullable ElementType element, @Nullable List<Term> dims, @Nullable List<Term> data) {
    static final Fact UNKNOWN = new Fact(null, null, null, null);

    /** Elements of tensors above this size are not followed. */
    static final int MOST_DATA = 512;

    Fact {
        dims = dims == null ? null : List.copyOf(dims);
        data = data == null || data.size() > MOST_DATA ? null : List.copyOf(data);
    }

    static Fact tensor(@Nullable ElementType element, @Nullable List<Term> dims) {
        return new Fact(null, element, dims, null);
    }

    static Fact tensor(@Nullable ElementType element, long... dims) {
        return tensor(element, Arrays.stream(dims).mapToObj(Term::of).toList());
    }

    static Fact ofData(@Nullable ElementType element, List<Term> data) {
        return new Fact(null, element, List.of(Term.of(data.size())), data);
    }

    static Fact of(@Nullable OnnxType type) {
        if (type instanceof OnnxType.OfTensor tensor) {
            List<Dim> shape = tensor.shape();
            return tensor(
                    tensor.element(),
                    shape == null ? null : shape.stream().map(Term::of).toList());
        }
        return new Fact(type, null, null, null);
    }

    static Fact of(OnnxTensor constant) {
        Fact fact = tensor(constant.type(), constant.dims());
        if (constant.elements() > MOST_DATA || !followed(constant.type())) {
            return fact;
        }
        return fact.withData(
                switch (constant.type()) {
                    case INT64, INT32 ->
                        Arrays.stream(constant.longs()).mapToObj(Term::of).toList();
                    default ->
                        Arrays.stream(OnnxFloats.doubles(constant))
                                .mapToObj(Term::of)
                                .toList();
                });
    }

    private static boolean followed(ElementType type) {
        return switch (type) {
            case STRING, COMPLEX64, COMPLEX128, UINT64 -> false;
            default -> true;
        };
    }

    Fact withData(@Nullable List<Term> elements) {
        return new Fact(other, element, dims, elements);
    }

    Fact withDims(@Nullable List<Term> newDims) {
        return new Fact(other, element, newDims, null);
    }

    Fact withElement(@Nullable ElementType newElement) {
        return new Fact(other, newElement, dims, null);
    }

    /** The number of dimensions, or -1. */
    int rank() {
        return dims == null ? -1 : dims.size();
    }

    /** The i-th dimension; unknown where the rank is unknown or smaller. */
    Term dim(int i) {
        return dims == null || i < 0 || i >= dims.size() ? Term.UNKNOWN : dims.get(i);
    }

    /** All dimensions, or null where one is not exact. */
    long @Nullable [] sizes() {
        return longs(dims);
    }

    /** All elements, or null where one is not an exact whole number. */
    long @Nullable [] longs() {
        return longs(data);
    }

    /** The one element of a tensor of one; unknown otherwise. */
    Term single() {
        return data != null && data.size() == 1 ? data.get(0) : Term.UNKNOWN;
    }

    private static long @Nullable [] longs(@Nullable List<Term> terms) {
        return terms == null || !terms.stream().allMatch(Term::exact)
                ? null
                : terms.stream().mapToLong(term -> term.or(0)).toArray();
    }

    /** As a type of the graph; null where not even the element type is known. */
    @Nullable
    OnnxType type() {
        if (element == null) {
            return other;
        }
        return new OnnxType.OfTensor(
                element, dims == null ? null : dims.stream().map(Term::dim).toList());
    }

    /** What holds of either: used where branches meet. */
    static Fact either(Fact a, Fact b) {
        if (a.equals(b)) {
            return a;
        }
        List<Term> dims = null;
        if (a.dims != null && b.dims != null && a.dims.size() == b.dims.size()) {
            dims = new ArrayList<>();
            for (int i = 0; i < a.dims.size(); i++) {
                dims.add(Term.same(a.dims.get(i), b.dims.get(i)) ? a.dims.get(i) : Term.UNKNOWN);
            }
        }
        return new Fact(
                a.other != null && a.other.equals(b.other) ? a.other : null,
                a.element == b.element ? a.element : null,
                dims,
                null);
    }

    /** This fact with its gaps filled from another of the same value; where they disagree, this one stays. */
    Fact filledFrom(Fact stated) {
        if (other != null || stated.other != null) {
            return this.equals(UNKNOWN) ? stated : this;
        }
        List<Term> merged = dims;
        if (dims == null) {
            merged = stated.dims;
        } else if (stated.rank() == rank()) {
            List<Term> filled = new ArrayList<>();
            for (int i = 0; i < dims.size(); i++) {
                Term own = dims.get(i);
                Term theirs = stated.dim(i);
                filled.add(own.exact() || (own != Term.UNKNOWN && !theirs.exact()) ? own : theirs);
            }
            merged = filled;
        }
        return new Fact(null, element == null ? stated.element : element, merged, data);
    }

    /** Whether both can hold of one value. */
    boolean compatible(Fact stated) {
        if (element != null && stated.element != null && element != stated.element) {
            return false;
        }
        if (dims == null || stated.dims == null) {
            return true;
        }
        if (dims.size() != stated.dims.size()) {
            return false;
        }
        for (int i = 0; i < dims.size(); i++) {
            if (Term.differ(dims.get(i), stated.dims.get(i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return other != null
                ? other.toString()
                : (element == null ? "?" : element)
                        + (dims == null
                                ? "[...]"
                                : dims.stream().map(Term::dim).toList().toString());
    }
}
