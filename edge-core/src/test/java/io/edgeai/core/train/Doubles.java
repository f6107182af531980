package io.edgeai.core.train;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** A row-major array of doubles: what the reference computes with. Whole numbers are doubles too. */
final class Doubles {
    private final double[] values;
    private final int[] dims;

    Doubles(double[] values, int... dims) {
        if (values.length != count(dims)) {
            throw new AssertionError(values.length + " values for " + Arrays.toString(dims));
        }
        this.values = values;
        this.dims = dims;
    }

    double[] values() {
        return values;
    }

    int[] dims() {
        return dims;
    }

    static Doubles of(OnnxTensor tensor) {
        return new Doubles(OnnxFloats.doubles(tensor), ints(tensor.dims()));
    }

    static Doubles of(Tensor tensor) {
        double[] values = tensor.type() == ElementType.INT64
                ? Arrays.stream(tensor.longs()).asDoubleStream().toArray()
                : widened(tensor.floats());
        return new Doubles(values, ints(tensor.shape()));
    }

    static Doubles zeros(int... dims) {
        return new Doubles(new double[count(dims)], dims);
    }

    static double[] widened(float[] floats) {
        double[] values = new double[floats.length];
        Arrays.setAll(values, i -> floats[i]);
        return values;
    }

    static int count(int... dims) {
        return Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    }

    static int[] ints(long[] dims) {
        return Arrays.stream(dims).mapToInt(Math::toIntExact).toArray();
    }

    int rank() {
        return dims.length;
    }

    long[] longs() {
        return Arrays.stream(values).mapToLong(v -> (long) v).toArray();
    }

    int axis(long given) {
        return (int) (given < 0 ? given + rank() : given);
    }

    Doubles map(DoubleUnaryOperator f) {
        return new Doubles(Arrays.stream(values).map(f).toArray(), dims);
    }

    Doubles shaped(int... newDims) {
        return new Doubles(values, newDims);
    }

    /** Indices of the element at a flat place. */
    int[] at(int place) {
        int[] index = new int[rank()];
        for (int i = rank() - 1; i >= 0; i--) {
            index[i] = place % dims[i];
            place /= dims[i];
        }
        return index;
    }

    /** Flat place, with indices of repeated axes taken as 0 and leading surplus ones left out. */
    int place(int... index) {
        int place = 0;
        int lead = index.length - rank();
        for (int i = 0; i < rank(); i++) {
            place = place * dims[i] + (dims[i] == 1 ? 0 : index[lead + i]);
        }
        return place;
    }

    double get(int... index) {
        return values[place(index)];
    }

    static int[] broadcast(int[] a, int[] b) {
        int rank = Math.max(a.length, b.length);
        return IntStream.range(0, rank)
                .map(i -> {
                    int x = i < rank - a.length ? 1 : a[i - (rank - a.length)];
                    int y = i < rank - b.length ? 1 : b[i - (rank - b.length)];
                    return x == 1 ? y : x;
                })
                .toArray();
    }

    Doubles with(Doubles other, DoubleBinaryOperator f) {
        Doubles result = zeros(broadcast(dims, other.dims));
        if (Arrays.equals(dims, other.dims)) {
            Arrays.setAll(result.values, i -> f.applyAsDouble(values[i], other.values[i]));
            return result;
        }
        for (int i = 0; i < result.values.length; i++) {
            int[] index = result.at(i);
            result.values[i] = f.applyAsDouble(get(index), other.get(index));
        }
        return result;
    }

    Doubles transposed(int... permutation) {
        Doubles result = zeros(Arrays.stream(permutation).map(p -> dims[p]).toArray());
        for (int i = 0; i < result.values.length; i++) {
            int[] to = result.at(i);
            int[] from = new int[rank()];
            for (int axis = 0; axis < rank(); axis++) {
                from[permutation[axis]] = to[axis];
            }
            result.values[i] = get(from);
        }
        return result;
    }

    @Override
    public String toString() {
        return Arrays.toString(dims);
    }
}
