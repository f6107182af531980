package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Result of {@link ShapeInference}: what is known of each value of a graph. Immutable and thread-safe. */
public final class Shapes {
    private final Map<String, Fact> facts;
    private final IdentityHashMap<OnnxGraph, Shapes> nested;
    private final List<ShapeProblem> problems;
    private final @Nullable Shapes outer;

    private Shapes(Scope scope, @Nullable Shapes outer) {
        this.facts = new LinkedHashMap<>(scope.facts());
        this.outer = outer;
        this.nested = new IdentityHashMap<>();
        List<ShapeProblem> all = new ArrayList<>(scope.problems());
        scope.nested().forEach((graph, inner) -> {
            Shapes shapes = new Shapes(inner, this);
            nested.put(graph, shapes);
            if (inner.runs()) {
                all.addAll(shapes.problems);
            }
        });
        this.problems = List.copyOf(all);
    }

    static Shapes of(Scope scope) {
        return new Shapes(scope, null);
    }

    /** Names of the graph's own values: inputs, constants and outputs of nodes. */
    public Set<String> values() {
        return java.util.Collections.unmodifiableSet(facts.keySet());
    }

    /** The type of a value of this graph or one around it; empty where not even the element type is known. */
    public Optional<OnnxType> type(String value) {
        return Optional.ofNullable(fact(value).type());
    }

    /** Element type of a tensor. */
    public Optional<ElementType> element(String value) {
        return Optional.ofNullable(fact(value).element());
    }

    /** Dimensions of a tensor, each known, symbolic or unknown; empty where the rank is unknown. */
    public Optional<List<Dim>> dims(String value) {
        List<Term> dims = fact(value).dims();
        return dims == null
                ? Optional.empty()
                : Optional.of(dims.stream().map(Term::dim).toList());
    }

    /** The whole numbers of a small tensor (512 elements) that are the same for every input; empty where not known. */
    public Optional<long[]> constant(String value) {
        return Optional.ofNullable(fact(value).longs());
    }

    /** Whether element type and every dimension are known numbers. */
    public boolean complete(String value) {
        Fact fact = fact(value);
        return fact.element() != null && fact.sizes() != null;
    }

    /** What was inferred inside a graph nested in a node of this one. */
    public Optional<Shapes> nested(OnnxGraph graph) {
        return Optional.ofNullable(nested.get(graph));
    }

    /** Contradictions in this graph and those nested in it, in graph order; empty for a sound graph. */
    public List<ShapeProblem> problems() {
        return problems;
    }

    private Fact fact(String value) {
        Fact own = facts.get(value);
        if (own != null) {
            return own;
        }
        return outer == null ? Fact.UNKNOWN : outer.fact(value);
    }
}
