package io.edgeai.core.onnx.shape;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Operators that join tensors along an axis and cut pieces out of them. */
final class JoinRules {
    private JoinRules() {}

    static void register(Map<String, Rule> table) {
        table.put("Concat", JoinRules::concat);
        table.put("Split", JoinRules::split);
        table.put("Slice", JoinRules::slice);
        table.put(Rules.MICROSOFT + "QLinearConcat", JoinRules::quantizedConcat);
    }

    private static void concat(Op op) {
        List<Fact> parts = new ArrayList<>();
        for (int i = 0; i < op.inputs(); i++) {
            parts.add(op.in(i));
        }
        op.out(joined(parts, op.opset() < 4 ? op.attribute("axis", 1) : op.attribute("axis", 0)));
    }

    private static void quantizedConcat(Op op) {
        List<Fact> parts = new ArrayList<>();
        for (int i = 2; i < op.inputs(); i += 3) {
            parts.add(op.in(i));
        }
        op.out(joined(parts, op.attribute("axis", 0)).withElement(op.element(1)));
    }

    /** The parts side by side on one axis; their other dimensions must agree. */
    static Fact joined(List<Fact> parts, long givenAxis) {
        Fact known =
                parts.stream().filter(part -> part.dims() != null).findFirst().orElse(Fact.UNKNOWN);
        Fact typed = parts.stream()
                .filter(part -> part.element() != null)
                .findFirst()
                .orElse(Fact.UNKNOWN);
        List<Term> dims = Op.unknownDims(known.rank());
        if (dims == null) {
            return Fact.tensor(typed.element(), (List<Term>) null);
        }
        int axis = Op.axis(givenAxis, dims.size());
        Term sum = Term.ZERO;
        for (Fact part : parts) {
            if (part.dims() != null && part.rank() != dims.size()) {
                throw new Contradiction(part + " and " + known + " differ in rank");
            }
            sum = sum.plus(part.dim(axis));
            for (int i = 0; i < dims.size(); i++) {
                if (i != axis && Term.differ(dims.get(i), part.dim(i))) {
                    throw new Contradiction(part + " and " + known + " differ in dimension " + i);
                }
                dims.set(i, dims.get(i).exact() || part.dim(i) == Term.UNKNOWN ? dims.get(i) : part.dim(i));
            }
        }
        dims.set(axis, sum);
        return Fact.tensor(typed.element(), dims).withData(joinedData(parts, dims.size()));
    }

    private static @Nullable List<Term> joinedData(List<Fact> parts, int rank) {
        if (rank != 1) {
            return null;
        }
        List<Term> data = new ArrayList<>();
        for (Fact part : parts) {
            if (part.data() == null) {
                return null;
            }
            data.addAll(part.data());
        }
        return data;
    }

    private static void split(Op op) {
        Fact x = op.in(0);
        if (x.dims() == null) {
            for (int i = 0; i < op.outputs(); i++) {
                op.out(i, Fact.tensor(x.element(), (List<Term>) null));
            }
            return;
        }
        int axis = Op.axis(op.attribute("axis", 0), x.rank());
        Term size = x.dim(axis);
        boolean given = op.given(1) || op.attributes("split") != null;
        List<Term> pieces = given ? pieces(op) : equal(size, op.outputs());
        if (pieces != null && pieces.stream().anyMatch(piece -> piece.exact() && piece.or(0) < 0)) {
            throw new Contradiction("a piece is negative");
        }
        if (pieces != null && pieces.size() != op.outputs()) {
            throw new Contradiction(pieces.size() + " pieces for " + op.outputs() + " outputs");
        }
        Term sum = pieces == null ? Term.UNKNOWN : pieces.stream().reduce(Term.ZERO, Term::plus);
        if (Term.differ(sum, size)) {
            throw new Contradiction("pieces of " + sum + " do not make up dimension " + size.dim());
        }
        long start = 0;
        for (int i = 0; i < op.outputs(); i++) {
            Term piece = pieces == null ? Term.UNKNOWN : pieces.get(i);
            List<Term> dims = new ArrayList<>(x.dims());
            dims.set(axis, piece);
            Fact out = Fact.tensor(x.element(), dims);
            if (x.data() != null && sum.exact()) {
                long[] picks = LongStream.range(start, start + piece.or(0)).toArray();
                out = out.withData(Elements.pick(x, axis, picks));
                start += piece.or(0);
            }
            op.out(i, out);
        }
    }

    private static @Nullable List<Term> pieces(Op op) {
        if (op.given(1)) {
            return op.in(1).data();
        }
        long[] split = op.attributes("split");
        return split == null ? null : Arrays.stream(split).mapToObj(Term::of).toList();
    }

