package io.edgeai.optimize.fidelity;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.optimize.data.LabelledData;

/**
 * How often a classifier was right, with Wilson's 95 % interval (E. B. Wilson, JASA 22, 1927), which stays inside [0, 1]
 * and is sound for few samples.
 *
 * @param correct samples whose largest score is at the label
 * @param total samples asked
 * @param value correct / total
 * @param lower lower bound of the interval
 * @param upper upper bound of the interval
 */
public record Accuracy(long correct, long total, double value, double lower, double upper) {
    private static final double Z = 1.959963984540054;

    public static Accuracy of(long correct, long total) {
        if (total < 1 || correct < 0 || correct > total) {
            throw new InvalidInputException("Accuracy of (" + correct + ") right of (" + total + ") makes no sense.");
        }
        double p = (double) correct / total;
        double shrink = 1 + Z * Z / total;
        double centre = (p + Z * Z / (2.0 * total)) / shrink;
        double half = Z / shrink * Math.sqrt(p * (1 - p) / total + Z * Z / (4.0 * total * total));
        return new Accuracy(
                correct, total, p, Math.max(0, Math.min(p, centre - half)), Math.min(1, Math.max(p, centre + half)));
    }

    /**
     * Asks a model of the given graph's inputs every sample, each alone, as it will be served: joined samples share their
     * ranges in a dynamically quantized model. The first real output with at least two values is taken as the scores; without one, a single
     * whole number as the class, and a single output of a Sigmoid as the probability of class 1.
     *
     * @throws InvalidInputException where no output can be read as scores, or a label lies outside them
     */
    public static Accuracy measure(InferenceSession session, OnnxGraph graph, LabelledData data, Progress progress) {
        data.check(graph);
        long correct = 0;
        for (int i = 0; i < data.size(); i++) {
            if (progress.cancelled()) {
                throw new OperationCancelledException(
                        "Measuring accuracy was cancelled after (" + i + ") of " + data.size() + " samples.");
            }
            TopOne.Chosen chosen = TopOne.chosen(session.run(data.feed(graph, i)), graph);
            if (chosen == null) {
                throw new InvalidInputException(
                        "No output of the model can be read as scores of classes. Maybe it is not"
                                + " a classifier: leave the labels away.");
            }
            int label = data.label(i);
            if (label >= chosen.classes()) {
                throw new InvalidInputException("Label (" + label + ") of sample " + i + " lies outside the model's "
                        + chosen.classes() + " classes. Maybe labels count from 1.");
            }
            correct += chosen.label() == label ? 1 : 0;
            progress.update("accuracy", i + 1, data.size());
        }
        return of(correct, data.size());
    }
}
