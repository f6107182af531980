package io.edgeai.optimize.partition;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Random graphs of small vectors with skips, branches of If, constants that are computed, and several outputs. */
final class Dags {
    static final int SIZE = 4;

    private Dags() {}

    static OnnxGraph of(long seed) {
        Random random = new Random(seed);
        GraphBuilder b = new GraphBuilder(17, seed).input("x", SIZE);
        b.weight("w", 0.5, SIZE).constant("yes", OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1}));
        b.node("Neg", "computed", "w");
        List<String> values = new ArrayList<>(List.of("x"));
        if (random.nextBoolean()) {
            b.input("z", SIZE);
            values.add("z");
        }
        int nodes = 3 + random.nextInt(8);
        for (int i = 0; i < nodes; i++) {
            String a = values.get(random.nextInt(values.size()));
            String c = values.get(random.nextInt(values.size()));
            String name = "v" + i;
            switch (random.nextInt(6)) {
                case 0 -> b.node("Tanh", name, a);
                case 1 -> b.node("Add", name, a, "w");
                case 2 -> b.node("Mul", name, a, "computed");
                case 3 -> choice(b, name, a, c);
                default -> b.node("Sub", name, a, c);
            }
            values.add(name);
        }
        b.output("v" + (nodes - 1), 1);
        if (random.nextBoolean()) {
            b.output("v" + random.nextInt(nodes - 1), 1);
        }
        return b.graph();
    }

    /** The larger of two sums decides which of two values is the result; both are read only inside the branches. */
    private static void choice(GraphBuilder b, String name, String a, String c) {
        b.node("ReduceSum", name + "_a", a).attribute("keepdims", 0);
        b.node("ReduceSum", name + "_c", c).attribute("keepdims", 0);
        b.node("Greater", name + "_when", name + "_a", name + "_c");
        OnnxNode node = b.node("If", name, name + "_when");
        node.attribute("then_branch", new OnnxAttribute.OfGraph(branch(b.graph(), "Exp", a, name + "_then")));
        node.attribute("else_branch", new OnnxAttribute.OfGraph(branch(b.graph(), "Abs", c, name + "_else")));
    }

    private static OnnxGraph branch(OnnxGraph outer, String op, String reads, String makes) {
        OnnxGraph nested = new OnnxGraph(makes, outer.info());
        nested.add(op, "", List.of(reads), List.of(makes));
        nested.outputs().add(OnnxValue.tensor(makes, ElementType.FLOAT, SIZE));
        return nested;
    }

    static Map<String, OnnxValue> types(OnnxGraph graph) {
        Map<String, OnnxValue> types = new HashMap<>();
        graph.feeds().forEach(feed -> types.put(feed.name(), feed));
        for (OnnxNode node : graph.nodes()) {
            String value = node.output(0);
            boolean scalar = value.endsWith("_a") || value.endsWith("_c");
            types.put(
                    value,
                    value.endsWith("_when")
                            ? OnnxValue.tensor(value, ElementType.BOOL)
                            : scalar
                                    ? OnnxValue.tensor(value, ElementType.FLOAT)
                                    : OnnxValue.tensor(value, ElementType.FLOAT, SIZE));
        }
        return types;
    }

    /** Values of inputs and nodes before a position of the chain that nodes from it on read, found by looking at all. */
    static Set<String> crossing(NodeChain chain, int position) {
        Set<String> made = new LinkedHashSet<>();
        chain.graph().feeds().forEach(feed -> made.add(feed.name()));
        for (int i = 0; i < position; i++) {
            made.addAll(chain.node(i).outputs());
        }
        Set<String> read = new LinkedHashSet<>();
        for (int i = position; i < chain.size(); i++) {
            read.addAll(chain.node(i).reads());
        }
        made.retainAll(read);
        return made;
    }
}
