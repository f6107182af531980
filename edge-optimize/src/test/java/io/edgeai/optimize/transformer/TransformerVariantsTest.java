package io.edgeai.optimize.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.fidelity.OutputComparison;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.Transformers;
import io.edgeai.optimize.testing.Transformers.Shape;
import io.edgeai.optimize.testing.Transformers.Style;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TransformerVariantsTest {
    private static final Shape SHAPE = new Shape(2, 128, 4, 512, 400, 64);

    @ExactByteProducts
    @Test
    void everyVariantLoadsAgreesAndHasItsSize() {
        OnnxGraph graph = GraphPasses.simplified(Transformers.of(SHAPE, Style.DECOMPOSED, 7), Ort.runtime());
        List<Map<String, Tensor>> feeds = LongStream.range(0, 6)
                .mapToObj(seed -> Transformers.feed(SHAPE, 1, 24, seed))
                .toList();
        Map<String, Double> sizes = new HashMap<>();
        Map<String, Double> quality = new HashMap<>();
        Map<String, Tensor> feed = Transformers.feed(SHAPE, 2, 20, 99);
        for (TransformerVariants.Variant variant : variants(graph, feeds)) {
            Quantized quantized = variant.build().get();
            assertThat(quantized.changed()).as(variant.name()).isTrue();
            sizes.put(
                    variant.name(),
                    (double) OnnxWriter.toBytes(quantized.graph()).length / OnnxWriter.toBytes(graph).length);
            OutputComparison comparison = new OutputComparison("last_hidden_state");
            comparison.add(answer(graph, feed), answer(quantized.graph(), feed));
            quality.put(variant.name(), comparison.result().sqnrDb());
        }
        assertThat(sizes)
                .hasSize(10)
                .hasEntrySatisfying("dynamic INT8", size -> assertThat(size).isLessThan(0.30))
                .hasEntrySatisfying(
                        "INT4 blocks of 32", size -> assertThat(size).isLessThan(0.19))
                .hasEntrySatisfying("FP16 weights", size -> assertThat(size).isBetween(0.49, 0.51));
        assertThat(quality.get("dynamic INT8")).isGreaterThan(25);
        assertThat(quality.get("INT8 blocks of 128")).isGreaterThan(25);
        assertThat(quality.get("FP16 weights")).isGreaterThan(60);
        assertThat(quality.get("INT4 blocks of 32, GPTQ")).isGreaterThan(quality.get("INT4 blocks of 32"));
    }

    @Test
    void withoutSamplesNothingThatNeedsThemIsOffered() {
        OnnxGraph graph = Transformers.of(Shape.tiny(), Style.LAYER_NORM, 7);
        assertThat(variants(graph, List.of()))
                .extracting(TransformerVariants.Variant::name)
                .doesNotHaveDuplicates()
                .noneMatch(name -> name.contains("GPTQ") || name.contains("smoothed"))
                .hasSize(8);
    }

    @Test
    void recurrentNetworksMayKeepTheirLayersFloat() {
        GraphBuilder b = new GraphBuilder(14, 8).input("x", -1, 2, 20);
        b.weight("w", 0.3, 1, 64, 20).weight("r", 0.3, 1, 64, 16);
        b.graph().add("LSTM", "lstm", List.of("x", "w", "r"), List.of("y")).attribute("hidden_size", 16);
        List<TransformerVariants.Variant> variants = variants(b.output("y").graph(), List.of());
        assertThat(variants.get(0).build().get().quantizedOps()).containsOnlyKeys("LSTM");
        assertThat(variants.get(1).name()).contains("recurrent");
        assertThat(variants.get(1).build().get().quantizedOps()).containsOnlyKeys("LSTM (weights)");
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(3), 6, 2, 20));
        assertThat(Ort.run(variants.get(0).build().get().graph(), feed)).containsKey("y");
    }

    private static List<TransformerVariants.Variant> variants(OnnxGraph graph, List<Map<String, Tensor>> feeds) {
        return TransformerVariants.of(graph, Ort.runtime(), feeds, QuantizeSettings.defaults(), Progress.NONE);
    }

    private static Tensor answer(OnnxGraph graph, Map<String, Tensor> feed) {
        return Objects.requireNonNull(Ort.run(graph, feed).get("last_hidden_state"));
    }
}
