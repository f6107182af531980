package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.model.Digest;
import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.audit.FusedOps;
import io.edgeai.optimize.audit.FusedShare;
import io.edgeai.optimize.audit.UnfusedNode;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.fidelity.Fidelity;
import io.edgeai.optimize.fidelity.LayerError;
import io.edgeai.optimize.fidelity.OutputFidelity;
import io.edgeai.optimize.latency.LatencyComparison;
import io.edgeai.optimize.latency.LatencySummary;
import io.edgeai.optimize.quantize.FloatNode;
import io.edgeai.optimize.runtime.TuningKey;
import io.edgeai.optimize.runtime.TuningReport;
import io.edgeai.optimize.runtime.TuningTrial;
import io.edgeai.optimize.search.Figures;
import io.edgeai.optimize.search.Trial;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ReportTest {
    @Test
    void jsonHoldsEveryFigure() throws Exception {
        JsonNode json = new ObjectMapper().readTree(full().toJson());
        assertThat(json.get("model").asText()).isEqualTo("net <1>");
        assertThat(json.get("kept").asBoolean()).isTrue();
        assertThat(json.get("sizeBytes").get("before").asLong()).isEqualTo(1000);
        assertThat(json.get("sizeBytes").get("change").asDouble()).isCloseTo(-0.72, within(1e-12));
        assertThat(json.get("latencyMicros").get("before").get("p99").asDouble())
                .isEqualTo(40);
        assertThat(json.get("latencyMicros").get("speedup").asDouble()).isEqualTo(2);
        assertThat(json.get("accuracy").get("after").get("correct").asLong()).isEqualTo(89);
        assertThat(json.get("accuracy").get("kept").asDouble()).isCloseTo(89 / 90.0, within(1e-12));
        assertThat(json.get("fidelity")
                        .get("outputs")
                        .get(0)
                        .get("topOneAgreement")
                        .asDouble())
                .isEqualTo(0.97);
        assertThat(json.get("fidelity").get("outputs").get(1).get("sqnrDb").isNull())
                .as("infinity has no JSON form")
                .isTrue();
        assertThat(json.get("quantizedOps").get("Conv").asInt()).isEqualTo(3);
        assertThat(json.get("left").get(0).get("reason").asText()).isEqualTo("why & how");
        assertThat(json.get("layerErrors").get(1).get("sqnrDb").asDouble()).isEqualTo(20);
        assertThat(json.get("trials").get(0).get("outcome").asText()).isEqualTo("KEPT");
        assertThat(json.get("warnings").get(0).asText()).isEqualTo("careful");
        assertThat(json.get("durationSeconds").asDouble()).isEqualTo(1.5);
        assertThat(json.get("hardware").asText()).isEqualTo("a machine, an engine");
        assertThat(json.get("provenance").get("model").asText()).hasSize(64);
        assertThat(json.get("provenance").get("labelled").isNull()).isTrue();
        assertThat(json.get("memoryBytesEstimated").get("after").asLong()).isEqualTo(2000);
        assertThat(json.get("trials").get(0).get("speedup").asDouble()).isEqualTo(2);
        assertThat(json.get("front")).hasSize(1);
    }

    @Test
    void jsonTellsIntegerKernelsAndEngineOptions() throws Exception {
        JsonNode json = new ObjectMapper().readTree(full().toJson());
        JsonNode conv = json.get("integerKernels").get("operators").get(0);
        assertThat(conv.get("meant").asInt()).isEqualTo(3);
        assertThat(conv.get("fused").asInt()).isEqualTo(2);
        assertThat(json.get("integerKernels")
                        .get("computedInFloat")
                        .get(0)
                        .get("reason")
                        .asText())
                .isEqualTo("its bias is <float>");
        JsonNode options = json.get("engineOptions");
        assertThat(options.get("intraOpThreads").asInt()).isEqualTo(3);
        assertThat(options.get("speedup").asDouble()).isEqualTo(1.4);
        assertThat(options.get("engine").get("session.intra_op.allow_spinning").asText())
                .isEqualTo("0");
        assertThat(new ObjectMapper().readTree(bare().toJson()).has("engineOptions"))
                .isFalse();
    }

    @Test
    void pageTellsIntegerKernelsAndEngineOptions() {
        assertThat(full().toHtml())
                .contains("Integer kernels", "Conv: its bias is &lt;float&gt;", "1.40× the speed", "threads=3")
                .doesNotContain("<float>");
        assertThat(bare().toHtml()).doesNotContain("Integer kernels", "Engine options");
    }

    @Test
    void jsonLeavesOutWhatWasNotMeasured() throws Exception {
        JsonNode json = new ObjectMapper().readTree(bare().toJson());
        assertThat(json.has("latencyMicros")).isFalse();
        assertThat(json.has("accuracy")).isFalse();
        assertThat(json.has("fidelity")).isFalse();
        assertThat(json.get("kept").asBoolean()).isFalse();
    }

    @Test
    void pageNeedsNothingFromElsewhere() {
        String page = full().toHtml();
        assertThat(page).startsWith("<!DOCTYPE html>").endsWith("</body></html>");
        assertThat(page).contains("<meta name=\"viewport\"");
        for (String tag : List.of("table", "tr", "th", "td", "h2", "p", "li")) {
            assertThat(page.split("<" + tag + "[ >]", -1).length)
                    .as(tag)
                    .isEqualTo(page.split("</" + tag + ">", -1).length);
        }
        assertThat(page).doesNotContain("http:", "https:", "src=", "<script", "@import", "url(");
        assertThat(page).contains("net &lt;1&gt;").doesNotContain("net <1>");
        assertThat(page).contains("why &amp; how", "2.00×", "careful", "89.00 %", "Left in float", "Error by layer");
    }

    @Test
    void plotsAreWellFormedAndOfTheRightLength() throws Exception {
        String page = full().toHtml();
        int plots = 0;
        for (int at = page.indexOf("<svg"); at >= 0; at = page.indexOf("<svg", at + 1)) {
            String svg = page.substring(at, page.indexOf("</svg>", at) + 6);
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
            plots++;
        }
        assertThat(plots)
                .as("size, memory, latency, accuracy, layers, candidates")
                .isEqualTo(6);
        assertThat(page)
                .contains("class=\"before\" x=\"100\" y=\"3\" width=\"300.0\"")
                .contains("class=\"after\" x=\"100\" y=\"29\" width=\"84.0\"");
    }

    /** Four candidates on one spot: their labels stand below one another. */
    @Test
    void labelsOfCandidatesDoNotCoverEachOther() {
        List<Trial> trials = Stream.of("dynamic INT8", "INT8 stored", "INT4 blocks", "INT8 blocks")
                .map(name -> new Trial(name, OptimizationKind.INT8_WEIGHTS, Trial.Outcome.PASSED, "passed", FIGURES))
                .toList();
        Matcher labels = Pattern.compile("<text x=\"([0-9.]+)\" y=\"([0-9.]+)\">(?:dynamic INT8|INT[48] [a-z]+)<")
                .matcher(FrontPlot.of(trials, trials));
        List<Double> lines = new ArrayList<>();
        while (labels.find()) {
            lines.add(Double.parseDouble(labels.group(2)));
        }

        assertThat(lines).hasSize(4);
        for (int i = 1; i < 4; i++) {
            assertThat(lines.get(i) - lines.get(i - 1)).as("%s", lines).isGreaterThanOrEqualTo(12);
        }
    }

    @Test
    void pageOfAReturnedOriginal() {
        String page = bare().toHtml();
        assertThat(page)
                .contains("class=\"original\"", "The original is returned")
                .doesNotContain("<h2>Latency");
    }

    @Test
    void keptAccuracyWithoutLabelsIsNotANumber() {
        assertThat(bare().accuracyKept()).isNaN();
        assertThat(full().accuracyKept()).isCloseTo(89 / 90.0, within(1e-12));
    }

    @Test
    void progressIsThrottledButNeverLosesTheEnd() {
        long[] now = {0};
        List<String> seen = new java.util.ArrayList<>();
        ThrottledProgress progress =
                new ThrottledProgress((phase, done, total) -> seen.add(phase + done), () -> now[0]);
        for (int i = 1; i <= 100; i++) {
            now[0] += 10_000_000;
            progress.update("a", i, 100);
        }
        progress.update("b", 0, 9);
        progress.update("b", 1, 9);
        assertThat(seen).containsExactly("a1", "a21", "a41", "a61", "a81", "a100", "b0");
        assertThat(progress.cancelled()).isFalse();
    }

    private static final Figures FIGURES = new Figures(280, 1000, 2, 10, 15, 0.89, 0.9, 0.97, 30, 2000);
    private static final Figures OTHER = new Figures(520, 1000, 0.9, 22, 30, Double.NaN, 0.9, 1, 60, 5000);
    private static final Provenance PROVENANCE = new Provenance(
            Digest.of(new byte[] {1}), Digest.of(new byte[] {2}), null, null, null, "0", "an engine", "a machine");

    private static final FusedShare FUSED = new FusedShare(
            List.of(new FusedOps("Conv", 4, 3, 2)),
            List.of(new UnfusedNode("c3", "Conv", "FusedConv", "its bias is <float>")),
            Map.of("QLinearConv", 2));
    private static final TuningReport TUNING = new TuningReport(
            SessionOptions.defaults().intraOpThreads(3).engineOptions(Map.of("session.intra_op.allow_spinning", "0")),
            1.4,
            1.3,
            List.of(new TuningTrial("threads=3", SessionOptions.defaults(), 1.4, 7.5, 15, "won")),
            true,
            new TuningKey(Digest.of(new byte[] {3}), "an engine", "a processor"));

    private static OptimizationReport full() {
        return new OptimizationReport(
                "net <1>",
                true,
                "Kept: static INT8",
                "a recipe",
                1000,
                280,
                5000,
                2000,
                new LatencyComparison(new LatencySummary(20, 40, 60), new LatencySummary(10, 15, 60), 2, 1.9, 2.1, 15),
                TUNING,
                new Fidelity(
                        64,
                        List.of(
                                new OutputFidelity("y", 0.1, 0.01, 30, 0.999, 0.97, 0),
                                new OutputFidelity("z", 0, 0, Double.POSITIVE_INFINITY, 1, 1, 0))),
                Accuracy.of(90, 100),
                Accuracy.of(89, 100),
                0.98,
                Map.of("Conv", 3),
                List.of(new FloatNode("s", "Softmax", "why & how")),
                FUSED,
                List.of(new LayerError("c1", 35), new LayerError("c2", 20)),
                List.of(
                        new Trial("static INT8", OptimizationKind.INT8_STATIC, Trial.Outcome.KEPT, "kept", FIGURES),
                        new Trial(
                                "FP16 weights",
                                OptimizationKind.FP16_WEIGHTS,
                                Trial.Outcome.REFUSED,
                                "why <not>",
                                OTHER)),
                List.of("careful"),
                Duration.ofMillis(1500),
                PROVENANCE);
    }

    private static OptimizationReport bare() {
        return new OptimizationReport(
                "net",
                false,
                "The original is returned: no reason",
                "a recipe",
                1000,
                1000,
                5000,
                5000,
                null,
                null,
                null,
                null,
                null,
                0,
                Map.of(),
                List.of(),
                null,
                List.of(),
                List.of(),
                List.of(),
                Duration.ofMillis(10),
                PROVENANCE);
    }
}
