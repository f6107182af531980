package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.prune.PruneBudget;
import io.edgeai.optimize.retrain.FineTuning;
import io.edgeai.optimize.retrain.ImageAugmentation;
import io.edgeai.optimize.retrain.TrainSettings;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * Pruned networks beside the whole one trained on the same images: the whole one is trained first, what is left of it
 * then learns from it.
 */
class PrunedResNetsIT {
    private static final int REPAIRED_ON = 1000;

    @Test
    void resNet20WithInnerChannelsHalved() throws IOException {
        CifarRetraining cifar = CifarRetraining.open();
        OnnxGraph whole = cifar.model("resnet20.onnx");
        FineTuning.Builder tuning = FineTuning.builder(
                        cifar.labelled(CifarRetraining.EXAMPLES).examples(whole))
                .settings(CifarRetraining.SETTINGS);
        OnnxGraph full = cifar.tuned("ResNet-20, 10 epochs", tuning, whole);
        tuning.teacher(full).settings(taught().learningRate(0.1).images(new ImageAugmentation(true, 2)));
        OnnxGraph small =
                cifar.tuned("halved ResNet-20 with a teacher, 10 epochs", tuning, cifar.halved(full, REPAIRED_ON));
        cifar.write("halved ResNet-20: %.2f times as fast", cifar.speedup(whole, small));
        assertThat(cifar.accuracy(full) - cifar.accuracy(small))
                .as("points lost; 0.02 is the aim, 0.0205 was reached")
                .isLessThan(0.04);
    }

    @Test
    void resNet56WithHalfTheMultiplications() throws IOException {
        CifarRetraining cifar = CifarRetraining.open();
        OnnxGraph whole = cifar.model("resnet56.onnx");
        OnnxGraph full = full56(cifar, whole);
        OnnxGraph small = taught56(cifar, full, cifar.pruned(full, PruneBudget.macs(2.1), REPAIRED_ON));
        cifar.write("pruned ResNet-56: %.2f times as fast", cifar.speedup(whole, small));
        assertThat(cifar.accuracy(full) - cifar.accuracy(small))
                .as("points lost; 0.01 is the aim")
                .isLessThan(0.02);
    }

    /** For the smallest file: fewer multiplications, then fewer parameters, taught, then static INT8. */
    @Test
    void resNet56InATenthOfTheBytes() throws IOException {
        CifarRetraining cifar = CifarRetraining.open();
        OnnxGraph whole = cifar.model("resnet56.onnx");
        OnnxGraph full = full56(cifar, whole);
        OnnxGraph pruned = cifar.pruned(full, PruneBudget.macs(2.1), REPAIRED_ON / 2);
        pruned = cifar.pruned(pruned, PruneBudget.parameters(1.4), REPAIRED_ON / 2);
        OnnxGraph small = taught56(cifar, full, pruned);
        OnnxGraph bytes = InferenceOptimizer.ofDefaults()
                .optimize(small, Recipe.builder().int8(cifar.unlabelled(64)).build())
                .graph();
        double size = (double) CifarRetraining.bytes(bytes) / CifarRetraining.bytes(whole);
        cifar.write(
                "ResNet-56 pruned, in bytes: %.2f times as fast, %.1f %% of the size, accuracy %.4f",
                cifar.speedup(whole, bytes), 100 * size, cifar.accuracy(bytes));
        assertThat(size).isLessThanOrEqualTo(0.12);
        assertThat(cifar.accuracy(whole) - cifar.accuracy(bytes))
                .as("points lost of the network as given")
                .isLessThanOrEqualTo(0.01);
    }

    private static OnnxGraph full56(CifarRetraining cifar, OnnxGraph whole) throws IOException {
        FineTuning.Builder tuning = FineTuning.builder(
                        cifar.labelled(CifarRetraining.EXAMPLES).examples(whole))
                .settings(TrainSettings.defaults().epochs(8).images(new ImageAugmentation(true, 2)));
        return cifar.tuned("ResNet-56, 8 epochs", tuning, whole);
    }

    private static OnnxGraph taught56(CifarRetraining cifar, OnnxGraph full, OnnxGraph pruned) throws IOException {
        FineTuning.Builder tuning = FineTuning.builder(
                        cifar.labelled(CifarRetraining.EXAMPLES).examples(pruned))
                .teacher(full)
                .settings(taught().epochs(12).learningRate(0.05).images(new ImageAugmentation(true, 3)));
        return cifar.tuned("pruned ResNet-56 with a teacher, 12 epochs", tuning, pruned);
    }

    private static TrainSettings taught() {
        return TrainSettings.taught().teacherShare(0.9).temperature(4);
    }
}
