package io.edgeai.core.processor;

/** Scores as probabilities, or as they are. Computed in double precision; softmax does not overflow. */
public enum Activation implements Processor<float[], float[]> {
    /** As they are: the model ends in an activation of its own. */
    NONE,
    /** Shares that sum to 1: one class holds. */
    SOFTMAX,
    /** Each by itself: several classes may hold. */
    SIGMOID;

    @Override
    public float[] apply(float[] scores) {
        float[] result = scores.clone();
        if (this == SIGMOID) {
            for (int i = 0; i < result.length; i++) {
                result[i] = (float) sigmoid(scores[i]);
            }
        } else if (this == SOFTMAX) {
            softmax(scores, result);
        }
        return result;
    }

    private static void softmax(float[] scores, float[] result) {
        double most = Double.NEGATIVE_INFINITY;
        for (float score : scores) {
            most = Math.max(most, score);
        }
        double sum = 0;
        for (float score : scores) {
            sum += Math.exp(score - most);
        }
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) (Math.exp(scores[i] - most) / sum);
        }
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
