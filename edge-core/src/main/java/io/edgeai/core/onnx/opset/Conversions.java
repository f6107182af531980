package io.edgeai.core.onnx.opset;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.pass.FreshNames;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What changed in each operator between sets 7 and 17. */
final class Conversions {
    private final OnnxGraph graph;
    private final long from;
    private final long to;
    private final FreshNames names;

    Conversions(OnnxGraph graph, long from, long to, FreshNames names) {
        this.graph = graph;
        this.from = from;
        this.to = to;
        this.names = names;
    }

    static Optional<String> obstacle(OnnxGraph graph, OnnxNode node, long from, long to) {
        return switch (node.op()) {
            case "Scan" -> from < 9 ? Optional.of(node + " is of a Scan with a batch axis") : Optional.empty();
            case "BatchNormalization" ->
                node.intAttribute("spatial", 1) == 0
                        ? Optional.of(node + " normalizes every position by itself (spatial=0)")
                        : from < 14 && to >= 14 && node.outputs().size() > 1
                                ? Optional.of(node + " gives its statistics (a training graph)")
                                : Optional.empty();
            case "Dropout" ->
                from < 12 && !node.output(1).isEmpty() ? Optional.of(node + " has a mask output") : Optional.empty();
            case "Resize" ->
                from == 10
                                && node.stringAttribute("mode", "nearest").equals("nearest")
                                && graph.constant(node.input(1)) == null
                        ? Optional.of(node + " takes its scales from the graph")
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** The node changed in place, with the nodes it now needs around it. */
    List<OnnxNode> convert(OnnxNode node) {
        List<OnnxNode> converted = from < 13 ? toThirteen(node) : List.of(node);
        if (node.op().equals("RoiAlign") && from < 16 && to >= 16) {
            node.attribute("coordinate_transformation_mode", "output_half_pixel");
        }
        return converted;
    }

    private List<OnnxNode> toThirteen(OnnxNode node) {
        switch (node.op()) {
            case "Squeeze", "Unsqueeze", "ReduceSum" -> intsToInput(node, "axes", 1);
            case "Split" -> intsToInput(node, "split", 1);
            case "Softmax", "LogSoftmax", "Hardmax" -> {
                return softmax(node);
            }
            case "BatchNormalization" -> node.attributes().remove("spatial");
            case "Dropout" -> dropout(node);
            case "Clip" -> clip(node);
            case "Pad" -> pad(node);
            case "Slice" -> slice(node);
            case "TopK" -> topK(node);
            case "Upsample" -> upsample(node);
            case "Resize" -> resize(node);
            case "Scatter" -> node.op("ScatterElements");
            default -> {}
        }
        return List.of(node);
    }

    private void intsToInput(OnnxNode node, String attribute, int index) {
        long[] values = node.intsAttribute(attribute);
        if (values != null) {
            node.attributes().remove(attribute);
            setInput(node, index, OnnxTensor.ofLongs(values, values.length), attribute);
        }
    }

    /** Before 13 the input was flattened to a matrix at {@code axis}, 1 by default; since then one axis is normalized. */
    private List<OnnxNode> softmax(OnnxNode node) {
        long axis = node.intAttribute("axis", 1);
        int rank = rank(node);
        if (axis == -1 || (rank > 0 && axis == rank - 1)) {
            node.attribute("axis", -1);
            return List.of(node);
        }
        String input = node.input(0);
        String output = node.output(0);
        String shape = names.of(output + "_shape");
        String flat = names.of(output + "_flat");
        String normalized = names.of(output + "_normalized");
        OnnxNode shapeOf = new OnnxNode("Shape", "", List.of(input), List.of(shape));
        OnnxNode flatten = new OnnxNode("Flatten", "", List.of(input), List.of(flat)).attribute("axis", axis);
        OnnxNode restore = new OnnxNode("Reshape", "", List.of(normalized, shape), List.of(output));
        node.attribute("axis", -1);
        node.inputs().set(0, flat);
        node.outputs().set(0, normalized);
        return List.of(shapeOf, flatten, node, restore);
    }

    private static void dropout(OnnxNode node) {
        if (!node.attributes().containsKey("ratio") && node.inputs().size() > 1) {
            return;
        }
        node.op("Identity");
        node.attributes().clear();
        node.outputs().subList(1, node.outputs().size()).clear();
    }

    private void clip(OnnxNode node) {
        if (from >= 11) {
            return;
        }
        float low = node.floatAttribute("min", -Float.MAX_VALUE);
        float high = node.floatAttribute("max", Float.MAX_VALUE);
        node.attributes().remove("min");
        node.attributes().remove("max");
        setInput(node, 1, OnnxTensor.scalar(low), "min");
        setInput(node, 2, OnnxTensor.scalar(high), "max");
    }

    private void pad(OnnxNode node) {
        if (from >= 11) {
            return;
        }
        float value = node.floatAttribute("value", 0);
        node.attributes().remove("value");
        intsToInput(node, "pads", 1);
        if (value != 0) {
            setInput(node, 2, scalarLike(node, value), "value");
        }
    }

    /** The value in the type of what is padded; what the file does not type is FLOAT. */
    private OnnxTensor scalarLike(OnnxNode node, float value) {
        boolean wide = typed(node.input(0))
                .or(() -> typed(node.output(0)))
                .filter(type -> type.element() == ElementType.DOUBLE)
                .isPresent();
        ByteBuffer bytes = ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        return wide
                ? OnnxTensor.ofRaw(ElementType.DOUBLE, bytes.putDouble(value).flip())
                : OnnxTensor.scalar(value);
    }

    private void slice(OnnxNode node) {
        if (from >= 10) {
            return;
        }
        intsToInput(node, "starts", 1);
        intsToInput(node, "ends", 2);
        intsToInput(node, "axes", 3);
    }

    private void topK(OnnxNode node) {
        if (from >= 10) {
            return;
        }
        long k = node.intAttribute("k", 1);
        node.attributes().remove("k");
        setInput(node, 1, OnnxTensor.ofLongs(new long[] {k}, 1), "k");
    }

    private void upsample(OnnxNode node) {
        String scales = node.input(1);
        if (node.attributes().remove("scales") instanceof OnnxAttribute.OfFloats values) {
            float[] floats = new float[values.values().size()];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = values.values().get(i);
            }
            scales = names.of(node.output(0) + "_scales");
            graph.initializers().put(scales, OnnxTensor.ofFloats(floats, floats.length));
        }
        node.op("Resize");
        asResize(node, scales, "floor");
    }

    private void resize(OnnxNode node) {
        if (from == 10) {
            OnnxTensor scales = graph.constant(node.input(1));
            boolean shrinks = false;
            if (scales != null) {
                for (float scale : OnnxFloats.floats(scales)) {
                    shrinks |= scale < 1;
                }
            }
            asResize(node, node.input(1), shrinks ? "ceil" : "floor");
        }
    }

    private static void asResize(OnnxNode node, String scales, String rounding) {
        String x = node.input(0);
        node.inputs().clear();
        node.inputs().addAll(List.of(x, "", scales));
        if (node.stringAttribute("mode", "nearest").equals("nearest")) {
            node.attribute("nearest_mode", rounding);
        } else {
            node.attribute("mode", "linear");
        }
        node.attribute("coordinate_transformation_mode", "asymmetric");
    }

    private void setInput(OnnxNode node, int index, OnnxTensor value, String what) {
        String name = names.of(node.output(0) + "_" + what);
        graph.initializers().put(name, value);
        while (node.inputs().size() <= index) {
            node.inputs().add("");
        }
        node.inputs().set(index, name);
    }

    /** Rank of the node's input as far as the file says it; 0 where it does not. */
    private int rank(OnnxNode node) {
        for (OnnxNode before : graph.nodes()) {
            if (before.outputs().contains(node.input(0))
                    && (before.op().equals("Gemm") || before.op().equals("Flatten"))) {
                return 2;
            }
        }
        Integer input = rankOf(node.input(0));
        Integer output = rankOf(node.output(0));
        return input != null ? input : output != null ? output : 0;
    }

    private @Nullable Integer rankOf(String value) {
        return typed(value)
                .map(type -> type.shape() == null ? 0 : type.shape().size())
                .filter(rank -> rank > 0)
                .orElse(null);
    }

    private Optional<OnnxType.OfTensor> typed(String value) {
        return Stream.of(graph.inputs(), graph.outputs(), graph.valueInfo().values())
                .flatMap(java.util.Collection::stream)
                .filter(candidate -> candidate.name().equals(value))
                .map(OnnxValue::type)
                .filter(OnnxType.OfTensor.class::isInstance)
                .map(OnnxType.OfTensor.class::cast)
                .findFirst();
    }
}
