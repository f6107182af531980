package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.core.train.optimizer.UpdateRule;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/guide/training.md, as they stand there but for the file names. */
class TrainingGuideTest {
    @TempDir
    Path folder;

    private final TensorData data = HandMade.clusters(1, 300, 6, 4);
    private final TensorData test = HandMade.clusters(2, 200, 6, 4);

    @Test
    void trainsAModelFromAFile() {
        float[] pixels = data.columns().get("x").floats();
        long[] labels = data.columns().get("label").longs();
        Tensor testImages = test.columns().get("x");
        long[] testLabels = test.columns().get("label").longs();
        OnnxWriter.write(HandMade.model(1, 6, 16, 4), folder.resolve("digits.onnx"));

        OnnxGraph model = OnnxReader.read(folder.resolve("digits.onnx"));
        GradientGraph gradient =
                GradientGraph.builder(model).loss(Loss.crossEntropy()).build();

        Trained trained = Trainer.builder(model, gradient)
                .data(TensorData.labelled("x", pixels, "labels", labels, 6))
                .epochs(30)
                .batchSize(16)
                .rule(UpdateRule.builder(Optimizer.momentum(0.9))
                        .weightDecay(1e-4)
                        .build())
                .schedule(Schedule.cosine(0.02, 0).warmUp(50))
                .evaluate(Evaluation.accuracy("x", testImages, testLabels), 1)
                .stop(EarlyStop.atScore(0.97))
                .checkpoint(folder.resolve("digits.checkpoint"))
                .build()
                .run();
        OnnxWriter.write(trained.best(), folder.resolve("digits-trained.onnx"));

        assertThat(trained.history().best().orElseThrow().score()).isGreaterThanOrEqualTo(0.97);
        assertThat(gradient.parameters().read(OnnxReader.read(folder.resolve("digits-trained.onnx"))))
                .isEqualTo(gradient.parameters().read(trained.best()));
        assertThat(Checkpoint.read(folder.resolve("digits.checkpoint"))).isEqualTo(trained.checkpoint());
    }

    @Test
    void takesAnOptimizerInJava() {
        OnnxGraph model = HandMade.model(1, 6, 16, 4);
        Trained trained = Trainer.builder(
                        model,
                        GradientGraph.builder(model).loss(Loss.crossEntropy()).build())
                .data(TensorData.labelled(
                        "x",
                        data.columns().get("x").floats(),
                        "labels",
                        data.columns().get("label").longs(),
                        6))
                .epochs(5)
                .optimizer((theta, g, rate, step) -> {
                    for (int i = 0; i < theta.length; i++) {
                        theta[i] -= (float) rate * Math.signum(g[i]);
                    }
                })
                .build()
                .run();

        assertThat(trained.history().epochs().get(4).loss())
                .isLessThan(trained.history().epochs().get(0).loss());
    }

    @Test
    void trainsAShardInOneRun() {
        OnnxGraph model = HandMade.model(1, 6, 16, 4);
        GradientGraph gradient = GradientGraph.builder(model)
                .loss(Loss.crossEntropy().labels("label"))
                .build();
        float[] theta = gradient.parameters().read(model);
        InferenceRuntime engine = new OnnxRuntimeEngine();
        long seed = 4;

        UpdateRule rule = UpdateRule.builder(Optimizer.sgd()).proximal(0.1).build();
        try (ShardTrainer trainer = ShardTrainer.open(engine, gradient, rule, SessionOptions.defaults())) {
            ShardTrainer.Plan plan = new ShardTrainer.Plan(5, 10, Schedule.constant(0.05), seed, rule);
            ShardTrainer.Outcome outcome = trainer.train(plan, data, theta);

            assertThat(outcome.losses()).hasSize(150);
            assertThat(outcome.losses()[149]).isLessThan(outcome.losses()[0]);
        }
    }
}
