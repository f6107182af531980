package io.edgeai.optimize.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.fidelity.OutputComparison;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.quantize.DynamicQuantizer;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.Transformers;
import io.edgeai.optimize.testing.Transformers.Shape;
import io.edgeai.optimize.testing.Transformers.Style;
import io.edgeai.optimize.weightonly.BlockQuantizer;
import io.edgeai.optimize.weightonly.BlockSettings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Encoders of random sizes, spellings and outliers through every piece. */
class EncodersPropertyTest {
    private static final String OUT = "last_hidden_state";
    private static final List<Style> STYLES = List.of(Style.values());

    @ExactByteProducts
    @Test
    void everyPieceKeepsItsPromise() {
        for (long seed = 1; seed <= 12; seed++) {
            Random random = new Random(seed);
            int heads = 1 << random.nextInt(3);
            int width = heads * (8 << random.nextInt(2)) + heads * 16;
            Shape shape = new Shape(1 + random.nextInt(2), width, heads, width * (1 + random.nextInt(3)), 60, 40);
            Style style = STYLES.get((int) (seed % 4));
            int factor = random.nextBoolean() ? 1 : 1 << (2 + random.nextInt(4));
            String what = "seed " + seed + " " + shape + " " + style + " outliers " + factor;
            OnnxGraph graph =
                    GraphPasses.simplified(Transformers.withOutliers(shape, style, seed, factor), Ort.runtime());
            Map<String, Tensor> feed = feed(shape, style, random);
            Tensor exact = answer(graph, feed);

            OnnxGraph fused = TransformerFusion.apply(graph, Ort.runtime()).graph();
            assertThat(sqnr(exact, answer(fused, feed))).as(what).isGreaterThan(90);

            List<Map<String, Tensor>> feeds = List.of(feed(shape, style, random), feed(shape, style, random));
            SmoothQuant.Smoothed smoothed = SmoothQuant.apply(fused, Ort.runtime(), feeds, Set.of(), Progress.NONE);
            assertThat(answer(smoothed.graph(), feed).floats())
                    .as(what)
                    .isEqualTo(answer(fused, feed).floats());

            for (OnnxGraph base : List.of(graph, fused, smoothed.graph())) {
                OnnxGraph int8 = DynamicQuantizer.apply(base, QuantizeSettings.defaults())
                        .graph();
                assertThat(sqnr(exact, answer(int8, feed))).as(what).isGreaterThan(18);
            }
            BlockSettings settings = BlockSettings.defaults().leastElements(256).blockSize(16 << random.nextInt(3));
            OnnxGraph int4 = BlockQuantizer.apply(fused, settings).graph();
            assertThat(sqnr(exact, answer(int4, feed))).as(what).isGreaterThan(4);
            OnnxGraph blocks = BlockQuantizer.apply(fused, settings.bits(8)).graph();
            assertThat(sqnr(exact, answer(blocks, feed))).as(what).isGreaterThan(20);
            assertThat(OnnxWriter.toBytes(int4).length).as(what).isLessThanOrEqualTo(OnnxWriter.toBytes(blocks).length);
        }
    }

    private static Map<String, Tensor> feed(Shape shape, Style style, Random random) {
        int sequence = 2 + random.nextInt(30);
        Map<String, Tensor> feed = Transformers.feed(shape, 1 + random.nextInt(3), sequence, random.nextLong());
        return style == Style.FUSED || style == Style.FUSED_FAST ? Transformers.narrow(feed) : feed;
    }

    private static double sqnr(Tensor exact, Tensor got) {
        OutputComparison comparison = new OutputComparison(OUT);
        comparison.add(exact, got);
        return comparison.result().sqnrDb();
    }

    private static Tensor answer(OnnxGraph graph, Map<String, Tensor> feed) {
        return Objects.requireNonNull(Ort.run(graph, feed).get(OUT));
    }
}
