package io.edgeai.samples;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.Training;
import io.edgeai.samples.shapes.DrawnDigits;
import io.edgeai.samples.shapes.LabelledImages;

/** The data and models of the samples: digits drawn by a program, and small networks that learned to read them. */
final class DrawnSet {
    static final int PIXELS = 400;
    static final int CLASSES = DrawnDigits.CLASSES;

    private DrawnSet() {}

    /** Pictures of 20 x 20 pixels with their digits; the same seed draws the same ones. */
    static LabelledSet draw(int count, long seed) {
        LabelledImages drawn = DrawnDigits.defaults().draw(count, seed);
        return LabelledSet.of(drawn.pixels(), PIXELS, drawn.labels(), CLASSES);
    }

    /** The pictures as one array each. */
    static float[][] images(int count, long seed) {
        LabelledImages drawn = DrawnDigits.defaults().draw(count, seed);
        float[][] images = new float[count][];
        for (int i = 0; i < count; i++) {
            images[i] = drawn.image(i);
        }
        return images;
    }

    static int[] labels(int count, long seed) {
        return DrawnDigits.defaults().draw(count, seed).labels();
    }

    /** A network with one hidden layer that learned 2,000 pictures: a second of work at most. */
    static OnnxGraph network(int hidden, int epochs) {
        DenseNetwork network = DenseNetwork.mlp(PIXELS, CLASSES, hidden);
        return Training.fit(network, draw(2000, 1), epochs, 0.05, 1, Progress.NONE)
                .model()
                .toOnnx("digits");
    }

    static byte[] onnx(int hidden, int epochs) {
        return OnnxWriter.toBytes(network(hidden, epochs));
    }

    static int largest(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return best;
    }
}
