package io.edgeai.samples.shapes;

import java.util.Random;

/** Softmax regression, or with hidden units a perceptron of one ReLU layer; plain SGD. Weights are [from][to]. */
final class Learner {
    private static final int CLASSES = 10;

    private final int inputs;
    private final int hidden;
    private final float[] w1;
    private final float[] b1;
    private final float[] w2;
    private final float[] b2 = new float[CLASSES];
    private final float[] x;
    private final float[] h;
    private final float[] back;
    private final float[] out = new float[CLASSES];

    private Learner(int inputs, int hidden, Random random) {
        this.inputs = inputs;
        this.hidden = hidden;
        int features = hidden == 0 ? inputs : hidden;
        w1 = new float[inputs * hidden];
        b1 = new float[hidden];
        w2 = new float[features * CLASSES];
        x = new float[inputs];
        h = hidden == 0 ? x : new float[hidden];
        back = new float[features];
        for (int i = 0; i < w1.length; i++) {
            w1[i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / inputs));
        }
        for (int i = 0; hidden > 0 && i < w2.length; i++) {
            w2[i] = (float) (random.nextGaussian() * Math.sqrt(1.0 / hidden));
        }
    }

    static double accuracy(LabelledImages train, LabelledImages test, int hidden, int epochs, double rate, long seed) {
        Random random = new Random(seed);
        Learner learner = new Learner(train.side() * train.side(), hidden, random);
        int[] order = java.util.stream.IntStream.range(0, train.size()).toArray();
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (int i = order.length - 1; i > 0; i--) {
                int j = random.nextInt(i + 1);
                int swap = order[i];
                order[i] = order[j];
                order[j] = swap;
            }
            float step = (float) (rate * 0.1 * (1 - (double) epoch / epochs) + 1e-4);
            for (int i : order) {
                learner.step(train.image(i), train.label(i), step);
            }
        }
        int right = 0;
        for (int i = 0; i < test.size(); i++) {
            right += learner.predict(test.image(i)) == test.label(i) ? 1 : 0;
        }
        return (double) right / test.size();
    }

    int predict(float[] image) {
        forward(image);
        int best = 0;
        for (int c = 1; c < CLASSES; c++) {
            best = out[c] > out[best] ? c : best;
        }
        return best;
    }

    private void forward(float[] image) {
        for (int i = 0; i < inputs; i++) {
            x[i] = image[i] - 0.25f;
        }
        if (hidden > 0) {
            layer(x, w1, b1, h);
            for (int j = 0; j < hidden; j++) {
                h[j] = Math.max(0, h[j]);
            }
        }
        layer(h, w2, b2, out);
    }

    private static void layer(float[] from, float[] weights, float[] bias, float[] to) {
        System.arraycopy(bias, 0, to, 0, to.length);
        for (int i = 0; i < from.length; i++) {
            add(from[i], weights, i * to.length, to, 0, to.length);
        }
    }

    private static void add(float factor, float[] from, int fromAt, float[] to, int toAt, int length) {
        for (int k = 0; k < length; k++) {
            to[toAt + k] += factor * from[fromAt + k];
        }
    }

    private void step(float[] image, int label, float rate) {
        forward(image);
        float max = Float.NEGATIVE_INFINITY;
        for (float value : out) {
            max = Math.max(max, value);
        }
        float sum = 0;
        float[] gradient = new float[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            gradient[c] = (float) Math.exp(out[c] - max);
            sum += gradient[c];
        }
        for (int c = 0; c < CLASSES; c++) {
            gradient[c] = gradient[c] / sum - (c == label ? 1 : 0);
        }
        for (int j = 0; hidden > 0 && j < hidden; j++) {
            float slope = 0;
            for (int c = 0; c < CLASSES; c++) {
                slope += gradient[c] * w2[j * CLASSES + c];
            }
            back[j] = h[j] > 0 ? slope : 0;
        }
        for (int j = 0; j < h.length; j++) {
            add(-rate * h[j], gradient, 0, w2, j * CLASSES, CLASSES);
        }
        add(-rate, gradient, 0, b2, 0, CLASSES);
        for (int i = 0; hidden > 0 && i < inputs; i++) {
            add(-rate * x[i], back, 0, w1, i * hidden, hidden);
        }
        add(-rate, back, 0, b1, 0, hidden);
    }
}
