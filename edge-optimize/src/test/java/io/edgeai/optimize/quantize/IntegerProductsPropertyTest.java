package io.edgeai.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random products of every layout against the arithmetic written out: integers in longs, scales in doubles. */
class IntegerProductsPropertyTest {
    @ExactByteProducts
    @Test
    void engineAndArithmeticAgree() {
        for (long seed = 1; seed <= 40; seed++) {
            Random random = new Random(seed);
            int rows = 1 + random.nextInt(9);
            int depth = 16 + random.nextInt(80);
            int columns = 16 + random.nextInt(40);
            boolean gemm = random.nextBoolean();
            boolean transposed = gemm && random.nextBoolean();
            boolean biased = gemm && random.nextBoolean();
            boolean reduced = random.nextBoolean();
            GraphBuilder b = new GraphBuilder(13, seed).input("x", -1, depth);
            b.weight("w", 0.3, transposed ? columns : depth, transposed ? depth : columns);
            OnnxNode node = gemm ? b.node("Gemm", "y", "x", "w") : b.node("MatMul", "y", "x", "w");
            if (transposed) {
                node.attribute("transB", 1);
            }
            if (biased) {
                b.weight("b", 2, columns);
                node.inputs().add("b");
            }
            OnnxGraph graph = b.output("y", 2).graph();
            float[] x = Ort.normal(random, rows * depth);
            float shift = random.nextInt(3) - 1;
            for (int i = 0; i < x.length; i++) {
                x[i] = 2 * x[i] + shift;
            }
            Quantized quantized = DynamicQuantizer.apply(graph, new QuantizeSettings(reduced, Set.of()));
            assertThat(quantized.quantizedOps()).as("seed %d", seed).containsOnlyKeys(gemm ? "Gemm" : "MatMul");
            float[] got = Objects.requireNonNull(Ort.run(quantized.graph(), Map.of("x", Tensor.of(x, rows, depth)))
                            .get("y"))
                    .floats();
            double[] expected = byHand(graph, x, rows, depth, columns, transposed, reduced ? 63 : 127);
            for (int i = 0; i < got.length; i++) {
                double bias = biased ? graph.initializers().get("b").floats()[i % columns] : 0;
                assertThat(Math.abs(got[i] - expected[i] - bias))
                        .as("seed %d, element %d", seed, i)
                        .isLessThan(2e-4 * Math.max(1, Math.abs(expected[i])));
            }
        }
    }

    private static double[] byHand(
            OnnxGraph graph, float[] x, int rows, int depth, int columns, boolean transposed, int top) {
        float low = 0;
        float high = 0;
        for (float value : x) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        float scale = (high - low) / 255;
        int zero = (int) Math.max(0, Math.min(255, Math.rint(-low / scale)));
        float[] weights = graph.initializers().get("w").floats();
        double[] result = new double[rows * columns];
        for (int n = 0; n < columns; n++) {
            float largest = 0;
            for (int k = 0; k < depth; k++) {
                largest = Math.max(largest, Math.abs(weight(weights, k, n, depth, columns, transposed)));
            }
            float weightScale = largest / top;
            for (int r = 0; r < rows; r++) {
                long sum = 0;
                for (int k = 0; k < depth; k++) {
                    long a = (long) Math.max(0, Math.min(255, Math.rint(x[r * depth + k] / scale) + zero)) - zero;
                    sum += a * (long) Math.rint(weight(weights, k, n, depth, columns, transposed) / weightScale);
                }
                result[r * columns + n] = sum * (double) scale * weightScale;
            }
        }
        return result;
    }

    private static float weight(float[] weights, int k, int n, int depth, int columns, boolean transposed) {
        return transposed ? weights[n * depth + k] : weights[k * columns + n];
    }
}
