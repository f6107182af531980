package io.edgeai.core.train;

import io.edgeai.core.onnx.OnnxNode;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Operators that combine many numbers, as loops over their definitions. */
final class DoubleKernels {
    private DoubleKernels() {}

    static Doubles gemm(OnnxNode node, List<Doubles> in) {
        Doubles a = node.intAttribute("transA", 0) != 0 ? in.get(0).transposed(1, 0) : in.get(0);
        Doubles b = node.intAttribute("transB", 0) != 0 ? in.get(1).transposed(1, 0) : in.get(1);
        double alpha = node.floatAttribute("alpha", 1);
        double beta = node.floatAttribute("beta", 1);
        Doubles product = matMul(a, b).map(v -> alpha * v);
        return in.size() > 2 && in.get(2) != null ? product.with(in.get(2), (p, c) -> p + beta * c) : product;
    }

    static Doubles matMul(Doubles left, Doubles right) {
        Doubles a = left.rank() == 1 ? left.shaped(1, left.dims()[0]) : left;
        Doubles b = right.rank() == 1 ? right.shaped(right.dims()[0], 1) : right;
        int[] batch = Doubles.broadcast(Arrays.copyOf(a.dims(), a.rank() - 2), Arrays.copyOf(b.dims(), b.rank() - 2));
        int n = a.dims()[a.rank() - 2];
        int depth = a.dims()[a.rank() - 1];
        int m = b.dims()[b.rank() - 1];
        int[] dims = Arrays.copyOf(batch, batch.length + 2);
        dims[batch.length] = n;
        dims[batch.length + 1] = m;
        Doubles result = Doubles.zeros(dims);
        Doubles batches = Doubles.zeros(batch);
        Doubles lefts = Doubles.zeros(Arrays.copyOf(a.dims(), a.rank() - 2));
        Doubles rights = Doubles.zeros(Arrays.copyOf(b.dims(), b.rank() - 2));
        int i = 0;
        for (int at = 0; at < batches.values().length; at++) {
            int fromA = lefts.place(batches.at(at)) * n * depth;
            int fromB = rights.place(batches.at(at)) * depth * m;
            for (int row = 0; row < n; row++) {
                for (int column = 0; column < m; column++) {
                    double sum = 0;
                    for (int k = 0; k < depth; k++) {
                        sum += a.values()[fromA + row * depth + k] * b.values()[fromB + k * m + column];
                    }
                    result.values()[i++] = sum;
                }
            }
        }
        int[] kept = IntStream.range(0, dims.length)
                .filter(axis ->
                        !(axis == batch.length && left.rank() == 1) && !(axis == batch.length + 1 && right.rank() == 1))
                .map(axis -> dims[axis])
                .toArray();
        return result.shaped(kept);
    }

    /** Kernel, strides, dilations and begin pads of spatial axes, and the output's sizes there. */
    private record Sweep(int[] kernel, int[] strides, int[] dilations, int[] begin, int[] output) {
        static Sweep of(OnnxNode node, int[] input, int[] kernel) {
            int axes = kernel.length;
            int[] strides = ints(node, "strides", axes, 1);
            int[] dilations = ints(node, "dilations", axes, 1);
            int[] pads = ints(node, "pads", 2 * axes, 0);
            int[] begin = Arrays.copyOf(pads, axes);
            int[] output = new int[axes];
            String auto = node.stringAttribute("auto_pad", "NOTSET");
            for (int i = 0; i < axes; i++) {
                int span = dilations[i] * (kernel[i] - 1) + 1;
                if (auto.startsWith("SAME")) {
                    output[i] = (input[i] + strides[i] - 1) / strides[i];
                    int total = Math.max(0, (output[i] - 1) * strides[i] + span - input[i]);
                    begin[i] = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
                } else {
                    int room = input[i] + pads[i] + pads[axes + i] - span;
                    boolean ceil = node.intAttribute("ceil_mode", 0) != 0;
                    output[i] = (ceil ? Math.floorDiv(room + strides[i] - 1, strides[i]) : room / strides[i]) + 1;
                    if (ceil && (output[i] - 1) * strides[i] >= input[i] + pads[i]) {
                        output[i]--;
                    }
                }
            }
            return new Sweep(kernel, strides, dilations, begin, output);
        }