    /** Pieces of the size rounded up, the last one smaller. */
    private static List<Term> equal(Term size, int count) {
        List<Term> pieces = new ArrayList<>();
        if (!size.exact()) {
            Term piece = count == 1 ? size : size.dividedBy(Term.of(count));
            boolean divides = Term.same(piece.times(Term.of(count)), size);
            return java.util.Collections.nCopies(count, divides ? piece : Term.UNKNOWN);
        }
        long piece = (size.or(0) + count - 1) / count;
        for (int i = 0; i < count; i++) {
            pieces.add(Term.of(i < count - 1 ? piece : size.or(0) - piece * (count - 1)));
        }
        return pieces;
    }

    private static void slice(Op op) {
        Fact x = op.in(0);
        boolean old = op.opset() < 10;
        List<Term> starts = bounds(op, old, "starts", 1);
        List<Term> ends = bounds(op, old, "ends", 2);
        boolean someAxes = old ? op.attributes("axes") != null : op.given(3);
        long[] axes = old ? op.attributes("axes") : op.in(3).longs();
        long[] steps = op.given(4) ? op.in(4).longs() : null;
        if (x.dims() == null
                || starts == null
                || ends == null
                || (someAxes && axes == null)
                || (op.given(4) && steps == null)) {
            op.out(Fact.tensor(x.element(), sliced(x, someAxes, axes)));
            return;
        }
        int[] places = axes == null
                ? java.util.stream.IntStream.range(0, starts.size()).toArray()
                : Op.axes(axes, x.rank());
        if (places.length != starts.size() || places.length != ends.size() || places.length > x.rank()) {
            throw new Contradiction("starts, ends and axes differ in length");
        }
        Fact out = x;
        for (int i = 0; i < places.length; i++) {
            long step = steps == null || i >= steps.length ? 1 : steps[i];
            if (step == 0) {
                throw new Contradiction("step must not be 0");
            }
            out = cut(out, places[i], starts.get(i), ends.get(i), step);
        }
        op.out(out);
    }

    private static @Nullable List<Term> bounds(Op op, boolean old, String key, int input) {
        long[] values = old ? op.attributes(key) : null;
        if (old) {
            return values == null
                    ? null
                    : Arrays.stream(values).mapToObj(Term::of).toList();
        }
        return op.in(input).data();
    }

    /** Where bounds are unknown but the axes known, the other dimensions stay. */
    private static @Nullable List<Term> sliced(Fact x, boolean someAxes, long @Nullable [] axes) {
        List<Term> dims = Op.unknownDims(x.rank());
        if (dims == null || !someAxes || axes == null) {
            return dims;
        }
        for (int i = 0; i < dims.size(); i++) {
            dims.set(i, x.dim(i));
        }
        for (int axis : Op.axes(axes, dims.size())) {
            dims.set(axis, Term.UNKNOWN);
        }
        return dims;
    }

    private static Fact cut(Fact x, int axis, Term start, Term end, long step) {
        List<Term> dims = new ArrayList<>(x.dims() == null ? List.of() : x.dims());
        Term size = dims.get(axis);
        if (size.exact() && start.exact() && end.exact()) {
            long n = size.or(0);
            long top = step > 0 ? n : n - 1;
            long from = clamp(fromFront(start, n), 0, top);
            // ONNX Runtime takes the largest number as "to the end" in both directions.
            boolean backwardsToEnd = step < 0 && (end.is(Long.MAX_VALUE) || end.is(Integer.MAX_VALUE));
            long to = backwardsToEnd ? -1 : clamp(fromFront(end, n), step > 0 ? 0 : -1, top);
            long span = step > 0 ? to - from : from - to;
            long count = n == 0 || span <= 0 ? 0 : Math.abs((span - 1) / step) + 1;
            dims.set(axis, Term.of(count));
            Fact out = Fact.tensor(x.element(), dims);
            return x.data() == null || count > Fact.MOST_DATA
                    ? out
                    : out.withData(Elements.pick(
                            x,
                            axis,
                            LongStream.range(0, count).map(i -> from + i * step).toArray()));
        }
        dims.set(axis, step == 1 ? symbolic(size, start, end) : Term.UNKNOWN);
        return Fact.tensor(x.element(), dims);
    }

    /** The usual cuts of a dimension known by name; a cut from the end is taken to lie inside it. */
    private static Term symbolic(Term size, Term start, Term end) {
        boolean toEnd = (end.exact() && end.or(0) >= Integer.MAX_VALUE) || Term.same(end, size);
        boolean fromStart = start.is(0);
        if (fromStart && toEnd) {
            return size;
        }
        if (start.exact() && start.or(0) > 0 && toEnd) {
            return size.minus(start);
        }
        if (fromStart && end.exact() && end.or(0) < 0 && end.or(0) > Integer.MIN_VALUE) {
            return size.plus(end);
        }
        return Term.UNKNOWN;
    }

    private static long fromFront(Term place, long size) {
        return place.or(0) < 0 ? place.or(0) + size : place.or(0);
    }

    private static long clamp(long value, long low, long high) {
        return Math.max(low, Math.min(high, value));
    }
}
