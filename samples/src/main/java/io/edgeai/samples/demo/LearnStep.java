package io.edgeai.samples.demo;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.samples.convnet.ConvNetTraining;
import io.edgeai.samples.convnet.SmallConvNet;
import io.edgeai.samples.shapes.DrawnDigits;
import io.edgeai.samples.shapes.LabelledImages;
import java.util.List;

/** Draws digits and trains a small convolutional network on them: the data scientist's part of the story. */
final class LearnStep {
    private static final double LEARNING_RATE = 0.03;

    private LearnStep() {}

    /**
     * What was learned.
     *
     * @param train pictures learned from
     * @param test pictures held out
     * @param net the network
     * @param curve loss of each epoch
     * @param accuracy on the held-out pictures, 0 to 1
     * @param seconds of training
     */
    record Result(
            LabelledImages train,
            LabelledImages test,
            SmallConvNet net,
            List<ConvNetTraining.Epoch> curve,
            double accuracy,
            double seconds) {}

    static Result run(DemoSettings settings, Progress progress) {
        DrawnDigits digits = DrawnDigits.defaults();
        LabelledImages train = digits.draw(settings.trainImages(), 100);
        LabelledImages test = digits.draw(settings.testImages(), 200);
        SmallConvNet net = new SmallConvNet(train.side(), train.classes(), 1);
        long start = System.nanoTime();
        List<ConvNetTraining.Epoch> curve =
                ConvNetTraining.fit(net, rows(train), train.labels(), settings.epochs(), LEARNING_RATE, 3, progress);
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Result(train, test, net, curve, ConvNetTraining.accuracy(net, rows(test), test.labels()), seconds);
    }

    /** The pictures, one row-major array each. */
    static float[][] rows(LabelledImages images) {
        float[][] rows = new float[images.size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = images.image(i);
        }
        return rows;
    }
}
