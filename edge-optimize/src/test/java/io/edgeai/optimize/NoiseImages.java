package io.edgeai.optimize;

import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.testing.Ort;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Images of normal noise, 3 channels of 8 × 8, for networks that tell five classes apart, and which class those say. */
record NoiseImages(float[][] values) {
    private static final int SIZE = 3 * 8 * 8;
    private static final int CLASSES = 5;

    static NoiseImages of(int count, long seed) {
        Random random = new Random(seed);
        return new NoiseImages(
                Stream.generate(() -> Ort.normal(random, SIZE)).limit(count).toArray(float[][]::new));
    }

    float[] answers(OnnxGraph network) {
        float[] all = new float[values.length * SIZE];
        for (int i = 0; i < values.length; i++) {
            System.arraycopy(values[i], 0, all, i * SIZE, SIZE);
        }
        Tensor images = Tensor.of(all, values.length, 3, 8, 8);
        return Ort.run(network, Map.of("x", images)).get("y").floats();
    }

    /** The class after the one that a network says: what it always gets wrong. */
    int[] nextClasses(OnnxGraph network) {
        float[] scores = answers(network);
        int[] labels = new int[values.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (best(scores, i) + 1) % CLASSES;
        }
        return labels;
    }

    double accuracy(OnnxGraph network, int[] labels) {
        float[] scores = answers(network);
        double right = 0;
        for (int i = 0; i < labels.length; i++) {
            right += best(scores, i) == labels[i] ? 1 : 0;
        }
        return right / labels.length;
    }

    private static int best(float[] scores, int image) {
        int best = 0;
        for (int c = 1; c < CLASSES; c++) {
            best = scores[CLASSES * image + c] > scores[CLASSES * image + best] ? c : best;
        }
        return best;
    }
}
