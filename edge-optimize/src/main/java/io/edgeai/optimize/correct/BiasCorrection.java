package io.edgeai.optimize.correct;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.optimize.quantize.ChannelWeights;
import java.util.Map;

/**
 * Adds to each layer's bias the mean of what rounding its weights takes from its output: {@code b += (W − Ŵ)·E[x]} (M.
 * Nagel et al., Data-Free Quantization, ICCV 2019), with the mean input measured on samples, padding included. Layers
 * without a bias get one. Stateless and thread-safe.
 */
public final class BiasCorrection {
    private BiasCorrection() {}

    /**
     * A copy with corrected biases; weights stay as they are.
     *
     * @param levels what the weights will be rounded to, by their names; other layers stay as they are
     */
    public static OnnxGraph apply(OnnxGraph graph, InputMoments moments, Map<String, ChannelWeights> levels) {
        OnnxGraph copy = graph.copy();
        FreshNames names = new FreshNames(copy);
        for (WeightedLayer layer : WeightedLayer.of(copy)) {
            ChannelWeights rounded = levels.get(layer.weightName());
            LayerMoments found = moments.of(layer.name());
            float[] bias = layer.bias(copy);
            if (rounded == null || found == null || bias == null) {
                continue;
            }
            float[] before = layer.weight().floats();
            float[] after = rounded.dequantized().floats();
            for (int m = 0; m < bias.length; m++) {
                double[] mean = found.mean(layer.group(m));
                double lost = 0;
                for (int d = 0; d < layer.depth(); d++) {
                    int index = layer.index(m, d);
                    lost += ((double) before[index] - after[index]) * mean[d];
                }
                bias[m] = (float) (bias[m] + lost);
            }
            layer.setBias(copy, names, bias);
        }
        return copy;
    }
}
