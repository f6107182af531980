package io.edgeai.core.train;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import io.edgeai.core.train.gradient.BatchStatistics;
import io.edgeai.core.train.gradient.GraphEmitter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes nodes behave as in training: dropout drops, batch normalization uses the batch. */
final class TrainingForms {
    private final GraphEmitter out;
    private final Map<OnnxNode, String> sources = new HashMap<>();
    private final List<BatchStatistics> statistics = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<Float> momenta = new ArrayList<>();

    TrainingForms(GraphEmitter out) {
        this.out = out;
    }

    /** Normalized values by node. */
    Map<OnnxNode, String> sources() {
        return sources;
    }

    /** Names of running means and variances, in turn. */
    List<String> names() {
        return List.copyOf(names);
    }

    /** Rewrites every batch normalization whose result is among {@code reached}. */
    void normalizeByBatch(Set<String> reached) {
        OnnxGraph graph = out.graph();
        Shapes shapes = ShapeInference.infer(graph);
        List<OnnxNode> order = List.copyOf(graph.nodes());
        graph.nodes().clear();
        Map<String, OnnxNode> owners = new HashMap<>();
        for (OnnxNode node : order) {
            if (node.op().equals("BatchNormalization") && node.domain().isEmpty() && reached.contains(node.output(0))) {
                own(node, owners);
                BatchStatistics rewritten = BatchStatistics.rewrite(node, out, shapes);
                statistics.add(rewritten);
                sources.put(node, rewritten.source());
                momenta.add(node.floatAttribute("momentum", 0.9f));
            }
            graph.nodes().add(node);
        }
    }

    private void own(OnnxNode node, Map<String, OnnxNode> owners) {
        for (String name : List.of(node.input(3), node.input(4))) {
            if (!out.graph().initializers().containsKey(name)) {
                throw new UnsupportedOperatorException("Running statistics (" + name + ") of node (" + node
                        + ") are no initializer. Maybe freeze batch normalization.");
            }
            OnnxNode other = owners.putIfAbsent(name, node);
            if (other != null) {
                throw new UnsupportedOperatorException("Running statistics (" + name + ") are shared by nodes (" + other
                        + ") and (" + node + "). Maybe give each its own copy, or freeze batch normalization.");
            }
            names.add(name);
        }
    }

    /** Appends the running statistics after this batch: momentum*old + (1-momentum)*batch. */
    String collected(String before, ParameterLayout layout) {
        List<String> parts = new ArrayList<>();
        float[] keep = new float[layout.size()];
        float[] take = new float[layout.size()];
        for (int i = 0; i < statistics.size(); i++) {
            parts.add(statistics.get(i).mean());
            parts.add(statistics.get(i).variance());
            int start = layout.slots().get(2 * i).offset();
            int end = layout.slots().get(2 * i + 1).end();
            Arrays.fill(keep, start, end, momenta.get(i));
            Arrays.fill(take, start, end, 1 - momenta.get(i));
        }
        String old = out.mul(before, out.floats(keep, keep.length));
        return out.add(old, out.mul(out.concat(0, parts), out.floats(take, take.length)));
    }

    /** Dropout nodes draw a new mask at each run where {@code on}, else they pass their input on. */
    void drop(boolean on, long seed) {
        int place = 0;
        String always = "";
        for (OnnxNode node : out.graph().nodes()) {
            if (!node.op().equals("Dropout") || !node.domain().isEmpty()) {
                continue;
            }
            while (node.inputs().size() < 3) {
                node.inputs().add("");
            }
            if (on && always.isEmpty()) {
                always = out.constant("training", OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1}));
            }
            node.inputs().set(2, on ? always : "");
            if (on) {
                node.attribute("seed", seed + place++);
            } else {
                node.inputs().subList(1, 3).clear();
            }
        }
    }
}
