package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.concurrent.Ticker;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.opset.OpsetUpgrade;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.optimize.audit.FusedShare;
import io.edgeai.optimize.audit.FusionAudit;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.correct.BiasCorrection;
import io.edgeai.optimize.correct.Equalization;
import io.edgeai.optimize.correct.InputMoments;
import io.edgeai.optimize.correct.LearnedRounding;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.fidelity.Accuracy;
import io.edgeai.optimize.fidelity.Fidelity;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.latency.LatencyComparison;
import io.edgeai.optimize.quantize.ChannelWeights;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.SensitivityRanking;
import io.edgeai.optimize.quantize.StaticQuantizer;
import io.edgeai.optimize.testing.Architectures;
import io.edgeai.optimize.testing.Ort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Figures of static quantization of convolutional networks, with {@code -Dedgeai.full=true} only: they take minutes.
 * Accuracy, size and fused share are asserted; speed is written to {@code target/optimize/quantization.txt}.
 */
class QuantizationFiguresIT {
    private static final Path OUT = Path.of("target/optimize/quantization.txt");
    private static final InferenceRuntime RUNTIME = Ort.runtime();

    private final Path root =
            Path.of(System.getProperty("edgeai.testdata", "../shared/data")).resolve("optimize");

    @BeforeEach
    void onlyWhenAskedFor() throws IOException {
        Assumptions.assumeTrue(RealData.FULL, "skipped: figures take minutes; -Dedgeai.full=true runs them");
        Assumptions.assumeTrue(Files.isDirectory(root), "skipped: no folder " + root + " (edgeai.testdata)");
        Files.createDirectories(OUT.getParent());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cifar10/resnet20.onnx", "cifar10/resnet56.onnx", "imagenet/mobilenet_v2.onnx"})
    void classifiersKeepTheirAccuracy(String name) throws IOException {
        RealData data = new RealData(root);
        boolean mobile = name.startsWith("imagenet");
        OnnxGraph original = OnnxReader.read(root.resolve(name));
        CalibrationData samples = mobile ? data.imagenet() : data.cifar(false);
        LabelledData test = mobile ? data.imagenetTest() : data.cifarTest(false);
        List<Map<String, Tensor>> feeds = samples.feeds(original);
        long start = System.nanoTime();
        OnnxGraph quantized = quantize(base(original), feeds, QuantizeSettings.defaults(), Map.of());
        double seconds = (System.nanoTime() - start) / 1e9;
        try (InferenceSession before = Ort.open(original);
                InferenceSession after = Ort.open(quantized)) {
            double first =
                    Accuracy.measure(before, original, test, Progress.NONE).value();
            double second =
                    Accuracy.measure(after, original, test, Progress.NONE).value();
            double agreement = Fidelity.measure(before, after, test.feeds(original, test.size()), Progress.NONE)
                    .outputs()
                    .get(0)
                    .topOneAgreement();
            String line = line(name, original, quantized, feeds.get(0), before, after);
            write(
                    "%s accuracy %.4f -> %.4f (%.2f %%), agreement %.3f, quantized in %.1f s",
                    line, first, second, 100 * second / first, agreement, seconds);
            assertThat(second / first).isGreaterThanOrEqualTo(mobile ? .993 : .997);
            assertThat(agreement).isGreaterThanOrEqualTo(mobile ? .95 : .97);
        }
        assertSmallAndFused(original, quantized);
    }

    @ParameterizedTest
    @ValueSource(strings = {"detect/FastestDet.onnx", "detect/ultraface_rfb320.onnx"})
    void detectorsAreSmall(String name) throws IOException {
        RealData data = new RealData(root);
        OnnxGraph original = OnnxReader.read(root.resolve(name));
        CalibrationData samples =
                name.contains("Fastest") ? data.detection(352, 352, 255, 0, 1) : data.detection(320, 240, 1, 127, 128);
        List<Map<String, Tensor>> feeds = samples.feeds(original);
        OnnxGraph quantized = quantize(base(original), feeds, QuantizeSettings.defaults(), Map.of());
        try (InferenceSession before = Ort.open(original);
                InferenceSession after = Ort.open(quantized)) {
            write("%s", line(name, original, quantized, feeds.get(0), before, after));
        }
        assertSmallAndFused(original, quantized);
    }

    @Test
    void generatedArchitecturesRun() throws IOException {
        Map<String, OnnxGraph> nets = new LinkedHashMap<>();
        nets.put("ResNet-18, 224", Architectures.resNet18(1, 224, 1, 1000));
        nets.put("MobileNetV3-like, HardSwish, 128", Architectures.mobileNetV3(1, 128, 1, true));
        nets.put("MobileNetV3-like, five operators, 128", Architectures.mobileNetV3(1, 128, 1, false));
        nets.put("EfficientNet-like, 128", Architectures.efficientNet(1, 128, 1));
        nets.put("DenseNet-like, 128", Architectures.denseNet(1, 128, 1));
        nets.put("SqueezeNet-like, 128", Architectures.squeezeNet(1, 128, 1));
        nets.put("Inception-like, 128", Architectures.inception(1, 128, 1));
        nets.put("U-Net-like, transposed, 128", Architectures.uNet(1, 128, 1, "ConvTranspose"));
        nets.put("U-Net-like, nearest, 128", Architectures.uNet(1, 128, 1, "nearest"));
        for (Map.Entry<String, OnnxGraph> net : nets.entrySet()) {
            OnnxGraph graph = net.getValue();
            int size = net.getKey().endsWith("224") ? 224 : 128;
            List<Map<String, Tensor>> feeds = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                feeds.add(Map.of("x", Ort.tensor(new Random(i), 1, 3, size, size)));
            }
            OnnxGraph quantized = quantize(base(graph), feeds, QuantizeSettings.defaults(), Map.of());
            try (InferenceSession before = Ort.open(graph);
                    InferenceSession after = Ort.open(quantized)) {
                double agreement = Fidelity.measure(before, after, feeds, Progress.NONE)
                        .outputs()
                        .get(0)
                        .topOneAgreement();
                write(
                        "%s agreement %.3f",
                        line(net.getKey(), graph, quantized, feeds.get(0), before, after), agreement);
            }
            assertThat(new FusionAudit(RUNTIME).of(quantized).share("Conv")).isGreaterThanOrEqualTo(.98);
        }
    }

