package io.edgeai.core.train;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The independent reference: runs a model in doubles, each operator written from its definition. It shares nothing with
 * the code under test but the reading of graphs.
 */
final class DoubleModel {
    private final OnnxGraph graph;
    private final boolean batchStatistics;
    private final Map<String, Doubles> constants = new HashMap<>();

    DoubleModel(OnnxGraph graph, boolean batchStatistics) {
        this.graph = graph;
        this.batchStatistics = batchStatistics;
        graph.initializers().forEach((name, tensor) -> constants.put(name, Doubles.of(tensor)));
    }

    /** All values; {@code given} replaces inputs and constants. */
    Map<String, Doubles> run(Map<String, Doubles> given) {
        Map<String, Doubles> values = new HashMap<>(constants);
        values.putAll(given);
        for (OnnxNode node : graph.nodes()) {
            List<Doubles> in = new ArrayList<>();
            for (String input : node.inputs()) {
                in.add(input.isEmpty() ? null : Objects.requireNonNull(values.get(input), input));
            }
            List<Doubles> out = outputs(node, in);
            for (int i = 0; i < out.size() && i < node.outputs().size(); i++) {
                values.put(node.output(i), out.get(i));
            }
        }
        return values;
    }

    private List<Doubles> outputs(OnnxNode node, List<Doubles> in) {
        if (node.op().equals("Split")) {
            return split(node, in);
        }
        return List.of(output(node, in));
    }

    private Doubles output(OnnxNode node, List<Doubles> in) {
        Doubles x = in.isEmpty() ? Doubles.zeros() : in.get(0);
        return switch (node.op()) {
            case "Add", "Sum" ->
                in.stream().reduce((a, b) -> a.with(b, Double::sum)).orElseThrow();
            case "Mean" ->
                in.stream()
                        .reduce((a, b) -> a.with(b, Double::sum))
                        .orElseThrow()
                        .map(v -> v / in.size());
            case "Sub" -> x.with(in.get(1), (a, b) -> a - b);
            case "Mul" -> x.with(in.get(1), (a, b) -> a * b);
            case "Div" -> x.with(in.get(1), (a, b) -> a / b);
            case "Pow" -> x.with(in.get(1), Math::pow);
            case "Max" -> in.stream().reduce((a, b) -> a.with(b, Math::max)).orElseThrow();
            case "Min" -> in.stream().reduce((a, b) -> a.with(b, Math::min)).orElseThrow();
            case "Equal" -> x.with(in.get(1), (a, b) -> a == b ? 1 : 0);
            case "Greater" -> x.with(in.get(1), (a, b) -> a > b ? 1 : 0);
            case "Not" -> x.map(v -> 1 - v);
            case "Where" ->
                x.with(in.get(1).with(in.get(2), (a, b) -> 0), (c, zero) -> c)
                        .with(in.get(1), (c, a) -> c != 0 ? a : Double.NaN)
                        .with(in.get(2), (a, b) -> Double.isNaN(a) ? b : a);
            case "Identity", "Dropout", "Cast" -> x;
            case "Reshape" -> reshape(x, in.get(1).longs());
            case "Flatten" -> {
                int axis = x.axis(node.intAttribute("axis", 1));
                int rows = Doubles.count(Arrays.copyOf(x.dims(), axis));
                yield x.shaped(rows, x.values().length / rows);
            }
            case "Squeeze" -> squeeze(x, in.size() > 1 ? in.get(1).longs() : null);
            case "Unsqueeze" -> unsqueeze(x, in.get(1).longs());
            case "Transpose" -> {
                long[] perm = node.intsAttribute("perm");
                int[] order = perm == null
                        ? IntStream.range(0, x.rank())
                                .map(i -> x.rank() - 1 - i)
                                .toArray()
                        : Doubles.ints(perm);
                yield x.transposed(order);
            }
            case "Expand" -> x.with(Doubles.zeros(Doubles.ints(in.get(1).longs())), (a, b) -> a);
            case "Shape" -> new Doubles(Arrays.stream(x.dims()).asDoubleStream().toArray(), x.rank());
            case "Concat" -> concat(in, x.axis(node.intAttribute("axis", 0)));
            case "Slice" -> slice(in);
            case "Pad" -> pad(x, in.get(1).longs());
            case "Resize" -> resize(in);
            case "Gather" -> gather(x, in.get(1), x.axis(node.intAttribute("axis", 0)));
            case "GatherElements" -> gatherElements(x, in.get(1), x.axis(node.intAttribute("axis", 0)));
            case "GatherND" -> gatherNd(x, in.get(1));
            case "Gemm" -> DoubleKernels.gemm(node, in);
            case "MatMul" -> DoubleKernels.matMul(x, in.get(1));
            case "Conv" -> DoubleKernels.conv(node, in);
            case "ConvTranspose" -> DoubleKernels.convTranspose(node, in);
            case "MaxPool", "AveragePool" -> DoubleKernels.pool(node, x);
            case "GlobalAveragePool", "GlobalMaxPool" -> DoubleKernels.globalPool(node, x);
            case "BatchNormalization" -> DoubleKernels.batchNormalization(node, in, batchStatistics);
            case "LayerNormalization" -> DoubleKernels.layerNormalization(node, in);
            case "InstanceNormalization" -> DoubleKernels.instanceNormalization(node, in);
            case "Softmax", "LogSoftmax" -> DoubleKernels.softmax(node, x);
            default ->
                node.op().startsWith("Reduce") ? DoubleKernels.reduce(node, in) : DoubleActivations.apply(node, in);
        };
    }