        /** For each place and each tap the flat place in the input's spatial axes, or -1 outside. */
        int[][] sources(int[] input) {
            Doubles places = Doubles.zeros(output);
            Doubles taps = Doubles.zeros(kernel);
            int[][] sources = new int[places.values().length][taps.values().length];
            for (int o = 0; o < sources.length; o++) {
                int[] place = places.at(o);
                for (int k = 0; k < sources[o].length; k++) {
                    int[] tap = taps.at(k);
                    int flat = 0;
                    for (int i = 0; i < input.length && flat >= 0; i++) {
                        int at = place[i] * strides[i] - begin[i] + tap[i] * dilations[i];
                        flat = at < 0 || at >= input[i] ? -1 : flat * input[i] + at;
                    }
                    sources[o][k] = flat;
                }
            }
            return sources;
        }
    }

    private static int[] ints(OnnxNode node, String key, int size, int otherwise) {
        long[] values = node.intsAttribute(key);
        return values == null ? IntStream.generate(() -> otherwise).limit(size).toArray() : Doubles.ints(values);
    }

    private static int[] spatial(Doubles x) {
        return Arrays.copyOfRange(x.dims(), 2, x.rank());
    }

    private static int[] join(int a, int b, int[] rest) {
        return IntStream.concat(IntStream.of(a, b), Arrays.stream(rest)).toArray();
    }

    private static int[] tap(int[] kernel, int place) {
        return Doubles.zeros(kernel).at(place);
    }

    static Doubles conv(OnnxNode node, List<Doubles> in) {
        Doubles x = in.get(0);
        Doubles w = in.get(1);
        int group = (int) node.intAttribute("group", 1);
        int[] kernel = spatial(w);
        Sweep sweep = Sweep.of(node, spatial(x), kernel);
        int[][] sources = sweep.sources(spatial(x));
        int inner = Doubles.count(spatial(x));
        int taps = Doubles.count(kernel);
        int channels = w.dims()[1];
        Doubles y = Doubles.zeros(join(x.dims()[0], w.dims()[0], sweep.output()));
        int i = 0;
        for (int n = 0; n < x.dims()[0]; n++) {
            for (int m = 0; m < w.dims()[0]; m++) {
                int first = n * x.dims()[1] + m / (w.dims()[0] / group) * channels;
                double bias = in.size() > 2 && in.get(2) != null ? in.get(2).values()[m] : 0;
                for (int[] source : sources) {
                    double sum = bias;
                    for (int c = 0; c < channels; c++) {
                        for (int k = 0; k < taps; k++) {
                            if (source[k] >= 0) {
                                sum += x.values()[(first + c) * inner + source[k]]
                                        * w.values()[(m * channels + c) * taps + k];
                            }
                        }
                    }
                    y.values()[i++] = sum;
                }
            }
        }
        return y;
    }

    static Doubles convTranspose(OnnxNode node, List<Doubles> in) {
        Doubles x = in.get(0);
        Doubles w = in.get(1);
        int group = (int) node.intAttribute("group", 1);
        int[] kernel = spatial(w);
        int axes = kernel.length;
        int[] strides = ints(node, "strides", axes, 1);
        int[] dilations = ints(node, "dilations", axes, 1);
        int[] pads = ints(node, "pads", 2 * axes, 0);
        int[] extra = ints(node, "output_padding", axes, 0);
        int[] sizes = new int[axes];
        for (int i = 0; i < axes; i++) {
            sizes[i] = strides[i] * (x.dims()[2 + i] - 1)
                    + extra[i]
                    + dilations[i] * (kernel[i] - 1)
                    + 1
                    - pads[i]
                    - pads[axes + i];
        }
        int out = w.dims()[1];
        Doubles y = Doubles.zeros(join(x.dims()[0], out * group, sizes));
        int taps = Doubles.count(kernel);
        int perGroup = x.dims()[1] / group;
        for (int i = 0; i < x.values().length; i++) {
            int[] at = x.at(i);
            for (int k = 0; k < taps; k++) {
                int[] tap = tap(kernel, k);
                int[] to = new int[axes];
                boolean inside = true;
                for (int a = 0; a < axes; a++) {
                    to[a] = at[2 + a] * strides[a] - pads[a] + tap[a] * dilations[a];
                    inside &= to[a] >= 0 && to[a] < sizes[a];
                }
                for (int m = 0; inside && m < out; m++) {
                    int channel = at[1] / perGroup * out + m;
                    y.values()[y.place(join(at[0], channel, to))] +=
                            x.values()[i] * w.values()[(at[1] * out + m) * taps + k];
                }
            }
        }
        if (in.size() > 2 && in.get(2) != null) {
            for (int i = 0; i < y.values().length; i++) {
                y.values()[i] += in.get(2).values()[y.at(i)[1]];
            }
        }
        return y;
    }

