package io.edgeai.optimize.prune.solve;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.prune.channels.Layer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Gives a pruned graph weights with which its layers again say what they said in the original, on samples without
 * labels. Layers are solved in graph order, each on what the layers before it now produce (He et al., <i>Channel
 * pruning</i>, 2017). Stateless.
 */
public final class Reconstruction {
    private static final double RIDGE = 1e-3;

    private final InferenceRuntime runtime;

    public Reconstruction(InferenceRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Solves every layer that reads something a removed channel had a part in.
     *
     * @param original the graph before; values have the same names
     * @param removed units that {@code pruned} lacks
     * @param pruned changed in place
     * @return how many layers have new weights
     * @throws OperationCancelledException where the listener says so, between samples
     */
    public int solve(
            ChannelMap original,
            BitSet removed,
            OnnxGraph pruned,
            List<Map<String, Tensor>> feeds,
            long seed,
            Progress progress) {
        ChannelMap map = ChannelMap.of(pruned);
        Map<String, Layer> before =
                original.layers().stream().collect(Collectors.toMap(Layer::output, Function.identity(), (a, b) -> a));
        Map<String, Long> uses =
                map.layers().stream().collect(Collectors.groupingBy(Layer::weight, Collectors.counting()));
        Shapes shapes = ShapeInference.infer(pruned);
        Map<String, List<OnnxNode>> consumers = pruned.consumers();
        List<Layer> layers = map.layers();
        Set<String> touched = touched(original.graph(), pruned);
        int solved = 0;
        for (int i = 0; i < layers.size(); i++) {
            Layer layer = layers.get(i);
            Layer old = before.get(layer.output());
            Features features = Features.of(layer, pruned);
            if (old == null || uses.getOrDefault(layer.weight(), 0L) != 1 || !touched.contains(layer.input())) {
                continue;
            }
            Features all = Features.of(old, original.graph());
            if (features != null && all != null && features.size() <= Elimination.MOST_FEATURES) {
                Target target = Target.of(layer, pruned, shapes, consumers);
                List<Integer> kept = kept(original.units(old.weight(), old.weightOut()), all.outputs(), removed);
                boolean relu = onlyRelu(target.value(), pruned, consumers);
                solve(
                        new Job(original.graph(), pruned, layer, features, all, target, relu, kept),
                        feeds,
                        seed,
                        progress);
                solved++;
            }
            progress.update("reconstruct", i + 1, layers.size());
        }
        return solved;
    }

    private static boolean onlyRelu(String value, OnnxGraph graph, Map<String, List<OnnxNode>> consumers) {
        List<OnnxNode> readers = consumers.getOrDefault(value, List.of());
        return !readers.isEmpty()
                && readers.stream().allMatch(node -> node.op().equals("Relu"))
                && graph.outputs().stream().noneMatch(output -> output.name().equals(value));
    }

    private static List<Integer> kept(int[] units, int outputs, BitSet removed) {
        return IntStream.range(0, outputs)
                .filter(i -> units.length == 0 || units[i] < 0 || !removed.get(units[i]))
                .boxed()
                .toList();
    }

    /** Values that depend on a constant that was cut. */
    private static Set<String> touched(OnnxGraph original, OnnxGraph pruned) {
        Set<String> touched = new HashSet<>();
        pruned.initializers().forEach((name, tensor) -> {
            OnnxTensor old = original.initializers().get(name);
            if (old == null || old.elements() != tensor.elements()) {
                touched.add(name);
            }
        });
        for (OnnxNode node : pruned.topologicalOrder()) {
            if (node.inputs().stream().anyMatch(touched::contains)) {
                touched.addAll(node.outputs());
            }
        }
        touched.remove("");
        return touched;
    }

    /** One layer to solve: as it is now, as it was, and which of its results are left. */
    private record Job(
            OnnxGraph original,
            OnnxGraph pruned,
            Layer layer,
            Features features,
            Features old,
            Target target,
            boolean relu,
            List<Integer> kept) {}

    private void solve(Job job, List<Map<String, Tensor>> feeds, long seed, Progress progress) {
        Features features = job.features;
        Samples samples = new Samples(features.size(), features.outputs());
        Rows rows = Rows.forFeatures(features.size(), feeds.size(), seed);
        List<String> now = new ArrayList<>(List.of(job.layer.input()));
        if (!job.target.shortcut().isEmpty()) {
            now.add(job.target.shortcut());
        }
        try (Taps before = new Taps(runtime, job.original, List.of(job.target.value()));
                Taps after = new Taps(runtime, job.pruned, now)) {
            for (int sample = 0; sample < feeds.size(); sample++) {
                if (progress.cancelled()) {
                    throw new OperationCancelledException(
                            "Reconstruction was cancelled at layer (" + job.layer.output() + ").");
                }
                Map<String, Tensor> wanted = before.run(feeds.get(sample));
                Map<String, Tensor> given = after.run(feeds.get(sample));
                add(job, samples, rows, sample, wanted, given);
            }
        }
        boolean intercept = job.target.free() || !job.target.bias().isEmpty();
        Solution solution = samples.solve(runtime, features.matrix(), RIDGE, intercept, job.relu);
        job.pruned.initializers().put(job.layer.weight(), features.stored(solution.weights));
        if (intercept) {
            bias(job, solution.bias);
        }
    }

    private static void add(
            Job job, Samples samples, Rows rows, int sample, Map<String, Tensor> wanted, Map<String, Tensor> given) {
        Tensor x = Taps.get(given, job.layer.input());
        Tensor y = Taps.get(wanted, job.target.value());
        Features features = job.features;
        int kept = features.outputs();
        long[] positions = rows.of(sample, features.positions(x.shape()));
        FloatBuffer in = x.buffer().asFloatBuffer();
        FloatBuffer out = y.buffer().asFloatBuffer();
        Tensor side = job.target.shortcut().isEmpty() ? null : Taps.get(given, job.target.shortcut());
        float[] read = new float[positions.length * features.size()];
        float[] results = new float[positions.length * kept];
        float[] offsets = new float[positions.length * kept];
        float[] full = new float[job.old.outputs()];
        for (int r = 0; r < positions.length; r++) {
            features.read(in, x.shape(), positions[r], read, r * features.size());
            job.old.results(out, y.shape(), positions[r], full, 0);
            if (side != null) {
                features.results(side.buffer().asFloatBuffer(), side.shape(), positions[r], offsets, r * kept);
            }
            for (int o = 0; o < kept; o++) {
                results[r * kept + o] = full[job.kept.get(o)];
            }
        }
        samples.add(read, results, offsets);
    }

    private static void bias(Job job, double[] values) {
        float[] bias = new float[values.length];
        for (int i = 0; i < bias.length; i++) {
            bias[i] = (float) values[i];
        }
        String name = job.target.bias();
        if (name.isEmpty() || shared(job.pruned, name)) {
            OnnxNode node = job.pruned.producers().get(job.layer.output());
            if (node == null) {
                return;
            }
            name = new FreshNames(job.pruned).of(job.layer.output() + "_bias");
            while (node.inputs().size() < 3) {
                node.inputs().add("");
            }
            node.inputs().set(2, name);
        }
        job.pruned.initializers().put(name, OnnxTensor.ofFloats(bias, bias.length));
    }

    private static boolean shared(OnnxGraph graph, String constant) {
        return graph.consumers().getOrDefault(constant, List.of()).size() > 1;
    }
}
