package io.edgeai.core.train.gradient;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a rule sees of one node: the gradients of its outputs, which inputs need one, and shapes of values. */
final class NodeGradient {
    private final GradientTape tape;
    private final OnnxNode node;

    NodeGradient(GradientTape tape, OnnxNode node) {
        this.tape = tape;
        this.node = node;
    }

    OnnxNode node() {
        return node;
    }

    GraphEmitter out() {
        return tape.emitter();
    }

    OnnxGraph graph() {
        return tape.emitter().graph();
    }

    String x() {
        return node.input(0);
    }

    String y() {
        return node.output(0);
    }

    String input(int index) {
        return node.input(index);
    }

    /** Gradient of the first output; zeros where only others have one. */
    String dy() {
        return dyOrZeros(0);
    }

    @Nullable
    String dy(int output) {
        return tape.gradientOf(node.output(output));
    }

    String dyOrZeros(int output) {
        String dy = dy(output);
        return dy == null ? out().zerosLike(node.output(output)) : dy;
    }

    boolean wants(int input) {
        return tape.needs(tape.source(node, input));
    }

    void give(int input, String gradient) {
        tape.give(tape.source(node, input), gradient);
    }

    void mark(KernelGradient kernel) {
        tape.mark(kernel);
    }

    /** Whether this normalization was rewritten to use the batch's own statistics. */
    boolean ofBatch() {
        return tape.ofBatch(node);
    }

    /** Dimensions, -1 where unknown. */
    long[] dims(String value) {
        return tape.shapes().dims(value).orElseThrow(() -> refuse("value (" + value + ") has no known rank")).stream()
                .mapToLong(Dim::size)
                .toArray();
    }

    int rank(String value) {
        return dims(value).length;
    }

    /** Dimensions of which only the first may be unknown. */
    long[] fixed(String value) {
        long[] dims = dims(value);
        for (int i = 1; i < dims.length; i++) {
            if (dims[i] < 0) {
                throw refuse("dimension " + i + " of value (" + value + ") is not fixed");
            }
        }
        return dims;
    }

    /** A dimension that must be known. */
    long fixed(String value, int axis) {
        long size = dims(value)[axis];
        if (size < 0) {
            throw refuse("dimension " + axis + " of value (" + value + ") is not fixed");
        }
        return size;
    }

    /** Whole numbers of a value that are the same for every input; null where the node has no such input. */
    long @Nullable [] constant(int input) {
        String name = node.input(input);
        return name.isEmpty()
                ? null
                : shapes().constant(name)
                        .orElseThrow(() -> refuse("its input (" + name + ") is computed from the data"));
    }

    Shapes shapes() {
        return tape.shapes();
    }

    /** A gradient in the shape of a value of equally many elements. */
    String like(String gradient, String value) {
        long[] dims = dims(value);
        int unknown = 0;
        for (long dim : dims) {
            unknown += dim < 0 ? 1 : dim == 0 ? 2 : 0;
        }
        return unknown <= 1 ? out().reshape(gradient, dims) : out().op("Reshape", gradient, out().shape(value));
    }

    /** Sums a gradient of the node's output over the axes along which an input was repeated. */
    String unbroadcast(String gradient, String value) {
        return unbroadcast(gradient, y(), value);
    }

    String unbroadcast(String gradient, String from, String value) {
        List<Dim> wide = known(from);
        List<Dim> narrow = known(value);
        int lead = wide.size() - narrow.size();
        List<Long> axes = new ArrayList<>();
        for (int i = 0; i < wide.size(); i++) {
            if (i < lead || (narrow.get(i - lead).size() == 1 && wide.get(i).size() != 1)) {
                axes.add((long) i);
            }
        }
        if (axes.isEmpty()) {
            return gradient;
        }
        String summed = out().sum(
                        gradient,
                        lead == 0,
                        axes.stream().mapToLong(Long::longValue).toArray());
        return lead == 0 ? summed : like(summed, value);
    }

    private List<Dim> known(String value) {
        return shapes().dims(value).orElseThrow(() -> refuse("value (" + value + ") has no known rank"));
    }

    /** Axis from 0 on. */
    int axis(long given, String value) {
        int rank = rank(value);
        return (int) (given < 0 ? given + rank : given);
    }

    long[] ints(String attribute, long[] otherwise) {
        return Objects.requireNonNullElse(node.intsAttribute(attribute), otherwise);
    }

    UnsupportedOperatorException refuse(String why) {
        return new UnsupportedOperatorException("Node (" + node + ") cannot be differentiated: " + why
                + ". Maybe freeze what lies before it with trainable(...), or fix the model's shapes.");
    }
}
