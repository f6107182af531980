package io.edgeai.core.onnx;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX model or one of its nested graphs, as a small mutable structure: nodes in topological order, named values,
 * constants. All collections it returns are live. Not thread-safe.
 */
public final class OnnxGraph {
    private final OnnxModelInfo info;
    private String name;
    private String docString = "";
    private final List<OnnxValue> inputs = new ArrayList<>();
    private final List<OnnxValue> outputs = new ArrayList<>();
    private final List<OnnxNode> nodes = new ArrayList<>();
    private final Map<String, OnnxTensor> initializers = new LinkedHashMap<>();
    private final Map<String, OnnxValue> valueInfo = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private ByteString carried = ByteString.EMPTY;

    /** An empty graph of a model with the given header; nested graphs share their model's header. */
    public OnnxGraph(String name, OnnxModelInfo info) {
        this.name = name;
        this.info = info;
    }

    /** An empty model of the standard operator set at the given version. */
    public static OnnxGraph create(String name, long opset) {
        OnnxModelInfo info = new OnnxModelInfo();
        info.opsets().put("", opset);
        return new OnnxGraph(name, info);
    }

    public OnnxModelInfo info() {
        return info;
    }

    public String name() {
        return name;
    }

    public OnnxGraph name(String newName) {
        this.name = newName;
        return this;
    }

    public String docString() {
        return docString;
    }

    public OnnxGraph docString(String text) {
        this.docString = text;
        return this;
    }

    /** Declared inputs; in files before IR version 4 these include initializers (see {@link #feeds()}). */
    public List<OnnxValue> inputs() {
        return inputs;
    }

    public List<OnnxValue> outputs() {
        return outputs;
    }

    public List<OnnxNode> nodes() {
        return nodes;
    }

    public Map<String, OnnxTensor> initializers() {
        return initializers;
    }

    /** Types the file states for intermediate values, by name. */
    public Map<String, OnnxValue> valueInfo() {
        return valueInfo;
    }

    public Map<String, String> metadata() {
        return metadata;
    }

    /** Parts carried through unread (sparse initializers, quantization annotations, unknown fields): a serialized {@code GraphProto}. */
    public ByteString carried() {
        return carried;
    }

    public OnnxGraph carried(ByteString wire) {
        this.carried = wire;
        return this;
    }

    /** Inputs a caller must feed: declared inputs that have no initializer. */
    public List<OnnxValue> feeds() {
        return inputs.stream()
                .filter(input -> !initializers.containsKey(input.name()))
                .toList();
    }

    /** Appends a node and returns it. */
    public OnnxNode add(String op, String nodeName, List<String> nodeInputs, List<String> nodeOutputs) {
        OnnxNode node = new OnnxNode(op, nodeName, nodeInputs, nodeOutputs);
        nodes.add(node);
        return node;
    }

    /** The constant of that name: an initializer, or the output of a Constant node with a tensor value; else null. */
    public @Nullable OnnxTensor constant(String value) {
        OnnxTensor tensor = initializers.get(value);
        if (tensor != null) {
            return tensor;
        }
        for (OnnxNode node : nodes) {
            if (node.op().equals("Constant") && node.outputs().contains(value)) {
                return node.tensorAttribute("value");
            }
        }
        return null;
    }

    /** For each value, the node of this graph that computes it. Built anew at each call: O(nodes). */
    public Map<String, OnnxNode> producers() {
        Map<String, OnnxNode> producers = new HashMap<>();
        for (OnnxNode node : nodes) {
            for (String output : node.outputs()) {
                if (!output.isEmpty()) {
                    producers.put(output, node);
                }
            }
        }
        return producers;
    }

    /**
     * For each value, the nodes of this graph that read it, directly or from a nested graph; a node that reads a value
     * twice is listed once. Built anew at each call.
     */
    public Map<String, List<OnnxNode>> consumers() {
        Map<String, List<OnnxNode>> consumers = new HashMap<>();
        for (OnnxNode node : nodes) {
            for (String value : node.reads()) {
                consumers.computeIfAbsent(value, k -> new ArrayList<>()).add(node);
            }
        }
        return consumers;
    }

