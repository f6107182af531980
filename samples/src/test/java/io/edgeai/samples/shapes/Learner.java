package io.edgeai.samples.shapes;

import java.util.Random;

/** Softmax regression, or with hidden units a perceptron of one ReLU layer; plain SGD. */
final class Learner {
    private final int inputs;
    private final int hidden;
    private final float[] w1;
    private final float[] w2;
    private final float[] h;
    private final float[] x;
    private final float[] out = new float[10];

    private Learner(int inputs, int hidden, Random random) {
        this.inputs = inputs;
        this.hidden = hidden;
        int features = hidden == 0 ? inputs : hidden;
        w1 = new float[hidden * (inputs + 1)];
        w2 = new float[10 * (features + 1)];
        h = new float[features];
        x = new float[inputs];
        for (int i = 0; i < w1.length; i++) {
            w1[i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / inputs));
        }
        if (hidden > 0) {
            for (int i = 0; i < w2.length; i++) {
                w2[i] = (float) (random.nextGaussian() * Math.sqrt(1.0 / hidden));
            }
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
        for (int c = 1; c < 10; c++) {
            best = out[c] > out[best] ? c : best;
        }
        return best;
    }

    private void forward(float[] image) {
        for (int i = 0; i < inputs; i++) {
            x[i] = image[i] - 0.25f;
        }
        if (hidden == 0) {
            System.arraycopy(x, 0, h, 0, inputs);
        } else {
            for (int j = 0; j < hidden; j++) {
                int base = j * (inputs + 1);
                float sum = w1[base + inputs];
                for (int i = 0; i < inputs; i++) {
                    sum += w1[base + i] * x[i];
                }
                h[j] = Math.max(0, sum);
            }
        }
        for (int c = 0; c < 10; c++) {
            int base = c * (h.length + 1);
            float sum = w2[base + h.length];
            for (int j = 0; j < h.length; j++) {
                sum += w2[base + j] * h[j];
            }
            out[c] = sum;
        }
    }

    private void step(float[] image, int label, float rate) {
        forward(image);
        float max = Float.NEGATIVE_INFINITY;
        for (float value : out) {
            max = Math.max(max, value);
        }
        float sum = 0;
        float[] gradient = new float[10];
        for (int c = 0; c < 10; c++) {
            gradient[c] = (float) Math.exp(out[c] - max);
            sum += gradient[c];
        }
        float[] back = new float[h.length];
        for (int c = 0; c < 10; c++) {
            float g = gradient[c] / sum - (c == label ? 1 : 0);
            int base = c * (h.length + 1);
            for (int j = 0; j < h.length; j++) {
                back[j] += g * w2[base + j];
                w2[base + j] -= rate * g * h[j];
            }
            w2[base + h.length] -= rate * g;
        }
        for (int j = 0; j < hidden; j++) {
            if (h[j] > 0) {
                int base = j * (inputs + 1);
                float g = rate * back[j];
                for (int i = 0; i < inputs; i++) {
                    w1[base + i] -= g * x[i];
                }
                w1[base + inputs] -= g;
            }
        }
    }
}
