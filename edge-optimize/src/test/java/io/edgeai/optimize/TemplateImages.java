package io.edgeai.optimize;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.data.LabelledData;
import io.edgeai.optimize.retrain.FineTuning;
import io.edgeai.optimize.retrain.ImageAugmentation;
import io.edgeai.optimize.retrain.TrainSettings;
import io.edgeai.optimize.testing.Ort;
import java.util.Random;

/** Noise images of 3×8×8 on which one of five patterns lies, at a random place: a task that has to be learned. */
record TemplateImages(float[][] values, int[] labels) {
    private static final int CLASSES = 5;
    private static final int SIDE = 8;
    private static final int PATTERN = 4;
    private static final float STRENGTH = 0.9f;

    static TemplateImages of(int count, long seed) {
        Random patterns = new Random(99);
        float[][] pattern = new float[CLASSES][];
        for (int c = 0; c < CLASSES; c++) {
            pattern[c] = Ort.normal(patterns, 3 * PATTERN * PATTERN);
        }
        Random random = new Random(seed);
        float[][] values = new float[count][];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = Ort.normal(random, 3 * SIDE * SIDE);
            labels[i] = random.nextInt(CLASSES);
            int top = random.nextInt(SIDE - PATTERN + 1);
            int left = random.nextInt(SIDE - PATTERN + 1);
            for (int k = 0; k < pattern[labels[i]].length; k++) {
                int channel = k / (PATTERN * PATTERN);
                int row = top + k / PATTERN % PATTERN;
                int at = (channel * SIDE + row) * SIDE + left + k % PATTERN;
                values[i][at] += STRENGTH * pattern[labels[i]][k];
            }
        }
        return new TemplateImages(values, labels);
    }

    LabelledData labelled() {
        return LabelledData.of(values, labels);
    }

    /** A network that has learned the task. */
    static OnnxGraph learned(OnnxGraph network, int examples, int epochs) {
        return FineTuning.builder(of(examples, 1).labelled().examples(network))
                .settings(TrainSettings.defaults()
                        .epochs(epochs)
                        .learningRate(0.1)
                        .images(ImageAugmentation.NONE))
                .build()
                .tune(network)
                .model();
    }
}