    /**
     * The nodes so that each comes after those whose values it reads, itself or from a nested graph; otherwise as they
     * are. Files should hold them like this, but not all do.
     *
     * @throws InvalidInputException where nodes wait for each other in a circle
     */
    public List<OnnxNode> topologicalOrder() {
        Map<String, Integer> producers = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (String output : nodes.get(i).outputs()) {
                producers.put(output, i);
            }
        }
        int[] waits = new int[nodes.size()];
        List<List<Integer>> wakes = new ArrayList<>();
        nodes.forEach(node -> wakes.add(new ArrayList<>()));
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int i = 0; i < waits.length; i++) {
            for (String value : nodes.get(i).reads()) {
                Integer producer = producers.get(value);
                if (producer != null) {
                    wakes.get(producer).add(i);
                    waits[i]++;
                }
            }
            if (waits[i] == 0) {
                ready.add(i);
            }
        }
        List<OnnxNode> order = new ArrayList<>(waits.length);
        while (!ready.isEmpty()) {
            int place = ready.remove();
            order.add(nodes.get(place));
            for (int next : wakes.get(place)) {
                if (--waits[next] == 0) {
                    ready.add(next);
                }
            }
        }
        for (int i = 0; i < waits.length; i++) {
            if (waits[i] > 0) {
                throw new InvalidInputException("Nodes of graph (" + name + ") wait for each other in a circle, among"
                        + " them (" + nodes.get(i) + "). Maybe a node reads its own result.");
            }
        }
        return order;
    }

    /** Names this nested graph reads from the graphs around it. */
    public Set<String> outerReads() {
        Set<String> own = new HashSet<>(initializers.keySet());
        inputs.forEach(input -> own.add(input.name()));
        nodes.forEach(node -> own.addAll(node.outputs()));
        Set<String> read = new HashSet<>();
        outputs.forEach(output -> read.add(output.name()));
        for (OnnxNode node : nodes) {
            read.addAll(node.reads());
        }
        read.removeAll(own);
        read.remove("");
        return read;
    }

    /** All value names in use here and in nested graphs. */
    public Set<String> names() {
        Set<String> names = new HashSet<>(initializers.keySet());
        inputs.forEach(value -> names.add(value.name()));
        outputs.forEach(value -> names.add(value.name()));
        for (OnnxNode node : nodes) {
            names.addAll(node.inputs());
            names.addAll(node.outputs());
            node.subgraphs().forEach(nested -> names.addAll(nested.names()));
        }
        return names;
    }

    /**
     * Makes every reader of {@code from} in this graph, its nested graphs and its outputs read {@code to} instead. A
     * nested graph that has a value of that name itself stays as it is.
     */
    public void replaceUses(String from, String to) {
        for (OnnxNode node : nodes) {
            node.inputs().replaceAll(input -> input.equals(from) ? to : input);
            node.subgraphs().stream()
                    .filter(nested -> nested.outerReads().contains(from))
                    .forEach(nested -> nested.replaceUses(from, to));
        }
        outputs.replaceAll(
                output -> output.name().equals(from) ? new OnnxValue(to, output.type(), output.carried()) : output);
    }

    /** A deep copy: changing it leaves this graph as it is. Constants are immutable and shared. */
    public OnnxGraph copy() {
        return copy(info.copy());
    }

    private OnnxGraph copy(OnnxModelInfo sharedInfo) {
        OnnxGraph copy = new OnnxGraph(name, sharedInfo).docString(docString).carried(carried);
        copy.inputs.addAll(inputs);
        copy.outputs.addAll(outputs);
        copy.initializers.putAll(initializers);
        copy.valueInfo.putAll(valueInfo);
        copy.metadata.putAll(metadata);
        for (OnnxNode node : nodes) {
            copy.nodes.add(node.copy(nested -> nested.copy(sharedInfo)));
        }
        return copy;
    }
}
