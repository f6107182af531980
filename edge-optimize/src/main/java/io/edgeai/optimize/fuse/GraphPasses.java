package io.edgeai.optimize.fuse;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.GraphPass;
import io.edgeai.core.runtime.InferenceRuntime;
import java.util.List;

/** The passes in the order in which they help each other. Stateless and thread-safe. */
public final class GraphPasses {
    private GraphPasses() {}

    /** A simplified copy; the graph given is left as it is. In nested graphs only constants are folded. */
    public static OnnxGraph simplified(OnnxGraph graph, InferenceRuntime runtime) {
        OnnxGraph copy = graph.copy();
        List<GraphPass> passes = List.of(
                Cleanup::separateInitializers,
                Cleanup::constantNodes,
                Cleanup::passThrough,
                new ShapeFolding(),
                new ConstantFolding(runtime),
                new ReshapeTargets(),
                Cleanup::plainReshapes,
                new Duplicates(),
                Rewrites::sumsOfTwo,
                Rewrites::meansOverSpace,
                Rewrites::clampsBeforeMoves,
                new Transpositions(),
                new PadFolding(),
                new AffineFolding(),
                Cleanup::deadCode);
        passes.forEach(pass -> pass.apply(copy));
        List<GraphPass> nestedPasses =
                List.of(Cleanup::constantNodes, Cleanup::passThrough, new ConstantFolding(runtime), Cleanup::deadCode);
        nested(copy, nestedPasses);
        return copy;
    }

    private static void nested(OnnxGraph graph, List<GraphPass> passes) {
        for (OnnxNode node : graph.nodes()) {
            for (OnnxGraph inner : node.subgraphs()) {
                passes.forEach(pass -> pass.apply(inner));
                nested(inner, passes);
            }
        }
    }
}
