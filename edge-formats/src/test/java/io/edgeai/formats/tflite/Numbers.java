package io.edgeai.formats.tflite;

import io.edgeai.formats.golden.Npy;
import io.edgeai.formats.tflite.file.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;

/** Numbers in a shape, as stored in a tensor, and what they stand for: what an operator is given and what a rule of a
 * test says it answers. */
final class Numbers {
    final TensorType type;
    final int[] dims;
    final double[] stored;
    float[] scales = {};
    long zero;
    int axis;

    private Numbers(TensorType type, int[] dims, double[] stored) {
        if (stored.length != count(dims)) {
            throw new IllegalArgumentException(stored.length + " numbers in " + Arrays.toString(dims));
        }
        this.type = type;
        this.dims = dims;
        this.stored = stored;
    }

    static Numbers of(TensorType type, double[] stored, int... dims) {
        return new Numbers(type, dims, stored);
    }

    static Numbers reals(double[] stored, int... dims) {
        return of(TensorType.FLOAT32, stored, dims);
    }

    static Numbers ints(int... stored) {
        return of(TensorType.INT32, Arrays.stream(stored).asDoubleStream().toArray(), stored.length);
    }

    static Numbers scalar(TensorType type, double value) {
        return of(type, new double[] {value});
    }

    /** Reals between -4 and 4 in steps of 1/64, whose sums of products floats hold nearly exactly. */
    static Numbers reals(Random random, int... dims) {
        return filled(TensorType.FLOAT32, dims, i -> (random.nextInt(513) - 256) / 64.0);
    }

    static Numbers between(TensorType type, Random random, int least, int most, int... dims) {
        return filled(type, dims, i -> least + random.nextInt(most - least + 1));
    }

    /** Integers of the whole range of a small type. */
    static Numbers whole(TensorType type, Random random, int... dims) {
        return between(type, random, least(type), most(type), dims);
    }

    private static Numbers filled(TensorType type, int[] dims, IntToDoubleFunction rule) {
        double[] stored = new double[count(dims)];
        Arrays.setAll(stored, i -> rule.applyAsDouble(i) + 0.0); // no negative zeros
        return of(type, stored, dims);
    }

    /** What a rule gives for each index. */
    static Numbers computed(int[] dims, ToDoubleFunction<int[]> rule) {
        return filled(TensorType.FLOAT32, dims, flat -> rule.applyAsDouble(index(dims, flat)));
    }

    Numbers scaled(double scale, long zeroPoint) {
        scales = new float[] {(float) scale};
        zero = zeroPoint;
        return this;
    }

    Numbers scaled(float[] perIndex, int alongAxis) {
        scales = perIndex;
        axis = alongAxis;
        return this;
    }

    /** The number at an index, as a real one where integers stand for reals. */
    double at(int... index) {
        double value = stored[flat(dims, index)];
        if (scales.length == 0) {
            return value;
        }
        return scales[scales.length == 1 ? 0 : index[axis]] * (value - zero);
    }

    /** The same with the index aligned at the last dimension and sizes of one stretched. */
    double broadcast(int... index) {
        int[] own = new int[dims.length];
        for (int i = 0; i < own.length; i++) {
            own[i] = dims[i] == 1 ? 0 : index[index.length - dims.length + i];
        }
        return at(own);
    }

    double flat(int position) {
        return at(index(dims, position));
    }

    static int count(int... dims) {
        return Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    }

    static int flat(int[] dims, int... index) {
        int flat = 0;
        for (int i = 0; i < dims.length; i++) {
            if (index[i] < 0 || index[i] >= dims[i]) {
                throw new IllegalArgumentException(Arrays.toString(index) + " in " + Arrays.toString(dims));
            }
            flat = flat * dims[i] + index[i];
        }
        return flat;
    }

    static int[] index(int[] dims, int flat) {
        int[] index = new int[dims.length];
        for (int i = dims.length - 1; i >= 0; i--) {
            index[i] = flat % dims[i];
            flat /= dims[i];
        }
        return index;
    }

    static int least(TensorType type) {
        return switch (type) {
            case INT8 -> -128;
            case INT16 -> -32768;
            case INT4 -> -8;
            default -> 0;
        };
    }

    static int most(TensorType type) {
        return switch (type) {
            case INT8 -> 127;
            case INT16 -> 32767;
            case INT4 -> 7;
            case BOOL -> 1;
            default -> 255;
        };
    }

    /** The integers that stand for these reals in a type, halves away from zero. */
    Numbers quantized(TensorType into, double scale, long zeroPoint) {
        return filled(into, dims, i -> {
                    double steps = stored[i] / (float) scale;
                    double rounded = Math.signum(steps) * Math.floor(Math.abs(steps) + .5) + zeroPoint;
                    return Math.max(least(into), Math.min(most(into), rounded));
                })
                .scaled(scale, zeroPoint);
    }

    /** How far an answer is from these numbers at most. */
    double apart(double[] answer) {
        if (answer.length != stored.length) {
            throw new AssertionError("expected " + stored.length + " numbers, got " + answer.length);
        }
        double most = 0;
        for (int i = 0; i < answer.length; i++) {
            double apart = answer[i] == stored[i] ? 0 : Math.abs(answer[i] - stored[i]);
            most = Math.max(most, Double.isNaN(apart) ? Double.POSITIVE_INFINITY : apart);
        }
        return most;
    }

    /** The same by the greatest magnitude or one. */
    double relative(double[] answer) {
        return apart(answer)
                / Math.max(1, Arrays.stream(stored).map(Math::abs).max().orElse(1));
    }

    byte[] bytes() {
        if (type == TensorType.INT4) {
            byte[] packed = new byte[(stored.length + 1) / 2];
            for (int i = 0; i < stored.length; i++) {
                packed[i / 2] |= (byte) (((int) stored[i] & 15) << 4 * (i % 2));
            }
            return packed;
        }
        int width = type.element() == null ? 0 : type.element().bits() / 8;
        ByteBuffer bytes = ByteBuffer.allocate(stored.length * width).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : stored) {
            switch (type) {
                case FLOAT32 -> bytes.putFloat((float) value);
                case FLOAT64 -> bytes.putDouble(value);
                case INT32 -> bytes.putInt((int) value);
                case INT64 -> bytes.putLong((long) value);
                case INT16 -> bytes.putShort((short) value);
                default -> bytes.put((byte) (int) value);
            }
        }
        return bytes.array();
    }

    Npy npy() {
        String name =
                switch (type) {
                    case FLOAT32 -> "f4";
                    case FLOAT64 -> "f8";
                    case INT64 -> "i8";
                    case INT32 -> "i4";
                    case INT16 -> "i2";
                    case INT8 -> "i1";
                    case BOOL -> "b1";
                    default -> "u1";
                };
        ByteBuffer bytes = ByteBuffer.wrap(bytes()).order(ByteOrder.LITTLE_ENDIAN);
        return new Npy(name, Arrays.stream(dims).asLongStream().toArray(), bytes);
    }
}
