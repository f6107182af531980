package io.edgeai.optimize.batching;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.fuse.GraphPasses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Frees the batch dimension of a model exported for one sample: inputs and outputs are opened, shapes and initial states
 * that hold the 1 are rewritten. The result is proven on samples: batches of several sizes must give each sample the answer
 * it gets alone, wherever it stands and whoever stands beside it. A model that mixes samples (softmax over axis 0, means
 * over the batch, one state for all) is refused. Stateless and thread-safe.
 */
public final class BatchFreeing {
    private static final double TOLERANCE = 1e-4;
    private static final List<Integer> SIZES = List.of(1, 2, 3, 4, 7, 8);

    private final InferenceRuntime runtime;

    public BatchFreeing(InferenceRuntime runtime) {
        this.runtime = runtime;
    }

    /** As {@link #free(OnnxGraph, List, Set)}, opening every input whose first dimension is 1. */
    public FreedModel free(OnnxGraph graph, List<Map<String, Tensor>> samples) {
        Set<String> batched = new LinkedHashSet<>();
        graph.feeds().stream()
                .filter(BatchRewrites::fixedAtOne)
                .map(OnnxValue::name)
                .forEach(batched::add);
        return free(graph, samples, batched);
    }

    /**
     * Frees the batch dimension of some inputs.
     *
     * @param graph the model; left as it is
     * @param samples inputs of single samples, at least 2 that differ; 8 prove more
     * @param batched inputs whose first dimension is the batch; the others are the same for all samples
     * @throws InvalidInputException for fewer than two different samples, inputs that are not fixed at a batch of 1, or
     *     samples that differ in an input which is not batched
     * @throws UnsupportedOperatorException where the opened model does not run, or its samples influence each other
     */
    public FreedModel free(OnnxGraph graph, List<Map<String, Tensor>> samples, Set<String> batched) {
        check(graph, samples, batched);
        try {
            return attempt(graph, graph.copy(), samples, batched, List.of());
        } catch (UnsupportedOperatorException e) {
            // constants that are computed in the graph, such as zero states, are found once they are folded
            return attempt(
                    graph,
                    GraphPasses.simplified(graph, runtime),
                    samples,
                    batched,
                    List.of("simplified before, with constants folded"));
        }
    }

    private FreedModel attempt(
            OnnxGraph graph,
            OnnxGraph freed,
            List<Map<String, Tensor>> samples,
            Set<String> batched,
            List<String> before) {
        BatchRewrites rewrites = new BatchRewrites(freed);
        rewrites.apply(batched);
        List<String> changes = new ArrayList<>(before);
        changes.addAll(rewrites.changes());
        SessionOptions options = SessionOptions.defaults().slots(1);
        try (InferenceSession alone = runtime.open(OnnxWriter.toBytes(graph), options);
                InferenceSession together = opened(graph, freed, options)) {
            List<Map<String, Tensor>> expected =
                    samples.stream().map(alone::run).toList();
            double largest = 0;
            for (int size : SIZES) {
                largest = Math.max(largest, proven(graph, together, samples, expected, batched, size));
            }
            return new FreedModel(freed, changes, SIZES, largest);
        }
    }

    private static void check(OnnxGraph graph, List<Map<String, Tensor>> samples, Set<String> batched) {
        if (batched.isEmpty()) {
            throw new InvalidInputException("Model (" + graph.name() + ") has no input with a first dimension of 1: "
                    + graph.feeds() + ". Maybe its batch is open already.");
        }
        for (String name : batched) {
            if (graph.feeds().stream().noneMatch(feed -> feed.name().equals(name) && BatchRewrites.fixedAtOne(feed))) {
                throw new InvalidInputException(
                        "Model (" + graph.name() + ") has no input (" + name + ") with a fixed first dimension of 1.");
            }
        }
        Set<String> seen = new LinkedHashSet<>();
        for (Map<String, Tensor> sample : samples) {
            StringBuilder key = new StringBuilder();
            batched.forEach(name ->
                    key.append(Arrays.hashCode(tensor(sample, name).bytes())).append(' '));
            seen.add(key.toString());
            for (OnnxValue feed : graph.feeds()) {
                if (!batched.contains(feed.name())
                        && !tensor(sample, feed.name())
                                .buffer()
                                .equals(tensor(samples.get(0), feed.name()).buffer())) {
                    throw new InvalidInputException("Samples differ in input (" + feed.name()
                            + "), which is not batched. Maybe it should be among the batched inputs.");
                }
            }
        }
        if (seen.size() < 2) {
            throw new InvalidInputException("There are (" + seen.size()
                    + ") different samples. Maybe give 8: equal ones cannot show whether they influence each other.");
        }
    }