    private static Doubles reshape(Doubles x, long[] target) {
        int[] dims = new int[target.length];
        int known = 1;
        for (int i = 0; i < dims.length; i++) {
            dims[i] = target[i] == 0 ? x.dims()[i] : (int) target[i];
            known *= dims[i] < 0 ? 1 : dims[i];
        }
        for (int i = 0; i < dims.length; i++) {
            dims[i] = dims[i] < 0 ? x.values().length / known : dims[i];
        }
        return x.shaped(dims);
    }

    private static Doubles squeeze(Doubles x, long[] axes) {
        int[] kept = IntStream.range(0, x.rank())
                .filter(i ->
                        axes == null ? x.dims()[i] != 1 : Arrays.stream(axes).noneMatch(axis -> x.axis(axis) == i))
                .map(i -> x.dims()[i])
                .toArray();
        return x.shaped(kept);
    }

    private static Doubles unsqueeze(Doubles x, long[] axes) {
        int rank = x.rank() + axes.length;
        int[] dims = new int[rank];
        for (long axis : axes) {
            dims[(int) (axis < 0 ? axis + rank : axis)] = 1;
        }
        int next = 0;
        for (int i = 0; i < rank; i++) {
            dims[i] = dims[i] == 1 ? 1 : x.dims()[next++];
        }
        return x.shaped(dims);
    }

    private static Doubles concat(List<Doubles> parts, int axis) {
        int[] dims = parts.get(0).dims().clone();
        dims[axis] = parts.stream().mapToInt(part -> part.dims()[axis]).sum();
        Doubles result = Doubles.zeros(dims);
        int start = 0;
        for (Doubles part : parts) {
            for (int i = 0; i < part.values().length; i++) {
                int[] index = part.at(i);
                index[axis] += start;
                result.values()[result.place(index)] = part.values()[i];
            }
            start += part.dims()[axis];
        }
        return result;
    }

    private static List<Doubles> split(OnnxNode node, List<Doubles> in) {
        Doubles x = in.get(0);
        int axis = x.axis(node.intAttribute("axis", 0));
        int count = node.outputs().size();
        long[] sizes = new long[count];
        Arrays.fill(sizes, x.dims()[axis] / count);
        sizes = in.size() > 1 ? in.get(1).longs() : sizes;
        List<Doubles> parts = new ArrayList<>();
        int start = 0;
        for (long size : sizes) {
            int[] picks = IntStream.range(start, start + (int) size).toArray();
            parts.add(picked(x, axis, picks));
            start += (int) size;
        }
        return parts;
    }

    static Doubles picked(Doubles x, int axis, int[] picks) {
        int[] dims = x.dims().clone();
        dims[axis] = picks.length;
        Doubles result = Doubles.zeros(dims);
        for (int i = 0; i < result.values().length; i++) {
            int[] index = result.at(i);
            index[axis] = picks[index[axis]];
            result.values()[i] = x.get(index);
        }
        return result;
    }

