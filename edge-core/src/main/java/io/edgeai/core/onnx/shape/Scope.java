package io.edgeai.core.onnx.shape;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The facts of one graph while it is walked, and of the graphs around it. */
final class Scope {
    private final OnnxGraph graph;
    private final @Nullable Scope outer;
    private final Map<String, Fact> facts = new LinkedHashMap<>();
    private final IdentityHashMap<OnnxGraph, Scope> nested = new IdentityHashMap<>();
    private final List<ShapeProblem> problems = new ArrayList<>();
    private boolean runs = true;

    Scope(OnnxGraph graph, @Nullable Scope outer) {
        this.graph = graph;
        this.outer = outer;
    }

    Map<String, Long> opsets() {
        return graph.info().opsets();
    }

    Fact fact(String name) {
        Fact own = facts.get(name);
        if (own != null) {
            return own;
        }
        return outer == null ? Fact.UNKNOWN : outer.fact(name);
    }

    Map<String, Fact> facts() {
        return facts;
    }

    IdentityHashMap<OnnxGraph, Scope> nested() {
        return nested;
    }

    List<ShapeProblem> problems() {
        return problems;
    }

    /** Whether this graph can run; what contradicts itself where nothing runs is no problem. */
    boolean runs() {
        return runs;
    }

    /** Notes that a condition known beforehand keeps a graph inside this one from running. */
    void neverRuns(OnnxGraph inner) {
        Scope scope = nested.get(inner);
        if (scope != null) {
            scope.runs = false;
        }
    }

    /** Walks a graph inside this one with facts for its inputs; gives the facts of its outputs. */
    List<Fact> walkNested(OnnxGraph inner, List<Fact> inputs) {
        Scope scope = new Scope(inner, this);
        for (int i = 0; i < inner.inputs().size(); i++) {
            OnnxValue input = inner.inputs().get(i);
            Fact stated = Fact.of(input.type());
            Fact passed = i < inputs.size() ? inputs.get(i) : Fact.UNKNOWN;
            scope.facts.put(input.name(), passed.filledFrom(stated));
        }
        nested.put(inner, scope);
        scope.walk();
        return inner.outputs().stream().map(value -> scope.fact(value.name())).toList();
    }

    /** Applies the rules of all nodes; the facts of inputs must be there. */
    void walk() {
        for (Map.Entry<String, OnnxTensor> constant : graph.initializers().entrySet()) {
            boolean overridable = graph.info().irVersion() >= 4
                    && graph.inputs().stream().anyMatch(in -> in.name().equals(constant.getKey()));
            Fact fact = Fact.of(constant.getValue());
            facts.put(constant.getKey(), overridable ? fact.withData(null) : fact);
        }
        for (OnnxNode node : order()) {
            visit(node);
        }
        for (OnnxValue output : graph.outputs()) {
            Fact own = facts.get(output.name());
            if (own != null) {
                facts.put(output.name(), reconciled("output", output, own));
            }
        }
    }

    private List<OnnxNode> order() {
        try {
            return graph.topologicalOrder();
        } catch (EdgeException cyclic) {
            problems.add(new ShapeProblem("graph (" + graph.name() + ")", String.valueOf(cyclic.getMessage())));
            return graph.nodes();
        }
    }

    private void visit(OnnxNode node) {
        Op op = new Op(node, this);
        Rule rule = Rules.of(node);
        if (rule != null) {
            try {
                rule.apply(op);
            } catch (Contradiction | EdgeException e) {
                problems.add(new ShapeProblem(node.toString(), String.valueOf(e.getMessage())));
            } catch (IndexOutOfBoundsException e) {
                problems.add(new ShapeProblem(node.toString(), "an attribute or input has too few values"));
            } catch (ArithmeticException e) {
                problems.add(new ShapeProblem(node.toString(), "its sizes exceed 2^63-1"));
            }
        }
        for (int i = 0; i < node.outputs().size(); i++) {
            String name = node.output(i);
            if (!name.isEmpty()) {
                Fact fact = op.result(i);
                OnnxValue stated = graph.valueInfo().get(name);
                facts.put(name, stated == null ? fact : reconciled(node.toString(), stated, fact));
            }
        }
    }

    /** Fills gaps from what the file states; inference wins where they disagree. */
    private Fact reconciled(String node, OnnxValue stated, Fact fact) {
        Fact said = Fact.of(stated.type());
        if (!fact.compatible(said)) {
            problems.add(new ShapeProblem(
                    node, "value (" + stated.name() + ") is " + fact + " but the file states " + said));
            return fact;
        }
        return fact.filledFrom(said);
    }
}