    @Test
    void fourBitResNet20KeepsItsAccuracy() throws IOException {
        RealData data = new RealData(root);
        repaired(
                "cifar10/resnet20.onnx",
                data.cifar(false),
                data.cifarTest(false),
                QuantizeSettings.defaults().weightBits(4),
                .98);
    }

    @Test
    void oneScaleAWeightOnMobileNetV2() throws IOException {
        RealData data = new RealData(root);
        repaired(
                "imagenet/mobilenet_v2.onnx",
                data.imagenet(),
                data.imagenetTest(),
                QuantizeSettings.defaults().perChannel(false),
                .97);
    }

    private void repaired(
            String name, CalibrationData samples, LabelledData test, QuantizeSettings settings, double least)
            throws IOException {
        OnnxGraph original = OnnxReader.read(root.resolve(name));
        List<Map<String, Tensor>> feeds = samples.feeds(original);
        OnnxGraph base = base(original);
        double before = accuracy(original, original, test);
        double plain = accuracy(quantize(base, feeds, settings, Map.of()), original, test);
        long start = System.nanoTime();
        OnnxGraph equalized = Equalization.apply(base, Equalization.Clips.STAY).graph();
        InputMoments moments = InputMoments.measure(RUNTIME, equalized, feeds, true, 1, Progress.NONE);
        Map<String, ChannelWeights> levels = LearnedRounding.of(equalized, moments, settings, Progress.NONE);
        OnnxGraph corrected = BiasCorrection.apply(equalized, moments, levels);
        OnnxGraph quantized = quantize(corrected, feeds, settings, levels);
        double seconds = (System.nanoTime() - start) / 1e9;
        double after = accuracy(quantized, original, test);
        write(
                "%s, %d bits, %s: %.4f -> nearest %.4f, repaired %.4f (%.2f %%) in %.1f s",
                name,
                settings.weightBits(),
                settings.perChannel() ? "scale a channel" : "scale a weight",
                before,
                plain,
                after,
                100 * after / before,
                seconds);
        assertThat(after / before).isGreaterThanOrEqualTo(least);
    }

