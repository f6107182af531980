package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.search.Trial;
import io.edgeai.optimize.testing.ExactByteProducts;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a caller may rely on, whatever the model: one method, floors, the order of fallbacks, cancellation, progress. */
class OptimizerContractTest {
    private static final InferenceOptimizer OPTIMIZER = InferenceOptimizer.ofDefaults();
    private static final CalibrationData DATA = CalibrationData.of(new float[][] {{1}});

    @Test
    void everyChoiceOfMethodsButOneIsRefused() {
        for (int mask = 0; mask < 8; mask++) {
            Recipe.Builder builder = Recipe.builder();
            if ((mask & 1) != 0) {
                builder.int8(DATA);
            }
            if ((mask & 2) != 0) {
                builder.int8Dynamic();
            }
            if ((mask & 4) != 0) {
                builder.fp16();
            }
            if (Integer.bitCount(mask) == 1) {
                assertThat(builder.build().toBuilder().build().methods())
                        .isEqualTo(builder.build().methods());
            } else {
                assertThatThrownBy(builder::build)
                        .as("choice %d", mask)
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("Maybe");
            }
        }
        assertThatThrownBy(() -> Recipe.builder().fp16().fp16().build())
                .as("twice is not once")
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void floorsAreSharesAboveZeroUpToOne() {
        LabelledData labelled = LabelledData.of(new float[][] {{1}}, new int[1]);
        for (double share : new double[] {Double.MIN_VALUE, 1e-9, 0.5, Math.nextDown(1.0), 1}) {
            assertThat(Recipe.builder()
                            .fp16()
                            .keepAccuracy(share, labelled)
                            .build()
                            .accuracyFloor())
                    .isEqualTo(share);
        }
        for (double share : new double[] {0, -0.0, -1e-9, Math.nextUp(1.0), 2, Double.POSITIVE_INFINITY, Double.NaN}) {
            assertThatThrownBy(() -> Recipe.builder().keepAccuracy(share, labelled))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("keepAccuracy (" + share + ")");
        }
    }

    /**
     * The first layer mixes a loud channel and a faint one that alone decides: on bytes of one scale the faint one is lost,
     * so only the candidate that keeps the first layer float passes.
     */
    @Test
    void aSensitiveFirstLayerIsKeptFloat() {
        OnnxGraph graph = sensitive();
        OptimizationResult result = OPTIMIZER.optimize(
                graph,
                Recipe.builder()
                        .int8(samples(64, true))
                        .keepAccuracy(0.95, answers(graph, 200, true))
                        .weightRange(Recipe.WeightRange.FULL)
                        .latencyRounds(0)
                        .build());
        OptimizationReport report = result.report();
        List<Trial> attempts = report.trials();
        assertThat(report.kept()).as("%s", attempts).isTrue();
        assertThat(attempts.get(0).name()).isEqualTo("static INT8");
        assertThat(attempts.get(0).accepted()).as("%s", attempts).isFalse();
        assertThat(attempts.get(1).name()).isEqualTo("static INT8, ranges and roundings fitted");
        assertThat(attempts.get(1).accepted()).as("%s", attempts).isFalse();
        assertThat(attempts).hasSize(3);
        assertThat(attempts.get(2).name()).isEqualTo("static INT8, most sensitive layers float");
        assertThat(attempts.get(2).accepted()).as("%s", attempts).isTrue();
        assertThat(result.graph().nodes())
                .as("only the first layer is left float")
                .filteredOn(node -> node.op().equals("QuantizeLinear"))
                .isNotEmpty();
        assertThat(report.accuracyKept()).isGreaterThanOrEqualTo(0.95);
    }

    /** Two classes whose weights differ by a part in 100 000: no rounding keeps them apart. */
    @ExactByteProducts
    @Test
    void fallbacksComeInTheirOrderAndTheOriginalAtLast() {
        GraphBuilder b = new GraphBuilder(13, 30).input("x", -1, 64, 1, 1);
        b.weight("w1", 0.3, 128, 64, 1, 1).weight("w2", 0.3, 2, 128);
        float[] twin = b.graph().initializers().get("w2").floats();
        for (int i = 0; i < 128; i++) {
            twin[128 + i] = twin[i] * (1 + ((i & 1) == 0 ? 1e-5f : -1e-5f));
        }
        b.constant("w2", OnnxTensor.ofFloats(twin, 2, 128));
        b.node("Conv", "c1", "x", "w1");
        b.node("Relu", "r1", "c1");
        b.node("Flatten", "flat", "r1");
        b.node("Gemm", "y", "flat", "w2").attribute("transB", 1);
        OnnxGraph graph = b.output("y", 2).graph();
        OptimizationResult result = OPTIMIZER.optimize(
                graph,
                Recipe.builder()
                        .int8(samples(8, false))
                        .keepAccuracy(1, answers(graph, 100, false))
                        .latencyRounds(2)
                        .build());
        OptimizationReport report = result.report();
        assertThat(report.trials())
                .extracting(Trial::name)
                .containsExactly(
                        "static INT8",
                        "static INT8, ranges and roundings fitted",
                        "static INT8, most sensitive layers float",
                        "dynamic INT8",
                        "dynamic INT8, smoothed",
                        "FP16 weights");
        assertThat(report.trials()).noneMatch(Trial::accepted);
        assertThat(report.kept()).isFalse();
        assertThat(result.graph()).isSameAs(graph);
        assertThat(report.outcome())
                .isEqualTo("The original is returned: " + report.trials().get(5).verdict());
        assertThat(report.bytesAfter()).isEqualTo(report.bytesBefore());
        assertThat(report.latency()).isNull();
    }

    @Test
    void withoutAFloorOnlyWhatWasAskedForIsTried() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 3);
        for (Recipe recipe : List.of(
                Recipe.builder().int8(images(4)).latencyRounds(0).build(),
                Recipe.builder().int8Dynamic().latencyRounds(0).build(),
                Recipe.builder().fp16().latencyRounds(0).build())) {
            OptimizationReport report = OPTIMIZER.optimize(graph, recipe).report();
            assertThat(report.trials()).as("%s", recipe).hasSize(1);
            assertThat(report.latency()).isNull();
            assertThat(report.recipe()).isEqualTo(recipe.toString());
        }
    }

    /** Stopped at every single question, not only at each phase: nothing comes back, and the graph is as it was. */
    @Test
    void cancellationAtAnyMomentLeavesNothingBehind() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 13);
        byte[] before = OnnxWriter.toBytes(graph);
        LabelledData labelled = LabelledData.of(new float[6][192], new int[6]);
        Counting all = new Counting(Long.MAX_VALUE);
        OPTIMIZER.optimize(graph, recipe(labelled, all));
        assertThat(all.asked).isGreaterThan(15);
        int stopped = 0;
        for (long at = 0; at < all.asked; at += 1 + all.asked / 10) {
            Counting listener = new Counting(at);
            assertThatThrownBy(() -> OPTIMIZER.optimize(graph, recipe(labelled, listener)))
                    .as("question %d", at)
                    .isInstanceOf(OperationCancelledException.class)
                    .hasMessageContaining("cancelled");
            assertThat(listener.asked).as("nobody asks again").isEqualTo(at + 1);
            stopped++;
        }
        assertThat(stopped).isGreaterThan(5);
        assertThat(OnnxWriter.toBytes(graph)).isEqualTo(before);
    }

    private static Recipe recipe(LabelledData labelled, Progress progress) {
        return Recipe.builder()
                .int8(images(4))
                .labelled(labelled)
                .latencyRounds(3)
                .progress(progress)
                .build();
    }

    private static final class Counting implements Progress {
        private final long limit;
        private long asked;

        private Counting(long limit) {
            this.limit = limit;
        }

        @Override
        public void update(String phase, long done, long total) {}

        @Override
        public boolean cancelled() {
            return asked++ >= limit;
        }
    }

    /** With a clock that jumps a second each time nothing is throttled: every step of every phase, forward only. */
    @Test
    void progressOnlyGoesForwardAndEndsEachPhase() {
        AtomicLong clock = new AtomicLong();
        List<String> phases = new ArrayList<>();
        Map<Integer, Long> last = new HashMap<>();
        Map<Integer, Long> totals = new HashMap<>();
        Progress listener = (phase, done, total) -> {
            if (phases.isEmpty() || !phases.get(phases.size() - 1).equals(phase)) {
                phases.add(phase);
            }
            int run = phases.size();
            assertThat(done).as(phase).isBetween(last.getOrDefault(run, 0L), total);
            assertThat(totals.getOrDefault(run, total)).as(phase).isEqualTo(total);
            last.put(run, done);
            totals.put(run, total);
        };
        InferenceOptimizer optimizer = InferenceOptimizer.builder()
                .ticker(() -> clock.addAndGet(1_000_000_000))
                .latencyTicker(() -> clock.addAndGet(1_000_000_000))
                .build();
        OptimizationReport report = optimizer
                .optimize(
                        GraphBuilder.residualNet(13, 12),
                        recipe(LabelledData.of(new float[6][192], new int[6]), listener))
                .report();
        assertThat(phases).containsExactly("accuracy", "simplify", "calibrate", "fidelity", "latency", "accuracy");
        assertThat(last).isEqualTo(totals);
        assertThat(report.duration().toSeconds()).isGreaterThan(20);
        assertThat(Objects.requireNonNull(report.latency()).speedup())
                .as("one tick each on this clock")
                .isEqualTo(1);
    }

    /** The JSON of a real run says what the record says, figure by figure. */
    @Test
    void jsonOfARunEqualsItsRecord() throws Exception {
        OptimizationReport report = OPTIMIZER
                .optimize(
                        GraphBuilder.residualNet(9, 4),
                        recipe(LabelledData.of(new float[8][192], new int[] {0, 1, 2, 3, 4, 0, 1, 2}), Progress.NONE))
                .report();
        JsonNode json = new ObjectMapper().readTree(report.toJson());
        assertThat(json.get("model").asText()).isEqualTo(report.model());
        assertThat(json.get("kept").asBoolean()).isEqualTo(report.kept());
        assertThat(json.get("outcome").asText()).isEqualTo(report.outcome());
        assertThat(json.at("/sizeBytes/before").asLong()).isEqualTo(report.bytesBefore());
        assertThat(json.at("/sizeBytes/after").asLong()).isEqualTo(report.bytesAfter());
        assertThat(json.at("/sizeBytes/change").asDouble())
                .isEqualTo((double) report.bytesAfter() / report.bytesBefore() - 1);
        var latency = Objects.requireNonNull(report.latency());
        assertThat(json.at("/latencyMicros/before/p50").asDouble())
                .isEqualTo(latency.original().p50Micros());
        assertThat(json.at("/latencyMicros/after/p99").asDouble())
                .isEqualTo(latency.derived().p99Micros());
        assertThat(json.at("/latencyMicros/speedup").asDouble()).isEqualTo(latency.speedup());
        var accuracy = Objects.requireNonNull(report.accuracyAfter());
        assertThat(json.at("/accuracy/after/correct").asLong()).isEqualTo(accuracy.correct());
        assertThat(json.at("/accuracy/after/lower95").asDouble()).isEqualTo(accuracy.lower());
        var outputs = Objects.requireNonNull(report.fidelity()).outputs();
        assertThat(json.at("/fidelity/outputs")).hasSameSizeAs(outputs);
        for (int i = 0; i < outputs.size(); i++) {
            JsonNode one = json.at("/fidelity/outputs/" + i);
            assertThat(one.get("output").asText()).isEqualTo(outputs.get(i).output());
            assertThat(one.get("sqnrDb").asDouble()).isEqualTo(outputs.get(i).sqnrDb());
            assertThat(one.get("cosine").asDouble()).isEqualTo(outputs.get(i).cosine());
            assertThat(one.get("maxAbsError").asDouble())
                    .isEqualTo(outputs.get(i).maxAbsError());
        }
        report.quantizedOps()
                .forEach((op, count) ->
                        assertThat(json.get("quantizedOps").get(op).asInt()).isEqualTo(count));
        assertThat(json.get("quantizedOps")).hasSize(report.quantizedOps().size());
        assertThat(json.get("layerErrors")).hasSize(report.layerErrors().size());
        assertThat(json.get("left")).hasSize(report.left().size());
        assertThat(json.get("trials").get(0).get("verdict").asText())
                .isEqualTo(report.trials().get(0).verdict());
        assertThat(json.get("warnings")).hasSize(report.warnings().size());
    }

    /** Names are data: none of them may open a tag, leave an attribute or break the JSON. */
    @Test
    void hostileNamesStayText() throws Exception {
        for (String hostile : List.of(
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "</title><svg onload=alert(1)>",
                "a&lt;b %s %d \\ \u0000 \n \u2028 'quoted'",
                "http://example.org/x.js")) {
            GraphBuilder b = new GraphBuilder(13, 5).input("x", -1, 64).weight("w", 0.2, 64, 64);
            String value = hostile.replace("\u0000", ""); // ends a name for the engine
            b.node("MatMul", value, "x", "w");
            OnnxGraph graph = b.output(value, 2).graph().name(hostile);
            OptimizationReport report = OPTIMIZER
                    .optimize(
                            graph,
                            Recipe.builder()
                                    .int8Dynamic()
                                    .keepFloat(Set.of("<b>"))
                                    .latencyRounds(1)
                                    .build())
                    .report();
            assertThat(new ObjectMapper().readTree(report.toJson()).get("model").asText())
                    .isEqualTo(hostile);
            String page = report.toHtml();
            List<String> tags = java.util.regex.Pattern.compile("<[^>]*>")
                    .matcher(page)
                    .results()
                    .map(java.util.regex.MatchResult::group)
                    .toList();
            assertThat(tags)
                    .hasSizeGreaterThan(20)
                    .allMatch(tag -> tag.matches(
                            "</?(!DOCTYPE|html|head|meta|title|style|body|main|h1|h2|p|ul|li|table|tr|th|td|section|div|span|b"
                                    + "|svg|text|rect|line)\\b[^<]*>"))
                    .noneMatch(tag -> tag.matches("(?is).*(src|href|\\son\\w+)\\s*=.*"));
            assertThat(page).doesNotContain("url(", "@import");
            assertThat(count(page, "<svg")).isEqualTo(count(page, "</svg>"));
            assertThat(count(page, "<title>")).isEqualTo(count(page, "</title>"));
            assertThat(page).startsWith("<!DOCTYPE html>").endsWith("</html>");
            String unescaped = page.replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&quot;", "\"")
                    .replace("&amp;", "&");
            assertThat(unescaped).as("the name is shown as it is").contains(hostile);
        }
    }

    private static int count(String text, String part) {
        return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
    }

    /** x [N,64,1,1] → pairwise sums → Relu → scores; input 0 is loud and read by nobody, the others are faint. */
    private static OnnxGraph sensitive() {
        GraphBuilder b = new GraphBuilder(13, 21).input("x", -1, 64, 1, 1);
        b.weight("w1", 0.3, 64, 64, 1, 1);
        float[] first = b.graph().initializers().get("w1").floats();
        for (int out = 0; out < 64; out++) {
            first[out * 64] = 0;
        }
        b.constant("w1", OnnxTensor.ofFloats(first, 64, 64, 1, 1));
        b.node("Conv", "c1", "x", "w1");
        b.node("Relu", "r1", "c1");
        b.weight("wm", 0.2, 64, 64, 1, 1);
        b.node("Conv", "cm", "r1", "wm");
        b.node("Relu", "rm", "cm");
        b.node("Flatten", "flat", "rm");
        b.weight("w2", 0.3, 2, 64);
        b.node("Gemm", "y", "flat", "w2").attribute("transB", 1);
        return b.output("y", 2).graph();
    }

    private static float[] sample(Random random, boolean loud) {
        float[] sample = Ort.normal(random, 64);
        sample[0] = loud ? 400 * Math.signum(sample[0]) : sample[0];
        return sample;
    }

    private static CalibrationData samples(int count, boolean loud) {
        Random random = new Random(22);
        float[][] samples = new float[count][];
        for (int i = 0; i < count; i++) {
            samples[i] = sample(random, loud);
        }
        return CalibrationData.of(samples);
    }

    private static LabelledData answers(OnnxGraph graph, int count, boolean loud) {
        Random random = new Random(23);
        float[][] samples = new float[count][];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            samples[i] = sample(random, loud);
            float[] y = Objects.requireNonNull(Ort.run(graph, Map.of("x", Tensor.of(samples[i], 1, 64, 1, 1)))
                            .get("y"))
                    .floats();
            labels[i] = y[1] > y[0] ? 1 : 0;
        }
        return LabelledData.of(samples, labels);
    }

    private static CalibrationData images(int count) {
        Random random = new Random(50);
        float[][] images = new float[count][];
        for (int i = 0; i < count; i++) {
            images[i] = Ort.normal(random, 192);
        }
        return CalibrationData.of(images);
    }
}
