package io.edgeai.core.train;

import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.opset.OpsetUpgrade;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.ArrayList;
import java.util.List;

/**
 * A copy of a model as differentiation wants it: operator set 17 or above, constants as initializers, nodes in order, and
 * where possible a free batch dimension.
 */
record PreparedModel(OnnxGraph graph) {
    private static final String BATCH = "batch";

    static PreparedModel of(OnnxGraph model) {
        OnnxGraph graph = OpsetUpgrade.raised(model, OpsetUpgrade.NEWEST);
        Cleanup.separateInitializers(graph);
        Cleanup.constantNodes(graph);
        Cleanup.plainReshapes(graph);
        List<OnnxNode> order = graph.topologicalOrder();
        graph.nodes().clear();
        graph.nodes().addAll(order);
        return new PreparedModel(withFreeBatch(graph));
    }

    private static OnnxGraph withFreeBatch(OnnxGraph graph) {
        Dim lead = graph.inputs().isEmpty() ? null : lead(graph.inputs().get(0));
        if (lead == null) {
            return graph;
        }
        if (!lead.known()) {
            Dim batch = lead.symbol().isEmpty() ? Dim.symbolic(BATCH) : lead;
            graph.inputs().replaceAll(input -> Dim.UNKNOWN.equals(lead(input)) ? led(input, batch) : input);
            return graph;
        }
        OnnxGraph freed = graph.copy();
        freed.inputs().replaceAll(input -> lead.equals(lead(input)) ? led(input, Dim.symbolic(BATCH)) : input);
        freed.valueInfo().clear();
        freed.outputs().replaceAll(output -> new OnnxValue(output.name(), null));
        freeReshapes(freed, ShapeInference.infer(graph), lead.size());
        Shapes shapes = ShapeInference.infer(freed);
        boolean follows = shapes.problems().isEmpty()
                && shapes.dims(freed.outputs().get(0).name())
                        .map(dims -> !dims.isEmpty() && dims.get(0).equals(Dim.symbolic(BATCH)))
                        .orElse(false);
        return follows ? freed : graph;
    }

    /** Reshapes that state the batch's size take it from the data instead. */
    private static void freeReshapes(OnnxGraph graph, Shapes shapes, long batch) {
        FreshNames names = new FreshNames(graph);
        for (OnnxNode node : graph.nodes()) {
            OnnxTensor target = node.op().equals("Reshape") ? graph.constant(node.input(1)) : null;
            boolean leads = target != null
                    && shapes.dims(node.input(0))
                            .map(dims -> !dims.isEmpty() && dims.get(0).size() == batch)
                            .orElse(false);
            if (target == null || !leads || target.elements() == 0 || node.intAttribute("allowzero", 0) != 0) {
                continue;
            }
            long[] sizes = target.longs();
            boolean open = java.util.Arrays.stream(sizes).anyMatch(size -> size == -1);
            if (sizes[0] == batch) {
                sizes[0] = open ? 0 : -1;
                String name = names.of(node.input(1) + "_free");
                graph.initializers().put(name, OnnxTensor.ofLongs(sizes, sizes.length));
                node.inputs().set(1, name);
            }
        }
    }

    private static @org.jspecify.annotations.Nullable Dim lead(OnnxValue input) {
        return input.type() instanceof OnnxType.OfTensor tensor
                        && tensor.shape() != null
                        && !tensor.shape().isEmpty()
                ? tensor.shape().get(0)
                : null;
    }

    private static OnnxValue led(OnnxValue input, Dim batch) {
        if (input.type() instanceof OnnxType.OfTensor tensor && tensor.shape() != null) {
            List<Dim> dims = new ArrayList<>(tensor.shape());
            dims.set(0, batch);
            return new OnnxValue(input.name(), new OnnxType.OfTensor(tensor.element(), dims));
        }
        return input;
    }
}
