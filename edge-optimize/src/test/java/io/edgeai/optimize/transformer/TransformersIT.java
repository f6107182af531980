package io.edgeai.optimize.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.optimize.fidelity.OutputComparison;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.latency.LatencyComparison;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.testing.Ort;
import io.edgeai.optimize.testing.Transformers;
import io.edgeai.optimize.testing.Transformers.Shape;
import io.edgeai.optimize.testing.Transformers.Style;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Encoders of the sizes of MiniLM-L6 and of BERT's layers at sequence 128, every variant side by side with the float
 * model. Runs with {@code -Dedgeai.full=true}; figures go to {@code target/optimize/transformers.txt}, speed is never
 * asserted.
 */
class TransformersIT {
    private static final Path OUT = Path.of("target/optimize");
    private static final int SEQUENCE = 128;

    @TestFactory
    Stream<DynamicTest> everyVariantOfEveryStyle() throws IOException {
        Assumptions.assumeTrue(
                Boolean.getBoolean("edgeai.full"), "skipped: minutes of measurements; ask with -Dedgeai.full=true");
        Files.createDirectories(OUT);
        Path file = OUT.resolve("transformers.txt");
        Files.deleteIfExists(file);
        Files.createFile(file);
        return Stream.of(Style.values())
                .flatMap(style -> Stream.of(
                        DynamicTest.dynamicTest("MiniLM " + style, () -> measure(file, Shape.miniLm(1000), style)),
                        DynamicTest.dynamicTest("BERT " + style, () -> measure(file, Shape.bert(2, 1000), style))));
    }

    private static void measure(Path file, Shape shape, Style style) throws IOException {
        OnnxGraph original = Transformers.of(shape, style, 1);
        List<Map<String, Tensor>> feeds = LongStream.range(0, 4)
                .mapToObj(seed -> feed(shape, style, seed))
                .toList();
        OnnxGraph base = GraphPasses.simplified(original, Ort.runtime());
        int before = OnnxWriter.toBytes(original).length;
        Map<String, Tensor> unseen = feed(shape, style, 99);
        try (InferenceSession session = Ort.open(original)) {
            for (TransformerVariants.Variant variant :
                    TransformerVariants.of(base, Ort.runtime(), feeds, QuantizeSettings.defaults(), Progress.NONE)) {
                Quantized quantized = variant.build().get();
                int after = OnnxWriter.toBytes(quantized.graph()).length;
                try (InferenceSession derived = Ort.open(quantized.graph())) {
                    OutputComparison comparison = new OutputComparison("last_hidden_state");
                    comparison.add(answer(session, unseen), answer(derived, unseen));
                    double sqnr = comparison.result().sqnrDb();
                    LatencyComparison latency =
                            LatencyComparison.measure(session, derived, unseen, 15, Ticker.system(), Progress.NONE);
                    String line = String.format(
                            Locale.ROOT,
                            "width %d %-12s %-34s %.2f [%.2f %.2f]  size %.3f  SQNR %.1f dB%n",
                            shape.width(),
                            style,
                            variant.name(),
                            latency.speedup(),
                            latency.lowestRound(),
                            latency.highestRound(),
                            (double) after / before,
                            sqnr);
                    Files.writeString(file, line, java.nio.file.StandardOpenOption.APPEND);
                    assertThat(after).as(variant.name()).isLessThan(before);
                    assertThat(sqnr)
                            .as(variant.name())
                            .isGreaterThan(variant.name().contains("INT4") ? 8 : 25);
                }
            }
        }
    }

    private static Map<String, Tensor> feed(Shape shape, Style style, long seed) {
        Map<String, Tensor> feed = new HashMap<>(Transformers.feed(shape, 1, SEQUENCE, seed));
        return style == Style.FUSED || style == Style.FUSED_FAST ? Transformers.narrow(feed) : feed;
    }

    private static Tensor answer(InferenceSession session, Map<String, Tensor> feed) {
        return Objects.requireNonNull(session.run(feed).get("last_hidden_state"));
    }
}
