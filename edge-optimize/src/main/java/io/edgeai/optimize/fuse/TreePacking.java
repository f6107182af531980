package io.edgeai.optimize.fuse;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.pass.GraphPass;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes tree ensembles of ai.onnx.ml 1 to 4 as the {@code TreeEnsemble} of version 5, which keeps leaves apart from
 * branches and a comparison in a byte instead of a word: a third of the size, answers equal bit for bit. All ensembles of
 * a graph or none are written anew, since version 5 knows only its own. Left as they are: classifiers, leaves with
 * several weights, sets of categories, inputs other than FLOAT. Stateless.
 */
public final class TreePacking implements GraphPass {
    private static final String DOMAIN = "ai.onnx.ml";
    private static final long VERSION = 5;
    private static final Set<String> OLD = Set.of("TreeEnsembleRegressor", "TreeEnsembleClassifier");

    @Override
    public int apply(OnnxGraph graph) {
        List<OnnxNode> old = graph.nodes().stream()
                .filter(node -> node.domain().equals(DOMAIN) && OLD.contains(node.op()))
                .toList();
        if (old.isEmpty()) {
            return 0;
        }
        Shapes shapes = ShapeInference.infer(graph);
        Map<OnnxNode, OnnxNode> packed = new HashMap<>();
        for (OnnxNode node : old) {
            boolean floats = shapes.element(node.input(0)).orElse(ElementType.DOUBLE) == ElementType.FLOAT;
            OnnxNode made = floats ? packed(node) : null;
            if (made == null) {
                return 0;
            }
            packed.put(node, made);
        }
        graph.nodes().replaceAll(node -> packed.getOrDefault(node, node));
        graph.info().opsets().merge(DOMAIN, VERSION, Math::max);
        return packed.size();
    }

    /** The node in its new form; null where it has something that has no place there. */
    private static @Nullable OnnxNode packed(OnnxNode node) {
        boolean plain = node.op().equals("TreeEnsembleRegressor")
                && node.stringAttribute("aggregate_function", "SUM").equals("SUM")
                && node.stringAttribute("post_transform", "NONE").equals("NONE")
                && node.attributes().keySet().stream().noneMatch(key -> key.endsWith("_as_tensor"))
                && !node.attributes().containsKey("base_values");
        LooseTrees trees = plain ? LooseTrees.of(node) : null;
        PackedTrees rows = trees == null ? null : PackedTrees.of(trees);
        if (rows == null) {
            return null;
        }
        OnnxNode made = new OnnxNode("TreeEnsemble", node.name(), node.inputs(), node.outputs())
                .domain(DOMAIN)
                .attribute("n_targets", new OnnxAttribute.OfInt(node.intAttribute("n_targets", 1)));
        rows.writeTo(made);
        return made;
    }
}
