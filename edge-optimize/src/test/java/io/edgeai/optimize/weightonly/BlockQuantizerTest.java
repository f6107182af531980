package io.edgeai.optimize.weightonly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlockQuantizerTest {
    private static final BlockSettings EXACT =
            BlockSettings.defaults().integerProducts(false).leastElements(1);

    /** Every layout the engine takes, against the weights read back by another decoder and multiplied in double. */
    @Test
    void productsAgreeWithDecodedBlocks() {
        int checked = 0;
        for (int bits : new int[] {4, 8}) {
            for (int size : new int[] {16, 32, 64, 128}) {
                for (boolean asymmetric : new boolean[] {false, true}) {
                    for (int depth : new int[] {32, 50, 130, 257}) {
                        BlockSettings settings =
                                EXACT.bits(bits).blockSize(size).asymmetric(asymmetric);
                        OnnxGraph graph = product(depth, 24, 31L * depth + size);
                        OnnxGraph quantized =
                                BlockQuantizer.apply(graph, settings).graph();
                        OnnxNode node = only(quantized, "MatMulNBits");
                        Tensor x = Ort.tensor(new Random(depth), 3, depth);
                        float[] got = answer(quantized, Map.of("x", x)).floats();
                        double[] expected = times(x.floats(), 3, BlockReader.matrix(quantized, node));
                        for (int i = 0; i < got.length; i++) {
                            assertThat((double) got[i])
                                    .as("%s, depth %d", settings, depth)
                                    .isCloseTo(expected[i], org.assertj.core.data.Offset.offset(2e-4 * depth / 10));
                        }
                        checked++;
                    }
                }
            }
        }
        assertThat(checked).isEqualTo(64);
    }

    /** Half a step of its block is the most a rounded weight may be off; the extreme one of 4 bits a whole step. */
    @Test
    void weightsAreNearTheirLevels() {
        for (boolean asymmetric : new boolean[] {false, true}) {
            for (int bits : new int[] {4, 8}) {
                OnnxGraph graph = product(100, 40, 9);
                float[] weights = graph.initializers().get("w").floats();
                OnnxGraph quantized = BlockQuantizer.apply(
                                graph, EXACT.bits(bits).asymmetric(asymmetric))
                        .graph();
                double[][] decoded = BlockReader.matrix(quantized, only(quantized, "MatMulNBits"));
                for (int n = 0; n < 40; n++) {
                    for (int block = 0; block < 4; block++) {
                        float low = 0;
                        float high = 0;
                        for (int k = block * 32; k < Math.min(100, block * 32 + 32); k++) {
                            low = Math.min(low, weights[k * 40 + n]);
                            high = Math.max(high, weights[k * 40 + n]);
                        }
                        double levels = (1 << bits) - 1;
                        double step = asymmetric ? (high - low) / levels : Math.max(high, -low) / ((levels - 1) / 2);
                        for (int k = block * 32; k < Math.min(100, block * 32 + 32); k++) {
                            assertThat(Math.abs(decoded[k][n] - weights[k * 40 + n]))
                                    .isLessThanOrEqualTo(step * 1.001);
                        }
                    }
                }
            }
        }
    }

    @Test
    void gemmOfEitherLayoutKeepsItsBias() {
        for (int transposed = 0; transposed < 2; transposed++) {
            GraphBuilder b = new GraphBuilder(13, 3).input("x", -1, 64).weight("bias", 5, 20);
            b.weight("w", 0.2, transposed == 0 ? 64 : 20, transposed == 0 ? 20 : 64);
            b.node("Gemm", "y", "x", "w", "bias").attribute("transB", transposed);
            OnnxGraph graph = b.output("y", 2).graph();
            Quantized quantized = BlockQuantizer.apply(graph, EXACT.bits(8));
            assertThat(quantized.quantizedOps()).containsEntry("Gemm (8 bits)", 1);
            Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(1), 4, 64));
            assertThat(Ort.maxDifference(answer(graph, feed), answer(quantized.graph(), feed)))
                    .isBetween(1e-6, 0.05);
        }
    }

    @Test
    void oneMatrixUsedTwiceIsStoredOnceForEachDirection() {
        GraphBuilder b = new GraphBuilder(13, 4).input("x", -1, 64).weight("w", 0.2, 64, 64);
        b.node("MatMul", "a", "x", "w");
        b.node("MatMul", "b", "a", "w");
        b.node("Gemm", "y", "b", "w").attribute("transB", 1);
        OnnxGraph graph = b.output("y", 2).graph();
        Quantized quantized = BlockQuantizer.apply(graph, EXACT.bits(8));
        assertThat(quantized.graph().initializers()).hasSize(4);
        assertThat(quantized.layers()).containsExactly("a", "b", "y");
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(1), 4, 64));
        double size = max(answer(graph, feed));
        assertThat(Ort.maxDifference(answer(graph, feed), answer(quantized.graph(), feed)) / size)
                .isLessThan(0.03);
    }

    @Test
    void embeddingsAreGatheredFromBlocks() {
        for (boolean asymmetric : new boolean[] {false, true}) {
            for (int bits : new int[] {4, 8}) {
                GraphBuilder b = new GraphBuilder(13, 5).idInput("ids", -1, 6).weight("table", 1, 100, 64);
                b.node("Gather", "y", "table", "ids");
                OnnxGraph graph = b.output("y", 3).graph();
                Quantized quantized =
                        BlockQuantizer.apply(graph, EXACT.bits(bits).asymmetric(asymmetric));
                assertThat(quantized.quantizedOps()).containsEntry("Gather (" + bits + " bits)", 1);
                Map<String, Tensor> feed = Map.of("ids", Tensor.of(new long[] {0, 1, 2, 3, 42, 99}, 1, 6));
                double difference = Ort.maxDifference(answer(graph, feed), answer(quantized.graph(), feed));
                assertThat(difference).as("bits %d", bits).isBetween(1e-4, bits == 4 ? 0.5 : 0.02);
            }
        }
    }

    /** A block of 32 takes 16 bytes of levels and 4 of scale; with a zero point half a byte more. */
    @Test
    void sizesFollowFromTheFormat() {
        OnnxGraph graph = product(512, 512, 6);
        long weights = 512 * 512;
        assertThat(bytes(graph, EXACT) - weights / 2 - weights / 32 * 4).isBetween(0L, 400L);
        assertThat(bytes(graph, EXACT.blockSize(128)) - weights / 2 - weights / 128 * 4)
                .isBetween(0L, 400L);
        assertThat(bytes(graph, EXACT.asymmetric(true)) - weights / 2 - weights / 32 * 9 / 2)
                .isBetween(0L, 500L);
        assertThat(bytes(graph, EXACT.bits(8)) - weights - weights / 32 * 4).isBetween(0L, 400L);
    }

    private static long bytes(OnnxGraph graph, BlockSettings settings) {
        return OnnxWriter.toBytes(BlockQuantizer.apply(graph, settings).graph()).length;
    }

    @Test
    void whatHasNoBlocksSaysWhyAndIsStoredInBytes() {
        GraphBuilder b = new GraphBuilder(13, 7).input("x", 2, 8, 64);
        b.weight("small", 0.2, 64, 8).weight("three", 0.2, 2, 64, 64).weight("left", 0.2, 8, 8);
        b.weight("kept", 0.2, 64, 64).constant("none", OnnxTensor.ofFloats(new float[0], 64, 0));
        b.node("MatMul", "a", "x", "three");
        b.node("MatMul", "b", "a", "kept");
        b.node("MatMul", "c", "left", "b");
        b.node("MatMul", "empty", "c", "none");
        b.node("MatMul", "y", "c", "small");
        OnnxGraph graph = b.output("y", 3).output("empty", 3).graph();
        Quantized quantized =
                BlockQuantizer.apply(graph, BlockSettings.defaults().keepFloat(Set.of("b")));
        assertThat(quantized.left()).extracting("node").containsExactlyInAnyOrder("a", "b", "c", "empty", "y");
        assertThat(quantized.left())
                .allSatisfy(node -> assertThat(node.reason()).isNotBlank());
        assertThat(quantized.quantizedOps())
                .doesNotContainKey("MatMul (4 bits)")
                .containsKey("MatMul (weights)");
        assertThat(quantized.graph().initializers()).containsKey("kept");
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(1), 2, 8, 64));
        assertThat(Ort.maxDifference(answer(graph, feed), answer(quantized.graph(), feed)))
                .isBetween(1e-9, 0.2);
    }

    @Test
    void theGraphGivenIsLeftAlone() {
        OnnxGraph graph = product(64, 64, 8);
        byte[] before = OnnxWriter.toBytes(graph);
        BlockQuantizer.apply(graph, EXACT);
        assertThat(OnnxWriter.toBytes(graph)).isEqualTo(before);
    }

    /** Inputs of which each is nearly the sum of others: there GPTQ can undo what rounding did. */
    @Test
    void gptqLosesLessThanRoundingOnCorrelatedInputs() {
        for (long seed = 1; seed <= 5; seed++) {
            OnnxGraph graph = product(96, 40, seed);
            List<Map<String, Tensor>> feeds = correlated(new Random(seed), 96);
            InputSamples samples = new InputSamples(Ort.runtime(), feeds, Progress.NONE);
            for (boolean asymmetric : new boolean[] {false, true}) {
                BlockSettings settings = EXACT.asymmetric(asymmetric);
                double rounded =
                        loss(graph, BlockQuantizer.apply(graph, settings).graph(), feeds);
                double gptq = loss(
                        graph,
                        BlockQuantizer.apply(graph, settings.method(BlockMethod.GPTQ), samples)
                                .graph(),
                        feeds);
                assertThat(gptq).as("seed %d", seed).isLessThan(0.5 * rounded);
            }
        }
    }

    @Test
    void gptqNeedsSamplesAndStopsWhenAsked() {
        OnnxGraph graph = product(64, 64, 8);
        BlockSettings gptq = EXACT.method(BlockMethod.GPTQ);
        assertThatThrownBy(() -> BlockQuantizer.apply(graph, gptq))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("GPTQ");
        assertThatThrownBy(() -> new InputSamples(Ort.runtime(), List.of(), Progress.NONE))
                .isInstanceOf(InvalidInputException.class);
        Progress stop = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        List<Map<String, Tensor>> feeds = correlated(new Random(1), 64);
        assertThatThrownBy(() -> BlockQuantizer.apply(graph, gptq, new InputSamples(Ort.runtime(), feeds, stop)))
                .isInstanceOf(OperationCancelledException.class);
        List<Map<String, Tensor>> broken = List.of(Map.of("x", Tensor.of(new float[] {Float.NaN}, 1, 1)));
        GraphBuilder wide =
                new GraphBuilder(13, 1).input("x", -1, 1).weight("r", 1, 1, 64).weight("w", 1, 64, 64);
        wide.node("Mul", "m", "x", "r");
        wide.node("MatMul", "y", "m", "w");
        OnnxGraph wideGraph = wide.output("y", 2).graph();
        assertThatThrownBy(() ->
                        BlockQuantizer.apply(wideGraph, gptq, new InputSamples(Ort.runtime(), broken, Progress.NONE)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(m)");
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> BlockSettings.defaults().bits(3)).hasMessageContaining("(3)");
        assertThatThrownBy(() -> BlockSettings.defaults().blockSize(48)).hasMessageContaining("(48)");
        assertThatThrownBy(() -> BlockSettings.defaults().leastElements(0)).hasMessageContaining("(0)");
        assertThat(BlockSettings.defaults().embeddings(false).embeddings()).isFalse();
    }

    private static List<Map<String, Tensor>> correlated(Random random, int width) {
        float[] mix = Ort.normal(random, 8 * width);
        List<Map<String, Tensor>> feeds = new ArrayList<>();
        for (int f = 0; f < 4; f++) {
            float[] rows = new float[32 * width];
            for (int r = 0; r < 32; r++) {
                float[] hidden = Ort.normal(random, 8);
                for (int c = 0; c < width; c++) {
                    for (int h = 0; h < 8; h++) {
                        rows[r * width + c] += hidden[h] * mix[h * width + c];
                    }
                    rows[r * width + c] += (float) (0.1 * random.nextGaussian());
                }
            }
            feeds.add(Map.of("x", Tensor.of(rows, 32, width)));
        }
        return feeds;
    }

    private static double loss(OnnxGraph graph, OnnxGraph quantized, List<Map<String, Tensor>> feeds) {
        double loss = 0;
        for (Map<String, Tensor> feed : feeds) {
            float[] a = answer(graph, feed).floats();
            float[] b = answer(quantized, feed).floats();
            for (int i = 0; i < a.length; i++) {
                loss += (a[i] - b[i]) * (double) (a[i] - b[i]);
            }
        }
        return loss;
    }

    private static OnnxGraph product(int depth, int columns, long seed) {
        GraphBuilder b = new GraphBuilder(13, seed).input("x", -1, depth).weight("w", 0.3, depth, columns);
        b.node("MatMul", "y", "x", "w");
        return b.output("y", 2).graph();
    }

    private static double[] times(float[] x, int rows, double[][] matrix) {
        int columns = matrix[0].length;
        double[] result = new double[rows * columns];
        for (int r = 0; r < rows; r++) {
            for (int k = 0; k < matrix.length; k++) {
                for (int n = 0; n < columns; n++) {
                    result[r * columns + n] += x[r * matrix.length + k] * matrix[k][n];
                }
            }
        }
        return result;
    }

    private static OnnxNode only(OnnxGraph graph, String op) {
        List<OnnxNode> found =
                graph.nodes().stream().filter(node -> node.op().equals(op)).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private static double max(Tensor tensor) {
        double most = 0;
        for (float value : tensor.floats()) {
            most = Math.max(most, Math.abs(value));
        }
        return most;
    }

    private static Tensor answer(OnnxGraph graph, Map<String, Tensor> feed) {
        return Objects.requireNonNull(Ort.run(graph, feed).get("y"));
    }
}
