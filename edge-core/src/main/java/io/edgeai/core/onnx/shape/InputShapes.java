package io.edgeai.core.onnx.shape;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Dim;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

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
