package io.edgeai.core.train;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.train.gradient.KernelGradient;
import io.edgeai.core.train.layout.BlockedLayout;
import java.util.List;

/**
 * A graph that computes a loss and its gradient. Besides {@link #data()} it reads {@link #THETA} (FLOAT
 * [parameters.size()]) and, where the model normalizes over batches, {@link #STATISTICS} (FLOAT [statistics.size()]);
 * it gives {@link #LOSS} (FLOAT []), {@link #GRADIENT} (as theta) and {@link #STATISTICS_NEXT} (as statistics). The
 * leading dimension of the data is free. Graphs are mutable: {@link #graph()} must not be changed.
 *
 * @param graph standard operators only, operator set 17 or the model's where that is higher
 * @param parameters what is trained
 * @param statistics running means and variances, updated but not trained; of size 0 where there are none
 * @param data inputs of a batch: those of the model, then those of the loss, such as labels
 * @param kernels where the graph derives convolutions by their kernels; for {@link #on}
 */
public record GradientGraph(
        OnnxGraph graph,
        ParameterLayout parameters,
        ParameterLayout statistics,
        List<OnnxValue> data,
        List<KernelGradient> kernels) {
    /** Input: parameters as one vector. */
    public static final String THETA = "theta";
    /** Input: running statistics as one vector. */
    public static final String STATISTICS = "statistics";
    /** Output: mean loss of the batch. */
    public static final String LOSS = "loss";
    /** Output: derivative of the loss by theta. */
    public static final String GRADIENT = "gradient";
    /** Output: statistics after this batch. */
    public static final String STATISTICS_NEXT = "statistics_next";

    public GradientGraph {
        data = List.copyOf(data);
        kernels = List.copyOf(kernels);
    }

    /** A gradient graph of which nothing is known but what it computes. */
    public GradientGraph(
            OnnxGraph graph, ParameterLayout parameters, ParameterLayout statistics, List<OnnxValue> data) {
        this(graph, parameters, statistics, data, List.of());
    }

    /**
     * The same computation in the form that runs fastest on this engine here; only for running there, since it may use
     * operators that are the engine's own. Trainers do this by themselves.
     */
    public GradientGraph on(InferenceRuntime runtime) {
        int block = runtime.channelBlock();
        return block < 2 || kernels.isEmpty()
                ? this
                : new GradientGraph(BlockedLayout.of(graph, kernels, block), parameters, statistics, data);
    }

    /** Options of the gradient graph of a model; the model is not changed. */
    public static GradientGraphBuilder builder(OnnxGraph model) {
        return new GradientGraphBuilder(model);
    }
}