    private static Tensor tensor(Map<String, Tensor> sample, String name) {
        Tensor tensor = sample.get(name);
        if (tensor == null) {
            throw new InvalidInputException("A sample has no input (" + name + "). Maybe its name is mistyped.");
        }
        return tensor;
    }

    private InferenceSession opened(OnnxGraph graph, OnnxGraph freed, SessionOptions options) {
        try {
            return runtime.open(OnnxWriter.toBytes(freed), options);
        } catch (EdgeException e) {
            throw refused(graph, "the engine does not load it with an open batch: " + e.getMessage(), e);
        }
    }

    /** Runs samples in a batch of one size, starting at several places of the list; the largest relative difference. */
    private static double proven(
            OnnxGraph graph,
            InferenceSession together,
            List<Map<String, Tensor>> samples,
            List<Map<String, Tensor>> expected,
            Set<String> batched,
            int size) {
        double largest = 0;
        for (int start = 0; start < Math.min(samples.size(), size + 1); start++) {
            int[] chosen = new int[size];
            for (int i = 0; i < size; i++) {
                chosen[i] = (start + i) % samples.size();
            }
            Map<String, Tensor> answer;
            try {
                answer = together.run(joined(samples, batched, chosen));
            } catch (EdgeException e) {
                throw refused(graph, "a batch of (" + size + ") does not run: " + e.getMessage(), e);
            }
            for (Map.Entry<String, Tensor> output : answer.entrySet()) {
                for (int i = 0; i < size; i++) {
                    Tensor one = expected.get(chosen[i]).get(output.getKey());
                    double difference =
                            one == null ? Double.POSITIVE_INFINITY : difference(one, output.getValue(), i, size);
                    if (!(difference <= TOLERANCE)) {
                        throw refused(
                                graph,
                                "in a batch of (" + size + ") output (" + output.getKey() + ") of a sample differs by ("
                                        + difference + ") of its largest value from the sample's answer alone",
                                null);
                    }
                    largest = Math.max(largest, difference);
                }
            }
        }
        return largest;
    }

    private static UnsupportedOperatorException refused(
            OnnxGraph graph, String why, @org.jspecify.annotations.Nullable EdgeException cause) {
        return new UnsupportedOperatorException(
                "The batch of model (" + graph.name() + ") cannot be freed: " + why
                        + ". Maybe it mixes samples, or holds the batch in a place that is not rewritten: export it"
                        + " anew with a dynamic batch.",
                cause);
    }

    /** Several samples' inputs one after the other; inputs that are not batched once. */
    static Map<String, Tensor> joined(List<Map<String, Tensor>> samples, Set<String> batched, int[] chosen) {
        Map<String, Tensor> joined = new LinkedHashMap<>();
        samples.get(chosen[0]).forEach((name, first) -> {
            if (!batched.contains(name)) {
                joined.put(name, first);
                return;
            }
            List<byte[]> parts = new ArrayList<>();
            int length = 0;
            for (int index : chosen) {
                byte[] bytes = tensor(samples.get(index), name).bytes();
                parts.add(bytes);
                length = Math.addExact(length, bytes.length);
            }
            byte[] all = new byte[length];
            int at = 0;
            for (byte[] part : parts) {
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
            long[] shape = first.shape();
            shape[0] = Math.multiplyExact(shape[0], (long) chosen.length);
            joined.put(name, Tensor.ofBytes(first.type(), all, shape));
        });
        return joined;
    }

    /** How much the i-th part of a batch's output differs from the sample's own, relative to the largest value. */
    private static double difference(Tensor one, Tensor batch, int index, int size) {
        if (one.type() != batch.type() || one.elements() * size != batch.elements()) {
            return Double.POSITIVE_INFINITY;
        }
        if (one.type() == ElementType.STRING) {
            String[] all = batch.strings();
            int each = all.length / size;
            return Arrays.equals(one.strings(), Arrays.copyOfRange(all, index * each, (index + 1) * each))
                    ? 0
                    : Double.POSITIVE_INFINITY;
        }
        if (one.type() != ElementType.FLOAT) {
            byte[] all = batch.bytes();
            int each = all.length / size;
            return Arrays.equals(one.bytes(), Arrays.copyOfRange(all, index * each, (index + 1) * each))
                    ? 0
                    : Double.POSITIVE_INFINITY;
        }
        float[] alone = one.floats();
        float[] all = batch.floats();
        double largest = 1e-6;
        for (float value : alone) {
            largest = Float.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest;
        }
        double most = 0;
        for (int i = 0; i < alone.length; i++) {
            float other = all[index * alone.length + i];
            if (Float.compare(alone[i], other) != 0) {
                double difference = Math.abs((double) alone[i] - other) / largest;
                most = Math.max(most, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
            }
        }
        return most;
    }
}
