package io.edgeai.core.onnx.shape;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Infers element type and dimensions of every value of a graph from its inputs and constants, by the operators'
 * definitions (ONNX operator sets 1 to 23, ai.onnx.ml 1 to 5, and the usual operators of com.microsoft). Symbols of
 * dimensions are carried as polynomials ({@code 2*seq+1}). Never fails on a graph: an operator it does not know leaves
 * its outputs to what the file states, a contradiction is listed in {@link Shapes#problems()}. Time is linear in the
 * number of nodes, except that a loop's body is walked again while its shapes widen. Stateless and thread-safe as long
 * as nobody changes the graph meanwhile.
 */
public final class ShapeInference {
    private ShapeInference() {}

    /** Infers from the inputs as declared. */
    public static Shapes infer(OnnxGraph graph) {
        return infer(graph, InputShapes.declared());
    }

    /**
     * Infers for given inputs.
     *
     * @throws InvalidInputException where {@code inputs} names an input that the graph does not have
     */
    public static Shapes infer(OnnxGraph graph, InputShapes inputs) {
        Set<String> named = new TreeSet<>(inputs.inputs().keySet());
        named.addAll(inputs.values().keySet());
        for (String name : named) {
            if (graph.inputs().stream().noneMatch(input -> input.name().equals(name))) {
                throw new InvalidInputException("Graph (" + graph.name() + ") has no input (" + name
                        + "). Maybe it is one of "
                        + graph.feeds().stream().map(OnnxValue::name).toList() + ".");
            }
        }
        Scope scope = new Scope(graph, null);
        for (OnnxValue input : graph.inputs()) {
            Fact fact = Fact.of(bound(input, inputs));
            List<Long> values = inputs.values().get(input.name());
            scope.facts().put(input.name(), values == null ? fact : holding(input, fact, values));
        }
        scope.walk();
        return Shapes.of(scope);
    }

    private static Fact holding(OnnxValue input, Fact fact, List<Long> values) {
        long[] dims = fact.rank() == 1 && !fact.dim(0).exact() ? new long[] {values.size()} : fact.sizes();
        if (dims == null || Elements.count(dims) != values.size()) {
            throw new InvalidInputException("Input (" + input.name() + ") is " + fact + ", which does not hold ("
                    + values.size() + ") elements. Maybe give its dimensions too.");
        }
        return Fact.tensor(fact.element(), dims)
                .withData(values.stream().map(Term::of).toList());
    }

    private static @Nullable OnnxType bound(OnnxValue input, InputShapes inputs) {
        if (!(input.type() instanceof OnnxType.OfTensor tensor)) {
            return input.type();
        }
        List<Dim> dims = inputs.inputs().getOrDefault(input.name(), tensor.shape());
        return new OnnxType.OfTensor(
                tensor.element(),
                dims == null ? null : dims.stream().map(inputs::bind).toList());
    }
}
