package io.edgeai.optimize.transformer;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at a graph to match patterns: who computes a value, who reads it, and the shape the engine infers for it. */
final class GraphView {
    /** Operators whose shapes are asked for; their outputs are tensors for certain. */
    private static final Set<String> ASKED = Set.of(
            "MatMul",
            "Gemm",
            "Add",
            "Slice",
            "Mul",
            "Div",
            "Sub",
            "Reshape",
            "Transpose",
            "Gather",
            "LayerNormalization",
            "Softmax");

    private final OnnxGraph graph;
    private final Map<String, OnnxNode> producers;
    private final Map<String, List<OnnxNode>> consumers;
    private final Set<String> outputs = new HashSet<>();
    private final Map<String, List<Dim>> shapes;

    private GraphView(OnnxGraph graph, Map<String, List<Dim>> shapes) {
        this.graph = graph;
        this.producers = graph.producers();
        this.consumers = graph.consumers();
        this.shapes = shapes;
        graph.outputs().forEach(output -> outputs.add(output.name()));
    }

    /**
     * Shapes are inferred by loading the graph with its intermediate values made outputs; nothing runs. The engine does
     * not look through a Reshape whose target, or a Slice whose end is computed: those are told in a second round.
     */
    static GraphView of(OnnxGraph graph, InferenceRuntime runtime) {
        OnnxGraph copy = graph.copy();
        copy.outputs().clear();
        for (OnnxNode node : graph.nodes()) {
            if (node.domain().isEmpty() && ASKED.contains(node.op())
                    || node.op().equals("SkipLayerNormalization")) {
                copy.outputs().add(new OnnxValue(node.output(0), null));
            }
        }
        Map<String, List<Dim>> shapes = new HashMap<>();
        for (OnnxValue input : graph.inputs()) {
            if (input.type() instanceof OnnxType.OfTensor tensor
                    && tensor.element() == ElementType.FLOAT
                    && tensor.shape() != null) {
                shapes.put(input.name(), tensor.shape());
            }
        }
        if (copy.outputs().isEmpty() || !infer(copy, shapes, runtime)) {
            return new GraphView(graph, shapes);
        }
        boolean more = false;
        for (OnnxNode node : graph.nodes()) {
            List<Dim> known = shapes.get(node.output(0));
            List<Dim> target = known == null || !incomplete(known) ? null : told(graph, node);
            if (target != null) {
                OnnxType type = new OnnxType.OfTensor(ElementType.FLOAT, target);
                copy.valueInfo().put(node.output(0), new OnnxValue(node.output(0), type));
                copy.outputs()
                        .replaceAll(output ->
                                output.name().equals(node.output(0)) ? new OnnxValue(output.name(), type) : output);
                more = true;
            }
        }
        if (more) {
            infer(copy, shapes, runtime);
        }
        return new GraphView(graph, shapes);
    }

    private static boolean incomplete(List<Dim> shape) {
        return shape.isEmpty() || shape.stream().anyMatch(dim -> !dim.known());
    }

    private static boolean infer(OnnxGraph graph, Map<String, List<Dim>> shapes, InferenceRuntime runtime) {
        SessionOptions options = SessionOptions.defaults().slots(1).optimize(false);
        try (InferenceSession session = runtime.open(OnnxWriter.toBytes(graph), options)) {
            for (TensorSpec spec : session.signature().outputs()) {
                if (spec.type() == ElementType.FLOAT) {
                    shapes.put(spec.name(), spec.shape());
                }
            }
        }
        return !shapes.isEmpty();
    }

    private static @Nullable List<Dim> told(OnnxGraph graph, OnnxNode node) {
        return switch (node.op()) {
            case "Reshape" -> target(graph, node.input(1));
            case "Slice" -> sliced(graph, node);
            default -> null;
        };
    }

