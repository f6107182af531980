package io.edgeai.samples;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.train.Checkpoint;
import io.edgeai.core.train.Evaluation;
import io.edgeai.core.train.GradientGraph;
import io.edgeai.core.train.Loss;
import io.edgeai.core.train.Trained;
import io.edgeai.core.train.Trainer;
import io.edgeai.core.train.TrainingHistory;
import io.edgeai.core.train.TrainingListener;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.core.train.optimizer.UpdateRule;
import io.edgeai.samples.convnet.SmallConvNet;
import io.edgeai.samples.shapes.DrawnDigits;
import io.edgeai.samples.shapes.LabelledImages;
import io.edgeai.samples.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** A convolutional network learns digits; the power fails after the first epoch, and it goes on where it was. */
public final class S07_Training {
    private static final int EPOCHS = 4;

    private S07_Training() {}

    public static void main(String[] args) throws IOException {
        run(Files.createTempDirectory("edgeai-s07"), Terminal.system());
    }

    static Trained run(Path home, Terminal terminal) {
        OnnxGraph model = new SmallConvNet(20, 10, 7).toOnnx(); // any ONNX model of differentiable operators
        GradientGraph gradient =
                GradientGraph.builder(model).loss(Loss.crossEntropy()).build();
        Path file = home.resolve("digits.checkpoint");

        PowerCut cut = new PowerCut(terminal);
        try {
            trainer(model, gradient, file).progress(cut).listener(cut).build().run();
        } catch (OperationCancelledException e) {
            terminal.line(e.getMessage());
        }

        Checkpoint checkpoint = Checkpoint.read(file);
        terminal.line("resuming after step " + checkpoint.position().step());
        return trainer(model, gradient, file)
                .listener(new PowerCut(terminal))
                .build()
                .resume(checkpoint);
    }

    private static Trainer.Builder trainer(OnnxGraph model, GradientGraph gradient, Path file) {
        LabelledImages train = DrawnDigits.defaults().draw(1000, 1);
        LabelledImages test = DrawnDigits.defaults().draw(400, 2);
        return Trainer.builder(model, gradient)
                .data(TensorData.labelled("image", train.pixels(), "labels", longs(train.labels()), 1, 20, 20))
                .epochs(EPOCHS)
                .batchSize(25)
                .rule(UpdateRule.builder(Optimizer.momentum(0.9))
                        .weightDecay(1e-4)
                        .build())
                .schedule(Schedule.cosine(0.05, 0).warmUp(10))
                .evaluate(Evaluation.accuracy("image", test.tensor(), longs(test.labels())), 1)
                .checkpoint(file);
    }

    private static long[] longs(int[] labels) {
        return Arrays.stream(labels).asLongStream().toArray();
    }

    /** Prints each epoch; as a progress it cancels after the first. */
    private static final class PowerCut implements Progress, TrainingListener {
        private final Terminal terminal;
        private boolean dark;

        PowerCut(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public void epoch(TrainingHistory.Epoch epoch) {
            dark = true;
            terminal.line(String.format(
                    Locale.ROOT, "epoch %d: loss %.3f, accuracy %.3f", epoch.number(), epoch.loss(), epoch.score()));
        }

        @Override
        public void update(String phase, long done, long total) {}

        @Override
        public boolean cancelled() {
            return dark;
        }
    }
}
