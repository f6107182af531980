package io.edgeai.federated.training;

import io.edgeai.federated.data.LabelledSet;

/** Batches for an {@link OnnxClassifier}, gathered from where they lie. */
final class OnnxPass implements GradientPass {
    private final OnnxClassifier model;

    OnnxPass(OnnxClassifier model) {
        this.model = model;
    }

    @Override
    public double addGradient(float[] parameters, LabelledSet data, int[] order, int from, int to, float[] gradient) {
        int features = model.features();
        float[] samples = new float[(to - from) * features];
        long[] labels = new long[to - from];
        for (int i = from; i < to; i++) {
            System.arraycopy(data.values(), data.offset(order[i]), samples, (i - from) * features, features);
            labels[i - from] = data.label(order[i]);
        }
        return model.addGradient(parameters, samples, labels, gradient);
    }

    @Override
    public void logits(float[] parameters, float[] input, int offset, float[] logits) {
        float[] sample = new float[model.features()];
        System.arraycopy(input, offset, sample, 0, sample.length);
        System.arraycopy(model.scores(parameters, sample, 1), 0, logits, 0, logits.length);
    }

    @Override
    public float[] logits(float[] parameters, LabelledSet data, int from, int to) {
        int features = model.features();
        float[] samples = new float[(to - from) * features];
        for (int i = from; i < to; i++) {
            System.arraycopy(data.values(), data.offset(i), samples, (i - from) * features, features);
        }
        return model.scores(parameters, samples, to - from);
    }
}
