package io.edgeai.optimize.advice;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.core.onnx.cost.NodeCost;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads recommendations off a model's cost profile. Thread-safe. */
public final class Advisor {
    /** Below this a run takes some tens of microseconds, and converting values costs more than bytes save. */
    private static final long TINY_MACS = 2_000_000;
    /** From here on one run is worth more than one thread. */
    private static final long LARGE_MACS = 200_000_000;

    private static final Set<String> MATRICES = Set.of("MatMul", "Gemm");
    private static final Set<String> RECURRENT = Set.of("LSTM", "GRU", "RNN");

    private Advisor() {}

    /** What to try, most promising first; empty where there is nothing to make smaller. */
    public static List<Recommendation> of(OnnxGraph graph) {
        ModelCost cost = CostModel.of(graph);
        double macs = Math.max(1, cost.macs());
        double convolutions = share(cost, Set.of("Conv", "ConvTranspose"), macs);
        double matrices = share(cost, MATRICES, macs);
        double recurrent = share(cost, RECURRENT, macs);
        boolean tiny = cost.macs() < TINY_MACS;
        List<Recommendation> found = new ArrayList<>(TreeAdvice.of(graph, cost, batched(graph)));
        if (cost.parameters() == 0 || convolutions + matrices + recurrent == 0) {
            return List.copyOf(found);
        }
        if (convolutions >= 0.5 && !tiny) {
            found.add(new Recommendation(
                    OptimizationKind.INT8_STATIC,
                    percent(convolutions) + " of the multiplications are convolutions",
                    1.7,
                    3.4,
                    0.28,
                    "64 typical inputs"));
            found.add(new Recommendation(
                    OptimizationKind.STRUCTURED_PRUNING,
                    "convolutions run faster with fewer channels",
                    1.3,
                    3.9,
                    0.5,
                    "typical inputs, and labels or the original's answers to fine-tune with"));
        }
        if (matrices >= 0.5 && !tiny) {
            found.add(new Recommendation(
                    OptimizationKind.INT8_DYNAMIC,
                    percent(matrices) + " of the multiplications are matrix products",
                    1.5,
                    2.6,
                    0.27,
                    ""));
        }
        if (recurrent >= 0.5) {
            found.add(new Recommendation(
                    OptimizationKind.INT8_DYNAMIC,
                    percent(recurrent)
                            + " of the multiplications are recurrent layers, whose weights are stored in bytes",
                    1.0,
                    1.0,
                    0.27,
                    ""));
        }
        if (tiny) {
            found.add(new Recommendation(
                    OptimizationKind.DYNAMIC_BATCHING,
                    "a run has only " + cost.macs() + " multiplications, so that calling costs more than computing and"
                            + " bytes would be slower",
                    matrices >= 0.5 ? 5 : 1.1,
                    matrices >= 0.5 ? 14 : 1.2,
                    1,
                    batched(graph) ? "" : "a free batch dimension"));
        }
        if (cost.macs() >= LARGE_MACS) {
            found.add(new Recommendation(
                    OptimizationKind.RUNTIME_TUNING,
                    "a run has " + cost.macs() / 1_000_000 + " million multiplications, enough for several threads",
                    1.0,
                    2.0,
                    1,
                    "idle processors"));
        }
        found.add(new Recommendation(OptimizationKind.FP16_WEIGHTS, "answers hardly change", 1.0, 1.0, 0.5, ""));
        return List.copyOf(found);
    }

    private static double share(ModelCost cost, Set<String> operators, double macs) {
        return cost.nodes().stream()
                        .filter(node -> operators.contains(node.op()))
                        .mapToLong(NodeCost::macs)
                        .sum()
                / macs;
    }

    private static boolean batched(OnnxGraph graph) {
        return graph.feeds().stream()
                .allMatch(feed -> feed.type() instanceof OnnxType.OfTensor tensor
                        && tensor.shape() != null
                        && !tensor.shape().isEmpty()
                        && isFree(tensor.shape().get(0)));
    }

    private static boolean isFree(Dim dim) {
        return !dim.known();
    }

    private static String percent(double share) {
        return Math.round(100 * share) + " %";
    }
}