    @Test
    void fewFloatLayersMeetAFloorThatAllBytesMiss() throws IOException {
        RealData data = new RealData(root);
        OnnxGraph original = OnnxReader.read(root.resolve("cifar10/resnet20.onnx"));
        LabelledData test = data.cifarTest(false);
        List<Map<String, Tensor>> feeds = data.cifar(false).feeds(original);
        OnnxGraph base = base(original);
        QuantizeSettings settings = QuantizeSettings.defaults().weightBits(4);
        Map<String, ValueRange> ranges = ranges(base, feeds, settings);
        SensitivityRanking ranking =
                SensitivityRanking.measure(RUNTIME, base, ranges, settings, feeds.subList(0, 8), Progress.NONE);
        double before = accuracy(original, original, test);
        Set<String> keep = ranking.fewestFloat(outputs -> accuracy(
                                new StaticQuantizer(base, settings.keepFloat(outputs))
                                        .quantize(ranges(base, feeds, settings.keepFloat(outputs)))
                                        .graph(),
                                original,
                                test)
                        >= .99 * before)
                .orElseThrow();
        write(
                "resnet20, 4 bits to nearest, floor 99 %%: %d of %d layers float: %s",
                keep.size(), ranking.layers().size(), keep);
        assertThat(keep).isNotEmpty();
        assertThat(keep.size()).isLessThan(ranking.layers().size());
    }

    private static void assertSmallAndFused(OnnxGraph original, OnnxGraph quantized) {
        assertThat(share(quantized, original))
                .as("share of the original's size")
                .isLessThanOrEqualTo(.30);
        assertThat(new FusionAudit(RUNTIME).of(quantized).share("Conv")).isGreaterThanOrEqualTo(.98);
    }

    private static double share(OnnxGraph quantized, OnnxGraph original) {
        return OnnxWriter.toBytes(quantized).length / (double) OnnxWriter.toBytes(original).length;
    }

    private static OnnxGraph base(OnnxGraph original) {
        OnnxGraph simplified = GraphPasses.simplified(original, RUNTIME);
        return simplified.info().opset() >= OpsetUpgrade.TARGET
                ? simplified
                : GraphPasses.simplified(OpsetUpgrade.raised(simplified), RUNTIME);
    }

    private static Map<String, ValueRange> ranges(
            OnnxGraph base, List<Map<String, Tensor>> feeds, QuantizeSettings settings) {
        Set<String> values = new StaticQuantizer(base, settings).values();
        return new Calibrator(RUNTIME).ranges(base, feeds, values, CalibrationMethod.MIN_MAX, Progress.NONE);
    }

    private static OnnxGraph quantize(
            OnnxGraph base,
            List<Map<String, Tensor>> feeds,
            QuantizeSettings settings,
            Map<String, ChannelWeights> levels) {
        return new StaticQuantizer(base, settings)
                .weights(levels)
                .quantize(ranges(base, feeds, settings))
                .graph();
    }

    private static double accuracy(OnnxGraph graph, OnnxGraph original, LabelledData test) {
        try (InferenceSession session = Ort.open(graph)) {
            return Accuracy.measure(session, original, test, Progress.NONE).value();
        }
    }

    private static String line(
            String name,
            OnnxGraph original,
            OnnxGraph quantized,
            Map<String, Tensor> feed,
            InferenceSession before,
            InferenceSession after) {
        LatencyComparison latency = LatencyComparison.measure(before, after, feed, 21, Ticker.system(), Progress.NONE);
        FusedShare fused = new FusionAudit(RUNTIME).of(quantized);
        return String.format(
                Locale.ROOT,
                "%-38s speed %.2f, size %.1f %%, fused Conv %.1f %%,",
                name,
                latency.speedup(),
                100 * share(quantized, original),
                100 * fused.share("Conv"));
    }

    private static void write(String format, Object... values) throws IOException {
        Files.writeString(
                OUT,
                String.format(Locale.ROOT, format, values) + System.lineSeparator(),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
