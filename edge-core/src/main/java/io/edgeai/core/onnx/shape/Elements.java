package io.edgeai.core.onnx.shape;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Moves the followed elements of small tensors as operators move them. */
final class Elements {
    private Elements() {}

    /** The element-by-element results of broadcast inputs; null where shapes or an input's elements are not followed. */
    static @Nullable List<Term> combine(Fact out, List<Fact> inputs, Function<List<Term>, Term> element) {
        long[] dims = out.sizes();
        if (dims == null || count(dims) > Fact.MOST_DATA) {
            return null;
        }
        for (Fact input : inputs) {
            if (input.data() == null) {
                return null;
            }
        }
        int count = (int) count(dims);
        List<Term> results = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            List<Term> terms = new ArrayList<>(inputs.size());
            for (Fact input : inputs) {
                List<Term> data = input.data();
                long[] own = input.sizes();
                terms.add(data == null || own == null ? Term.UNKNOWN : data.get(source(i, dims, own)));
            }
            results.add(element.apply(terms));
        }
        return results;
    }

    /** Where element {@code index} of the broadcast shape lies in a tensor of shape {@code own}. */
    private static int source(int index, long[] dims, long[] own) {
        int place = 0;
        int stride = 1;
        int rest = index;
        for (int i = dims.length - 1; i >= 0; i--) {
            int position = rest % (int) dims[i];
            rest /= (int) dims[i];
            int axis = i - dims.length + own.length;
            if (axis >= 0) {
                place += own[axis] == 1 ? 0 : position * stride;
                stride *= (int) own[axis];
            }
        }
        return place;
    }

    /**
     * Slices along one axis put together anew: {@code picks} are positions on that axis. Null where not followed.
     */
    static @Nullable List<Term> pick(Fact from, int axis, long[] picks) {
        List<Term> data = from.data();
        long[] dims = from.sizes();
        if (data == null || dims == null) {
            return null;
        }
        int inner = 1;
        for (int i = axis + 1; i < dims.length; i++) {
            inner *= (int) dims[i];
        }
        int outer = 1;
        for (int i = 0; i < axis; i++) {
            outer *= (int) dims[i];
        }
        List<Term> picked = new ArrayList<>();
        if ((long) outer * picks.length * inner > Fact.MOST_DATA) {
            return null;
        }
        for (int o = 0; o < outer; o++) {
            for (long pick : picks) {
                for (int i = 0; i < inner; i++) {
                    picked.add(data.get((int) ((o * dims[axis] + pick) * inner + i)));
                }
            }
        }
        return picked;
    }

    /** The elements with axes in another order; null where not followed. */
    static @Nullable List<Term> turn(Fact from, int[] order) {
        List<Term> data = from.data();
        long[] dims = from.sizes();
        if (data == null || dims == null) {
            return null;
        }
        int[] strides = new int[order.length];
        int stride = 1;
        for (int i = order.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= (int) dims[i];
        }
        List<Term> turned = new ArrayList<>(data.size());
        for (int index = 0; index < data.size(); index++) {
            int rest = index;
            int place = 0;
            for (int i = order.length - 1; i >= 0; i--) {
                int size = (int) dims[order[i]];
                place += rest % size * strides[order[i]];
                rest /= size;
            }
            turned.add(data.get(place));
        }
        return turned;
    }

    /** Elements in a tensor of that shape; overflow counts as very many. */
    static long count(long[] dims) {
        long count = 1;
        for (long dim : dims) {
            if (dim == 0) {
                return 0;
            }
            count = count > Long.MAX_VALUE / dim ? Long.MAX_VALUE : count * dim;
        }
        return count;
    }
}
