package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.cost.ModelCost;
import io.edgeai.placement.cost.LatencyEstimator;
import io.edgeai.placement.cost.LatencyEstimator.Prediction;
import io.edgeai.placement.cost.LatencyEstimator.Sample;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatencyEstimatesTest {
    @TempDir
    Path dir;

    private Path affine(long elements) {
        return Graphs.write(Graphs.affine(Dim.of(elements)), dir.resolve("affine" + elements + ".onnx"));
    }

    /** y = 2x + 1 reads x, two, h and one and writes h and y: 4 · (4n + 2) bytes by two nodes. */
    @ParameterizedTest
    @CsvSource({"1, 24", "10, 168", "1000, 16008"})
    void theCostIsThatOfTheMeasuredRun(long elements, long bytes) {
        ModelCost cost = LatencyEstimates.cost(Graphs.affine(Dim.of(elements)));

        assertThat(cost.bytesRead() + cost.bytesWritten()).isEqualTo(bytes);
        assertThat(cost.macs()).isZero();
        assertThat(cost.nodes()).hasSize(2);
    }

    /** Lengths that a model leaves open are 16 in the data it is measured on, and so in what it costs. */
    @Test
    void openLengthsAreCountedAsMeasured() {
        ModelCost open = LatencyEstimates.cost(Graphs.affine(Dim.symbolic("N"), Dim.symbolic("L")));
        ModelCost fixed = LatencyEstimates.cost(Graphs.affine(Dim.of(1), Dim.of(16)));

        assertThat(open.bytesRead()).isEqualTo(fixed.bytesRead());
        assertThat(open.bytesWritten()).isEqualTo(fixed.bytesWritten()).isEqualTo(2 * 4 * 16);
    }

    /** From costs and times that the answer names, the test fits again what the command printed. */
    @Test
    void predictionsAreThoseOfAFitToTheMeasuredTimes() {
        Path[] models = {affine(1), affine(1000), affine(100_000)};
        JsonNode answer = Answers.json(
                Console.run(
                        "place",
                        "--estimate",
                        affine(300_000),
                        "--measured",
                        models[0],
                        models[1],
                        models[2],
                        "--each",
                        "20ms",
                        "--json"),
                0);

        JsonNode lines = answer.get("models");
        assertThat(lines).hasSize(4);
        List<Sample> samples = new ArrayList<>();
        double[] errors = new double[3];
        for (int i = 0; i < 3; i++) {
            double measured = lines.get(i).get("measuredMillis").doubleValue();
            samples.add(new Sample(LatencyEstimates.cost(OnnxReader.read(models[i])), measured));
            errors[i] = Math.abs(lines.get(i).get("predictedMillis").doubleValue() / measured - 1);
            assertThat(lines.get(i).get("model").textValue()).isEqualTo(models[i].toString());
        }
        assertThat(lines.get(3).get("measuredMillis").isNull()).isTrue();
        double fitted = LatencyEstimator.fit(samples).millis(LatencyEstimates.cost(Graphs.affine(Dim.of(300_000))));
        assertThat(lines.get(3).get("predictedMillis").doubleValue()).isCloseTo(fitted, within(1e-9 * fitted));
        Arrays.sort(errors);
        assertThat(answer.get("medianError").doubleValue()).isCloseTo(errors[1], within(1e-12));
    }

    @Test
    void thePageNamesTheModels() {
        Console alone = Console.run("place", "--measured", affine(1), "--estimate", affine(1000), "--each", "5ms");
        Console two = Console.run("place", "--measured", affine(1), affine(1000), "--each", "5ms");

        assertThat(alone.out()).contains("affine1000.onnx", "predicted").doesNotContain("affine1.onnx", "median error");
        assertThat(two.out()).contains("affine1.onnx", "affine1000.onnx", "predicted from the others: median error");
    }

    @ParameterizedTest
    @CsvSource({"'1:1.1 2:1 4:6', 0.5", "'1:1.1 2:1', 0.3", "'8:6', 0.25"})
    void theMedianErrorIsTheMiddleOne(String times, double median) {
        List<LatencyEstimates.Line> lines = new ArrayList<>();
        for (String pair : times.split(" ")) {
            String[] time = pair.split(":");
            lines.add(new LatencyEstimates.Line(dir, Double.valueOf(time[0]), predicted(Double.parseDouble(time[1]))));
        }
        lines.add(new LatencyEstimates.Line(dir, null, predicted(7)));

        assertThat(LatencyEstimates.medianError(lines)).isCloseTo(median, within(1e-12));
    }

    private static Prediction predicted(double millis) {
        return new Prediction(millis, millis, millis);
    }

    @Test
    void withoutMeasuredModelsFiveGeneratedOnesTellTheSpeed() {
        JsonNode answer = Answers.json(
                Console.run("place", "--estimate", affine(1), affine(1_000_000), "--each", "5ms", "--json"), 0);

        assertThat(answer.get("medianError").isNull()).isTrue();
        JsonNode lines = answer.get("models");
        assertThat(lines).hasSize(2);
        for (JsonNode line : lines) {
            assertThat(line.get("lowMillis").doubleValue())
                    .isPositive()
                    .isLessThan(line.get("predictedMillis").doubleValue());
            assertThat(line.get("highMillis").doubleValue())
                    .isGreaterThan(line.get("predictedMillis").doubleValue());
        }
        assertThat(lines.get(1).get("predictedMillis").doubleValue())
                .as("a million elements against one")
                .isGreaterThan(2 * lines.get(0).get("predictedMillis").doubleValue());
    }

    /** Real networks, each of the next several times the work of the one before. */
    @Test
    void realModelsAreRankedByTheirWork() {
        LatencyEstimator any = LatencyEstimator.fit(
                List.of(new Sample(LatencyEstimates.cost(Graphs.affine(Dim.of(1), Dim.of(16))), 0.01)));
        List<Double> millis = new ArrayList<>();
        for (String model :
                List.of("cifar10/resnet8", "cifar10/resnet20", "cifar10/resnet56", "graphs/light_resnet50")) {
            millis.add(any.millis(
                    LatencyEstimates.cost(OnnxReader.read(Answers.testdata("optimize/" + model + ".onnx")))));
        }

        assertThat(millis).isSorted();
        assertThat(millis.get(3)).isGreaterThan(20 * millis.get(2));
    }
}
