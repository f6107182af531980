package io.edgeai.optimize.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.edgeai.core.model.OptimizationKind;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.optimize.testing.GraphBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdvisorTest {
    @Test
    void wideMatricesGoDynamic() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", 1, 128, 512).weight("w", 0.1, 512, 512);
        b.node("MatMul", "y", "x", "w");

        assertThat(Advisor.of(b.output("y", 3).graph()))
                .extracting(Recommendation::kind)
                .containsExactly(OptimizationKind.INT8_DYNAMIC, OptimizationKind.FP16_WEIGHTS);
    }

    @Test
    void tinyModelIsToldThatBytesAreSlower() {
        GraphBuilder b = new GraphBuilder(13, 2).input("x", -1, 16).weight("w", 0.1, 16, 8);
        b.node("MatMul", "y", "x", "w");

        assertThat(Advisor.of(b.output("y", 2).graph())).first().satisfies(advice -> {
            assertThat(advice.kind()).isEqualTo(OptimizationKind.DYNAMIC_BATCHING);
            assertThat(advice.needs()).isEmpty();
            assertThat(advice.toString()).contains("128 multiplications", "5.0–14.0×", "100 % of the size");
        });
    }

    @Test
    void graphWithoutWeightsGetsNoAdvice() {
        GraphBuilder b = new GraphBuilder(13, 3).input("x", -1, 16);
        b.node("Relu", "y", "x");

        assertThat(Advisor.of(b.output("y", 2).graph())).isEmpty();
    }

    /** The first recommendation is what measurements found to be the best method for these. */
    @ParameterizedTest
    @CsvSource({
        "cifar10/resnet20.onnx,INT8_STATIC",
        "imagenet/mobilenet_v2.onnx,INT8_STATIC",
        "text/trec.onnx,INT8_DYNAMIC",
        "audio/fsdd_lstm.onnx,INT8_DYNAMIC",
    })
    void realModels(String file, OptimizationKind best) {
        Path path = Path.of(System.getProperty("edgeai.testdata", "../../shared/data"), "optimize")
                .resolve(file);
        assumeTrue(Files.exists(path), "needs " + path);
        OnnxGraph graph = OnnxReader.read(path);

        assertThat(Advisor.of(graph)).first().extracting(Recommendation::kind).isEqualTo(best);
    }
}
