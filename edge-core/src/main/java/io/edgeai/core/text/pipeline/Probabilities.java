package io.edgeai.core.text.pipeline;

import io.edgeai.core.error.InferenceException;

/** Raw scores to probabilities, in double precision. Stateless. */
final class Probabilities {
    private Probabilities() {}

    /** @throws InferenceException where a score is not a number */
    static double[] softmax(float[] logits) {
        double sum = logSumExp(logits);
        double[] probabilities = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = Math.exp(logits[i] - sum);
        }
        return probabilities;
    }

    static double[] sigmoid(float[] logits) {
        double[] probabilities = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            probabilities[i] = 1 / (1 + Math.exp(-requireNumber(logits[i])));
        }
        return probabilities;
    }

    /** log(sum of exp), without overflow. */
    static double logSumExp(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            largest = Math.max(largest, requireNumber(logit));
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        return largest + Math.log(sum);
    }

    private static float requireNumber(float logit) {
        if (Float.isNaN(logit) || logit == Float.POSITIVE_INFINITY) {
            throw new InferenceException(
                    "The graph gives (" + logit + ") as a score. Maybe its weights or its precision are damaged.");
        }
        return logit;
    }

    static int largest(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }
}
