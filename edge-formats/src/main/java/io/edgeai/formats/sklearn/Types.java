package io.edgeai.formats.sklearn;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import java.util.Set;

/** The element type of a value, followed back to where it is fixed; double where nothing says otherwise. Stateless. */
final class Types {
    private static final Set<String> WHOLE = Set.of("ArgMax", "ArgMin", "Shape", "LabelEncoder");
    private static final Set<String> FLAGS = Set.of("Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "Not");

    private Types() {}

    static ElementType of(OnnxGraph graph, String value) {
        String at = value;
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            OnnxNode node = graph.nodes().get(i);
            if (!node.outputs().contains(at)) {
                continue;
            }
            if (node.op().equals("Cast")) {
                return ElementType.ofOnnx((int) node.intAttribute("to", 11));
            }
            if (WHOLE.contains(node.op())) {
                return ElementType.INT64;
            }
            if (FLAGS.contains(node.op())) {
                return ElementType.BOOL;
            }
            at = node.op().equals("Where") ? node.input(1) : node.input(0);
        }
        OnnxTensor constant = graph.initializers().get(at);
        if (constant != null) {
            return constant.type();
        }
        String name = at;
        return graph.inputs().stream()
                .filter(input -> input.name().equals(name) && input.type() instanceof OnnxType.OfTensor)
                .map(input -> ((OnnxType.OfTensor) input.type()).element())
                .findFirst()
                .orElse(ElementType.DOUBLE);
    }
}
