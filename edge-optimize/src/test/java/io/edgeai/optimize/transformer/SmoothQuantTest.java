package io.edgeai.optimize.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.quantize.DynamicQuantizer;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.Transformers;
import io.edgeai.optimize.testing.Transformers.Shape;
import io.edgeai.optimize.testing.Transformers.Style;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SmoothQuantTest {
    private static final Shape SHAPE = new Shape(2, 128, 4, 256, 100, 64);

    /** Powers of two move through a float product without rounding. */
    @Test
    void floatAnswersStayTheSameBitForBit() {
        for (Style style : new Style[] {Style.DECOMPOSED, Style.LAYER_NORM}) {
            OnnxGraph graph = fused(Transformers.withOutliers(SHAPE, style, 5, 64));
            SmoothQuant.Smoothed smoothed = smooth(graph, feeds(8), Set.of());
            assertThat(smoothed.layers()).isNotEmpty();
            Map<String, Tensor> feed = Transformers.feed(SHAPE, 2, 20, 99);
            assertThat(answer(smoothed.graph(), feed, "last_hidden_state").floats())
                    .isEqualTo(answer(graph, feed, "last_hidden_state").floats());
        }
    }

    /** Without smoothing one large channel takes the levels of all others. */
    @Test
    void plantedOutliersStopHurting() {
        OnnxGraph graph = fused(Transformers.withOutliers(SHAPE, Style.LAYER_NORM, 6, 40));
        SmoothQuant.Smoothed smoothed = smooth(graph, feeds(8), Set.of());
        Map<String, Tensor> feed = Transformers.feed(SHAPE, 2, 24, 77);
        Tensor exact = answer(graph, feed, "last_hidden_state");
        double plain = sqnr(exact, quantized(graph, feed));
        double better = sqnr(exact, quantized(smoothed.graph(), feed));
        assertThat(better).as("dB, without: %s", plain).isGreaterThan(plain + 10);
        assertThat(smoothed.layers()).allSatisfy(layer -> {
            assertThat(layer.errorAfter()).isLessThan(layer.errorBefore() / 2);
            assertThat(layer.alpha()).isBetween(0.35, 0.85);
        });
    }

    private static Tensor quantized(OnnxGraph graph, Map<String, Tensor> feed) {
        return answer(DynamicQuantizer.apply(graph, QuantizeSettings.defaults()).graph(), feed, "last_hidden_state");
    }

    /** Over ordinary channels only: the outliers would hide what happens to the others. */
    private static double sqnr(Tensor exact, Tensor got) {
        float[] a = exact.floats();
        float[] b = got.floats();
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < a.length; i++) {
            if (i % SHAPE.width() % 16 != 3) {
                signal += (double) a[i] * a[i];
                noise += (a[i] - b[i]) * (double) (a[i] - b[i]);
            }
        }
        return 10 * Math.log10(signal / noise);
    }

    @Test
    void aNormalizationReadByProductsOnlyAbsorbsTheFactors() {
        OnnxGraph graph = preNorm();
        SmoothQuant.Smoothed smoothed = smooth(graph, rows(), Set.of());
        assertThat(smoothed.layers()).singleElement().satisfies(layer -> {
            assertThat(layer.value()).isEqualTo("norm");
            assertThat(layer.absorbed()).isTrue();
        });
        assertThat(smoothed.graph().nodes()).hasSameSizeAs(graph.nodes());
        Map<String, Tensor> feed = rows().get(0);
        assertThat(answer(smoothed.graph(), feed, "y").floats())
                .isEqualTo(answer(graph, feed, "y").floats());
    }

    @Test
    void whatIsKeptFloatIsNotSmoothed() {
        assertThat(smooth(preNorm(), rows(), Set.of("a", "b")).layers()).isEmpty();
        SmoothQuant.Smoothed half = smooth(preNorm(), rows(), Set.of("b"));
        assertThat(half.layers()).singleElement().satisfies(layer -> assertThat(layer.absorbed())
                .as("another reader needs the value as it was")
                .isFalse());
        assertThat(answer(half.graph(), rows().get(0), "y").floats())
                .isEqualTo(answer(preNorm(), rows().get(0), "y").floats());
    }

    private static OnnxGraph preNorm() {
        GraphBuilder b = new GraphBuilder(17, 5).input("x", -1, -1, 64);
        float[] scale = new float[64];
        java.util.Arrays.fill(scale, 1);
        scale[7] = 100;
        scale[30] = 60;
        b.constant("g", io.edgeai.core.onnx.OnnxTensor.ofFloats(scale, 64)).weight("h", 0.1, 64);
        b.weight("w", 0.2, 64, 48).weight("v", 0.2, 48, 64);
        b.node("LayerNormalization", "norm", "x", "g", "h");
        b.node("MatMul", "a", "norm", "w");
        b.node("Gemm", "b2", "flat", "v").attribute("transB", 1);
        b.graph().nodes().removeIf(node -> node.op().equals("Gemm"));
        b.constant("vt", transposed(b.graph().initializers().get("v")));
        b.node("MatMul", "b", "norm", "vt");
        b.node("Add", "y", "a", "b");
        return b.output("y", 3).graph();
    }

    private static io.edgeai.core.onnx.OnnxTensor transposed(io.edgeai.core.onnx.OnnxTensor matrix) {
        float[] from = matrix.floats();
        float[] to = new float[from.length];
        int rows = (int) matrix.dim(0);
        int columns = (int) matrix.dim(1);
        for (int i = 0; i < from.length; i++) {
            to[i % columns * rows + i / columns] = from[i];
        }
        return io.edgeai.core.onnx.OnnxTensor.ofFloats(to, columns, rows);
    }

    private static List<Map<String, Tensor>> rows() {
        return List.of(Map.of("x", Ort.tensor(new Random(3), 2, 10, 64)));
    }

    /** The error measured is that of the arithmetic itself, computed here from its definition. */
    @ExactByteProducts
    @Test
    void errorsAreThoseOfTheArithmetic() {
        OnnxGraph graph = preNorm();
        SmoothQuant.Layer layer = smooth(graph, rows(), Set.of()).layers().get(0);
        float[] x = answer(graph.copy(), rows().get(0), "y").floats();
        assertThat(x).isNotEmpty();
        Tensor exact = answer(graph, rows().get(0), "y");
        Tensor got = answer(
                DynamicQuantizer.apply(graph, QuantizeSettings.defaults()).graph(), rows().get(0), "y");
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < exact.floats().length; i++) {
            signal += exact.floats()[i] * (double) exact.floats()[i];
            noise += Math.pow(exact.floats()[i] - (double) got.floats()[i], 2);
        }
        assertThat(layer.errorBefore()).isBetween(noise / signal / 3, noise / signal * 3);
    }

    @Test
    void badSamplesAndCancellation() {
        OnnxGraph graph = preNorm();
        assertThatThrownBy(() -> smooth(graph, List.of(), Set.of())).isInstanceOf(InvalidInputException.class);
        float[] broken = new float[64];
        broken[3] = Float.NaN;
        assertThatThrownBy(() -> smooth(graph, List.of(Map.of("x", Tensor.of(broken, 1, 1, 64))), Set.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(norm)");
        Progress stop = new Progress() {
            @Override
            public void update(String phase, long done, long total) {}

            @Override
            public boolean cancelled() {
                return true;
            }
        };
        assertThatThrownBy(() -> SmoothQuant.apply(graph, Ort.runtime(), rows(), Set.of(), stop))
                .isInstanceOf(OperationCancelledException.class);
    }

    @Test
    void theGraphGivenIsLeftAloneAndNothingGainedIsNoChange() {
        OnnxGraph graph = preNorm();
        byte[] before = OnnxWriter.toBytes(graph);
        smooth(graph, rows(), Set.of());
        assertThat(OnnxWriter.toBytes(graph)).isEqualTo(before);
        OnnxGraph conv = GraphBuilder.residualNet(13, 1);
        SmoothQuant.Smoothed none = smooth(conv, List.of(Map.of("x", Ort.tensor(new Random(1), 1, 3, 8, 8))), Set.of());
        assertThat(none.graph().nodes()).extracting(OnnxNode::op).doesNotContain("Mul");
    }

    private static SmoothQuant.Smoothed smooth(OnnxGraph graph, List<Map<String, Tensor>> feeds, Set<String> keep) {
        return SmoothQuant.apply(graph, Ort.runtime(), feeds, keep, Progress.NONE);
    }

    private static OnnxGraph fused(OnnxGraph graph) {
        return TransformerFusion.apply(GraphPasses.simplified(graph, Ort.runtime()), Ort.runtime())
                .graph();
    }

    private static List<Map<String, Tensor>> feeds(int count) {
        return LongStream.range(0, count)
                .mapToObj(seed -> Transformers.feed(SHAPE, 1, 24, seed))
                .toList();
    }

    private static Tensor answer(OnnxGraph graph, Map<String, Tensor> feed, String output) {
        return Objects.requireNonNull(Ort.run(graph, feed).get(output));
    }
}
