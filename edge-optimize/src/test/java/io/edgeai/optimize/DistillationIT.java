package io.edgeai.optimize;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.train.GradientGraph;
import io.edgeai.core.train.Loss;
import io.edgeai.core.train.Trainer;
import io.edgeai.core.train.data.TrainingData;
import io.edgeai.optimize.prune.solve.Normalization;
import io.edgeai.optimize.retrain.FineTuning;
import io.edgeai.optimize.retrain.ImageAugmentation;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.testing.Ort;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a teacher is worth: few labels, none, all; the student is a ResNet-20 with its inner channels halved. */
class DistillationIT {
    private static final int FEW = 1000;
    private static final int EPOCHS = 6;
    private static final TrainSettings MOVED =
            TrainSettings.defaults().learningRate(0.04).images(new ImageAugmentation(true, 2));
    private static final int SEEDS = 3;

    @Test
    void aTeacherIsWorthMoreThanAThousandLabels() throws IOException {
        CifarRetraining cifar = CifarRetraining.open();
        OnnxGraph teacher = cifar.model("resnet20.onnx");
        OnnxGraph student = cifar.halved(teacher, 256);
        TrainSettings how = MOVED.epochs(EPOCHS);
        TrainSettings few = how.epochs(EPOCHS * CifarRetraining.EXAMPLES / FEW);
        double gain = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            FineTuning.Builder labels = FineTuning.builder(cifar.labelled(FEW).examples(student));
            OnnxGraph alone = cifar.tuned(
                    "1,000 labels, seed " + seed, labels.settings(few).seed(seed), student);
            FineTuning.Builder none = FineTuning.builder(
                            cifar.unlabelled(CifarRetraining.EXAMPLES).examples(student))
                    .settings(how)
                    .seed(seed)
                    .teacher(teacher);
            OnnxGraph taught = cifar.tuned("teacher, no labels, seed " + seed, none, student);
            gain += (cifar.accuracy(taught) - cifar.accuracy(alone)) / SEEDS;
        }
        cifar.write("the teacher gives %.2f points over 1,000 labels", 100 * gain);
        assertThat(gain).isGreaterThanOrEqualTo(0.04);
    }

    @Test
    void aTunedTeacherDoesNotLoseAgainstAllLabels() throws IOException {
        CifarRetraining cifar = CifarRetraining.open();
        OnnxGraph original = cifar.model("resnet20.onnx");
        OnnxGraph student = cifar.halved(original, 256);
        TrainSettings how = MOVED.epochs(EPOCHS);
        TrainingData all = cifar.labelled(CifarRetraining.EXAMPLES).examples(student);
        OnnxGraph teacher =
                cifar.tuned("teacher, all labels", FineTuning.builder(all).settings(how), original);
        double gain = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            FineTuning.Builder tuning = FineTuning.builder(all).settings(how).seed(seed);
            OnnxGraph alone = cifar.tuned("all labels, seed " + seed, tuning, student);
            OnnxGraph both = cifar.tuned("all labels and teacher, seed " + seed, tuning.teacher(teacher), student);
            gain += (cifar.accuracy(both) - cifar.accuracy(alone)) / SEEDS;
        }
        cifar.write("a tuned teacher gives %.2f points beside all labels", 100 * gain);
        assertThat(gain).isGreaterThan(-0.01);
    }

    /** ResNet-56 teaches ResNet-20: the step with the teacher inside against a step without and the teacher alone. */
    @Test
    void aStepCostsStudentAndTeacher() throws IOException {
        CifarRetraining cifar = CifarRetraining.open();
        OnnxGraph teacher = cifar.model("resnet56.onnx");
        TrainingData examples = cifar.unlabelled(32).examples(teacher);
        Map<String, io.edgeai.core.model.Tensor> batch = examples.allocate(32);
        int[] all = new int[32];
        Arrays.setAll(all, i -> i);
        examples.read(all, batch);
        OnnxGraph student =
                Normalization.inserted(cifar.model("resnet20.onnx"), Ort.runtime(), java.util.List.of(batch));
        TrainingData labelled = cifar.labelled(32).examples(teacher);
        double[] ratios = new double[9];
        try (InferenceSession alone =
                Ort.runtime().open(OnnxWriter.toBytes(teacher), io.edgeai.core.runtime.SessionOptions.defaults())) {
            for (int round = 0; round < ratios.length; round++) {
                double taught = seconds(student, Loss.distillation(4, Loss.Target.of(teacher)), examples);
                double plain = seconds(student, Loss.crossEntropy(), labelled);
                long start = CifarRetraining.cpuNanos();
                for (int i = 0; i < 10; i++) {
                    alone.run(batch);
                }
                double forward = (CifarRetraining.cpuNanos() - start) / 1e10;
                ratios[round] = taught / (plain + forward);
            }
        }
        Arrays.sort(ratios);
        double median = ratios[ratios.length / 2];
        cifar.write("a step with a teacher: %.3f of both (%.3f to %.3f)", median, ratios[0], ratios[8]);
        assertThat(median).isLessThan(1.3);
    }

    /** A step's CPU time over ten steps after two. */
    private static double seconds(OnnxGraph student, Loss loss, TrainingData examples) {
        GradientGraph gradient = GradientGraph.builder(student).loss(loss).build();
        long[] times = new long[13];
        int[] at = {0};
        Trainer.builder(student, gradient)
                .data(examples)
                .epochs(12)
                .batchSize(32)
                .listener(new io.edgeai.core.train.TrainingListener() {
                    @Override
                    public void step(Step step) {
                        times[at[0]++] = CifarRetraining.cpuNanos();
                    }
                })
                .build()
                .run();
        return (times[11] - times[1]) / 1e10;
    }
}
