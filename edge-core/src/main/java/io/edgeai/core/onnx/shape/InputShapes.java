package io.edgeai.core.onnx.shape;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What to take a model's inputs to be, beyond what its file declares. Immutable.
 *
 * @param inputs dimensions by input name; they replace the declared ones
 * @param symbols sizes of named dimensions such as {@code batch}
 * @param values elements of whole-number inputs that decide shapes, such as a length; row-major, by input name
 * @param others the size of every input dimension that is still unknown; empty leaves it unknown
 */
public record InputShapes(
        Map<String, List<Dim>> inputs, Map<String, Long> symbols, Map<String, List<Long>> values, OptionalLong others) {
    public InputShapes {
        inputs = Map.copyOf(inputs);
        symbols = Map.copyOf(symbols);
        values = Map.copyOf(values);
        symbols.forEach((symbol, size) -> requireSize("Symbol (" + symbol + ")", size));
        others.ifPresent(size -> requireSize("The size of unknown dimensions", size));
    }

    /** Inputs as the file declares them. */
    public static InputShapes declared() {
        return new InputShapes(Map.of(), Map.of(), Map.of(), OptionalLong.empty());
    }

    /**
     * Inputs as a graph declares them, where each unknown dimension without a name gets one of its own: what is computed
     * from it is then known to be the same size wherever it occurs.
     */
    public static InputShapes named(OnnxGraph graph) {
        Map<String, List<Dim>> inputs = new HashMap<>();
        Set<String> taken = new HashSet<>();
        graph.inputs().forEach(input -> dims(input).forEach(dim -> taken.add(dim.symbol())));
        for (OnnxValue input : graph.inputs()) {
            List<Dim> dims = new ArrayList<>(dims(input));
            for (int i = 0; i < dims.size(); i++) {
                if (!dims.get(i).known() && dims.get(i).symbol().isEmpty()) {
                    String name = "open" + taken.size();
                    while (!taken.add(name)) {
                        name += "_";
                    }
                    dims.set(i, Dim.symbolic(name));
                    inputs.put(input.name(), dims);
                }
            }
        }
        return new InputShapes(inputs, Map.of(), Map.of(), OptionalLong.empty());
    }

    private static List<Dim> dims(OnnxValue input) {
        return input.type() instanceof OnnxType.OfTensor tensor && tensor.shape() != null ? tensor.shape() : List.of();
    }

    /** Replaces the declared dimensions of one input; below 0 is unknown. */
    public InputShapes input(String name, long... dims) {
        Map<String, List<Dim>> more = new HashMap<>(inputs);
        more.put(name, Arrays.stream(dims).mapToObj(Dim::of).toList());
        return new InputShapes(more, symbols, values, others);
    }

    /** Gives a named dimension its size wherever inputs mention it. */
    public InputShapes symbol(String symbol, long size) {
        Map<String, Long> more = new HashMap<>(symbols);
        more.put(symbol, size);
        return new InputShapes(inputs, more, values, others);
    }

    /** Fixes what a whole-number input holds. */
    public InputShapes value(String name, long... elements) {
        Map<String, List<Long>> more = new HashMap<>(values);
        more.put(name, Arrays.stream(elements).boxed().toList());
        return new InputShapes(inputs, symbols, more, others);
    }

    /** Gives every dimension that is still unknown this size. */
    public InputShapes others(long size) {
        return new InputShapes(inputs, symbols, values, OptionalLong.of(size));
    }

    Dim bind(Dim dim) {
        if (dim.known()) {
            return dim;
        }
        Long size = symbols.get(dim.symbol());
        return size != null ? Dim.of(size) : others.isPresent() ? Dim.of(others.getAsLong()) : dim;
    }

    private static void requireSize(String what, long size) {
        if (size < 0) {
            throw new InvalidInputException(what + " must be 0 or more, not (" + size + ").");
        }
    }
}
