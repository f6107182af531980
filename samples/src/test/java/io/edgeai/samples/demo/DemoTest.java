package io.edgeai.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.samples.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plays a small demo once and looks at what it left: what it printed, its registry, its page. */
class DemoTest {
    private static final DemoSettings SMALL = new DemoSettings(1200, 400, 5, 30, 8);

    private static final SplittableRandom JITTER = new SplittableRandom(7);
    private static long now;

    @TempDir
    static Path folder;

    private static String printed;
    private static String html;

    @BeforeAll
    static void play() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Path report = Demo.play(
                folder,
                SMALL,
                new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err), false),
                DemoTest::nanos);
        printed = out.toString(StandardCharsets.UTF_8);
        html = Files.readString(report);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    /** 40 to 60 µs later whenever it is looked at, so that what answers take does not depend on this machine. */
    private static synchronized long nanos() {
        now += 40_000 + JITTER.nextInt(20_000);
        return now;
    }

    @Test
    void theNetworkLearnsTheDigits() {
        assertThat(percent("([\\d.]+) % of 400 held-out pictures right")).isGreaterThan(90);
    }

    @Test
    void theRegistryHoldsEveryVersionWithItsLineage() {
        try (EdgeModelRegistry registry = EdgeModelRegistry.open(folder.resolve("home"))) {
            List<ModelVersion> versions = registry.versions("digits");
            assertThat(versions).hasSizeGreaterThanOrEqualTo(2);
            assertThat(versions.get(0).stage()).isEqualTo(Stage.ACTIVE);
            assertThat(versions.get(1).parent()).contains(versions.get(0).ref());
            assertThat(versions.get(1).sizeBytes()).isLessThan(versions.get(0).sizeBytes() * 6 / 10);
            assertThat(registry.versions("digits-federated").get(0).tags()).containsEntry("rounds", "8");
            assertThat(registry.verify().ok()).isTrue();
            assertThat(OnnxReader.read(registry.file(versions.get(0).ref())).nodes())
                    .isNotEmpty();
        }
    }

    @Test
    void allSevenStrategiesFindPlaces() {
        for (String strategy : List.of(
                "latency-aware",
                "compute-optimized",
                "memory-optimized",
                "cost-efficient",
                "accuracy-focused",
                "energy-efficient",
                "federated-ready")) {
            assertThat(printed).containsPattern(strategy + " +\\S+, \\S+, \\S+ +[\\d.]+ ms");
        }
        assertThat(printed).doesNotContain("no feasible placement");
    }

    @Test
    void theSlowVersionLosesItsRequestsAndTheDullCameraIsNoticed() {
        assertThat(printed).containsPattern("LATENCY +digits@\\d+  \\w+ latency rose from");
        assertThat(printed) // before the camera goes dull; earlier where a busy machine really slowed it alone
                .containsPattern("digits@\\d+ got no more requests ([1-3]?\\d windows after it became slow"
                        + "|after window \\d+, before it was made slow)");
        assertThat(printed).containsPattern("DATA_DRIFT +digits@1 ");
        double before = percent("right answers ([\\d.]+) % before");
        double after = percent("went dull, ([\\d.]+) % after");
        assertThat(before - after).isGreaterThan(20);
    }

    @Test
    void learningTogetherBeatsTheLargestShopAlone() {
        assertThat(percent("8 rounds: ([\\d.]+) % right")).isGreaterThan(percent("largest shop alone ([\\d.]+) %"));
    }

    @Test
    void thePageStandsByItself() {
        assertThat(html).startsWith("<!DOCTYPE html").contains("In short").contains("<svg");
        assertThat(html.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http://", "https://", "<script src");
        assertThat(html.replaceAll("data:image/png;base64,[^\"]*", "")).doesNotContain("NaN", "Infinity", "null");
    }

    @Test
    void tooSmallADemoIsRefusedWithItsFigures() {
        assertThatThrownBy(() -> new DemoSettings(50, 400, 3, 30, 8))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(50)");
    }

    private static double percent(String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(printed.replace("right\n", "right "));
        assertThat(matcher.find()).as(pattern + " in\n" + printed).isTrue();
        return Double.parseDouble(matcher.group(1));
    }
}
