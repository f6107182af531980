package io.edgeai.core.train;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each of a model's float constants lies in one flat vector: the form in which parameters are trained, exchanged
 * and saved. Immutable and thread-safe.
 *
 * @param slots constants in vector order, without gaps
 */
public record ParameterLayout(List<Slot> slots) {
    public ParameterLayout {
        slots = List.copyOf(slots);
        int next = 0;
        for (Slot slot : slots) {
            if (slot.offset() != next) {
                throw new InvalidInputException("Parameter (" + slot.name() + ") starts at " + slot.offset()
                        + " but the one before ends at " + next + ".");
            }
            next = Math.addExact(next, slot.size());
        }
    }

    /** The named initializers of a graph, in the order given. */
    public static ParameterLayout of(OnnxGraph graph, List<String> names) {
        Slot[] slots = new Slot[names.size()];
        int offset = 0;
        for (int i = 0; i < slots.length; i++) {
            OnnxTensor tensor = constant(graph, names.get(i));
            slots[i] = new Slot(
                    names.get(i), offset, Arrays.stream(tensor.dims()).boxed().toList());
            offset = Math.addExact(offset, slots[i].size());
        }
        return new ParameterLayout(Arrays.asList(slots));
    }

    /** Length of the vector. */
    public int size() {
        return slots.isEmpty() ? 0 : slots.get(slots.size() - 1).end();
    }

    /** The constants of a graph as one vector. */
    public float[] read(OnnxGraph graph) {
        float[] vector = new float[size()];
        for (Slot slot : slots) {
            float[] values = constant(graph, slot.name()).floats();
            if (values.length != slot.size()) {
                throw new InvalidInputException("Parameter (" + slot.name() + ") has " + values.length
                        + " values in the graph and " + slot.size() + " in the layout.");
            }
            System.arraycopy(values, 0, vector, slot.offset(), values.length);
        }
        return vector;
    }

    /** Puts a vector's values into the constants of a graph. */
    public void write(float[] vector, OnnxGraph graph) {
        check(vector);
        Map<String, OnnxTensor> fresh = new HashMap<>();
        for (Slot slot : slots) {
            constant(graph, slot.name());
            fresh.put(
                    slot.name(),
                    OnnxTensor.ofFloats(Arrays.copyOfRange(vector, slot.offset(), slot.end()), slot.shape()));
        }
        graph.initializers().putAll(fresh);
    }

    /** @throws InvalidInputException where the vector has another length than {@link #size()} */
    public void check(float[] vector) {
        if (vector.length != size()) {
            throw new InvalidInputException("The vector has " + vector.length + " values, the layout " + size()
                    + ". Maybe it belongs to another model.");
        }
    }

    private static OnnxTensor constant(OnnxGraph graph, String name) {
        OnnxTensor tensor = graph.initializers().get(name);
        if (tensor == null) {
            throw new InvalidInputException(
                    "Parameter (" + name + ") is no initializer of graph (" + graph.name() + ").");
        }
        return tensor;
    }

    /**
     * One constant.
     *
     * @param name its name in the graph
     * @param offset index of its first value in the vector
     * @param dims its dimensions; empty for a scalar
     */
    public record Slot(String name, int offset, List<Long> dims) {
        public Slot {
            dims = List.copyOf(dims);
        }

        /** Number of values. */
        public int size() {
            return Math.toIntExact(dims.stream().reduce(1L, Math::multiplyExact));
        }

        /** Index after its last value. */
        public int end() {
            return Math.addExact(offset, size());
        }

        long[] shape() {
            return dims.stream().mapToLong(Long::longValue).toArray();
        }
    }
}
