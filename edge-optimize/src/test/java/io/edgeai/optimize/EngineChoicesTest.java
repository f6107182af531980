package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.accelerator.Accelerator;
import io.edgeai.optimize.accelerator.OpenVinoTarget;
import io.edgeai.optimize.accelerator.RuleFinding;
import io.edgeai.optimize.accelerator.TensorRtTarget;
import io.edgeai.optimize.data.CalibrationData;
import io.edgeai.optimize.search.Trial;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recipes for another engine, and with the engine's options searched. */
class EngineChoicesTest {
    private static final InferenceOptimizer OPTIMIZER = InferenceOptimizer.ofDefaults();

    private static CalibrationData images(int count) {
        Random random = new Random(5);
        List<Map<String, Tensor>> samples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            samples.add(Map.of("x", Ort.tensor(random, 1, 3, 8, 8)));
        }
        return CalibrationData.of(samples);
    }

    private static Accelerator accelerator(String name) {
        return name.equals("tensorrt")
                ? TensorRtTarget.builder().build()
                : OpenVinoTarget.builder().build();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensorrt", "openvino"})
    void targetGetsAGraphOfItsOwnConventions(String name) {
        Accelerator accelerator = accelerator(name);
        OnnxGraph graph = GraphBuilder.residualNet(13, 3);

        OptimizationResult result = OPTIMIZER.optimize(
                graph,
                Recipe.builder()
                        .target(accelerator, images(16))
                        .latencyRounds(0)
                        .build());

        OptimizationReport report = result.report();
        assertThat(report.trials()).extracting(Trial::name).containsExactly("INT8 for " + name);
        assertThat(report.recipe()).contains("int8 static for " + name);
        assertThat(report.kept()).isTrue();
        assertThat(accelerator.check(result.graph()))
                .allMatch(finding -> finding.severity() != RuleFinding.Severity.ERROR);
        assertThat(result.options().engineOptions()).containsEntry("execution_provider", name);
        assertThat(report.warnings()).anyMatch(warning -> warning.startsWith("Answers, size and speed are those of"));
        assertThat(report.fused()).as("kernels of this processor say nothing").isNull();
        assertThat(result.graph().initializers().values())
                .as("both engines want float biases")
                .extracting(OnnxTensor::type)
                .doesNotContain(ElementType.INT32);
    }

    @Test
    void whatTheTargetWouldNotHearIsRefused() {
        TensorRtTarget target = TensorRtTarget.builder().build();
        assertThatThrownBy(() -> Recipe.builder()
                        .target(target, images(1))
                        .keepFloat(Set.of("a"))
                        .build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("do not reach target (tensorrt). Maybe set them on the target's builder");
        assertThatThrownBy(() ->
                        Recipe.builder().target(target, images(1)).tuneRuntime().build())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("not of target (tensorrt)");
    }

    @Test
    void withoutATargetTheOptionsAreTheDefaults() {
        OptimizationResult result = OPTIMIZER.optimize(
                GraphBuilder.residualNet(13, 3),
                Recipe.builder().fp16().latencyRounds(0).build());

        assertThat(result.options()).isEqualTo(SessionOptions.defaults());
        assertThat(result.report().tuning()).isNull();
        assertThat(result.report().fused()).as("no activation is quantized").isNull();
    }

    @Test
    void tunedOptionsRunTheResult() {
        OnnxGraph graph = GraphBuilder.residualNet(13, 3);
        OptimizationResult result = OPTIMIZER.optimize(
                graph,
                Recipe.builder().int8(images(8)).tuneRuntime().latencyRounds(0).build());

        assertThat(result.report().tuning()).isNotNull();
        assertThat(result.report().tuning().trials()).hasSizeGreaterThan(2);
        assertThat(result.options()).isEqualTo(result.report().tuning().best());
        assertThat(result.report().recipe()).contains("engine options tuned");
        Map<String, Tensor> feed = Map.of("x", Ort.tensor(new Random(9), 1, 3, 8, 8));
        float[] expected = Ort.run(result.graph(), feed).get("y").floats();
        try (InferenceSession session = Ort.runtime().open(OnnxWriter.toBytes(result.graph()), result.options())) {
            float[] actual = session.run(feed).get("y").floats();
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).isCloseTo(expected[i], within(1e-3f));
            }
        }
    }

    @Test
    void reportsNameTheVersionOfTheLibrary() {
        OptimizationReport report = OPTIMIZER
                .optimize(
                        GraphBuilder.residualNet(13, 3),
                        Recipe.builder().fp16().latencyRounds(0).build())
                .report();

        assertThat(report.provenance().library()).isNotBlank().isNotEqualTo("unknown");
    }
}
