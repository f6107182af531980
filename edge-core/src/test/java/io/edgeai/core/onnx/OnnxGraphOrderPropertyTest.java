package io.edgeai.core.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Topological order against a slow definition: each node after those whose values it reads, the first ready first. */
class OnnxGraphOrderPropertyTest {
    /** A random graph without circles, its nodes shuffled; some nodes read through a nested graph. */
    private static OnnxGraph random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        OnnxGraph graph = OnnxGraph.create("dag", 17);
        graph.inputs().add(OnnxValue.tensor("v0", ElementType.FLOAT, 1));
        List<String> known = new ArrayList<>(List.of("v0"));
        int count = random.nextInt(1, 20);
        for (int i = 1; i <= count; i++) {
            List<String> reads = new ArrayList<>();
            for (int r = random.nextInt(0, 4); r > 0; r--) {
                reads.add(random.nextInt(8) == 0 ? "" : known.get(random.nextInt(known.size())));
            }
            List<String> writes = new ArrayList<>(List.of("v" + i));
            if (random.nextInt(4) == 0) {
                writes.add("");
                writes.add("w" + i);
            }
            OnnxNode node = graph.add("Op", "n" + i, reads, writes);
            if (random.nextInt(4) == 0) {
                OnnxGraph nested = new OnnxGraph("nested", graph.info());
                nested.add("Op", "inner", List.of(known.get(random.nextInt(known.size()))), List.of("own"));
                nested.add("Op", "inner2", List.of("own"), List.of("end"));
                nested.outputs().add(new OnnxValue("end", null));
                node.attribute("body", new OnnxAttribute.OfGraph(nested));
            }
            known.addAll(writes);
            known.removeIf(String::isEmpty);
        }
        Collections.shuffle(graph.nodes(), new Random(seed));
        return graph;
    }

    /** By definition and quadratic: again and again the first node in the list that has all it needs. */
    private static List<OnnxNode> slow(OnnxGraph graph) {
        Set<String> made = new HashSet<>();
        graph.nodes().forEach(node -> made.addAll(node.outputs()));
        Set<String> ready = new HashSet<>();
        List<OnnxNode> left = new ArrayList<>(graph.nodes());
        List<OnnxNode> order = new ArrayList<>();
        while (!left.isEmpty()) {
            OnnxNode next = left.stream()
                    .filter(node ->
                            needs(node).stream().allMatch(value -> !made.contains(value) || ready.contains(value)))
                    .findFirst()
                    .orElseThrow();
            left.remove(next);
            order.add(next);
            ready.addAll(next.outputs());
        }
        return order;
    }

    private static Set<String> needs(OnnxNode node) {
        Set<String> needs = new HashSet<>(node.inputs());
        for (OnnxGraph nested : node.subgraphs()) {
            Set<String> own = new HashSet<>();
            nested.inputs().forEach(input -> own.add(input.name()));
            own.addAll(nested.initializers().keySet());
            nested.nodes().forEach(inner -> own.addAll(inner.outputs()));
            for (OnnxNode inner : nested.nodes()) {
                needs(inner).stream().filter(value -> !own.contains(value)).forEach(needs::add);
            }
            nested.outputs().stream()
                    .map(OnnxValue::name)
                    .filter(value -> !own.contains(value))
                    .forEach(needs::add);
        }
        needs.remove("");
        return needs;
    }

    @Test
    void theOrderIsTheSlowOne() {
        for (long seed = 0; seed < 2000; seed++) {
            OnnxGraph graph = random(seed);
            assertThat(graph.topologicalOrder()).as("seed %d", seed).containsExactlyElementsOf(slow(graph));
        }
    }

    @Test
    void everyNodeOccursOnceAndAfterWhatItReads() {
        for (long seed = 2000; seed < 3000; seed++) {
            OnnxGraph graph = random(seed);
            List<OnnxNode> order = graph.topologicalOrder();
            IdentityHashMap<OnnxNode, Integer> places = new IdentityHashMap<>();
            for (OnnxNode node : order) {
                places.put(node, places.size());
            }
            assertThat(places).as("seed %d", seed).hasSize(graph.nodes().size());
            Map<String, OnnxNode> producers = graph.producers();
            for (OnnxNode node : order) {
                for (String value : needs(node)) {
                    OnnxNode producer = producers.get(value);
                    if (producer != null) {
                        assertThat(places.get(producer))
                                .as("seed %d, %s", seed, node)
                                .isLessThan(places.get(node));
                    }
                }
            }
        }
    }

    /** An edge back from a node to one it depends on closes a circle, wherever it is. */
    @Test
    void everyBackEdgeIsACircle() {
        int circles = 0;
        for (long seed = 0; seed < 1000; seed++) {
            OnnxGraph graph = random(seed);
            SplittableRandom random = new SplittableRandom(seed);
            List<OnnxNode> order = graph.topologicalOrder();
            OnnxNode late = order.get(random.nextInt(order.size()));
            OnnxNode early = order.get(random.nextInt(order.size()));
            boolean circle = early == late || depends(graph, late, early);
            early.inputs().add(late.output(0));
            if (circle) {
                circles++;
                assertThatThrownBy(graph::topologicalOrder)
                        .as("seed %d", seed)
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("(dag)")
                        .hasMessageContaining("circle")
                        .hasMessageContaining("Op(n");
            } else {
                assertThat(graph.topologicalOrder()).as("seed %d", seed).containsExactlyElementsOf(slow(graph));
            }
        }
        assertThat(circles).isGreaterThan(100);
    }

    private static boolean depends(OnnxGraph graph, OnnxNode node, OnnxNode on) {
        Map<String, OnnxNode> producers = graph.producers();
        List<OnnxNode> open = new ArrayList<>(List.of(node));
        Set<OnnxNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        while (!open.isEmpty()) {
            OnnxNode next = open.remove(open.size() - 1);
            if (next == on) {
                return true;
            }
            if (seen.add(next)) {
                needs(next).stream()
                        .filter(producers::containsKey)
                        .map(producers::get)
                        .forEach(open::add);
            }
        }
        return false;
    }

    @Test
    void aSortedGraphStaysAsItIs() {
        for (long seed = 0; seed < 200; seed++) {
            OnnxGraph graph = random(seed);
            List<OnnxNode> order = graph.topologicalOrder();
            graph.nodes().clear();
            graph.nodes().addAll(order);
            assertThat(graph.topologicalOrder()).as("seed %d", seed).containsExactlyElementsOf(order);
        }
    }

    @Test
    void aNodeThatReadsItsOwnResultIsACircleOfOne() {
        OnnxGraph graph = OnnxGraph.create("self", 17);
        graph.add("Relu", "fine", List.of(), List.of("a"));
        graph.add("Relu", "loop", List.of("b"), List.of("b"));

        assertThatThrownBy(graph::topologicalOrder)
                .hasMessageContaining("Relu(loop)")
                .hasMessageNotContaining("fine")
                .hasMessageContaining("Maybe");
    }

    /** A body that reads a value computed by the node it belongs to waits for itself. */
    @Test
    void aBodyThatReadsItsNodesResultIsACircle() {
        OnnxGraph graph = OnnxGraph.create("capture", 17);
        OnnxGraph body = new OnnxGraph("body", graph.info());
        body.outputs().add(new OnnxValue("y", null));
        graph.add("If", "choice", List.of("flag"), List.of("y"))
                .attribute("then_branch", new OnnxAttribute.OfGraph(body));

        assertThatThrownBy(graph::topologicalOrder).hasMessageContaining("If(choice)");
        body.initializers().put("y", OnnxTensor.scalar(1f));
        assertThat(graph.topologicalOrder()).as("now the body has its own y").hasSize(1);
    }

    @Test
    void longChainsNeedNoDeepStack() {
        OnnxGraph graph = OnnxGraph.create("chain", 17);
        int length = 50_000;
        for (int i = length - 1; i >= 0; i--) {
            graph.add("Relu", "n" + i, List.of("v" + i), List.of("v" + (i + 1)));
        }
        List<OnnxNode> order = graph.topologicalOrder();
        for (int i = 0; i < length; i++) {
            assertThat(order.get(i).name()).isEqualTo("n" + i);
        }
    }
}