    static Doubles pool(OnnxNode node, Doubles x) {
        int[] kernel = Doubles.ints(Objects.requireNonNull(node.intsAttribute("kernel_shape")));
        Sweep sweep = Sweep.of(node, spatial(x), kernel);
        int[][] sources = sweep.sources(spatial(x));
        int inner = Doubles.count(spatial(x));
        Doubles y = Doubles.zeros(join(x.dims()[0], x.dims()[1], sweep.output()));
        boolean max = node.op().equals("MaxPool");
        boolean padded = node.intAttribute("count_include_pad", 0) != 0;
        for (int i = 0; i < y.values().length; i++) {
            double most = Double.NEGATIVE_INFINITY;
            double sum = 0;
            int count = 0;
            for (int source : sources[i % sources.length]) {
                if (source >= 0) {
                    double v = x.values()[i / sources.length * inner + source];
                    most = Math.max(most, v);
                    sum += v;
                    count++;
                }
            }
            y.values()[i] = max ? most : sum / (padded ? Doubles.count(kernel) : count);
        }
        return y;
    }

    static Doubles globalPool(OnnxNode node, Doubles x) {
        int inner = Doubles.count(spatial(x));
        int[] ones = new int[x.rank() - 2];
        Arrays.fill(ones, 1);
        Doubles y = Doubles.zeros(join(x.dims()[0], x.dims()[1], ones));
        for (int i = 0; i < y.values().length; i++) {
            double[] all = Arrays.copyOfRange(x.values(), i * inner, (i + 1) * inner);
            y.values()[i] = node.op().equals("GlobalMaxPool")
                    ? Arrays.stream(all).max().orElseThrow()
                    : Arrays.stream(all).sum() / inner;
        }
        return y;
    }

    static Doubles batchNormalization(OnnxNode node, List<Doubles> in, boolean ofBatch) {
        Doubles x = in.get(0);
        double epsilon = node.floatAttribute("epsilon", 1e-5f);
        int channels = x.dims()[1];
        double[] mean = in.get(3).values();
        double[] variance = in.get(4).values();
        if (ofBatch) {
            double[][] moments = moments(x);
            mean = moments[0];
            variance = moments[1];
        }
        Doubles y = Doubles.zeros(x.dims());
        int inner = Doubles.count(spatial(x));
        for (int i = 0; i < y.values().length; i++) {
            int c = i / inner % channels;
            y.values()[i] = (x.values()[i] - mean[c])
                            / Math.sqrt(variance[c] + epsilon)
                            * in.get(1).values()[c]
                    + in.get(2).values()[c];
        }
        return y;
    }

    /** Mean and population variance of each channel. */
    static double[][] moments(Doubles x) {
        int channels = x.dims()[1];
        int inner = Doubles.count(spatial(x));
        double count = (double) x.values().length / channels;
        double[] mean = new double[channels];
        double[] variance = new double[channels];
        for (int i = 0; i < x.values().length; i++) {
            mean[i / inner % channels] += x.values()[i] / count;
        }
        for (int i = 0; i < x.values().length; i++) {
            int c = i / inner % channels;
            variance[c] += Math.pow(x.values()[i] - mean[c], 2) / count;
        }
        return new double[][] {mean, variance};
    }

    static Doubles layerNormalization(OnnxNode node, List<Doubles> in) {
        Doubles x = in.get(0);
        int axis = x.axis(node.intAttribute("axis", -1));
        int size = Doubles.count(Arrays.copyOfRange(x.dims(), axis, x.rank()));
        Doubles normal = normalized(x, size, node.floatAttribute("epsilon", 1e-5f));
        Doubles scaled = normal.with(in.get(1), (a, b) -> a * b);
        return in.size() > 2 && in.get(2) != null ? scaled.with(in.get(2), Double::sum) : scaled;
    }