    /** A constant of which some axes are cut. */
    private static @Nullable List<Dim> sliced(OnnxGraph graph, OnnxNode slice) {
        OnnxTensor from = graph.initializers().get(slice.input(0));
        OnnxTensor axes = graph.initializers().get(slice.input(3));
        if (from == null || axes == null || from.type() != ElementType.FLOAT) {
            return null;
        }
        List<Dim> dims = new java.util.ArrayList<>();
        for (long dim : from.dims()) {
            dims.add(Dim.of(dim));
        }
        for (long axis : axes.longs()) {
            dims.set((int) (axis < 0 ? axis + dims.size() : axis), Dim.UNKNOWN);
        }
        return dims;
    }

    /** The dimensions a Concat of single numbers states, where there are at least three. */
    private static @Nullable List<Dim> target(OnnxGraph graph, String value) {
        OnnxNode concat = graph.producers().get(value);
        if (concat == null || !concat.op().equals("Concat") || concat.inputs().size() < 3) {
            return null;
        }
        List<Dim> dims = new java.util.ArrayList<>();
        for (String part : concat.inputs()) {
            OnnxTensor constant = graph.initializers().get(part);
            OnnxNode producer = graph.producers().get(part);
            boolean single = constant == null
                    ? producer != null && producer.op().equals("Unsqueeze")
                    : constant.type() == ElementType.INT64 && constant.elements() == 1;
            if (!single) {
                return null;
            }
            dims.add(constant == null || constant.longs()[0] < 1 ? Dim.UNKNOWN : Dim.of(constant.longs()[0]));
        }
        return dims;
    }

    /** A view of the same graph after changes; values keep the shapes they had. */
    GraphView again() {
        return new GraphView(graph, shapes);
    }

    /** The shape of a FLOAT value; null where unknown. A rank of 0 counts as unknown. */
    @Nullable
    List<Dim> shape(String value) {
        OnnxTensor constant = graph.initializers().get(value);
        if (constant != null) {
            return java.util.Arrays.stream(constant.dims()).mapToObj(Dim::of).toList();
        }
        List<Dim> shape = shapes.get(value);
        return shape == null || shape.isEmpty() ? null : shape;
    }

    int rank(String value) {
        List<Dim> shape = shape(value);
        return shape == null ? -1 : shape.size();
    }

    /** Size of a dimension counted from the end, 1 being the last; -1 where unknown. */
    long fromEnd(String value, int place) {
        List<Dim> shape = shape(value);
        if (shape == null || shape.size() < place) {
            return -1;
        }
        Dim dim = shape.get(shape.size() - place);
        return dim.known() ? dim.size() : -1;
    }

    /** The standard operator of that name that computes a value; null where it is another. */
    @Nullable
    OnnxNode producer(String value, String op) {
        OnnxNode node = producers.get(value);
        return node != null
                        && node.domain().isEmpty()
                        && node.op().equals(op)
                        && node.output(0).equals(value)
                ? node
                : null;
    }

    /** The only reader of a value that is no output; null where there are others. */
    @Nullable
    OnnxNode onlyReader(String value) {
        List<OnnxNode> readers = consumers.getOrDefault(value, List.of());
        return readers.size() == 1 && !outputs.contains(value) ? readers.get(0) : null;
    }

    boolean readOnce(String value) {
        return onlyReader(value) != null;
    }

    boolean isOutput(String value) {
        return outputs.contains(value);
    }

    /** The value of a FLOAT constant of one element; null for anything else. */
    @Nullable
    Float scalar(String value) {
        OnnxTensor constant = graph.initializers().get(value);
        return constant == null || constant.type() != ElementType.FLOAT || constant.elements() != 1
                ? null
                : Float.valueOf(constant.floats()[0]);
    }

    long @Nullable [] integers(String value) {
        OnnxTensor constant = graph.initializers().get(value);
        return constant == null || (constant.type() != ElementType.INT64 && constant.type() != ElementType.INT32)
                ? null
                : constant.longs();
    }

    boolean permutes(OnnxNode transpose, long... permutation) {
        return java.util.Arrays.equals(transpose.intsAttribute("perm"), permutation);
    }
}
