package io.edgeai.optimize.partition;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.onnx.cost.NodeCost;
import io.edgeai.core.onnx.shape.InputShapes;
import io.edgeai.core.runtime.NodeTime;
import io.edgeai.core.runtime.ProfilingRuntime;
import io.edgeai.core.runtime.SessionOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What each node of a chain takes, in microseconds, and which values do not exist while the engine runs the model. */
final class NodeProfile {
    private static final int RUNS = 30;
    private static final double OPERATIONS_PER_MICRO = 20_000;
    private static final double BYTES_PER_MICRO = 5_000;

    private final double[] micros;
    private final Set<String> merged;

    private NodeProfile(double[] micros, Set<String> merged) {
        this.micros = micros;
        this.merged = Set.copyOf(merged);
    }

    /** A copy of the times, one for each node of the chain. */
    double[] micros() {
        return micros.clone();
    }

    /** Values that the engine merges away. */
    Set<String> merged() {
        return merged;
    }

    /** Times of a graph that the engine runs as it stands. */
    static NodeProfile ofRewritten(
            ProfilingRuntime runtime, NodeChain chain, SessionOptions options, Map<String, Tensor> feed) {
        Map<String, Double> byOutput = byOutput(runtime, chain.graph(), options.optimize(false), feed);
        return new NodeProfile(micros(chain, byOutput), Set.of());
    }

    /**
     * Times of a graph that the engine first rewrites, all but for the layout of tensors: what merged nodes take counts for
     * the last of them.
     */
    static NodeProfile ofMerged(
            ProfilingRuntime runtime, NodeChain chain, SessionOptions options, Map<String, Tensor> feed) {
        Map<String, String> level = new HashMap<>(options.engineOptions());
        level.put("graph_optimization_level", "extended");
        OnnxGraph merged =
                OnnxReader.read(runtime.rewritten(OnnxWriter.toBytes(chain.graph()), options.engineOptions(level)));
        Map<String, Double> byOutput = byOutput(runtime, merged, options.optimize(false), feed);
        Set<String> gone = new HashSet<>(chain.varying());
        merged.feeds().forEach(value -> gone.remove(value.name()));
        merged.nodes().forEach(node -> node.outputs().forEach(gone::remove));
        return new NodeProfile(micros(chain, byOutput), gone);
    }

    /** Times guessed from operations and bytes, for engines that do not tell. */
    static NodeProfile ofCosts(NodeChain chain, Map<String, Tensor> feed) {
        InputShapes shapes = InputShapes.declared().others(1);
        for (Map.Entry<String, Tensor> entry : feed.entrySet()) {
            shapes = shapes.input(entry.getKey(), entry.getValue().shape());
        }
        Map<String, Deque<NodeCost>> costs = new HashMap<>();
        CostModel.of(chain.graph(), shapes).nodes().forEach(cost -> costs.computeIfAbsent(
                        cost.node(), key -> new ArrayDeque<>())
                .add(cost));
        double[] micros = new double[chain.size()];
        for (int i = 0; i < micros.length; i++) {
            NodeCost cost = costs.getOrDefault(chain.node(i).toString(), new ArrayDeque<>())
                    .poll();
            if (cost != null) {
                micros[i] = cost.flops() / OPERATIONS_PER_MICRO
                        + ((double) cost.bytesRead() + cost.bytesWritten()) / BYTES_PER_MICRO;
            }
        }
        return new NodeProfile(micros, Set.of());
    }

    /** What the node behind each value takes. */
    private static Map<String, Double> byOutput(
            ProfilingRuntime runtime, OnnxGraph graph, SessionOptions options, Map<String, Tensor> feed) {
        OnnxGraph named = graph.copy();
        Map<String, String> outputs = new HashMap<>();
        for (int i = 0; i < named.nodes().size(); i++) {
            OnnxNode node = named.nodes().get(i).name("node" + i);
            outputs.put(
                    node.name(),
                    node.outputs().stream()
                            .filter(output -> !output.isEmpty())
                            .findFirst()
                            .orElse(""));
        }
        List<NodeTime> times = runtime.profile(OnnxWriter.toBytes(named), options, feed, RUNS);
        Map<String, Double> byOutput = new HashMap<>();
        for (NodeTime time : times) {
            String output = outputs.get(time.node());
            if (output != null) {
                byOutput.put(output, time.micros());
            }
        }
        return byOutput;
    }

    private static double[] micros(NodeChain chain, Map<String, Double> byOutput) {
        double[] micros = new double[chain.size()];
        for (int i = 0; i < micros.length; i++) {
            for (String output : chain.node(i).outputs()) {
                micros[i] = Math.max(micros[i], byOutput.getOrDefault(output, 0.0));
            }
        }
        return micros;
    }
}