    private static Doubles slice(List<Doubles> in) {
        Doubles x = in.get(0);
        long[] starts = in.get(1).longs();
        long[] ends = in.get(2).longs();
        for (int k = 0; k < starts.length; k++) {
            int axis = in.size() > 3 && in.get(3) != null ? x.axis(in.get(3).longs()[k]) : k;
            long step = in.size() > 4 && in.get(4) != null ? in.get(4).longs()[k] : 1;
            int size = x.dims()[axis];
            List<Integer> picks = new ArrayList<>();
            long start = starts[k] < 0 ? Math.max(starts[k] + size, step < 0 ? -1 : 0) : starts[k];
            long end = ends[k] < 0 ? Math.max(ends[k] + size, -1) : ends[k];
            start = step < 0 ? Math.min(start, size - 1) : start;
            for (long i = start; step > 0 ? i < Math.min(end, size) : i > end; i += step) {
                picks.add((int) i);
            }
            x = picked(x, axis, picks.stream().mapToInt(Integer::intValue).toArray());
        }
        return x;
    }

    private static Doubles pad(Doubles x, long[] pads) {
        int rank = x.rank();
        Doubles result = Doubles.zeros(IntStream.range(0, rank)
                .map(i -> (int) (x.dims()[i] + pads[i] + pads[rank + i]))
                .toArray());
        for (int i = 0; i < result.values().length; i++) {
            int[] index = result.at(i);
            boolean inside = true;
            for (int axis = 0; axis < rank; axis++) {
                index[axis] -= (int) pads[axis];
                inside &= index[axis] >= 0 && index[axis] < x.dims()[axis];
            }
            result.values()[i] = inside ? x.get(index) : 0;
        }
        return result;
    }

    /** Whole factors only: each element is repeated. */
    private static Doubles resize(List<Doubles> in) {
        Doubles x = in.get(0);
        double[] scales = in.get(2).values();
        Doubles result = Doubles.zeros(IntStream.range(0, x.rank())
                .map(i -> (int) Math.round(x.dims()[i] * scales[i]))
                .toArray());
        for (int i = 0; i < result.values().length; i++) {
            int[] index = result.at(i);
            for (int axis = 0; axis < index.length; axis++) {
                index[axis] = (int) (index[axis] / scales[axis]);
            }
            result.values()[i] = x.get(index);
        }
        return result;
    }

    private static Doubles gather(Doubles x, Doubles indices, int axis) {
        int[] picks = Arrays.stream(indices.values())
                .mapToInt(v -> (int) (v < 0 ? v + x.dims()[axis] : v))
                .toArray();
        int[] dims = IntStream.concat(
                        IntStream.concat(Arrays.stream(x.dims()).limit(axis), Arrays.stream(indices.dims())),
                        Arrays.stream(x.dims()).skip(axis + 1))
                .toArray();
        return picked(x, axis, picks).shaped(dims);
    }

    private static Doubles gatherElements(Doubles x, Doubles indices, int axis) {
        Doubles result = Doubles.zeros(indices.dims());
        for (int i = 0; i < result.values().length; i++) {
            int[] index = result.at(i);
            int pick = (int) indices.values()[i];
            index[axis] = pick < 0 ? pick + x.dims()[axis] : pick;
            int place = 0;
            for (int k = 0; k < index.length; k++) {
                place = place * x.dims()[k] + index[k];
            }
            result.values()[i] = x.values()[place];
        }
        return result;
    }

    private static Doubles gatherNd(Doubles x, Doubles indices) {
        int depth = indices.dims()[indices.rank() - 1];
        int rows = indices.values().length / depth;
        int inner = Doubles.count(Arrays.copyOfRange(x.dims(), depth, x.rank()));
        int[] dims = IntStream.concat(
                        Arrays.stream(indices.dims()).limit(indices.rank() - 1L),
                        Arrays.stream(x.dims()).skip(depth))
                .toArray();
        Doubles result = Doubles.zeros(dims);
        for (int row = 0; row < rows; row++) {
            int place = 0;
            for (int k = 0; k < depth; k++) {
                place = place * x.dims()[k] + (int) indices.values()[row * depth + k];
            }
            System.arraycopy(x.values(), place * inner, result.values(), row * inner, inner);
        }
        return result;
    }
}
