package io.edgeai.benchmarks;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Equal 3×3 convolutions with ReLU between, so that any even number of them has balanced halves. Seeded weights.
 *
 * @param layers number of convolutions
 * @param channels of every image, the input's too
 * @param side height and width
 */
record ConvTower(int layers, int channels, int side) {
    OnnxGraph graph() {
        SplittableRandom random = new SplittableRandom(20);
        OnnxGraph graph = OnnxGraph.create("tower", 17);
        graph.inputs().add(image("x"));
        String at = "x";
        for (int layer = 0; layer < layers; layer++) {
            float[] weights = new float[channels * channels * 9];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) random.nextGaussian(0, Math.sqrt(2.0 / (9 * channels)));
            }
            graph.initializers().put("w" + layer, OnnxTensor.ofFloats(weights, channels, channels, 3, 3));
            graph.add("Conv", "conv" + layer, List.of(at, "w" + layer), List.of("c" + layer))
                    .attribute("pads", new long[] {1, 1, 1, 1})
                    .attribute("kernel_shape", new long[] {3, 3});
            at = layer == layers - 1 ? "y" : "r" + layer;
            graph.add("Relu", "relu" + layer, List.of("c" + layer), List.of(at));
        }
        graph.outputs().add(image("y"));
        return graph;
    }

    private OnnxValue image(String name) {
        return new OnnxValue(
                name,
                new OnnxType.OfTensor(
                        ElementType.FLOAT, List.of(Dim.of(1), Dim.of(channels), Dim.of(side), Dim.of(side))));
    }

    Tensor input(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[channels * side * side];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, 1, channels, side, side);
    }

    @Override
    public String toString() {
        return layers + " convolutions, " + channels + " channels, " + side + "×" + side;
    }
}
