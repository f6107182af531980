package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.RuntimeUnavailableException;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class InferenceOptimizerTest {
    private static final InferenceOptimizer OPTIMIZER = InferenceOptimizer.ofDefaults();

    @Test
    void staticQuantizationOfAnOldModel() {
        OnnxGraph graph = GraphBuilder.residualNet(9, 1);
        byte[] before = OnnxWriter.toBytes(graph);
        OptimizationResult result = OPTIMIZER.optimize(
                graph, Recipe.builder().int8(images(16)).latencyRounds(3).build());
        OptimizationReport report = result.report();
        assertThat(report.kept()).as(report.outcome()).isTrue();
        assertThat(result.graph().info().opset()).isEqualTo(13);
        assertThat(report.quantizedOps()).containsEntry("Conv", 3);
        assertThat(report.fidelity()).isNotNull();
        assertThat(report.fidelity().outputs().get(0).sqnrDb()).isGreaterThan(25);
        assertThat(report.latency()).isNotNull();
        assertThat(report.latency().rounds()).isEqualTo(3);
        assertThat(report.latency().original().p50Micros()).isPositive();
        assertThat(report.bytesBefore()).isEqualTo(before.length);
        assertThat(report.bytesAfter()).isEqualTo(OnnxWriter.toBytes(result.graph()).length);
        assertThat(report.sizeChange()).isLessThan(-0.4);
        assertThat(report.layerErrors()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(report.trials()).singleElement().satisfies(attempt -> assertThat(attempt.accepted())
                .isTrue());
        assertThat(report.hardware()).contains("onnxruntime");
        assertThat(OnnxWriter.toBytes(graph)).as("the graph given").isEqualTo(before);
    }

    @Test
    void sameRecipeSameBytes() {
        Recipe recipe = Recipe.builder().int8(images(8)).latencyRounds(0).build();
        OnnxGraph graph = GraphBuilder.residualNet(13, 2);
        assertThat(OnnxWriter.toBytes(OPTIMIZER.optimize(graph, recipe).graph()))
                .isEqualTo(OnnxWriter.toBytes(OPTIMIZER.optimize(graph, recipe).graph()));
    }

    @Test
    void everyCalibrationMethodGivesAUsableModel() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 3);
        for (CalibrationMethod method : CalibrationMethod.values()) {
            OptimizationReport report = OPTIMIZER
                    .optimize(
                            graph,
                            Recipe.builder()
                                    .int8(images(16))
                                    .calibrationMethod(method)
                                    .latencyRounds(0)
                                    .build())
                    .report();
            assertThat(report.kept()).isTrue();
            assertThat(report.latency()).isNull();
            assertThat(Objects.requireNonNull(report.fidelity())
                            .outputs()
                            .get(0)
                            .sqnrDb())
                    .as("%s; least divergence clips hard where a value was seen a few thousand times", method)
                    .isGreaterThan(method == CalibrationMethod.ENTROPY ? 10 : 15);
        }
    }

    @Test
    void halfWeightsAndDynamicQuantization() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 4);
        OptimizationReport half = OPTIMIZER
                .optimize(
                        graph,
                        Recipe.builder()
                                .fp16()
                                .samples(images(4))
                                .latencyRounds(1)
                                .build())
                .report();
        assertThat(half.kept()).isTrue();
        assertThat(Objects.requireNonNull(half.fidelity()).outputs().get(0).sqnrDb())
                .isGreaterThan(55);
        OptimizationReport dynamic = OPTIMIZER
                .optimize(
                        graph,
                        Recipe.builder()
                                .int8Dynamic()
                                .samples(images(4))
                                .latencyRounds(1)
                                .build())
                .report();
        assertThat(dynamic.kept()).isTrue();
        assertThat(dynamic.quantizedOps()).containsKey("Conv (weights)");
        assertThat(dynamic.sizeChange()).isLessThan(half.sizeChange());
    }

    @Test
    void accuracyIsReportedAndTheFloorHolds() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 5);
        OptimizationReport report = OPTIMIZER
                .optimize(
                        graph,
                        Recipe.builder()
                                .int8(images(32))
                                .keepAccuracy(0.5, ownAnswers(graph, 200))
                                .latencyRounds(0)
                                .build())
                .report();
        assertThat(report.kept()).isTrue();
        assertThat(Objects.requireNonNull(report.accuracyBefore()).value()).isEqualTo(1);
        assertThat(report.accuracyKept()).isBetween(0.5, 1.0);
        assertThat(report.accuracyFloor()).isEqualTo(0.5);
    }

    /** Calibrated on silence the static model is useless, so gentler ways must be tried in their order. */
    @Test
    void fallsBackToGentlerWaysUntilTheFloorHolds() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 6);
        OptimizationResult result = OPTIMIZER.optimize(
                graph,
                Recipe.builder()
                        .int8(CalibrationData.of(new float[4][192]))
                        .keepAccuracy(0.95, ownAnswers(graph, 100))
                        .latencyRounds(0)
                        .build());
        OptimizationReport report = result.report();
        assertThat(report.kept()).isTrue();
        assertThat(report.accuracyKept()).isGreaterThanOrEqualTo(0.95);
        assertThat(report.trials()).hasSizeGreaterThanOrEqualTo(4);
        assertThat(report.trials().get(0).name()).isEqualTo("static INT8");
        assertThat(report.trials().get(0).accepted()).isFalse();
        assertThat(report.trials().get(0).verdict()).contains("the floor of 0.9500");
        assertThat(report.trials().get(3).name()).isEqualTo("dynamic INT8");
        assertThat(report.outcome()).startsWith("Kept: ");
    }

    @Test
    void returnsTheOriginalWhereNothingKeepsTheFloor() {
        GraphBuilder b = new GraphBuilder(13, 7).input("x", -1, 3);
        b.node("Relu", "y", "x");
        OnnxGraph graph = b.output("y", 2).graph();
        OptimizationResult result = OPTIMIZER.optimize(
                graph, Recipe.builder().int8Dynamic().latencyRounds(1).build());
        assertThat(result.graph()).isSameAs(graph);
        assertThat(result.report().kept()).isFalse();
        assertThat(result.report().outcome())
                .contains("The original is returned")
                .contains("nothing in the model");
        assertThat(result.report().sizeChange()).isZero();
        assertThat(result.report().latency()).isNull();
        assertThat(result.report().warnings()).anyMatch(warning -> warning.contains("generated inputs"));
    }

    @Test
    void withoutSamplesGeneratedInputsServe() {
        GraphBuilder b = new GraphBuilder(13, 8).input("x", -1, 64).weight("w", 0.2, 64, 64);
        b.node("MatMul", "y", "x", "w");
        OptimizationReport report = OPTIMIZER
                .optimize(
                        b.output("y", 2).graph(),
                        Recipe.builder().int8Dynamic().latencyRounds(1).build())
                .report();
        assertThat(report.kept()).isTrue();
        assertThat(Objects.requireNonNull(report.fidelity()).samples()).isEqualTo(GeneratedInputs.COUNT);
        assertThat(report.warnings()).anyMatch(warning -> warning.contains("generated inputs"));
    }

    @Test
    void operatorSetThatCannotBeRaisedIsTheReason() {
        OnnxGraph graph = GraphBuilder.residualNet(9, 9);
        graph.info().opsets().put("", 6L);
        GraphBuilder b = new GraphBuilder(6, 9).input("x", -1, 3, 8, 8);
        b.conv("y", "x", 3, 4);
        OptimizationResult result = OPTIMIZER.optimize(
                b.output("y", 4).graph(),
                Recipe.builder().int8(images(2)).latencyRounds(0).build());
        assertThat(result.report().kept()).isFalse();
        assertThat(result.report().outcome()).contains("operator set (6) is older than 7");
        assertThat(result.report().warnings()).anyMatch(warning -> warning.contains("left at 6"));
    }

    @Test
    void reducedWeightsAreMentioned() {
        OptimizationReport report = OPTIMIZER
                .optimize(
                        GraphBuilder.residualNet(13, 10),
                        Recipe.builder()
                                .int8(images(4))
                                .weightRange(Recipe.WeightRange.REDUCED)
                                .latencyRounds(0)
                                .build())
                .report();
        assertThat(report.warnings()).anyMatch(warning -> warning.contains("7 bits"));
    }

    @Test
    void samplesThatDoNotFitAreRefusedBeforeAnyWork() {
        List<String> phases = new ArrayList<>();
        Progress recording = (phase, done, total) -> phases.add(phase);
        OnnxGraph graph = GraphBuilder.residualNet(13, 11);
        assertThatThrownBy(() -> OPTIMIZER.optimize(
                        graph,
                        Recipe.builder()
                                .int8(CalibrationData.of(new float[1][191]))
                                .progress(recording)
                                .build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(191) values");
        assertThatThrownBy(() -> OPTIMIZER.optimize(
                        graph,
                        Recipe.builder()
                                .int8(images(1))
                                .keepAccuracy(1, LabelledData.of(new float[1][7], new int[1]))
                                .progress(recording)
                                .build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(7) values");
        assertThat(phases).isEmpty();
    }

    @Test
    void progressTellsThePhasesInOrder() {
        List<String> phases = new ArrayList<>();
        OnnxGraph graph = GraphBuilder.residualNet(13, 12);
        OPTIMIZER.optimize(
                graph,
                Recipe.builder()
                        .int8(images(2))
                        .labelled(ownAnswers(graph, 10))
                        .latencyRounds(2)
                        .progress((phase, done, total) -> {
                            assertThat(done).isBetween(0L, total);
                            if (phases.isEmpty()
                                    || !phases.get(phases.size() - 1).equals(phase)) {
                                phases.add(phase);
                            }
                        })
                        .build());
        assertThat(phases).containsExactly("accuracy", "simplify", "calibrate", "fidelity", "latency", "accuracy");
    }

    @Test
    void cancellingInEachPhaseStops() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 13);
        for (String phase : new TreeSet<>(List.of("simplify", "calibrate", "fidelity", "latency", "accuracy"))) {
            boolean[] reached = {false};
            Progress cancelling = new Progress() {
                @Override
                public void update(String now, long done, long total) {
                    reached[0] |= now.equals(phase);
                }

                @Override
                public boolean cancelled() {
                    return reached[0];
                }
            };
            assertThatThrownBy(() -> OPTIMIZER.optimize(
                            graph,
                            Recipe.builder()
                                    .int8(images(4))
                                    .labelled(ownAnswers(graph, 120))
                                    .latencyRounds(5)
                                    .progress(cancelling)
                                    .build()))
                    .as(phase)
                    .isInstanceOf(OperationCancelledException.class);
        }
    }

    @Test
    void noEngineIsSaid() {
        InferenceOptimizer without =
                InferenceOptimizer.builder().engines(Engines.of()).build();
        assertThatThrownBy(() -> without.optimize(
                        GraphBuilder.residualNet(13, 14),
                        Recipe.builder().fp16().build()))
                .isInstanceOf(RuntimeUnavailableException.class);
    }

    @Test
    void modelsThatOverflowAreNotKept() {
        GraphBuilder b = new GraphBuilder(13, 15).input("x", -1, 64).weight("w", 0.2, 64, 64);
        b.node("MatMul", "h", "x", "w");
        b.node("Log", "y", "h");
        OnnxGraph graph = b.output("y", 2).graph();
        float[] sample = new float[64];
        float[] column = new float[64 * 64];
        Arrays.fill(sample, 1);
        Arrays.fill(column, 1e-9f);
        column[0] = 1;
        sample[0] = 1e-12f;
        graph.initializers().put("w", OnnxTensor.ofFloats(column, 64, 64));
        OptimizationReport report = OPTIMIZER
                .optimize(
                        graph,
                        Recipe.builder()
                                .int8Dynamic()
                                .samples(CalibrationData.of(new float[][] {sample}))
                                .latencyRounds(0)
                                .build())
                .report();
        assertThat(report.kept()).isFalse();
        assertThat(report.outcome()).contains("NaN or infinite");
    }

    private static CalibrationData images(int count) {
        Random random = new Random(50);
        float[][] images = new float[count][];
        for (int i = 0; i < count; i++) {
            images[i] = Ort.normal(random, 192);
        }
        return CalibrationData.of(images);
    }

    /** Labels that are the float model's own answers, so that its accuracy is 1. */
    private static LabelledData ownAnswers(OnnxGraph graph, int count) {
        Random random = new Random(51);
        float[][] images = new float[count][];
        int[] labels = new int[count];
        float[] all = new float[count * 192];
        for (int i = 0; i < count; i++) {
            images[i] = Ort.normal(random, 192);
            System.arraycopy(images[i], 0, all, i * 192, 192);
        }
        float[] scores = Objects.requireNonNull(Ort.run(graph, Map.of("x", Tensor.of(all, count, 3, 8, 8)))
                        .get("y"))
                .floats();
        for (int i = 0; i < count; i++) {
            for (int c = 1; c < 5; c++) {
                labels[i] = scores[i * 5 + c] > scores[i * 5 + labels[i]] ? c : labels[i];
            }
        }
        return LabelledData.of(images, labels);
    }
}
