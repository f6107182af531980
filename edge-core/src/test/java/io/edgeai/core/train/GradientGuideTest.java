package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.testing.GraphBuilder;
import io.edgeai.core.testing.Ort;
import io.edgeai.core.train.gradient.GradientRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/guide/training.md, compiled and run, and its list of operators. */
class GradientGuideTest {
    @TempDir
    Path folder;

    @Test
    void gradientDescentByHandMakesTheLossSmaller() {
        Path file = folder.resolve("defects.onnx");
        OnnxWriter.write(GraphBuilder.residualNet(17, 1), file);

        OnnxGraph model = OnnxReader.read(file);
        GradientGraph gradient = GradientGraph.builder(model)
                .loss(Loss.crossEntropy())
                .trainable(name -> !name.startsWith("c1"))
                .build();
        float[] theta = gradient.parameters().read(model);

        assertThat(gradient.data()).extracting(OnnxValue::name).containsExactly("x", "labels");
        Tensor x = Ort.tensor(new Random(1), 16, 3, 8, 8);
        Tensor labels = DirectionalCheck.labels(new Random(2), 16, 5);
        double first = 0;
        double last = 0;
        for (int step = 0; step < 30; step++) {
            Map<String, Tensor> answers = Ort.run(
                    gradient.graph(), Map.of("theta", Tensor.of(theta, theta.length), "x", x, "labels", labels));
            float[] g = Objects.requireNonNull(answers.get("gradient")).floats();
            for (int i = 0; i < g.length; i++) {
                theta[i] -= 0.05f * g[i];
            }
            last = Objects.requireNonNull(answers.get("loss")).floats()[0];
            first = step == 0 ? last : first;
        }
        gradient.parameters().write(theta, model);
        assertThat(last).isLessThan(first / 2);
        Tensor logits = Objects.requireNonNull(Ort.run(model, Map.of("x", x)).get("y"));
        assertThat(DirectionalCheck.crossEntropy(Doubles.of(logits), labels.longs()))
                .as("the written model has learnt it")
                .isLessThan(first / 2);
    }

    @Test
    void everyOperatorWithARuleIsInTheGuide() throws IOException {
        Path guide = Path.of(System.getProperty("edgeai.root", ".."), "docs", "guide", "training.md");
        Assumptions.assumeTrue(Files.exists(guide), "skipped: no docs beside the module");
        String text = Files.readString(guide);
        assertThat(GradientRules.operators()).allSatisfy(operator -> assertThat(
                        Pattern.compile("\\b" + operator + "\\b").matcher(text).find())
                .as(operator)
                .isTrue());
    }
}