    static Doubles instanceNormalization(OnnxNode node, List<Doubles> in) {
        Doubles x = in.get(0);
        int inner = Doubles.count(spatial(x));
        Doubles normal = normalized(x, inner, node.floatAttribute("epsilon", 1e-5f));
        for (int i = 0; i < normal.values().length; i++) {
            int c = i / inner % x.dims()[1];
            normal.values()[i] =
                    normal.values()[i] * in.get(1).values()[c] + in.get(2).values()[c];
        }
        return normal;
    }

    /** Runs of {@code size} numbers brought to mean 0 and variance 1. */
    private static Doubles normalized(Doubles x, int size, double epsilon) {
        Doubles y = Doubles.zeros(x.dims());
        for (int start = 0; start < x.values().length; start += size) {
            double[] run = Arrays.copyOfRange(x.values(), start, start + size);
            double mean = Arrays.stream(run).sum() / size;
            double variance =
                    Arrays.stream(run).map(v -> (v - mean) * (v - mean)).sum() / size;
            for (int i = 0; i < size; i++) {
                y.values()[start + i] = (run[i] - mean) / Math.sqrt(variance + epsilon);
            }
        }
        return y;
    }

    static Doubles softmax(OnnxNode node, Doubles x) {
        int axis = x.axis(node.intAttribute("axis", -1));
        boolean log = node.op().equals("LogSoftmax");
        Doubles y = Doubles.zeros(x.dims());
        for (int i = 0; i < y.values().length; i++) {
            int[] at = x.at(i);
            double most = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < x.dims()[axis]; k++) {
                at[axis] = k;
                most = Math.max(most, x.get(at));
            }
            double sum = 0;
            for (int k = 0; k < x.dims()[axis]; k++) {
                at[axis] = k;
                sum += Math.exp(x.get(at) - most);
            }
            double logarithm = x.values()[i] - most - Math.log(sum);
            y.values()[i] = log ? logarithm : Math.exp(logarithm);
        }
        return y;
    }

    static Doubles reduce(OnnxNode node, List<Doubles> in) {
        Doubles x = in.get(0);
        long[] given = node.intsAttribute("axes");
        long[] axes = given != null
                ? given
                : in.size() > 1 && in.get(1) != null ? in.get(1).longs() : new long[0];
        boolean[] reduced = new boolean[x.rank()];
        Arrays.fill(reduced, axes.length == 0);
        for (long axis : axes) {
            reduced[x.axis(axis)] = true;
        }
        int[] kept = IntStream.range(0, x.rank())
                .map(i -> reduced[i] ? 1 : x.dims()[i])
                .toArray();
        Doubles y = Doubles.zeros(kept);
        boolean extreme = node.op().equals("ReduceMax") || node.op().equals("ReduceMin");
        double sign = node.op().equals("ReduceMin") ? -1 : 1;
        Arrays.fill(y.values(), extreme ? Double.NEGATIVE_INFINITY : 0);
        double share = (double) y.values().length / x.values().length;
        for (int i = 0; i < x.values().length; i++) {
            int place = y.place(x.at(i));
            double v = x.values()[i];
            y.values()[place] = extreme
                    ? Math.max(y.values()[place], sign * v)
                    : y.values()[place]
                            + switch (node.op()) {
                                case "ReduceSum" -> v;
                                case "ReduceMean" -> v * share;
                                case "ReduceSumSquare", "ReduceL2" -> v * v;
                                case "ReduceLogSumExp" -> Math.exp(v);
                                default -> throw new AssertionError("the reference has no operator " + node);
                            };
        }
        Doubles finished =
                switch (node.op()) {
                    case "ReduceL2" -> y.map(Math::sqrt);
                    case "ReduceLogSumExp" -> y.map(Math::log);
                    case "ReduceMin" -> y.map(v -> -v);
                    default -> y;
                };
        int[] left = IntStream.range(0, x.rank())
                .filter(i -> !reduced[i])
                .map(i -> x.dims()[i])
                .toArray();
        return node.intAttribute("keepdims", 1) != 0 ? finished : finished.shaped(left);
    }
}
